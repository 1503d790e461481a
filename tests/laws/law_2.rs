//! Law 2: a refusal survives expiry, a new revision, a move to another region, and any automatic signal.

use crate::laws::world::*;
use crate::site;
use Choice::Refused;
use consent_gate::regime::presets;
use consent_gate::{Answer, Category};

#[test]
fn a_refused_category_is_denied_to_every_visitor_who_refused_it() {
    for state in State::all() {
        let Sent::Answer(said) = state.sent() else { continue };
        for (place, category) in [(0, ANALYTICS), (1, ADVERTISING)] {
            if said.choice(category) == Refused {
                assert!(state.answers()[place].is_deny(), "{category:?} {state:?} {said:?}");
            }
        }
    }
}

#[test]
fn a_provider_refused_by_name_is_denied_whatever_its_category_is() {
    for state in State::all() {
        let Sent::Answer(Said { named: Some((id, false)), .. }) = state.sent() else { continue };
        for (place, (category, _, provider)) in (2..).zip(TRACKERS) {
            if provider.is_some_and(|(known, ..)| known == id) && category != Category::ESSENTIAL {
                assert!(state.answers()[place].is_deny(), "{} {state:?}", QUESTIONS[place]);
            }
        }
    }
}

#[test]
fn a_refusal_holds_in_every_region_under_every_later_policy_and_for_ever() {
    let refusal = format!("1.2.{}.0.{:x}.0.-cliptube", site::NOW - site::DAY, site::gate().offered().bits());
    let later = site::gate_with(|policy| {
        policy.revision = 90;
        policy.categories.iter_mut().for_each(|category| category.since = 90);
        policy.providers.iter_mut().for_each(|provider| provider.since = 90);
    });
    for gate in [site::gate(), later] {
        for region in presets().iter().map(|row| row.region).filter(|code| *code != "*").chain([""]) {
            for years in [0, 1, 5, 80] {
                for signals in [&[][..], &["sec-gpc"], &["dnt"]] {
                    let cookie = format!("__Host-consent={refusal}");
                    let mut headers = vec![("cookie", cookie.as_str())];
                    headers.extend(signals.iter().map(|name| (*name, "1")));
                    let now = site::time(site::NOW + years * 366 * site::DAY);
                    let visitor = gate.visitor(headers, site::facts(region).known(true), now);
                    for (category, id) in gate.categories() {
                        assert!(!visitor.may_track(category), "{id} in {region:?} after {years} years");
                    }
                    assert!(visitor.decide_address("https://cliptube.example/embed/1").is_deny());
                }
            }
        }
    }
}

#[test]
fn a_refusal_in_the_account_holds_beside_any_browser() {
    let refusal: Answer = format!("1.4.{}.0.10.0", site::NOW - 900 * site::DAY).parse().unwrap();
    for state in State::all().filter(|state| state.time == 0 && state.sent % 7 == 0) {
        let facts = state.facts().account(refusal.clone());
        let visitor = visitor(state.signals, &state.sent().header(DECIDED), facts, state.now());
        assert!(!visitor.may_track(ADVERTISING), "{state:?} {:?}", state.sent());
    }
}
