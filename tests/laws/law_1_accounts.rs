//! Law 1 again, for a visitor with two answers: the browser's and the account's.

use crate::laws::world::*;
use crate::site;
use Choice::{Granted, Refused, Unasked};
use consent_gate::{Answer, Category};

/// The clicks, and the times at which the first, the second, and both of their grants have lapsed.
const CLICKS: [i64; 2] = [site::NOW - 100 * site::DAY, site::NOW - 10 * site::DAY];
const TIMES: [i64; 3] = [site::NOW, CLICKS[0] + 180 * site::DAY, CLICKS[1] + 180 * site::DAY];
const PLACES: [&str; 2] = ["DE", "US-CA"];

/// What one side says of advertising and of `adloop`, and when it was clicked.
type Side = Option<(Said, i64)>;

fn sides() -> Vec<Side> {
    let mut all = vec![None];
    for revision in [4, 2] {
        for advertising in [Unasked, Granted, Refused] {
            for saw_gpc in [false, true] {
                for named in [None, Some(("adloop", true)), Some(("adloop", false))] {
                    for decided in CLICKS {
                        all.push(Some((Said { revision, analytics: Unasked, advertising, saw_gpc, named }, decided)));
                    }
                }
            }
        }
    }
    all
}

/// Whether the category, the site's own cookie and the provider's script are allowed, for one place and signal.
fn allowed(place: &str, gpc: bool, browser: &Side, account: &Side, now: i64) -> [bool; 3] {
    let cookie = browser.map(|(said, decided)| format!("__Host-consent={}", said.value(decided))).unwrap_or_default();
    let mut facts = site::facts(place).known(true);
    facts.account = account.map(|(said, decided)| said.value(decided).parse::<Answer>().unwrap());
    let visitor = visitor(usize::from(gpc), &cookie, facts, site::time(now));
    [
        visitor.may_track(Category::ADVERTISING),
        visitor.decide_cookie("own_ad").is_allow(),
        visitor.decide_address("https://adloop.example/t.js").is_allow(),
    ]
}

#[track_caller]
fn narrows(after: [bool; 3], before: [bool; 3], what: impl std::fmt::Debug) {
    assert!(after.iter().zip(before).all(|(after, before)| !after || before), "{after:?} after {before:?}: {what:?}");
}

#[test]
fn with_an_account_no_lapse_and_no_signal_widens() {
    let sides = sides();
    for place in PLACES {
        for browser in &sides {
            for account in &sides {
                let mut before = [[true; 3]; 2];
                for now in TIMES {
                    let quiet = allowed(place, false, browser, account, now);
                    let objected = allowed(place, true, browser, account, now);
                    narrows(quiet, before[0], (place, "lapse", browser, account, now));
                    narrows(objected, before[1], (place, "lapse under gpc", browser, account, now));
                    narrows(objected, quiet, (place, "gpc", browser, account, now));
                    before = [quiet, objected];
                }
            }
        }
    }
}

#[test]
fn an_account_that_refuses_never_widens_and_one_that_is_silent_changes_nothing() {
    let sides = sides();
    for place in PLACES {
        for gpc in [false, true] {
            for browser in &sides {
                let alone = allowed(place, gpc, browser, &None, site::NOW);
                for account in sides.iter().flatten() {
                    let (said, _) = account;
                    let both = || allowed(place, gpc, browser, &Some(*account), site::NOW);
                    let grants = said.advertising == Granted || said.named.is_some_and(|(_, granted)| granted);
                    if !grants {
                        narrows(both(), alone, (place, gpc, browser, account));
                    }
                    if !grants && said.advertising == Unasked && said.named.is_none() {
                        assert_eq!(both(), alone, "{place} {browser:?} {account:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn two_sides_that_agree_allow_no_more_than_either() {
    let sides = sides();
    for place in PLACES {
        for gpc in [false, true] {
            for (browser, account) in
                sides.iter().flatten().flat_map(|one| sides.iter().flatten().map(move |b| (one, b)))
            {
                // The same choices, clicked at another time or with other things in view.
                if (browser.0.advertising, browser.0.named) != (account.0.advertising, account.0.named) {
                    continue;
                }
                let (browser, account) = (Some(*browser), Some(*account));
                let both = allowed(place, gpc, &browser, &account, TIMES[1]);
                narrows(both, allowed(place, gpc, &browser, &None, TIMES[1]), (place, gpc, &browser, &account));
                narrows(both, allowed(place, gpc, &account, &None, TIMES[1]), (place, gpc, &account, &browser));
            }
        }
    }
}
