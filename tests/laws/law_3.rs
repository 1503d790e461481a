//! Law 3: garbage never allows more than no cookie; in an opt-out regime it allows less.

use crate::laws::world::{self, allowed, ask, narrows};
use crate::site;
use consent_gate::Category;
use consent_gate::regime::{Rule, presets};

/// What else has stood in a consent cookie: other formats, other software's, and near misses of ours.
const GARBAGE: [&str; 24] = [
    "",
    "1",
    "0",
    "true",
    "yes",
    "all",
    "allow",
    "null",
    "undefined",
    "{}",
    "[]",
    "%7B%22analytics%22%3Atrue%7D",
    "\"1.4.1794528000.14.0.0\"",
    "analytics=true",
    "9.4.1794528000.14.0.0",
    "*1.4.1794528000.14.0.0",
    "1.4.1794528000.14.0",
    "1.4.1794528000.14.0.0.",
    "1.4.1794528000.14.14.0",
    "1.4.1794528000.ffffffff.0.0",
    "1.4.1794528000.0x14.0.0",
    "1.4.9999999999.14.0.0",
    "1.4.1794528000.14.0.0, 1.4.1794528000.14.0.0",
    "\u{e9}",
];

#[test]
fn garbage_allows_no_more_than_no_cookie_anywhere() {
    for row in presets() {
        let code = if row.region == "*" { "MC" } else { row.region };
        let facts = site::facts(code).known(true);
        let now = site::time(site::NOW);
        let nothing = allowed(&ask(&world::visitor(0, "", facts.clone(), now)));
        for garbage in GARBAGE {
            let broken = world::visitor(0, &format!("__Host-consent={garbage}"), facts.clone(), now);
            narrows(allowed(&ask(&broken)), nothing, (row.region, garbage));
            for (category, id) in world::GATE.categories() {
                assert_eq!(broken.decide(category).code(), "unreadable", "{id} in {} for {garbage:?}", row.region);
            }
        }
    }
}

#[test]
fn garbage_allows_less_than_no_cookie_where_anything_is_allowed_without_a_grant() {
    let mut count = 0;
    for row in presets().iter().filter(|row| row.region != "*") {
        let gate = site::gate();
        let (nothing, broken) = (site::visitor(&gate, row.region, ""), site::visitor(&gate, row.region, "A=x"));
        for category in [Category::FUNCTIONAL, Category::ANALYTICS, Category::PERSONALIZATION, Category::ADVERTISING] {
            if gate.regime(site::region(row.region), site::time(site::NOW)).rule(category) <= Rule::OptOut {
                assert!(nothing.may_track(category) && !broken.may_track(category), "{category:?} in {}", row.region);
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count}");
}
