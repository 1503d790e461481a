//! What only a server can suffer. `.ci/postgres cargo test …` starts one for these.

use crate::conformance::every_case;
use crate::world::{day, draft, draft_of, gate, history, now, record, run, settings};
use consent_gate::Category;
use consent_gate::ledger::{
    AnyLedger, Fault, Ledger, LedgerError, Postgres, PostgresSettings, Secret, Settings, sweep, verify,
};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio_postgres::{Client, NoTls};

const ANALYTICS: Category = Category::ANALYTICS;
const NOTHING: Category = Category::empty();

/// The server that `.ci/postgres` started.
fn address() -> String {
    std::env::var("CONSENT_GATE_POSTGRES").expect("run this by .ci/postgres")
}

/// A schema that no other test has.
fn fresh() -> PostgresSettings {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    PostgresSettings { schema: format!("t{}_{number}", std::process::id()), ..PostgresSettings::default() }
}

async fn open(server: &PostgresSettings) -> Postgres {
    Postgres::connect(&address(), &settings(), server).await.unwrap()
}

/// A connection of the test's own.
async fn client() -> Client {
    let (client, connection) = tokio_postgres::connect(&address(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[test]
#[ignore = "needs postgresql"]
fn every_case_holds_on_a_server() {
    every_case(async || AnyLedger::Postgres(open(&fresh()).await));
}
