//! Changes: complete and partial answers, providers by name, and the two steps.

use crate::site::{self, DAY, NOW, gate, gate_with, lines, visitor, visitor_with};
use consent_gate::{Answer, Category, Change, ChangeError, Gate};

const FUNCTIONAL: Category = Category::FUNCTIONAL;
const ANALYTICS: Category = Category::ANALYTICS;
const PERSONALIZATION: Category = Category::PERSONALIZATION;
const ADVERTISING: Category = Category::ADVERTISING;

/// `N` stands for the date of the request, `R` for ten days before, `X` for a date whose grants have lapsed.
fn dated(value: &str) -> String {
    let recent = (NOW - 10 * DAY).to_string();
    value.replace(".N.", &format!(".{NOW}.")).replace(".R.", &format!(".{recent}.")).replace(".X.", ".1700000000.")
}

/// What a change makes of the answer in these cookies.
#[track_caller]
fn becomes(before: &str, change: &Change, after: &str) {
    let visitor = visitor(&gate(), "DE", &dated(before));
    let pending = visitor.prepare(change).unwrap();
    assert_eq!(pending.answer().to_string(), dated(after), "{before} and {change:?}");
}

fn one(id: &str, granted: bool) -> Change {
    Change::grant(Category::empty()).provider(id, granted)
}

#[test]
fn a_complete_answer_is_dated_now_and_says_something_of_every_category() {
    let some = Change::answer(ANALYTICS);
    for before in ["", "A=1.4.R.1e.0.0", "A=1.4.X.0.1e.3", "A=1.2.R.2.4.1.+cliptube~-peek", "A=garbage"] {
        becomes(before, &some, "1.4.N.4.1a.0");
    }
    becomes("A=1.4.R.1e.0.0", &Change::answer(Category::empty()), "1.4.N.0.1e.0");
    becomes("", &some.clone().provider("cliptube", true).provider("peek", false), "1.4.N.4.1a.0.+cliptube~-peek");
    let signalled = visitor_with(&gate(), "DE", "", &["sec-gpc", "dnt"]);
    assert_eq!(signalled.prepare(&some).unwrap().answer().to_string(), dated("1.4.N.4.1a.3"));
}

#[test]
fn a_complete_answer_drops_no_refusal_of_what_it_leaves_unasked() {
    let without_advertising = Change::answer(ANALYTICS).unasked(ADVERTISING);
    becomes("", &without_advertising, "1.4.N.4.a.0");
    becomes("A=1.4.R.0.10.0", &without_advertising, "1.4.N.4.1a.0");
    becomes("A=1.4.R.10.0.0", &without_advertising, "1.4.N.4.a.0");
    becomes("A=1.4.R.0.10.0", &Change::answer(ADVERTISING).unasked(ADVERTISING), "1.4.N.10.e.0");
}

#[test]
fn a_partial_change_keeps_the_older_date_while_any_grant_of_it_stands() {
    becomes("", &Change::grant(ANALYTICS), "1.4.N.4.0.0");
    becomes("", &Change::refuse(ADVERTISING), "1.4.N.0.10.0");
    becomes("A=1.4.R.2.0.0", &Change::grant(ANALYTICS), "1.4.R.6.0.0");
    becomes("A=1.4.R.6.0.0", &Change::refuse(ANALYTICS), "1.4.R.2.4.0");
    becomes("A=1.4.R.0.0.0.+cliptube", &Change::grant(ANALYTICS), "1.4.R.4.0.0.+cliptube");
    becomes("A=1.4.R.8.0.0", &one("cliptube", false), "1.4.R.8.0.0.-cliptube");
}

#[test]
fn a_partial_change_is_dated_now_where_no_grant_stands_any_more() {
    becomes("A=1.4.R.4.0.0", &Change::refuse(ANALYTICS), "1.4.N.0.4.0");
    becomes("A=1.4.R.0.10.0", &Change::grant(ANALYTICS), "1.4.N.4.10.0");
    becomes("A=1.4.X.2.10.0", &Change::grant(ANALYTICS), "1.4.N.4.10.0");
    becomes("A=1.4.X.0.0.0.+cliptube~-peek", &Change::grant(ANALYTICS), "1.4.N.4.0.0.-peek");
    becomes("A=1.2.R.4.0.0", &Change::grant(FUNCTIONAL), "1.4.N.2.0.0");
}

#[test]
fn no_partial_change_ever_prolongs_a_grant_that_it_does_not_name() {
    let gate = gate();
    for before in
        ["1.4.R.2.0.0", "1.4.X.2.0.0", "1.4.X.2.10.0.+cliptube", "1.2.R.2.0.0", "1.4.R.a.0.0.+cliptube", "1.9.R.2.0.0"]
    {
        let old: Answer = dated(before).parse().unwrap();
        let changes = [
            Change::grant(ANALYTICS),
            Change::refuse(ADVERTISING),
            one("cliptube", true),
            one("peek", false),
            one("adloop", true),
        ];
        for change in changes {
            let visitor = visitor(&gate, "DE", &dated(&format!("A={before}")));
            let live = visitor.consent().live();
            let new = visitor.prepare(&change).unwrap().answer().clone();
            for category in [FUNCTIONAL, PERSONALIZATION] {
                if new.granted().contains(category) {
                    assert!(live.contains(category) && new.decided() == old.decided(), "{before} {change:?}: {new}");
                }
            }
        }
    }
}

