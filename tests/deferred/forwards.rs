//! R26: what the server sends passes the gate of what it writes and reads.

use super::*;
use consent_gate::web::{Exchange, Mode, RequestLine};
use consent_gate::{Category, Change, ChangeError, DenyReason, Event};
use std::sync::{Arc, Mutex};

#[test]
fn r26_reads_forwards_and_server_to_server_events_pass_the_same_gate_as_writes() {
    let gate = gate();
    let people = ["", "yes", ACCEPTED, "1.4.1794528000.1a.4.0", "1.4.1.1e.0.0", "1.3.1794528000.1e.0.0"];
    let named = ["1.4.1794528000.1e.0.0.-tally", "1.4.1794528000.0.4.0.+tally", "1.4.1794528000.4.0.1.-adloop"];
    let mut codes = std::collections::BTreeSet::new();
    for latest in people.into_iter().chain(named) {
        for region in ["DE", "FR", "CH", "US-CA", ""] {
            for signals in [&[][..], &["sec-gpc"], &["dnt"]] {
                let cookies = if latest.is_empty() { String::new() } else { format!("A={latest}") };
                let visitor = site::visitor_with(&gate, region, &cookies, signals);
                for (cookie, address, stamp) in
                    [("tally_1", TALLY, stamp(TALLY)), ("own_a", OWN, stamp(OWN)), ("count_a", COUNT, stamp(COUNT))]
                {
                    let written = visitor.judge_set_cookie(&format!("{cookie}=1; Path=/")).code();
                    let sent = visitor.forward_permit(address);
                    assert_eq!(visitor.decide_cookie(cookie).code(), written, "read");
                    assert_eq!(sent.map_or_else(DenyReason::code, |p| p.reason().code()), written, "forwarded");
                    assert_eq!(visitor.rejudge(&stamp, week()).code(), written, "queued");
                    assert_eq!(
                        visitor.stamp_forward(address).is_ok(),
                        visitor.decide_cookie(cookie).is_allow(),
                        "stamped"
                    );
                    codes.insert(written);
                }
            }
        }
    }
    assert!(codes.len() >= 8, "{codes:?}");
}

#[test]
fn what_is_denied_when_it_happens_gets_no_stamp() {
    let gate = gate();
    let refused = person(&gate, "1.4.1794528000.0.1e.0", NOW);
    assert_eq!(refused.stamp(Category::ANALYTICS), Err(DenyReason::Refused));
    assert_eq!(refused.stamp(Category::empty()), Err(DenyReason::UnknownCategory));
    assert_eq!(refused.stamp(Category::all()), Err(DenyReason::UnknownCategory));
    assert_eq!(refused.stamp_provider("tally"), Err(DenyReason::Refused));
    assert_eq!(refused.stamp_forward(TALLY), Err(DenyReason::Refused));
    let without_tally = person(&gate, "1.4.1794528000.1e.0.0.-tally", NOW);
    assert!(without_tally.stamp(Category::ANALYTICS).is_ok());
    assert_eq!(without_tally.stamp_provider("tally"), Err(DenyReason::ProviderRefused));
    assert_eq!(without_tally.stamp_forward(TALLY), Err(DenyReason::ProviderRefused));
    let accepted = person(&gate, ACCEPTED, NOW);
    assert_eq!(accepted.stamp_provider("nobody"), Err(DenyReason::Undeclared));
    assert_eq!(accepted.stamp_forward("https://nobody.example/"), Err(DenyReason::Undeclared));
    assert_eq!(
        accepted.stamp_forward("https://shop.example/own"),
        Err(DenyReason::Undeclared),
        "nothing to judge by later"
    );
}

