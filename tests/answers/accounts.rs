//! Accounts, what the host learns, and answers that come as text.

use crate::site::{self, DAY, NOW, facts, gate, lines, time};
use consent_gate::explain::AnswerSource;
use consent_gate::{Answer, Category, Change, Gate, Visitor};

const RECENT: i64 = NOW - 10 * DAY;

fn answer(value: &str) -> Answer {
    value.replace(".R.", &format!(".{RECENT}.")).parse().unwrap()
}

/// A known visitor in Germany whose browser and account say this; nothing for the empty text.
fn known(gate: &Gate, browser: &str, account: &str) -> Visitor {
    let visitor = site::visitor(gate, "DE", &browser.replace(".R.", &format!(".{RECENT}.")));
    let account = (!account.is_empty()).then(|| answer(account));
    visitor.learn(|facts| (facts.known, facts.account) = (true, account)).unwrap();
    visitor
}

#[track_caller]
fn combine(browser: &str, account: &str, expected: [&str; 4]) {
    let gate = gate();
    let visitor = known(&gate, browser, account);
    let found: Vec<_> = gate.categories().map(|(category, _)| visitor.decide(category).code()).collect();
    assert_eq!(found, expected, "{browser:?} and {account:?}");
}

#[test]
fn an_account_and_a_browser_are_combined_by_the_strictest() {
    combine("", "", ["undecided"; 4]);
    combine("", "1.4.R.6.18.0", ["granted", "granted", "refused", "refused"]);
    combine("A=1.4.R.6.18.0", "", ["granted", "granted", "refused", "refused"]);
    combine("A=1.4.R.2.0.0", "1.4.R.4.8.0", ["granted", "granted", "refused", "undecided"]);
    combine("A=1.4.R.2.10.0", "1.4.R.10.2.0", ["refused", "undecided", "undecided", "refused"]);
    // What both grant is as old, and as far from the present notice, as the older.
    combine("A=1.4.R.6.0.0", "1.4.1700000000.2.0.0", ["expired", "granted", "undecided", "undecided"]);
    combine("A=1.4.R.4.0.0", "1.2.R.4.0.0", ["undecided", "notice-changed", "undecided", "undecided"]);
    // A lapsed refusal does not exist.
    combine("A=1.4.R.1e.0.0", "1.4.1.0.10.0", ["granted", "granted", "granted", "refused"]);
    combine("A=x", "1.4.R.e.10.0", ["unreadable", "unreadable", "unreadable", "refused"]);
}

#[test]
fn what_one_side_refuses_is_not_granted_by_the_other() {
    let consent = known(&gate(), "A=1.4.R.14.0.0", "1.4.R.0.10.0").consent();
    let (granted, live, refused) = (consent.granted(), consent.live(), consent.refused());
    assert_eq!((granted, live, refused), (Category::ANALYTICS, Category::ANALYTICS, Category::ADVERTISING));
}

#[test]
fn a_provider_named_on_one_side_counts_unless_the_other_stands_against_it() {
    let gate = gate();
    let video = |browser: &str, account: &str| {
        known(&gate, browser, account).decide_address("https://cliptube.example/embed/1").code()
    };
    assert_eq!(video("A=1.4.R.0.0.0.+cliptube", ""), "granted");
    assert_eq!(video("", "1.4.R.0.0.0.+cliptube"), "granted");
    assert_eq!(video("A=1.4.R.0.8.0.+cliptube", "1.4.R.0.8.0.+cliptube"), "granted");
    assert_eq!(video("A=1.4.R.0.0.0.+cliptube", "1.4.R.0.8.0"), "refused");
    assert_eq!(video("A=1.4.R.8.0.0.+cliptube", "1.4.R.8.0.0.-cliptube"), "provider-refused");
    assert_eq!(video("A=1.4.R.0.0.0.+cliptube", "1.4.1700000000.0.0.0.+cliptube"), "undecided", "as old as the older");
}

#[test]
fn an_account_from_the_future_is_malformed_in_every_respect() {
    let gate = gate();
    let ahead = format!("1.4.{}.1e.0.0.+cliptube", NOW + 301);
    let visitor = known(&gate, "A=1.4.R.2.10.0", &ahead);
    let codes: Vec<_> = gate.categories().map(|(category, _)| visitor.decide(category).code()).collect();
    assert_eq!(codes, ["unreadable", "unreadable", "unreadable", "refused"]);
    visitor.grant(Category::ANALYTICS).unwrap();
    assert!(visitor.may_track(Category::ANALYTICS), "a click heals it");
    assert!(!visitor.may_track(Category::PERSONALIZATION), "and revives nothing of it");
}

