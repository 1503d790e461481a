//! Proof of consent: every answer is recorded, and an account's owner can have the records, or close the account.
//!
//! The records are in a file, `consent.redb`, or on a PostgreSQL server: see `--ledger`. `examples/ledger` looks into either.
//! What visitors click is recorded by [`Privacy`](consent_gate::ui::Privacy), which [`site`](crate::site) gives the recorder.

use crate::account::{Account, Sessions};
use crate::language::Language;
use crate::site::Site;
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use consent_gate::ledger::{AnyLedger, Recorder, RecorderError, Secret, Settings, export_json, sweep};
use consent_gate::record::{Circumstances, DeviceType, Method};
use consent_gate::{Gate, Visitor};
use std::error::Error;
use std::io::Write;
use std::time::Duration;

/// Records what visitors choose.
#[derive(Clone)]
pub(crate) struct Proof(Recorder<AnyLedger>);

impl Proof {
    /// Opens the ledger.
    pub(crate) async fn open(gate: &Gate, address: &str) -> Result<Self, Box<dyn Error>> {
        let settings = Settings::of(gate.policy(), secret(address)?);
        Ok(Self(Recorder::new(gate, AnyLedger::open(address, &settings).await?)))
    }

    pub(crate) const fn recorder(&self) -> &Recorder<AnyLedger> {
        &self.0
    }

    /// Closes an account, and says by when all of it is gone. Its trackers are expired by this response.
    pub(crate) async fn close(
        &self,
        visitor: &Visitor,
        account: Account,
        language: Language,
        headers: &HeaderMap,
    ) -> Result<DateTime<Utc>, Response> {
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let how = Circumstances::new(Method::Settings, language.code()).device(DeviceType::read(headers));
        self.0.close_account(visitor, account.name(), now(), &how).await.map_err(told)
    }

    /// Does what is due, now and every hour.
    pub(crate) async fn sweep(self, sessions: Sessions) {
        loop {
            let done = sweep(self.0.ledger(), now(), |closure| {
                // Here a real site deletes its learning records of the account.
                sessions.end_all(&closure.subject);
                std::future::ready(Ok::<(), std::convert::Infallible>(()))
            });
            let done = match done.await {
                // Nothing that was deleted is left in the file then.
                Ok(done) if done.closed + done.removed > 0 => self.0.ledger().compact().await,
                done => done.map(drop),
            };
            if let Err(error) = done {
                eprintln!("ledger: {error}");
            }
            tokio::time::sleep(Duration::from_secs(3_600)).await;
        }
    }
}

/// "Download my data": the consent receipt of the account.
pub(crate) async fn download(
    State(site): State<Site>,
    account: Option<Extension<Account>>,
) -> Result<impl IntoResponse, Response> {
    let Some(Extension(account)) = account else { return Err(Redirect::to("/log-in").into_response()) };
    let mut receipt = Vec::new();
    let exported = export_json(site.proof.0.ledger(), account.name(), now(), &mut receipt).await;
    exported.map_err(|error| told(RecorderError::Ledger(error)))?;
    let headers =
        [(CONTENT_TYPE, "application/ld+json"), (CONTENT_DISPOSITION, "attachment; filename=\"consent.jsonld\"")];
    Ok((headers, receipt))
}

/// What a visitor is told of a failure.
fn told(error: RecorderError) -> Response {
    match error {
        RecorderError::Change(error) => error.into_response(),
        error => {
            eprintln!("ledger: {error}");
            let text = "The records of your consent cannot be reached. Please try again in a moment.";
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}

/// The ledger's secret: from the environment, or made at the first start and kept beside the file, for its owner alone.
fn secret(address: &str) -> Result<Secret, Box<dyn Error>> {
    if let Ok(text) = std::env::var("CONSENT_LEDGER_SECRET") {
        return Ok(text.parse()?);
    }
    if address.contains("://") {
        return Err("set $CONSENT_LEDGER_SECRET to 64 hexadecimal digits: all machines share it".into());
    }
    let path = format!("{address}.secret");
    match std::fs::read_to_string(&path) {
        Ok(text) => text.parse().map_err(|error| format!("{path}: {error}").into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let secret = Secret::generate();
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(&path)?.write_all(secret.to_hex().as_bytes())?;
            Ok(secret)
        }
        Err(error) => Err(format!("{path}: {error}").into()),
    }
}

fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}
