//! Work that is done later: what was allowed when it happened and what is allowed when it is sent must agree.

mod between;
mod forwards;
mod sequences;
mod stored;

use crate::site::{self, DAY, NOW, measuring, of, time, tracker};
use chrono::TimeDelta;
use consent_gate::policy::Technology;
use consent_gate::{Facts, Gate, Policy, Signals, Stamp, Visitor};
use std::sync::LazyLock;

pub const TALLY: &str = "https://tally.example/collect";
pub const COUNT: &str = "https://count.example/collect";
pub const ADLOOP: &str = "https://adloop.example/s2s";
pub const OWN: &str = "https://hook.example/events";

/// Granted ten days ago: everything.
pub const ACCEPTED: &str = "1.4.1794528000.1e.0.0";

pub fn gate() -> Gate {
    gate_with(|_| {})
}

/// The site with endpoints of other servers, after a change of its policy.
pub fn gate_with(change: impl FnOnce(&mut Policy)) -> Gate {
    site::gate_with(|policy| {
        let request = |name, category| tracker(name, Technology::Request, category);
        policy.trackers.extend([
            of("tally", request(TALLY, "analytics")),
            measuring(request(COUNT, "analytics")),
            of("adloop", request(ADLOOP, "advertising")),
            request(OWN, "analytics"),
        ]);
        change(policy);
    })
}

/// A person in Germany of whom the host keeps this answer.
pub fn person(gate: &Gate, latest: &str, now: i64) -> Visitor {
    let mut facts = site::facts("DE");
    facts.answer_text = (!latest.is_empty()).then(|| latest.to_owned());
    without_request(gate, facts, now)
}

pub fn without_request(gate: &Gate, facts: Facts, now: i64) -> Visitor {
    gate.without_request(facts, Signals::empty(), time(now))
}

/// The stamp of a visitor who has accepted everything.
pub fn stamp(address: &str) -> Stamp {
    static GATE: LazyLock<Gate> = LazyLock::new(gate);
    person(&GATE, ACCEPTED, NOW).stamp_forward(address).unwrap()
}

pub fn week() -> TimeDelta {
    TimeDelta::days(7)
}

pub const LATER: i64 = NOW + DAY;
