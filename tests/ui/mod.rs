//! The banner, the privacy settings and their form: as data, without I/O, and over HTTP in three frameworks.
//!
//! Codes in the names (R…, A…, D14, L…, S8, U…, X…) are those of `docs/rules.md`.
//! What needs a browser is in `tests/ui_browser`.

mod accounts;
mod apps;
mod asking;
mod forged;
mod form;
#[cfg(all(feature = "axum", feature = "html"))]
mod insertion;
mod markup;
mod proof;
mod routes;
mod signals;
mod views;

use crate::site;
use consent_gate::ui::{Banner, Privacy, Request, Response};
use consent_gate::{Gate, Visitor};

const FORM: &str = "application/x-www-form-urlencoded";

/// A request of a browser for a page.
fn page<'r>(headers: &[(&'r str, &'r str)]) -> Request<'r> {
    Request::read("GET", "/lessons/1", None, headers.iter().map(|(name, value)| (*name, value.as_bytes())))
}

/// A form of this site.
fn post<'r>(body: &'r str) -> Request<'r> {
    post_with(body, &[])
}

/// The same, with further headers.
fn post_with<'r>(body: &'r str, headers: &[(&'r str, &'r str)]) -> Request<'r> {
    let own = [("content-type", FORM), ("host", "shop.example"), ("origin", "https://shop.example")];
    let headers = own
        .into_iter()
        .filter(|(name, _)| headers.iter().all(|(other, _)| other != name))
        .chain(headers.iter().copied());
    let headers = headers.filter(|(_, value)| !value.is_empty());
    Request::read("POST", "/privacy", None, headers.map(|(name, value)| (name, value.as_bytes()))).body(body.as_bytes())
}

/// Sends a form and makes its change; the response, whatever it is.
fn send(gate: &Gate, visitor: &Visitor, body: &str) -> Response {
    match Privacy::new(gate.clone()).submit(visitor, &post(body)) {
        Ok(submission) => submission.commit(),
        Err(response) => *response,
    }
}

fn banner(gate: &Gate, visitor: &Visitor) -> Option<Banner> {
    Privacy::new(gate.clone()).banner(visitor, &page(&[]))
}

/// The value of the consent cookie that a response stores, if it stores one.
fn stored(visitor: &Visitor) -> Option<String> {
    let name = visitor.gate().cookie_name().to_owned();
    let lines = site::lines(visitor);
    let line = lines.iter().find_map(|line| line.strip_prefix(&*name)?.strip_prefix('='))?;
    Some(line.split(';').next().unwrap().to_owned())
}
