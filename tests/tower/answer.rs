//! Changes of the answer within a request.

use super::{Exchange, get, lines_of};
use consent_gate::{Category, Change, ChangeError, Visitor, testing};
use futures_util::FutureExt;
use http::{Request, Response};
use std::convert::Infallible;
use tower::{Layer, ServiceExt, service_fn};

fn clicking(exchange: Exchange, click: fn(&Visitor)) -> Exchange {
    exchange.method("POST").header("sec-fetch-site", "same-origin").handler(click)
}

#[test]
fn a9_a_grant_lets_later_cookies_of_its_own_response_through() {
    let visitor = clicking(get(), |visitor| {
        assert!(!visitor.may_track(Category::ANALYTICS));
        visitor.grant(Category::ANALYTICS).unwrap();
        assert!(visitor.may_track(Category::ANALYTICS));
    });
    let lines = visitor.set(["_lum1=a", "_adl=1"]);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0], "_lum1=a");
    assert_eq!(
        lines[1],
        "__Host-consent=1.4.1795435200.4.0.0; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=34560000"
    );
}

#[test]
fn a14_a_withdrawal_drops_the_cookies_of_its_own_response_and_erases() {
    let visitor = clicking(get().accepted().header("cookie", "_lum1=old"), |visitor| {
        visitor.refuse(Category::ANALYTICS).unwrap();
    });
    let lines = visitor.set(["_lum1=new", "recommend=1"]);
    assert_eq!(lines[0], "recommend=1");
    assert!(lines[1].starts_with("__Host-consent=1.4.1795435200.1a.4.0; "), "{lines:?}");
    assert!(lines[2].starts_with("_lum1=; "), "{lines:?}");
    assert_eq!(lines.len(), 3);
}

#[test]
fn a11_an_answer_that_changes_nothing_is_not_written() {
    let visitor = clicking(get().accepted(), |visitor| visitor.grant(Category::ANALYTICS).unwrap());
    assert!(lines_of(&visitor.answer([("content-type", "text/html")])).is_empty());
}

#[test]
fn an_answer_travels_on_a_response_for_shared_caches_and_makes_it_private() {
    let visitor = clicking(get().header("cookie", "_lum1=a"), |visitor| visitor.refuse_all().unwrap());
    let response = visitor.answer([("cache-control", "public, max-age=60")]);
    assert_eq!(lines_of(&response).len(), 2, "the answer, and the erasure");
    assert_eq!(response.headers()["cache-control"], "private, no-store");
}

#[test]
fn the_answer_of_the_gate_leaves_where_a_handlers_own_is_dropped() {
    let visitor = clicking(get(), |visitor| visitor.refuse_all().unwrap());
    let lines = visitor.set(["__Host-consent=1.4.1795435200.1e.0.0; Path=/; Secure"]);
    assert!(lines.len() == 1 && lines[0].starts_with("__Host-consent=1.4.1795435200.0.1e.0; "), "{lines:?}");
}

#[test]
fn r5_two_answers_become_one_at_the_next_click() {
    let gate = testing::gate();
    let other = testing::cookie(&gate, Category::ANALYTICS, testing::now());
    let visitor = clicking(get().accepted().header("cookie", other), |visitor| {
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
        assert!(visitor.may_track(Category::ANALYTICS));
        visitor.refuse(Category::FUNCTIONAL).unwrap();
    });
    let lines = visitor.set(["sid=1"]);
    assert!(lines[1].starts_with("__Host-consent=1.4.1795435200.4.1a.0; "), "{lines:?}");
}

#[test]
fn a12_what_the_head_has_left_without_is_late() {
    let service = service_fn(async |request: Request<()>| {
        let visitor = request.extensions().get::<Visitor>().cloned().unwrap();
        Ok::<_, Infallible>(Response::new(visitor))
    });
    let response = get().layer.layer(service).oneshot(Request::new(())).now_or_never().unwrap().unwrap();
    let visitor = response.into_body();
    assert_eq!(visitor.refuse_all(), Err(ChangeError::Late));
    assert_eq!(visitor.grant(Category::ANALYTICS), Err(ChangeError::Late));
    assert_eq!(visitor.learn(|facts| facts.known = true), Err(ChangeError::Late));
    assert!(!visitor.may_track(Category::ANALYTICS), "questions are still answered");
}

#[test]
fn a_change_prepared_before_the_head_and_committed_after_it_is_late() {
    let visitor = testing::undecided(&testing::gate());
    let pending = visitor.prepare(&Change::grant(Category::ANALYTICS)).unwrap();
    let _ = visitor.finish();
    assert_eq!(pending.commit(), Err(ChangeError::Late));
    assert!(!visitor.may_track(Category::ANALYTICS));
}