#[test]
fn a_change_gives_both_answers_and_only_the_browser_s_own_goes_to_the_browser() {
    let gate = gate();
    let visitor = known(&gate, "A=1.4.R.2.0.0", "1.4.R.4.10.0");
    let pending = visitor.prepare(&Change::grant(Category::PERSONALIZATION)).unwrap();
    assert_eq!(pending.answer(), &answer("1.4.R.a.0.0"));
    assert_eq!(pending.account(), Some(&answer("1.4.R.c.10.0")));
    pending.commit().unwrap();
    assert!(visitor.may_track(Category::PERSONALIZATION | Category::FUNCTIONAL | Category::ANALYTICS));
    assert!(lines(&visitor)[0].starts_with(&format!("__Host-consent=1.4.{RECENT}.a.0.0;")), "not the account's");
}

#[test]
fn a_withdrawal_by_a_known_visitor_holds_on_both_sides() {
    let gate = gate();
    let visitor = known(&gate, "A=1.4.R.1e.0.0", "1.4.R.1e.0.0");
    visitor.refuse(Category::ADVERTISING).unwrap();
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
    let pending = known(&gate, "A=1.4.R.1e.0.0", "1.4.R.1e.0.0");
    let pending = pending.prepare(&Change::refuse(Category::ADVERTISING)).unwrap();
    assert_eq!(pending.account().map(Answer::refused), Some(Category::ADVERTISING));
}

#[test]
fn what_the_host_learns_holds_at_once_and_can_narrow_what_was_asked_before() {
    let gate = gate();
    let visitor = site::visitor(&gate, "US-CA", &format!("A=1.4.{RECENT}.4.0.0; own_a=1; own_ad=1"));
    assert!(visitor.may_track(Category::ADVERTISING));
    visitor.learn(|facts| facts.minor = true).unwrap();
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "forbidden");
    assert!(visitor.judge_set_cookie("own_ad=1").is_deny());
    visitor.learn(|facts| facts.residence = "DE".parse().unwrap()).unwrap();
    assert_eq!(visitor.decide(Category::FUNCTIONAL).code(), "undecided");
    visitor.learn(|facts| facts.account = Some(answer("1.4.R.0.4.0"))).unwrap();
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "refused");
    assert_eq!(visitor.erasures().len(), 2, "the account's refusal erases what this browser sent");
}

#[test]
fn a_text_counts_as_one_more_cookie_whenever_it_is_learned() {
    let gate = gate();
    let with = |cookies: &str, text: &str| {
        let visitor = site::visitor(&gate, "DE", &cookies.replace(".R.", &format!(".{RECENT}.")));
        let text = text.replace(".R.", &format!(".{RECENT}."));
        let early = facts("DE").answer_text(text.as_str());
        let early = gate.visitor(
            [("cookie", cookies.replace("A=", "__Host-consent=").replace(".R.", &format!(".{RECENT}.")))],
            early,
            time(NOW),
        );
        visitor.learn(|facts| facts.answer_text = Some(text)).unwrap();
        let code = visitor.decide(Category::ANALYTICS).code();
        assert_eq!(early.decide(Category::ANALYTICS).code(), code, "{cookies}");
        code
    };
    assert_eq!(with("", "1.4.R.4.0.0"), "granted");
    assert_eq!(with("", ""), "unreadable");
    assert_eq!(with("", "true"), "unreadable");
    assert_eq!(with("A=1.4.R.4.0.0", "1.4.R.4.0.0"), "granted");
    assert_eq!(with("A=1.4.R.4.0.0", "1.4.R.2.0.0"), "undecided");
    assert_eq!(with("A=1.4.R.4.0.0", "1.4.R.0.4.0"), "refused");
    assert_eq!(with("A=x", "1.4.R.4.0.0"), "unreadable");
}

#[test]
fn an_explanation_says_where_the_answer_comes_from_and_the_age_of_the_older() {
    let gate = gate();
    for (browser, account, source, days) in [
        ("", "", AnswerSource::Nowhere, None),
        ("A=1.4.R.4.0.0", "", AnswerSource::Browser, Some(10)),
        ("", "1.4.R.4.0.0", AnswerSource::Account, Some(10)),
        ("A=1.4.R.4.0.0", "1.3.1700000000.4.0.0", AnswerSource::Both, Some(1104)),
    ] {
        let why = known(&gate, browser, account).explain(Category::ANALYTICS);
        assert_eq!((why.source, why.age.map(|age| age.num_days())), (source, days), "{browser} {account}");
    }
}
