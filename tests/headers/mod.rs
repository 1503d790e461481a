//! What the exchange does to the headers of responses and requests beside `Set-Cookie`: doors, the second
//! `Content-Security-Policy`, `Permissions-Policy`, and what handlers may read.

mod csp;
mod csp_matching;
mod doors;
mod must_match;
mod permissions;
mod reads;
mod redirects;
mod storage;

use consent_gate::policy::{Technology, Tracker};
use consent_gate::web::{Edits, Exchange, Mode, RequestLine};
use consent_gate::{Category, Facts, Gate, Policy, testing};

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

/// The policy for tests, with an essential frame, a script of each kind and undeclared things denied.
fn policy() -> Policy {
    let mut policy = testing::policy();
    let purpose = policy.trackers[0].purpose.clone();
    let mut add = |name: &str, technology, category: &str, provider: Option<&str>| {
        let mut tracker = Tracker::new(name, technology, category).purpose(purpose.clone());
        tracker.provider = provider.map(str::to_owned);
        policy.trackers.push(tracker);
    };
    add("https://pay.example/", Technology::Frame, "essential", None);
    add("https://ads.example/t/", Technology::Script, "advertising", Some("adloop"));
    add("https://calminteraction.example/count", Technology::Pixel, "analytics", None);
    policy
}

fn gate() -> Gate {
    Gate::new(policy()).unwrap()
}

fn gate_with(change: impl FnOnce(&mut Policy)) -> Gate {
    let mut policy = policy();
    change(&mut policy);
    Gate::new(policy).unwrap()
}

/// An exchange of a visitor in Germany with these request headers.
fn begin(gate: &Gate, headers: &[(&str, &str)], mode: Mode) -> Exchange {
    let line = RequestLine { method: "GET", authority: None };
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    Exchange::begin(gate, line, headers, Facts::in_region("DE".parse().unwrap()), testing::now(), mode)
}

/// An exchange of a visitor who granted these categories.
fn granted(gate: &Gate, categories: Category) -> Exchange {
    let answer = testing::cookie(gate, categories, testing::now());
    begin(gate, &[("cookie", &answer), ("sec-fetch-site", "same-origin")], Mode::Enforce)
}

fn finish(exchange: &Exchange, headers: &[(&str, &str)]) -> Edits {
    exchange.finish(headers.iter().map(|(name, value)| (*name, value.as_bytes())))
}

/// The lines that are left of a header, where it is edited.
fn lines(edits: &Edits, name: &str) -> Option<Vec<String>> {
    let edit = edits.headers.iter().find(|edit| edit.name == name)?;
    Some(edit.lines.iter().map(|line| String::from_utf8(line.clone()).unwrap()).collect())
}

/// The values that a document gets under a name.
fn page(edits: &Edits, name: &str) -> Vec<String> {
    edits.page.iter().filter(|header| header.name == name).map(|header| header.value.to_string()).collect()
}
