//! What can come between the event and its sending.

use super::*;
use consent_gate::{Answer, Category, DenyReason};

#[track_caller]
fn judged(visitor: &Visitor, address: &str, expected: &str) {
    let stamp = stamp(address);
    let code = visitor.rejudge(&stamp, week()).code();
    assert_eq!(code, expected);
    assert_eq!(visitor.rejudge(&stamp, week()).code(), code, "judging changes nothing");
    let sent = visitor.stamped_forward_permit(&stamp, week(), address);
    assert_eq!(sent.map_or_else(DenyReason::code, |permit| permit.reason().code()), code, "sent by the same decision");
}

#[test]
fn nothing_came_between() {
    for address in [TALLY, OWN, ADLOOP] {
        judged(&person(&gate(), ACCEPTED, NOW), address, "granted");
        judged(&person(&gate(), ACCEPTED, LATER), address, "granted");
    }
}

#[test]
fn the_visitor_took_it_back_or_was_not_found() {
    let gate = gate();
    for (latest, expected) in [
        ("1.4.1795400000.1a.4.0", "refused"),
        ("1.4.1794528000.1e.0.0.-tally", "provider-refused"),
        ("1.4.1794528000.1e.0.0.-adloop", "granted"),
        ("", "undecided"),
        ("yes", "unreadable"),
        ("1.4.1799999999.1e.0.0", "unreadable"),
        ("1.3.1794528000.1e.0.0", "notice-changed"),
    ] {
        judged(&person(&gate, latest, LATER), TALLY, expected);
    }
}

#[test]
fn the_latest_answer_is_the_accounts_and_the_browsers_by_the_strictest() {
    let account = |answer: &str| {
        let facts = site::facts("DE").account(answer.parse::<Answer>().unwrap());
        without_request(&gate(), facts.answer_text(ACCEPTED), LATER)
    };
    judged(&account(ACCEPTED), TALLY, "granted");
    judged(&account("1.4.1795400000.1a.4.0"), TALLY, "refused");
    judged(&account("1.4.1795400000.1e.0.0.-tally"), TALLY, "provider-refused");
}

#[test]
fn withdrawn_and_granted_again_is_allowed_again() {
    judged(&person(&gate(), "1.4.1795400000.0.1e.0", LATER), TALLY, "refused");
    judged(&person(&gate(), "1.4.1795470000.1e.0.0", LATER), TALLY, "granted");
}

#[test]
fn the_grant_lapsed() {
    let late = NOW + 170 * DAY;
    let code = |latest| {
        let stamp = stamp(TALLY);
        person(&gate(), latest, late).rejudge(&stamp, TimeDelta::MAX).code()
    };
    assert_eq!(code(ACCEPTED), "expired");
    assert_eq!(code("1.4.1809000000.1e.0.0"), "granted");
}

#[test]
fn the_visitor_objects_by_signal_now() {
    let judge = |signals, address| {
        let facts = site::facts("DE").answer_text(ACCEPTED);
        gate().without_request(facts, signals, time(LATER)).rejudge(&stamp(address), week()).code()
    };
    assert_eq!(judge(Signals::GPC, ADLOOP), "gpc");
    assert_eq!(judge(Signals::GPC, TALLY), "granted", "in Germany a grant of analytics stands");
    let facts = site::facts("US-CA").answer_text("");
    assert_eq!(
        gate().without_request(facts, Signals::GPC, time(LATER)).rejudge(&stamp(TALLY), week()).code(),
        "unreadable"
    );
}

#[test]
fn the_person_moved_or_nobody_knows_where_they_are() {
    let here =
        |region: &str| without_request(&gate(), site::facts(region), LATER).rejudge(&stamp(TALLY), week()).code();
    assert_eq!(here("US-CA"), "no-objection");
    assert_eq!(here("DE"), "undecided");
    assert_eq!(here(""), "undecided", "by default the strictest");
    let both = site::facts("US-CA").residence(site::region("DE"));
    assert_eq!(without_request(&gate(), both, LATER).rejudge(&stamp(TALLY), week()).code(), "undecided");
}