#[test]
fn a_stamp_names_exactly_what_was_allowed() {
    let accepted = person(&gate(), ACCEPTED, NOW);
    let (own, tally) = (accepted.stamp(Category::ANALYTICS).unwrap(), accepted.stamp_provider("tally").unwrap());
    assert_eq!(tally, stamp(TALLY));
    for (stamp, address, expected) in [
        (&own, OWN, Ok(OWN)),
        (&own, TALLY, Err(DenyReason::Stamp)),
        (&tally, TALLY, Ok(TALLY)),
        (&tally, "https://tally.example/v.gif?visit=1", Ok("https://tally.example/v.gif?visit=1")),
        (&tally, OWN, Err(DenyReason::Stamp)),
        (&tally, ADLOOP, Err(DenyReason::Stamp)),
        (&tally, "https://nobody.example/", Err(DenyReason::Undeclared)),
        (&tally, "https://shop.example/", Err(DenyReason::Undeclared)),
    ] {
        assert_eq!(
            accepted.stamped_forward_permit(stamp, week(), address).map(|permit| permit.address()),
            expected,
            "{stamp} {address}"
        );
    }
}

#[test]
fn an_essential_endpoint_is_always_reached() {
    let gate = gate();
    for latest in ["", "yes", "1.4.1794528000.0.1e.0"] {
        let visitor = person(&gate, latest, NOW);
        let stamp = visitor.stamp_forward("https://adloop.example/pay/").unwrap();
        assert_eq!((stamp.categories(), stamp.provider()), (Category::ESSENTIAL, Some("adloop")));
        let permit = visitor.stamped_forward_permit(&stamp, week(), "https://adloop.example/pay/1").unwrap();
        assert_eq!(permit.reason().code(), "essential");
    }
}

#[test]
fn a_request_that_only_fetches_ahead_sends_and_queues_nothing() {
    let gate = gate();
    let cookie = format!("__Host-consent={ACCEPTED}");
    let headers: [(&str, &[u8]); 2] = [("cookie", cookie.as_bytes()), ("sec-purpose", b"prefetch")];
    let line = RequestLine { method: "GET", authority: None };
    let exchange = Exchange::begin(&gate, line, headers, site::facts("DE"), time(NOW), Mode::Enforce);
    let visitor = exchange.visitor();
    assert!(visitor.may_track(Category::ANALYTICS));
    assert_eq!(visitor.forward_permit(TALLY).map(|_| ()), Err(DenyReason::Prefetch));
    assert_eq!(visitor.stamp_forward(TALLY), Err(DenyReason::Prefetch));
    assert_eq!(visitor.stamp_provider("tally"), Err(DenyReason::Prefetch));
    assert_eq!(visitor.stamp(Category::ANALYTICS), Err(DenyReason::Prefetch));
    assert!(
        visitor.stamp(Category::ESSENTIAL).is_ok() && visitor.forward_permit("https://adloop.example/pay/").is_ok()
    );
}

#[test]
fn a_person_without_a_request_cannot_answer() {
    let person = person(&gate(), ACCEPTED, NOW);
    assert_eq!(person.refuse_all(), Err(ChangeError::Late));
    assert_eq!(person.prepare(&Change::grant(Category::ANALYTICS)).map(|_| ()).unwrap_err(), ChangeError::Late);
    assert!(person.finish().is_empty());
}

#[test]
fn what_is_not_sent_is_told_with_its_category_and_without_its_address() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = told.clone();
    let gate = gate().on_event(move |event| {
        if let Event::Denied { technology: Technology::Request, category, reason, .. } = event {
            log.lock().unwrap().push(format!("{category} {}", reason.code()));
        }
    });
    let visitor = person(&gate, "1.4.1794528000.8.14.0", LATER);
    let _ = visitor.rejudge(&stamp(ADLOOP), week());
    let _ = visitor.rejudge(
        &person(&super::gate(), ACCEPTED, NOW).stamp(Category::PERSONALIZATION | Category::ADVERTISING).unwrap(),
        week(),
    );
    let _ = visitor.forward_permit(&format!("{TALLY}?user=1"));
    let _ = visitor.stamped_forward_permit(&stamp(TALLY), week(), TALLY);
    assert_eq!(
        *told.lock().unwrap(),
        ["advertising refused", "advertising refused", "analytics refused", "analytics refused"]
    );
}