#[test]
fn of_the_signals_only_those_in_view_both_times_are_kept() {
    becomes("A=1.4.R.2.0.1", &Change::grant(ANALYTICS), "1.4.R.6.0.0");
    let gate = gate();
    let again = visitor_with(&gate, "DE", &dated("A=1.4.R.2.0.3"), &["sec-gpc"]);
    assert_eq!(again.prepare(&Change::grant(ANALYTICS)).unwrap().answer().to_string(), dated("1.4.R.6.0.1"));
    let first = visitor_with(&gate, "DE", &dated("A=1.4.R.2.0.0"), &["sec-gpc"]);
    assert_eq!(first.prepare(&Change::grant(ANALYTICS)).unwrap().answer().to_string(), dated("1.4.R.6.0.0"));
}

#[test]
fn a_grant_of_something_newer_raises_the_revision_and_says_yes_to_nothing_else_that_is_newer() {
    becomes("A=1.2.R.2.0.0", &Change::grant(PERSONALIZATION), "1.2.R.a.0.0");
    becomes("A=1.2.R.2.0.0", &Change::grant(ANALYTICS), "1.4.R.6.0.0");
    // adloop came in revision 3: whoever granted advertising in 2 did not say yes to it.
    becomes("A=1.2.R.12.0.0", &Change::grant(ANALYTICS), "1.4.R.16.0.0.-adloop");
    becomes("A=1.2.R.12.0.0.+adloop", &Change::grant(ANALYTICS), "1.4.R.16.0.0.-adloop");
    becomes("A=1.2.R.10.0.0", &one("adloop", true), "1.4.R.10.0.0.+adloop");
    becomes("A=1.9.R.2.0.0", &Change::grant(ANALYTICS), "1.9.R.6.0.0");
}

#[test]
fn refusing_a_category_removes_the_grants_by_name_in_it() {
    becomes("A=1.4.R.a.0.0.+cliptube", &Change::refuse(PERSONALIZATION), "1.4.R.2.8.0");
    becomes("A=1.4.R.2.8.0.+cliptube", &Change::refuse(PERSONALIZATION), "1.4.R.2.8.0");
    becomes("A=1.4.R.2.0.0.+cliptube", &Change::refuse(ANALYTICS), "1.4.R.2.4.0.+cliptube");
    becomes("A=1.4.R.a.0.0.-cliptube", &Change::refuse(PERSONALIZATION), "1.4.R.2.8.0.-cliptube");
}

#[test]
fn a_video_that_is_clicked_plays_though_its_category_is_refused_and_a_refusal_by_name_stops_it() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", &dated("A=1.4.R.0.1e.0"));
    let video = || visitor.decide_address("https://cliptube.example/embed/1").code();
    assert_eq!(video(), "refused");
    visitor.grant_provider("cliptube").unwrap();
    assert_eq!((video(), visitor.decide(PERSONALIZATION).code()), ("granted", "refused"));
    assert_eq!(visitor.judge_set_cookie("recommend=1").code(), "refused", "the click was for one provider");
    visitor.refuse_provider("cliptube").unwrap();
    assert_eq!(video(), "refused");
    visitor.grant(PERSONALIZATION).unwrap();
    assert_eq!(video(), "provider-refused");
    assert!(lines(&visitor)[0].contains(".8.16.0.-cliptube;"));
}

#[test]
fn what_this_policy_does_not_declare_keeps_its_refusals_and_is_never_allowed() {
    becomes("A=1.4.R.2.80000.0", &Change::answer(ANALYTICS), "1.4.N.4.8001a.0");
    becomes("A=1.4.R.2.80000.0", &Change::grant(ANALYTICS), "1.4.R.6.80000.0");
    becomes("A=1.4.R.2.0.0.-elsewhere", &Change::grant(ANALYTICS), "1.4.R.6.0.0.-elsewhere");
    let foreign = visitor(&gate(), "DE", &dated("A=1.4.R.80000.0.0"));
    assert_eq!(foreign.decide(Category::custom(3).unwrap()).code(), "unknown-category");
}

#[test]
fn a_partial_change_of_an_unreadable_answer_refuses_what_it_does_not_grant() {
    becomes("A=x; A=1.4.R.4.10.0.+cliptube~-peek", &Change::grant(ANALYTICS), "1.4.N.4.1a.0.-peek");
    becomes("A=x", &Change::grant(ANALYTICS), "1.4.N.4.1a.0");
    let video = Change::grant(Category::empty()).provider("cliptube", true);
    becomes("A=x", &video, "1.4.N.0.1e.0.+cliptube");
    becomes("A=1.4.R.2.4.0; A=1.4.X.6.10.0", &Change::grant(PERSONALIZATION), "1.4.N.8.14.0");
}

