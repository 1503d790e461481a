//! R13 to R21: the signals.

use crate::site::{self, DAY, NOW, facts, gate, gate_with, time, visitor_with};
use consent_gate::policy::RegimeOverride;
use consent_gate::signal::SignalState;
use consent_gate::{Category, Gate, Visitor};

const RECENT: i64 = NOW - 10 * DAY;

fn known(gate: &Gate, region: &str, cookie: &str, signals: &[&str]) -> Visitor {
    let visitor = visitor_with(gate, region, cookie, signals);
    visitor.learn(|facts| facts.known = true).unwrap();
    visitor
}

#[test]
fn r13_only_exactly_one_is_a_signal_in_one_field_of_several() {
    let gate = gate();
    let ask = |values: &[&str]| {
        let headers = values.iter().map(|value| ("Sec-GPC", *value));
        gate.visitor(headers, facts("US-CA"), time(NOW)).decide(Category::ADVERTISING).code()
    };
    for on in [&["1"][..], &["0", "1"], &["1", "0"], &["true, 1"], &["", "1", ""]] {
        assert_eq!(ask(on), "gpc", "{on:?}");
    }
    for off in [&["0"][..], &["true"], &["1;x"], &["11"], &["on", "yes"], &[]] {
        assert_eq!(ask(off), "no-objection", "{off:?}");
    }
}

/// The gate keeps nothing by itself: what a signal closed stays closed where the host stored the objection as the
/// refusal that it is. That a signal ended is never a grant.
#[test]
fn r14_the_end_of_a_signal_is_no_grant_and_a_stored_objection_outlives_it() {
    let gate = gate();
    let first = visitor_with(&gate, "US-CA", "", &["sec-gpc"]);
    assert_eq!(first.signal_status().gpc, SignalState::Honoured);
    first.refuse(Category::ADVERTISING).unwrap();
    let stored = site::lines(&first)[0].split(';').next().unwrap().to_owned();
    let later = visitor_with(&gate, "US-CA", &stored, &[]);
    assert_eq!(later.decide(Category::ADVERTISING).code(), "refused");
    assert_eq!(visitor_with(&gate, "DE", "", &[]).decide(Category::ADVERTISING).code(), "undecided");
}

#[test]
fn r15_gpc_overrules_a_grant_unless_a_known_visitor_gave_it_with_the_signal_in_view() {
    let gate = gate();
    for state in ["CA", "CO", "CT", "DE", "MD", "MN", "MT", "NE", "NH", "NJ", "OR", "TX", "WY"] {
        let region = format!("US-{state}");
        for (seen, is_known, code) in
            [(0, false, "gpc"), (1, false, "gpc"), (0, true, "gpc"), (2, true, "gpc"), (1, true, "granted")]
        {
            let cookie = format!("A=1.4.{RECENT}.1e.0.{seen}");
            let visitor = visitor_with(&gate, &region, &cookie, &["sec-gpc"]);
            visitor.learn(|facts| facts.known = is_known).unwrap();
            assert_eq!(visitor.decide(Category::ADVERTISING).code(), code, "{state} {seen} {is_known}");
            assert_eq!(visitor.decide_address("https://adloop.example/t.js").code(), code, "{state} {seen} {is_known}");
        }
    }
    let lapsed = known(&gate, "US-CA", "A=1.4.1700000000.1e.0.1", &["sec-gpc"]);
    assert_eq!(lapsed.decide(Category::ADVERTISING).code(), "gpc", "only a live grant");
}

#[test]
fn r16_gpc_denies_every_vendor_that_is_not_a_processor_in_any_category_in_the_united_states() {
    let gate = gate();
    let ask = |region: &str, cookie: &str| {
        let visitor = visitor_with(&gate, region, cookie, &["sec-gpc"]);
        [
            visitor.decide_storage(consent_gate::Storage::Local, "peek.queue").code(),
            visitor.decide_address("https://cliptube.example/embed/1").code(),
            visitor.judge_set_cookie("tally_1=a").code(),
            visitor.judge_set_cookie("own_a=a").code(),
        ]
    };
    assert_eq!(ask("US-CA", ""), ["gpc-third-party", "gpc-third-party", "no-objection", "no-objection"]);
    let granted = format!("A=1.4.{RECENT}.1e.0.1");
    assert_eq!(ask("US-NY", &granted), ["gpc-third-party", "gpc-third-party", "granted", "granted"]);
    assert_eq!(ask("DE", &granted), ["granted"; 4], "the presets of other places do not say so");
    let seen = known(&gate, "US-CA", &granted, &["sec-gpc"]);
    assert_eq!(seen.decide_address("https://cliptube.example/embed/1").code(), "granted", "the override of R15");
}

