//! Law 4: `may_track(c)` is `decide(c).is_allow()`, for every set of bits.

use crate::laws::world::*;
use crate::site;
use consent_gate::{Category, Gate};
use std::sync::LazyLock;

/// One custom category is declared beside three of the four built-in ones.
static GATE: LazyLock<Gate> = LazyLock::new(|| {
    site::gate_with(|policy| {
        policy.categories.retain(|category| category.id != "functional");
        policy.trackers.retain(|tracker| tracker.category != "functional");
        let live_help = site::category("live-help", 2).custom(3);
        policy.categories.push(live_help);
    })
});

/// Every set of the built-in bits, alone and with a reserved, a declared, an undeclared and all other bits.
fn sets() -> impl Iterator<Item = Category> {
    let custom = |index| Category::custom(index).unwrap();
    let reserved = Category::from_bits_retain(1 << 5) | Category::from_bits_retain(1 << 15);
    let more =
        [Category::empty(), custom(3), custom(0), custom(15), reserved, custom(3) | reserved, !Category::empty()];
    (0..32).flat_map(move |bits| more.map(|more| Category::from_bits_retain(bits) | more))
}

#[test]
fn the_mask_and_the_reason_agree_on_every_set_for_every_visitor() {
    for state in State::all().filter(|state| state.sent % 11 < 2) {
        let cookie = state.sent().header(DECIDED).replace(".14.", ".80014.");
        let headers = [("cookie", cookie.as_str()), ("sec-gpc", if state.has(1) { "1" } else { "" })];
        let visitor = GATE.visitor(headers, state.facts(), state.now());
        let consent = GATE.consent(headers, &state.facts(), state.now());
        for set in sets() {
            let decision = consent.decide(set);
            assert_eq!(consent.may_track(set), decision.is_allow(), "{set:?} {state:?}");
            assert_eq!(visitor.may_track(set), decision.is_allow(), "{set:?} {state:?}");
            if set.bits() % 8 == 4 {
                assert_eq!(visitor.decide(set), decision, "{set:?} {state:?}");
            }
        }
    }
}

#[test]
fn a_set_is_allowed_when_each_of_its_bits_is() {
    for state in State::all().filter(|state| state.sent % 40 == 7) {
        let consent = GATE.consent([("cookie", state.sent().header(DECIDED))], &state.facts(), state.now());
        for set in sets() {
            let bits = || (0..32).map(|bit| Category::from_bits_retain(1 << bit)).filter(move |bit| set.contains(*bit));
            assert_eq!(consent.may_track(set), !set.is_empty() && bits().all(|bit| consent.may_track(bit)), "{set:?}");
        }
    }
}

#[test]
fn the_empty_set_and_bits_that_nobody_declared_are_denied_to_who_granted_everything() {
    let headers = [("cookie", format!("__Host-consent=1.4.{DECIDED}.ffff001e.0.3"))];
    let visitor = GATE.visitor(headers, site::facts("DE").known(true), site::time(site::NOW));
    assert!(visitor.may_track(GATE.offered() | Category::ESSENTIAL));
    let undeclared = [
        Category::empty(),
        Category::FUNCTIONAL,
        Category::all(),
        !Category::empty(),
        !Category::ADVERTISING,
        Category::from_bits_retain(1 << 9),
        Category::custom(0).unwrap(),
        Category::ESSENTIAL | Category::from_bits_retain(1 << 5),
        Category::ANALYTICS | Category::custom(4).unwrap(),
    ];
    for set in undeclared {
        assert!(!visitor.may_track(set), "{set:?}");
        assert_eq!(visitor.decide(set).code(), "unknown-category", "{set:?}");
    }
}
