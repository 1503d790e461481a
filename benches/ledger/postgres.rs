//! The ledger on a server, beside bare batched INSERTs of the same records, as JSON, into the same table with the same indexes.

use chrono::TimeDelta;
use consent_gate::ledger::{Postgres, PostgresSettings, sweep, verify};
use consent_gate::record::Record;
use consent_gate::testing;
use std::time::Instant;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// How many rows a bare batch has, and how many connections write at once: as the ledger does it.
const BATCH: usize = 256;
const WRITERS: usize = 4;

pub(crate) async fn measure(records: usize) {
    let Ok(address) = std::env::var("CONSENT_GATE_POSTGRES") else {
        println!("ledger/postgres: run by .ci/postgres to measure a server too");
        return;
    };
    let name = |number: usize| format!("bench_{}_{number}", std::process::id());
    // Not counted: the first that writes to a new server pays for its files.
    let warm = PostgresSettings { schema: format!("{}_warm", name(0)), ..PostgresSettings::default() };
    drop(Postgres::connect(&address, &crate::settings(), &warm).await.expect("a server"));
    inserted(&address, &warm.schema, records).await;
    clear(&address, &warm.schema).await;
    for round in 0..3 {
        let server = PostgresSettings { schema: name(round), writers: WRITERS, ..PostgresSettings::default() };
        let ledger = Postgres::connect(&address, &crate::settings(), &server).await.expect("a server");
        let label = format!("ledger/postgres/append/{}_writers", BATCH * WRITERS);
        let rate = crate::appended(&label, &ledger, records, BATCH * WRITERS).await;
        let started = Instant::now();
        let verified = verify(&ledger).await.expect("a walk").expect("a chain");
        assert_eq!(verified.records, records as u64);
        per_second("ledger/postgres/verify", records as u64, started);
        let started = Instant::now();
        let swept =
            sweep(&ledger, testing::now() + TimeDelta::days(731), |_| std::future::ready(Ok::<(), ()>(()))).await;
        let swept = swept.expect("swept");
        assert!(swept.removed >= records as u64 / 2, "{swept:?}");
        per_second("ledger/postgres/sweep", swept.removed + swept.expired, started);
        verify(&ledger).await.expect("a walk").expect("a chain");
        clear(&address, &server.schema).await;

        let bare = PostgresSettings { schema: format!("{}_bare", name(round)), ..server };
        drop(Postgres::connect(&address, &crate::settings(), &bare).await.expect("a server"));
        let beside = inserted(&address, &bare.schema, records).await;
        println!("{:<44} {:>8.0} % of bare batched INSERTs", "ledger/postgres/append", 100.0 * rate / beside);
        clear(&address, &bare.schema).await;
    }
}

/// Takes away what was measured, so that the server has no work left of it while it does the next.
async fn clear(address: &str, schema: &str) {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.expect("a server");
    tokio::spawn(connection);
    for statement in [format!("DROP SCHEMA {schema} CASCADE"), "CHECKPOINT".to_owned()] {
        client.batch_execute(&statement).await.expect("cleared");
    }
}

fn per_second(name: &str, count: u64, started: Instant) {
    println!("{name:<44} {:>9.0} records/s", count as f64 / started.elapsed().as_secs_f64());
}

async fn inserted(address: &str, schema: &str, records: usize) -> f64 {
    let record = crate::record();
    let mut clients = Vec::new();
    for _ in 0..WRITERS {
        let (client, connection) = tokio_postgres::connect(address, NoTls).await.expect("a server");
        tokio::spawn(connection);
        clients.push(client);
    }
    let started = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for (writer, client) in clients.into_iter().enumerate() {
        let (schema, record) = (schema.to_owned(), record.clone());
        running.spawn(async move { batches(&client, &schema, &record, writer, records / WRITERS).await });
    }
    running.join_all().await;
    let rate = records as f64 / started.elapsed().as_secs_f64();
    println!("{:<44} {rate:>9.0} records/s", "postgres/unnest_256/4_connections");
    rate
}

async fn batches(client: &Client, schema: &str, record: &Record, writer: usize, records: usize) {
    let statement = client
        .prepare(&format!(
            "INSERT INTO {schema}.records (id, shard, seq, link, open, sealed, subject, time, due, expiry, wake) \
             SELECT n.id, n.shard, n.seq, n.link, n.open, n.sealed, n.subject, 0, 0, 0, 0 \
             FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[]) \
             AS n(id, shard, seq, link, open, sealed, subject)"
        ))
        .await
        .expect("a statement");
    let mut number = 0;
    while number < records {
        let size = BATCH.min(records - number);
        let ids: Vec<Uuid> = (0..size).map(|_| Uuid::new_v4()).collect();
        let shards: Vec<i64> = ids.iter().map(|id| i64::from(id.as_bytes()[0]) * 4 + writer as i64).collect();
        let seqs: Vec<i64> = (number..number + size).map(|seq| seq as i64).collect();
        let links: Vec<&[u8]> = vec![&[7; 32]; size];
        let opens: Vec<Vec<u8>> = (0..size).map(|_| serde_json::to_vec(record).expect("a record")).collect();
        let sealed: Vec<&[u8]> = vec![&[7; 80]; size];
        let subjects: Vec<&[u8]> = ids.iter().map(|id| &id.as_bytes()[..]).collect();
        let inserted = client.execute(&statement, &[&ids, &shards, &seqs, &links, &opens, &sealed, &subjects]).await;
        inserted.expect("inserted");
        number += size;
    }
}
