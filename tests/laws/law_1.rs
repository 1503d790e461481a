//! Law 1: nothing added ever widens.

use crate::laws::world::*;
use crate::site;
use Choice::{Refused, Unasked};
use consent_gate::Facts;

/// The place of an answer in the list of all.
fn place(sent: Sent) -> usize {
    SENT.iter().position(|known| *known == sent).unwrap()
}

#[test]
fn a_signal_never_widens() {
    for state in State::all() {
        for signal in [1, 2] {
            let signalled = State { signals: state.signals | signal, ..state };
            narrows(signalled.allowed(), state.allowed(), (signalled, state.sent()));
        }
    }
}

#[test]
fn a_refusal_of_a_category_or_a_provider_never_widens() {
    let mut refusals: Vec<Vec<usize>> = vec![Vec::new(); SENT.len()];
    for (before, sent) in SENT.iter().enumerate() {
        let Sent::Answer(said) = *sent else { continue };
        refusals[before].push(place(Sent::Answer(Said { analytics: Refused, ..said })));
        refusals[before].push(place(Sent::Answer(Said { advertising: Refused, ..said })));
        let ids = match said.named {
            Some((id, _)) => vec![id],
            None => vec!["tally", "peek", "adloop"],
        };
        refusals[before]
            .extend(ids.into_iter().map(|id| place(Sent::Answer(Said { named: Some((id, false)), ..said }))));
    }
    for state in State::all() {
        for &sent in &refusals[state.sent] {
            let refused = State { sent, ..state };
            narrows(refused.allowed(), state.allowed(), (refused, refused.sent(), state.sent()));
        }
    }
}

#[test]
fn a_first_answer_that_only_refuses_never_widens() {
    let only_refuses = |sent: &Sent| match sent {
        Sent::Answer(said) => {
            let open = [said.analytics, said.advertising].contains(&Choice::Granted);
            !open && said.named.is_none_or(|(_, granted)| !granted)
        }
        _ => false,
    };
    let refusals: Vec<usize> = (0..SENT.len()).filter(|place| only_refuses(&SENT[*place])).collect();
    for state in State::all().filter(|state| state.sent() == Sent::Nothing) {
        for &sent in &refusals {
            let refused = State { sent, ..state };
            narrows(refused.allowed(), state.allowed(), (refused, refused.sent()));
        }
    }
}

#[test]
fn a_lapse_never_widens() {
    for state in State::all().filter(|state| state.time == 0) {
        let later = State { time: 1, ..state };
        narrows(later.allowed(), state.allowed(), (later, state.sent()));
    }
}

#[test]
fn being_a_minor_never_widens() {
    for state in State::all().filter(|state| state.person == 0) {
        let minor = State { person: 2, ..state };
        narrows(minor.allowed(), state.allowed(), (minor, state.sent()));
    }
}

#[test]
fn garbage_in_the_place_of_any_answer_never_widens() {
    let garbage = place(Sent::Garbage);
    for state in State::all() {
        let broken = State { sent: garbage, ..state };
        narrows(broken.allowed(), state.allowed(), (broken, state.sent()));
    }
}

#[test]
fn a_stricter_rule_never_widens() {
    for pair in BY_STRICTNESS.windows(2) {
        for state in State::all().filter(|state| state.region == pair[0]) {
            let stricter = State { region: pair[1], ..state };
            narrows(stricter.allowed(), state.allowed(), (stricter, state.sent()));
        }
    }
}

#[test]
fn a_residence_elsewhere_never_widens_and_allows_only_what_both_places_allow() {
    // Every fifth answer: the pairs of places multiply the rest.
    for state in State::all().filter(|s| s.sent % 5 == 3 && s.time == 0 && s.person < 2) {
        for residence in [0, 2, 3, 4, 7].into_iter().filter(|residence| *residence != state.region) {
            let there = State { region: residence, ..state };
            let facts = state.facts().residence(site::region(REGIONS[residence]));
            let both = visitor(state.signals, &state.sent().header(DECIDED), facts, state.now());
            narrows(allowed(&ask(&both)), state.allowed() & strict(residence, there), (state, residence, state.sent()));
        }
    }
}

/// An unknown residence says nothing, so that it narrows nothing.
fn strict(residence: usize, there: State) -> u32 {
    if REGIONS[residence].is_empty() { u32::MAX } else { there.allowed() }
}

/// A few answers that differ in everything that a second cookie can differ in.
fn second_cookies() -> impl Iterator<Item = Sent> {
    SENT.iter().copied().skip(1).step_by(17)
}

#[test]
fn a_second_cookie_never_widens_whichever_comes_first() {
    for state in State::all().filter(|s| s.person < 2 && s.time == 0 && [0, 2, 3].contains(&s.region) && s.sent != 0) {
        if state.signals == 2 || state.sent % 3 != 0 {
            continue;
        }
        for (second, age) in second_cookies().zip([0, 200, -5].into_iter().cycle()) {
            let (one, other) = (state.sent().header(DECIDED), second.header(DECIDED - age * site::DAY));
            let both = |cookies: String| allowed(&ask(&visitor(state.signals, &cookies, state.facts(), state.now())));
            let forward = both(format!("{one}; {other}"));
            narrows(forward, state.allowed(), (state, state.sent(), second, age));
            if second == Sent::Garbage {
                assert_eq!(forward, both(format!("{other}; {one}")), "{state:?}");
            }
        }
    }
}

#[test]
fn nothing_said_in_an_answer_of_an_application_widens_beside_the_cookie() {
    for state in State::all().filter(|s| s.person == 1 && s.region == 3 && s.sent != 0) {
        for text in ["", "garbage", "1.4.0.14.0.1", "1.4.1795000000.0.14.0", "1.4.1794528000.14.0.1.+adloop"] {
            let facts: Facts = state.facts().answer_text(text);
            let both = visitor(state.signals, &state.sent().header(DECIDED), facts, state.now());
            narrows(allowed(&ask(&both)), state.allowed(), (state, state.sent(), text));
        }
    }
}

#[test]
fn nothing_is_left_open_by_the_world_itself() {
    // The table must hold both answers to every question, or these tests would hold of anything.
    let (mut some, mut all) = (0, u32::MAX);
    for state in State::all() {
        some |= state.allowed();
        all &= state.allowed();
    }
    let essential = 0b1100;
    assert_eq!((some, all), ((1 << QUESTIONS.len()) - 1, essential));
    assert!(SENT.iter().any(|sent| matches!(sent, Sent::Answer(said) if said.analytics == Unasked)));
}
