//! Requests that only fetch ahead of a visit: R38.

use super::get;
use consent_gate::{ChangeError, testing};

const AHEAD: [(&str, &str); 5] = [
    ("sec-purpose", "prefetch"),
    ("sec-purpose", "prefetch;prerender"),
    ("sec-purpose", "prefetch;anonymous-client-ip"),
    ("purpose", "prefetch"),
    ("x-moz", "prefetch"),
];

#[test]
fn r38_a_prefetch_writes_no_tracker_even_with_consent() {
    let lines = ["sid=1", "_lum1=a", "lang=de", "recommend=1", "_adl=1", "_lum2=; Max-Age=0"];
    for (name, value) in AHEAD {
        let visitor = get().accepted().header(name, value);
        assert_eq!(visitor.set(lines), ["sid=1", "_lum2=; Max-Age=0"], "{name}: {value}");
    }
    assert_eq!(get().accepted().header("sec-purpose", "navigate").set(lines), lines);
}

#[test]
fn r38_a_prefetch_changes_no_answer() {
    for (name, value) in AHEAD {
        let visitor = get().method("POST").header("sec-fetch-site", "same-origin").header(name, value);
        let visitor = visitor.handler(|visitor| {
            assert_eq!(visitor.accept_all(), Err(ChangeError::Prefetch));
            assert_eq!(visitor.refuse_all(), Err(ChangeError::Prefetch));
        });
        assert_eq!(visitor.set(["sid=1"]), ["sid=1"]);
    }
}

#[test]
fn r38_an_undeclared_cookie_is_no_exception() {
    let mut policy = testing::policy();
    policy.enforce.undeclared = consent_gate::policy::Undeclared::Allow;
    let gate = consent_gate::Gate::new(policy).unwrap();
    let visitor = super::with(gate).accepted();
    assert_eq!(visitor.clone().set(["_other=1"]).len(), 1);
    assert!(visitor.header("sec-purpose", "prefetch").set(["_other=1"]).is_empty());
}
