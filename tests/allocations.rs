//! What the hot path allocates: counted, so that it cannot creep back.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use allocation_counter::measure;
use consent_gate::web::{Edits, Exchange, Mode, RequestLine};
use consent_gate::{Category, Consent, Facts, Gate, Visitor, testing};

const ANSWER: &str = "sid=1; lang=de; __Host-consent=1.4.1795000000.4.10.0; _lum1=LM1.2.1398471920; theme=dark";
const NO_ANSWER: &str = "sid=1; lang=de; _lum1=LM1.2.1398471920; theme=dark";
const EXCEPTIONS: &str = "__Host-consent=1.4.1795000000.4.10.0.-adloop~+lumen";

fn facts() -> Facts {
    Facts::in_region("FR".parse().unwrap())
}

fn consent(gate: &Gate, cookies: &str) -> Consent {
    gate.consent([("cookie", cookies), ("sec-gpc", "1"), ("accept", "*/*")], &facts(), testing::now())
}

fn visitor(gate: &Gate, cookies: &str) -> Visitor {
    gate.visitor([("cookie", cookies), ("sec-gpc", "1")], facts(), testing::now())
}

#[track_caller]
fn allocates<T>(times: u64, work: impl FnOnce() -> T) {
    assert_eq!(measure(|| drop(work())).count_total, times, "allocations");
}

#[test]
fn reading_an_answer_without_exceptions_allocates_nothing() {
    let gate = testing::gate();
    let malformed = format!("__Host-consent={}", "x".repeat(2000));
    for cookies in [ANSWER, NO_ANSWER, "", &format!("{ANSWER}; {ANSWER}"), &malformed] {
        allocates(0, || consent(&gate, cookies));
    }
    assert!(consent(&gate, ANSWER).may_track(Category::ANALYTICS));
}

#[test]
fn questions_allocate_nothing() {
    let gate = testing::gate();
    let (consent, visitor) = (consent(&gate, ANSWER), visitor(&gate, ANSWER));
    for asked in [Category::ANALYTICS, Category::ADVERTISING, Category::ANALYTICS | Category::ADVERTISING] {
        allocates(0, || consent.may_track(asked));
        allocates(0, || consent.decide(asked));
        allocates(0, || visitor.may_track(asked));
        allocates(0, || visitor.decide(asked));
    }
    allocates(0, || visitor.prompt().state);
}

#[test]
fn verdicts_on_what_is_declared_allocate_nothing() {
    let gate = testing::gate();
    let (accepted, refused) = (testing::accepted(&gate), testing::refused(&gate));
    for visitor in [&accepted, &refused] {
        allocates(0, || visitor.embed("https://px.lumen.example/v.gif?id=1"));
        allocates(0, || visitor.cookie("_lum1"));
        allocates(0, || visitor.set_cookie("_lum1=a; Path=/; Max-Age=3600; Secure; SameSite=Lax"));
        allocates(0, || visitor.set_cookie("sid=a; Path=/; HttpOnly"));
    }
    assert!(accepted.embed("https://px.lumen.example/v.gif?id=1").is_allow());
    assert!(refused.set_cookie("_lum1=a; Path=/").is_deny());
}

#[test]
fn a_visitor_costs_two_allocations_whatever_the_browser_sends() {
    let gate = testing::gate();
    let many: String = (0..1000).map(|place| format!("a{place}=b; ")).collect();
    for cookies in [ANSWER, NO_ANSWER, &many] {
        // The visitor itself, and the `Cookie` header, which outlives the request.
        allocates(2, || visitor(&gate, cookies));
    }
    // A provider by name is a text of its own, in what is read and in what stands in the browser.
    allocates(2 + 2 * 3, || visitor(&gate, EXCEPTIONS));
}

#[test]
fn an_answer_of_many_bytes_allocates_no_more_than_a_small_multiple_of_them() {
    let gate = testing::gate();
    for header in [
        format!("__Host-consent=1.4.1795000000.4.10.0.{}", vec!["+a"; 300].join("~")),
        format!("__Host-consent={}", "1.".repeat(500)),
        "__Host-consent=1.4.1795000000.4.10.0; ".repeat(1500),
        "__Host-consent=x; ".repeat(3500),
    ] {
        let bytes = measure(|| assert!(!consent(&gate, &header).may_track(Category::ADVERTISING))).bytes_max;
        assert!(bytes <= 2 * header.len() as u64 + 4096, "{bytes} bytes for {} of input", header.len());
    }
}

/// A response that is no document and names nothing to load costs no more than its visitor.
#[test]
fn an_exchange_without_anything_to_judge_allocates_nothing_of_its_own() {
    let gate = testing::gate();
    allocates(2, || {
        let line = RequestLine { method: "GET", authority: None };
        let request = [("cookie", NO_ANSWER.as_bytes()), ("accept", b"*/*")];
        let exchange = Exchange::begin(&gate, line, request, facts(), testing::now(), Mode::Enforce);
        let response = [("content-type", &b"application/json"[..]), ("content-length", b"2"), ("etag", b"\"1\"")];
        assert_eq!(exchange.finish_with_status(200, response), Edits::default());
    });
}
