//! What comes out, and what `web::Exchange` says that must come out.

use crate::vector::{Handler, REGION, Request, VECTORS, Vector};
use consent_gate::header::LineEdit;
use consent_gate::web::{Edits, Exchange, Mode, RequestLine};
use consent_gate::{Facts, Gate, Region, testing};
use std::sync::LazyLock;

/// The gate of the whole suite, made once.
pub(crate) static GATE: LazyLock<Gate> = LazyLock::new(testing::gate);

/// The host that every request names.
pub(crate) const HOST: &str = "calminteraction.example";

/// The head of a response, as far as consent is concerned.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    /// Every `Set-Cookie` line, in order: what was kept, and then what was added.
    pub(crate) set_cookie: Vec<String>,
    pub(crate) vary: Vec<String>,
    pub(crate) cache_control: Vec<String>,
    /// What speaks to shared caches past `Cache-Control`.
    pub(crate) shared: Vec<String>,
    /// Every line of the other headers that are judged or added, with its name; by name, and else in order.
    pub(crate) doors: Vec<(String, String)>,
}

const DOORS: [&str; 9] = [
    "accept-ch",
    "content-security-policy",
    "content-security-policy-report-only",
    "link",
    "location",
    "observe-browsing-topics",
    "permissions-policy",
    "refresh",
    "reporting-endpoints",
];

const SHARED: [&str; 3] = ["cdn-cache-control", "surrogate-control", "expires"];

impl Outcome {
    /// Reads the head of a response.
    pub(crate) fn read<V: AsRef<[u8]>>(status: u16, headers: impl IntoIterator<Item = (String, V)>) -> Self {
        let mut outcome = Self { status, ..Self::default() };
        for (name, value) in headers {
            let value = String::from_utf8_lossy(value.as_ref()).into_owned();
            match name.to_ascii_lowercase().as_str() {
                "set-cookie" => outcome.set_cookie.push(value),
                "vary" => outcome.vary.push(value),
                "cache-control" => outcome.cache_control.push(value),
                name if DOORS.contains(&name) => outcome.doors.push((name.to_owned(), value)),
                name if SHARED.contains(&name) => outcome.shared.push(name.to_owned()),
                _ => {}
            }
        }
        outcome.shared.sort();
        outcome.doors.sort_by(|one, other| one.0.cmp(&other.0));
        outcome
    }

    /// The names of its `Set-Cookie` lines.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.set_cookie.iter().map(|line| line.split('=').next().unwrap_or_default()).collect()
    }
}

/// The region that a request names.
pub(crate) fn region(code: Option<&str>) -> Region {
    code.and_then(|code| code.parse().ok()).into()
}

/// Begins an exchange for a request, at the time of the test visitors.
pub(crate) fn begin(request: &Request) -> Exchange {
    let code = request.headers.iter().find(|(name, _)| *name == REGION).map(|(_, code)| code.as_str());
    let headers = request.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let headers = headers.chain([("host", HOST.as_bytes())]);
    let line = RequestLine { method: request.method, authority: None };
    Exchange::begin(&GATE, line, headers, Facts::in_region(region(code)), testing::now(), Mode::Enforce)
}

/// What must come out where a handler answers so.
pub(crate) fn expected(request: &Request, handler: &Handler) -> Outcome {
    let exchange = begin(request);
    match handler.act(exchange.visitor()) {
        Ok(()) => filtered(&exchange, handler.status, handler.headers()),
        // Every adapter answers a refused change with this status and a line of text.
        Err(_) => filtered(&exchange, 403, [("content-type", "text/plain; charset=utf-8")]),
    }
}

/// What the edits of an exchange make of a response, carried out by hand.
pub(crate) fn filtered<'h>(
    exchange: &Exchange,
    status: u16,
    headers: impl IntoIterator<Item = (&'h str, &'h str)>,
) -> Outcome {
    let headers: Vec<(&str, &str)> = headers.into_iter().collect();
    let Edits { set_cookie, append, cache, headers: doors, page, .. } =
        exchange.finish_with_status(status, headers.iter().map(|(name, value)| (*name, value.as_bytes())));
    let mut edits = set_cookie.into_iter();
    let mut left: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, value) in headers {
        let edit = if name == "set-cookie" { edits.next().unwrap_or(LineEdit::Keep) } else { LineEdit::Keep };
        match edit {
            LineEdit::Keep => left.push((name.to_owned(), value.as_bytes().to_vec())),
            LineEdit::Replace(bytes) => left.push((name.to_owned(), bytes)),
            LineEdit::Drop => {}
        }
    }
    left.extend(append.into_iter().map(|line| ("set-cookie".to_owned(), String::from(line).into_bytes())));
    for door in doors {
        left.retain(|(name, _)| name != door.name);
        left.extend(door.lines.into_iter().map(|line| (door.name.to_owned(), line)));
    }
    left.extend(page.into_iter().map(|header| (header.name.to_owned(), header.value.as_bytes().to_vec())));
    if let Some(cache) = cache {
        left.retain(|(name, _)| name != "cache-control" && !cache.remove.contains(&name.as_str()));
        left.push(("cache-control".to_owned(), cache.cache_control.into()));
        left.extend(cache.vary.map(|vary| ("vary".to_owned(), vary.into())));
    }
    Outcome::read(status, left)
}

/// Holds one way to stand behind the gate to every vector.
#[track_caller]
#[allow(dead_code)] // without an adapter there is nobody to hold
pub(crate) fn conforms(answer: impl Fn(usize, &'static Vector) -> Outcome) {
    let mut failures = String::new();
    for (index, vector) in VECTORS.iter().enumerate() {
        let (found, expected) = (answer(index, vector), expected(&vector.request, vector.handler));
        if found != expected {
            failures += &format!("\n{}\n   found {found:?}\nexpected {expected:?}\n", vector.name);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