#[test]
fn what_is_prepared_happens_when_it_is_committed_and_not_before() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", &dated("A=1.4.R.2.0.0"));
    let pending = visitor.prepare(&Change::grant(ANALYTICS)).unwrap();
    assert_eq!(pending.before().map(Answer::to_string), Some(dated("1.4.R.2.0.0")));
    assert!(!visitor.may_track(ANALYTICS) && pending.account().is_none());
    let clone = visitor.clone();
    pending.commit().unwrap();
    assert!(clone.may_track(ANALYTICS), "clones are the same visitor");
    drop(clone.prepare(&Change::refuse(ANALYTICS)).unwrap());
    assert!(visitor.may_track(ANALYTICS), "what is dropped never happened");
    assert_eq!(lines(&clone).len(), 1);
}

#[test]
fn a_grant_that_was_prepared_before_a_refusal_does_not_undo_it() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", &dated("A=1.4.R.14.0.0"));
    let recorded = visitor.prepare(&Change::grant(FUNCTIONAL)).unwrap();
    visitor.refuse(ADVERTISING).unwrap();
    recorded.commit().unwrap();
    assert_eq!(visitor.decide(ADVERTISING).code(), "refused");
    assert!(lines(&visitor)[0].starts_with(&dated("__Host-consent=1.4.R.6.10.0;")));
}

#[test]
fn nothing_can_be_granted_that_is_not_offered() {
    let visitor = visitor(&gate(), "DE", "");
    let reserved = Category::from_bits_retain(1 << 7);
    let custom = Category::custom(0).unwrap();
    for (category, bits) in [
        (Category::ESSENTIAL, 1),
        (Category::all(), !0x1e),
        (!ADVERTISING, !0x1e),
        (reserved, 1 << 7),
        (ANALYTICS | custom, 1 << 16),
    ] {
        assert_eq!(visitor.grant(category), Err(ChangeError::NotOffered(bits)), "{category:?}");
        assert_eq!(visitor.refuse(category), Err(ChangeError::NotOffered(bits)), "{category:?}");
        assert_eq!(visitor.prepare(&Change::answer(category)).err(), Some(ChangeError::NotOffered(bits)));
    }
    assert_eq!(visitor.grant(Category::empty()), Err(ChangeError::Empty));
    for id in ["nobody", "", "Tally"] {
        assert_eq!(visitor.grant_provider(id), Err(ChangeError::UnknownProvider(id.to_owned())));
    }
    assert_eq!(lines(&visitor), [""; 0], "a change that fails changes nothing");
    let custom_declared = gate_with(|policy| {
        policy.categories.push(site::category("live-help", 1).custom(0));
    });
    assert_eq!(site::visitor(&custom_declared, "DE", "").grant(custom), Ok(()));
}

#[test]
fn a_provider_of_essential_trackers_alone_offers_no_choice() {
    let gate = gate_with(|policy| {
        policy.providers.push(site::provider("paylane", consent_gate::policy::Role::Processor, 1));
        policy.trackers.push(site::of("paylane", site::cookie("pay", "essential")));
    });
    let visitor = visitor(&gate, "DE", "");
    assert_eq!(visitor.refuse_provider("paylane"), Err(ChangeError::UnknownProvider("paylane".to_owned())));
}

#[test]
fn after_the_head_has_left_nothing_is_changed_or_learned() {
    let visitor = visitor(&gate(), "DE", "");
    let _ = visitor.finish();
    for result in [visitor.accept_all(), visitor.refuse_all(), visitor.learn(|facts| facts.known = true)] {
        assert_eq!(result, Err(ChangeError::Late));
    }
}

#[test]
fn several_cookies_are_healed_by_the_next_write() {
    let sharing = |gate: &Gate, cookies: &str| {
        let visitor = visitor(gate, "DE", &dated(cookies));
        visitor.refuse(ADVERTISING).unwrap();
        lines(&visitor)
    };
    let twice = sharing(&gate(), "A=1.4.R.2.10.0; A=1.4.R.2.10.0");
    assert_eq!(twice.len(), 1, "written though it says what both said: {twice:?}");
    assert!(twice[0].starts_with(&dated("__Host-consent=1.4.R.2.10.0;")));
    let gate = gate_with(|policy| policy.cookie.domain = Some("shop.example".to_owned()));
    let moved = sharing(&gate, "A=1.4.R.2.10.0; A=1.4.R.4.0.0");
    assert!(moved[0].starts_with("__Secure-consent=; ") && !moved[0].contains("Domain"), "the host-only twin goes");
    assert!(
        moved[1].starts_with(&dated("__Secure-consent=1.4.N.0.10.0; ")) && moved[1].contains("Domain=shop.example")
    );
}
