//! One span a request, and its events.

use super::log::Log;
use super::{exchange, exchange_as, gate, site};
use consent_gate::web::Mode;
use consent_gate::{Category, Storage};

#[test]
fn a_request_has_one_span_that_holds_its_events() {
    let told = Log::of(|| {
        let handler = |visitor: &consent_gate::Visitor| {
            let _ = visitor.decide_address("https://adloop.example/t.js");
            visitor.refuse(Category::ANALYTICS).unwrap();
        };
        let cookies = "__Host-consent=1.4.1794528000.c.10.0; own_a=1; sid=1";
        exchange(&gate(), Mode::Enforce, cookies, handler, &["own_ad=1; Path=/", "lang=de; Path=/x", "mystery=1"]);
    });
    let expected = [
        "open consent region=DE",
        "DEBUG consent_gate in consent message=denied category=advertising technology=script reason=refused region=DE",
        "DEBUG consent_gate in consent message=changed category=analytics reason=withdrawn region=DE",
        "DEBUG consent_gate in consent message=denied category=advertising technology=cookie reason=refused region=DE",
        "WARN consent_gate in consent message=mismatch technology=cookie reason=Path name=lang",
        "WARN consent_gate in consent message=undeclared technology=cookie reason=denied name=mystery",
        "DEBUG consent_gate in consent message=erased category=analytics technology=cookie reason=refused region=DE",
        "close consent",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_broken_answer_is_told_within_the_span_and_a_move_is_recorded() {
    let told = Log::of(|| {
        let handler = |visitor: &consent_gate::Visitor| {
            visitor.learn(|facts| facts.region = site::region("US-CA")).unwrap();
            visitor.learn(|facts| facts.known = true).unwrap();
        };
        exchange(&gate(), Mode::Enforce, "__Host-consent=x", handler, &[]);
    });
    let expected = [
        "open consent region=DE",
        "DEBUG consent_gate in consent message=unreadable region=DE",
        "record region=US-CA",
        "close consent",
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_span_is_not_current_while_the_host_works_and_closes_though_no_response_leaves() {
    let told = Log::of(|| {
        let visitor = site::visitor(&gate(), "DE", "");
        tracing::info!("the host's own");
        let later = visitor.clone();
        drop(visitor);
        let _ = later.decide_storage(Storage::Local, "peek.queue");
    });
    assert_eq!(told[1], format!("INFO {} in nothing message=the host's own", module_path!()));
    assert!(told[2].starts_with("DEBUG consent_gate in consent message=denied"), "{told:?}");
    assert_eq!(told.last().unwrap(), "close consent");
}

#[test]
fn the_hosts_own_span_is_the_parent() {
    let told = Log::of(|| {
        tracing::info_span!("request").in_scope(|| exchange(&gate(), Mode::Enforce, "", |_| {}, &["own_ad=1"]));
    });
    assert_eq!(told.first().unwrap(), "open request");
    assert_eq!(told[1], "open consent region=DE");
    assert_eq!(told.last().unwrap(), "close request");
}

#[test]
fn a_second_meeting_is_no_warning() {
    let told = Log::of(|| {
        let gate = gate();
        for _ in 0..2 {
            exchange_as(&gate, Mode::Report, site::facts("FR"), "heat=1", |_| {}, &["mystery=1"]);
        }
    });
    let levels = |name: &str| -> Vec<&str> {
        let lines = told.iter().filter(|line| line.ends_with(name));
        lines.map(|line| line.split(' ').next().unwrap()).collect()
    };
    assert_eq!((levels("name=mystery"), levels("name=heat")), (vec!["WARN", "DEBUG"], vec!["WARN", "DEBUG"]));
}