#[test]
fn r18_the_page_can_show_that_the_signal_was_honoured() {
    let gate = gate();
    let status = |visitor: Visitor| (visitor.signal_status().gpc.as_str(), visitor.signal_status().dnt.as_str());
    assert_eq!(status(visitor_with(&gate, "US-CA", "", &["sec-gpc"])), ("honoured", "absent"));
    assert_eq!(status(visitor_with(&gate, "US-CA", "", &[])), ("absent", "absent"));
    assert_eq!(status(visitor_with(&gate, "US-CA", "", &["dnt"])), ("absent", "honoured"));
    assert_eq!(status(visitor_with(&gate, "DE", "", &["sec-gpc", "dnt"])), ("honoured", "not-applicable"));
    let cookie = format!("A=1.4.{RECENT}.10.0.1");
    assert_eq!(status(known(&gate, "US-CA", &cookie, &["sec-gpc"])), ("overridden", "absent"));
    let own = gate_with(|policy| {
        let none = RegimeOverride::new(["CH"]).gpc([""; 0]);
        policy.regimes = vec![none];
    });
    assert_eq!(status(visitor_with(&own, "CH", "", &["sec-gpc"])), ("not-applicable", "absent"));
}

/// "Not a deletion request": what GPC leaves allowed is not erased. What it denies is, since the design erases whatever
/// is denied and was sent.
#[test]
fn r19_gpc_alone_leaves_essential_functional_and_our_own_personalization_as_they_are() {
    let gate = gate();
    for region in ["US-CA", "US-TX", "CH", "AU"] {
        let cookies = "lang=1; seen=1; recommend=1; own_a=1; tally_1=1";
        let (with, without) =
            (visitor_with(&gate, region, cookies, &["sec-gpc"]), visitor_with(&gate, region, cookies, &[]));
        for category in [Category::ESSENTIAL, Category::FUNCTIONAL, Category::ANALYTICS, Category::PERSONALIZATION] {
            assert_eq!(with.decide(category), without.decide(category), "{category:?} {region}");
        }
        assert_eq!(with.erasures(), [], "{region}");
    }
    let undecided = visitor_with(&gate, "DE", "", &["sec-gpc"]);
    assert_eq!(undecided.decide(Category::FUNCTIONAL).code(), "undecided", "nor does it turn anything on");
}

#[test]
fn r20_gpc_in_an_opt_in_regime_is_no_answer_and_is_not_stored() {
    let gate = gate();
    let visitor = visitor_with(&gate, "FR", "", &["sec-gpc"]);
    for (category, id) in gate.categories() {
        assert!(!visitor.may_track(category), "{id}");
    }
    assert_eq!(visitor.answered().as_str(), "undecided");
    assert_eq!(visitor.prompt().open, gate.offered().difference(Category::ADVERTISING), "the rest can be asked");
    assert_eq!(site::lines(&visitor), [""; 0]);
}

#[test]
fn r21_dnt_objects_to_what_is_allowed_until_objection_and_never_grants() {
    let gate = gate();
    let ask = |region: &str, cookie: &str, value: &str| {
        let cookie = cookie.replace("A=", "__Host-consent=");
        let headers = [("cookie", cookie.as_str()), ("DNT", value)];
        gate.visitor(headers, facts(region), time(NOW)).decide(Category::ANALYTICS).code()
    };
    assert_eq!(ask("CH", "", "1"), "dnt");
    assert_eq!(ask("CH", "", "1;x"), "dnt");
    assert_eq!(ask("US-CA", "", "1"), "dnt");
    assert_eq!(ask("CH", "", "0"), "no-objection");
    assert_eq!(ask("DE", "", "0"), "undecided");
    assert_eq!(ask("DE", &format!("A=1.4.{RECENT}.4.0.0"), "1"), "granted", "a grant is no mere absence of objection");
    let own = gate_with(|policy| {
        policy.regimes = vec![RegimeOverride::new(["CH"]).dnt(false)];
    });
    assert!(
        visitor_with(&own, "CH", "", &["dnt"]).may_track(Category::ANALYTICS),
        "the operator may read it otherwise"
    );
}