#[test]
fn the_operator_changed_what_it_is() {
    // The latest answer has seen the new revision, and grants; what was collected under the old one is not sent.
    let new = "1.5.1795400000.1e.0.0";
    let with = |change: fn(&mut Policy)| {
        gate_with(|policy| {
            policy.revision = 5;
            change(policy);
        })
    };
    for (change, address, expected) in [
        ((|_| {}) as fn(&mut Policy), TALLY, "granted"),
        (|policy| policy.categories[1].since = 5, TALLY, "notice-changed"),
        (|policy| policy.categories[1].since = 5, ADLOOP, "granted"),
        (|policy| policy.providers[0].since = 5, TALLY, "notice-changed"),
        (|policy| policy.providers[0].since = 5, OWN, "granted"),
    ] {
        judged(&person(&with(change), new, LATER), address, expected);
    }
    // The same from a newer server: a deployment may roll.
    let newer = person(&with(|_| {}), new, LATER).stamp_forward(TALLY).unwrap();
    assert_eq!(person(&gate(), new, LATER).rejudge(&newer, week()).code(), "granted");
}

#[test]
fn the_operator_removed_it() {
    let without = |gone: fn(&mut Policy)| person(&gate_with(gone), ACCEPTED, LATER);
    let no_tally = without(|policy| {
        policy.trackers.retain(|tracker| tracker.provider.as_deref() != Some("tally"));
        policy.providers.retain(|provider| provider.id != "tally");
    });
    judged(&no_tally, TALLY, "undeclared");
    let moved = without(|policy| {
        policy.trackers.iter_mut().filter(|t| t.provider.as_deref() == Some("tally")).for_each(|tracker| {
            tracker.category = "functional".to_owned();
        });
    });
    assert_eq!(moved.rejudge(&stamp(TALLY), week()).code(), "undeclared");
    assert_eq!(moved.stamped_forward_permit(&stamp(TALLY), week(), TALLY).unwrap_err().code(), "stamp");
    let no_advertising = without(|policy| {
        policy.trackers.retain(|tracker| tracker.category != "advertising");
        policy.categories.retain(|category| category.id != "advertising");
    });
    assert_eq!(no_advertising.rejudge(&stamp(ADLOOP), week()).code(), "unknown-category");
    let no_exemption = without(|policy| policy.trackers.iter_mut().for_each(|tracker| tracker.exemption = None));
    assert_eq!(no_exemption.rejudge(&stamp(COUNT), week()).code(), "undeclared");
}

#[test]
fn an_exemption_is_judged_with_what_claims_it() {
    let in_france = |latest: &str| without_request(&gate(), site::facts("FR").answer_text(latest), LATER);
    let stamp = without_request(&gate(), site::facts("FR"), NOW).stamp_forward(COUNT).unwrap();
    let silent = "1.4.1795400000.0.0.0";
    assert_eq!(in_france(silent).rejudge(&stamp, week()).code(), "exempt");
    assert_eq!(in_france("1.4.1795400000.0.4.0").rejudge(&stamp, week()).code(), "refused");
    assert_eq!(
        in_france(ACCEPTED).stamped_forward_permit(&stamp, week(), OWN).unwrap_err().code(),
        "stamp",
        "nothing else goes"
    );
}

#[test]
fn it_comes_from_the_future_or_is_too_old() {
    let stamp = stamp(TALLY);
    let at = |now: i64, max_age| person(&gate(), ACCEPTED, now).rejudge(&stamp, max_age).code();
    for (now, max_age, expected) in [
        (NOW - 300, week(), "granted"),
        (NOW - 301, week(), "stamp"),
        (NOW + 7 * DAY, week(), "granted"),
        (NOW + 7 * DAY + 1, week(), "too-old"),
        (NOW + 100 * DAY, TimeDelta::MAX, "granted"),
        (NOW, TimeDelta::zero(), "granted"),
        (NOW + 1, TimeDelta::zero(), "too-old"),
        (NOW, TimeDelta::MIN, "too-old"),
    ] {
        assert_eq!(at(now, max_age), expected, "{now} {max_age}");
    }
    let refused = person(&gate(), "1.4.1795400000.0.1e.0", NOW + 8 * DAY).rejudge(&stamp, week());
    assert_eq!(refused.code(), "refused", "the visitor's no is told before the age");
    let essential = person(&gate(), "", NOW).stamp(Category::ESSENTIAL).unwrap();
    let late = person(&gate(), "yes", NOW + 8 * DAY);
    assert_eq!(
        (late.rejudge(&essential, week()).code(), late.rejudge(&essential, TimeDelta::MAX).code()),
        ("too-old", "essential")
    );
}
