//! Signals of the browser on the page, and what a form can do against them.

use crate::site::{DAY, NOW, facts, gate, time, visitor_with};
use crate::ui::{send, stored};
use consent_gate::ui::{Privacy, Source};
use consent_gate::{Category, Gate, Visitor};

const RECENT: i64 = NOW - 10 * DAY;

fn settings(gate: &Gate, visitor: &Visitor) -> consent_gate::ui::Settings {
    Privacy::new(gate.clone()).settings(visitor, "en")
}

#[test]
fn r15_r18_the_page_says_that_the_opt_out_was_honoured_and_the_switch_is_off() {
    let gate = gate();
    let visitor = visitor_with(&gate, "US-CA", &format!("A=1.4.{RECENT}.1e.0.0"), &["sec-gpc"]);
    let settings = settings(&gate, &visitor);
    assert_eq!((settings.signals[0].signal, settings.signals[0].state), ("gpc", "honoured"));
    assert!(settings.signals[0].text.contains("Opt-Out Request Honored"));
    let advertising = settings.categories.iter().find(|category| category.id == "advertising").unwrap();
    assert_eq!((advertising.is_on, advertising.source, advertising.can_change), (false, Source::Gpc, false));
    let html = settings.to_html();
    let switch = html.split("<input").find(|input| input.contains("value=\"advertising\"")).unwrap();
    let switch = switch.split('>').next().unwrap();
    assert!(switch.contains(" disabled") && !switch.contains(" checked"), "{switch}");
}

#[test]
fn r16_third_parties_of_every_category_are_off_too() {
    let gate = gate();
    let visitor = visitor_with(&gate, "US-CA", "", &["sec-gpc"]);
    let settings = settings(&gate, &visitor);
    let analytics = settings.categories.iter().find(|category| category.id == "analytics").unwrap();
    assert!(analytics.is_on);
    let on: Vec<(&str, bool)> = analytics.providers.iter().map(|p| (p.id.as_str(), p.is_on)).collect();
    assert_eq!(on, [("tally", true), ("peek", false)], "peek is no processor");
}

#[test]
fn r17_nobody_is_asked_to_log_in_for_an_opt_out() {
    let gate = gate();
    for signals in [&["sec-gpc"][..], &["dnt"]] {
        let visitor = visitor_with(&gate, "US-CA", "", signals);
        let html = settings(&gate, &visitor).to_html();
        assert!(html.contains("You need not log in"), "{signals:?}");
        assert!(!visitor.may_track(Category::ADVERTISING), "{signals:?}");
    }
}

#[test]
fn r15_an_unknown_visitor_cannot_accept_against_gpc_and_a_known_one_is_told_of_the_conflict() {
    let gate = gate();
    let unknown = visitor_with(&gate, "US-CA", "", &["sec-gpc"]);
    send(&gate, &unknown, "action=accept");
    assert!(!unknown.may_track(Category::ADVERTISING));
    assert_eq!(stored(&unknown).as_deref(), Some("1.4.1795392000.e.10.1"));

    let known = gate.visitor([("sec-gpc", "1")], facts("US-CA").known(true), time(NOW));
    let advertising = settings(&gate, &known).categories.into_iter().find(|c| c.id == "advertising").unwrap();
    assert!(advertising.can_change && advertising.conflict.unwrap().contains("in spite of it"));
    send(&gate, &known, "action=save&category=advertising");
    assert!(known.may_track(Category::ADVERTISING), "a grant after notice of the conflict");
    assert_eq!(settings(&gate, &known).signals[0].state, "overridden");
}

#[test]
fn r21_dnt_is_shown_and_never_grants() {
    let gate = gate();
    let visitor = visitor_with(&gate, "GB", "", &["dnt"]);
    let settings = settings(&gate, &visitor);
    assert_eq!((settings.signals[0].signal, settings.signals[0].state), ("dnt", "honoured"));
    let zero = gate.visitor([("dnt", "0")], facts("DE"), time(NOW));
    assert!(
        Privacy::new(gate.clone()).settings(&zero, "en").signals.is_empty() && !zero.may_track(Category::ANALYTICS)
    );
}

#[test]
fn what_the_law_forbids_a_minor_cannot_be_switched_on() {
    let gate = gate();
    let headers: [(&str, &str); 0] = [];
    let mut facts = facts("DE");
    facts.minor = true;
    let visitor = gate.visitor(headers, facts, time(NOW));
    send(&gate, &visitor, "action=accept");
    let advertising = settings(&gate, &visitor).categories.into_iter().find(|c| c.id == "advertising").unwrap();
    assert_eq!((advertising.source, advertising.can_change), (Source::Forbidden, false));
    // Nobody has asked the grown-up that the minor becomes.
    assert_eq!(stored(&visitor).as_deref(), Some("1.4.1795392000.6.0.0"));
}
