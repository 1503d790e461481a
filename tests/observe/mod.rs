//! Events as spans and events of `tracing` and as counters of `metrics`.

mod counters;
mod law_10;
mod log;
mod spans;

use crate::site;
use consent_gate::web::{Edits, Exchange, Mode, RequestLine};
use consent_gate::{Facts, Gate, Visitor, observe};

pub fn gate() -> Gate {
    site::gate().on_event(observe::to_tracing()).on_event(observe::to_metrics())
}

/// One request with this `Cookie` header and its response with these `Set-Cookie` lines.
pub fn exchange(gate: &Gate, mode: Mode, cookies: &str, handler: impl FnOnce(&Visitor), lines: &[&str]) -> Edits {
    exchange_as(gate, mode, site::facts("DE"), cookies, handler, lines)
}

pub fn exchange_as(
    gate: &Gate,
    mode: Mode,
    facts: Facts,
    cookies: &str,
    handler: impl FnOnce(&Visitor),
    lines: &[&str],
) -> Edits {
    let line = RequestLine { method: "GET", authority: None };
    let headers: [(&str, &[u8]); 2] = [("cookie", cookies.as_bytes()), ("sec-fetch-site", b"same-origin")];
    let exchange = Exchange::begin(gate, line, headers, facts, site::time(site::NOW), mode);
    handler(exchange.visitor());
    let html: (&str, &[u8]) = ("content-type", b"text/html");
    exchange.finish(std::iter::once(html).chain(lines.iter().map(|line| ("set-cookie", line.as_bytes()))))
}
