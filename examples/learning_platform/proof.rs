//! Proof of consent: every answer is recorded, and an account's owner can have the records, or close the account.
//!
//! The records are in a file, `consent.redb`, or on a PostgreSQL server: see `--ledger`. `examples/ledger` looks into either.

use crate::account::Account;
use crate::language::Language;
use crate::layout::Page;
use crate::site::Site;
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use consent_gate::ledger::{AnyLedger, Recorder, RecorderError, Secret, Settings, export_json, sweep};
use consent_gate::{Change, Circumstances, DeviceType, Gate, Method, Visitor};
use maud::{Markup, html};
use std::error::Error;
use std::io::Write;
use std::time::Duration;

/// Records what visitors choose.
#[derive(Clone)]
pub(crate) struct Proof(Recorder<AnyLedger>);

/// Who chooses, and how: what a handler knows of the circumstances of a change.
pub(crate) struct Chooser<'r> {
    pub(crate) visitor: &'r Visitor,
    pub(crate) account: Option<Account>,
    pub(crate) headers: &'r HeaderMap,
}

impl Proof {
    /// Opens the ledger.
    pub(crate) async fn open(gate: &Gate, address: &str) -> Result<Self, Box<dyn Error>> {
        let settings = Settings::of(gate.policy(), secret(address)?);
        Ok(Self(Recorder::new(gate, AnyLedger::open(address, &settings).await?)))
    }

    /// Records a change and lets it take effect; tells the visitor where a grant could not be recorded.
    pub(crate) async fn save(&self, chooser: Chooser<'_>, change: &Change) -> Result<(), Response> {
        let pending = chooser.visitor.prepare(change).map_err(IntoResponse::into_response)?;
        let subject = chooser.account.map(Account::name);
        let saved = self.0.save(pending, subject, &chooser.circumstances()).await;
        saved.map(|_| ()).map_err(told)
    }

    /// Does what is due, now and every hour.
    pub(crate) async fn sweep(self, site: Site) {
        loop {
            let done = sweep(self.0.ledger(), now(), |closure| {
                // Here a real site deletes its learning records of the account.
                site.sessions.end_all(&closure.subject);
                std::future::ready(Ok::<(), std::convert::Infallible>(()))
            });
            if let Err(error) = done.await {
                eprintln!("ledger: {error}");
            }
            tokio::time::sleep(Duration::from_secs(3_600)).await;
        }
    }
}

impl Chooser<'_> {
    fn circumstances(&self) -> Circumstances {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        Circumstances::new(Method::Settings, Language::of(self.headers).code()).device(DeviceType::read(headers))
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

/// "Close my account": trackers are expired by this response, the rest is deleted by the next sweep.
pub(crate) async fn close(
    State(site): State<Site>,
    visitor: Visitor,
    account: Option<Extension<Account>>,
    headers: HeaderMap,
) -> Result<Redirect, Response> {
    let Some(Extension(account)) = account else { return Err(Redirect::to("/log-in").into_response()) };
    let chooser = Chooser { visitor: &visitor, account: Some(account), headers: &headers };
    let closed = site.proof.0.close_account(&visitor, account.name(), now(), &chooser.circumstances()).await;
    closed.map_err(told)?;
    site.sessions.end_all(account.name());
    Ok(Redirect::to("/"))
}

/// What the settings offer to whoever is logged in.
pub(crate) fn links(page: &Page) -> Markup {
    let language = page.language;
    html! {
        @if page.account.is_some() {
            h2 { (language.pick("My account", "Mein Konto")) }
            p { a href="/account/data" { (language.pick("Download my data", "Meine Daten herunterladen")) } }
            form method="post" action="/account/close" {
                button { (language.pick("Close my account", "Mein Konto schließen")) }
            }
        }
    }
}

/// What a visitor is told of a failure.
fn told(error: RecorderError) -> Response {
    match error {
        RecorderError::Change(error) => error.into_response(),
        error => {
            eprintln!("ledger: {error}");
            let text = "Your choice was not saved: it could not be recorded. Please try again.";
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
        Ok(text) => Ok(text.parse()?),
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
