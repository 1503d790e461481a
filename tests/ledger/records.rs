//! What is recorded of a change: the rules of `docs/rules.md` that concern proof.

use crate::world::{circumstances, day, gate, now, visitor};
use chrono::TimeDelta;
use consent_gate::ledger::{Draft, Embedded, Ledger, Notice, Secret, Settings, verify};
use consent_gate::record::{Actor, Circumstances, DeviceType, Method, Record, Status};
use consent_gate::{Answer, Category, Change, Facts, testing};

const ANALYTICS: Category = Category::ANALYTICS;
const NOTHING: Category = Category::empty();

fn states(record: &Record) -> Vec<(&str, Status, Status)> {
    record.categories.iter().map(|change| (&*change.id, change.before, change.after)).collect()
}

#[test]
fn r43_every_change_is_recorded_with_the_states_before_and_after() {
    use Status::{Expired, Given, Refused, Renewed, Unknown, Withdrawn};
    let all = gate().offered();
    for (before, change, analytics, advertising) in [
        (None, Change::answer(ANALYTICS), (Unknown, Given), (Unknown, Refused)),
        (None, Change::answer(NOTHING), (Unknown, Refused), (Unknown, Refused)),
        (None, Change::grant(ANALYTICS), (Unknown, Given), (Unknown, Unknown)),
        (Some((all, -5)), Change::answer(all), (Given, Renewed), (Given, Renewed)),
        (Some((all, -5)), Change::refuse(ANALYTICS), (Given, Withdrawn), (Given, Given)),
        (Some((ANALYTICS, -5)), Change::grant(Category::ADVERTISING), (Given, Given), (Refused, Given)),
        (Some((ANALYTICS, -200)), Change::answer(ANALYTICS), (Expired, Renewed), (Refused, Refused)),
        (Some((ANALYTICS, -200)), Change::answer(NOTHING), (Expired, Refused), (Refused, Refused)),
        (Some((NOTHING, -5)), Change::answer(ANALYTICS), (Refused, Given), (Refused, Refused)),
    ] {
        let visitor = visitor(&gate(), before.map(|(set, days)| (set, day(days))), now());
        let record = visitor.prepare(&change).unwrap().record(&circumstances()).unwrap();
        let found = states(&record);
        let of = |id: &str| found.iter().find(|(other, ..)| *other == id).map(|(_, a, b)| (*a, *b)).unwrap();
        assert_eq!((of("analytics"), of("advertising")), (analytics, advertising), "{before:?} {change:?}");
    }
}

#[test]
fn r43_a_record_says_under_what_it_was_made() {
    let facts = Facts::in_region("US-CA".parse().unwrap()).known(true);
    let visitor = gate().visitor([("sec-gpc", "1"), ("dnt", "1")], facts, now());
    let circumstances = Circumstances::new(Method::Override, "de").device(DeviceType::Phone).actor(Actor::Parent);
    let pending = visitor.prepare(&Change::grant(Category::ADVERTISING).provider("lumen", false)).unwrap();
    let record = pending.record(&circumstances).unwrap();
    assert_eq!((record.region.as_str(), record.regime.as_str()), ("US-CA", "US-CA"));
    assert_eq!((record.site.as_str(), record.revision, record.language.as_str()), ("calminteraction", 4, "de"));
    assert_eq!(record.signals, ["gpc", "dnt"]);
    assert_eq!((record.method, record.actor, record.device), (Method::Override, Actor::Parent, DeviceType::Phone));
    assert_eq!(record.status("advertising"), Status::Given, "the override of a known visitor counts");
    assert_eq!(record.status("lumen"), Status::Refused);
    assert_eq!(record.time, now());
}

#[test]
fn r43_a_partial_change_does_not_prolong_the_term_of_an_earlier_grant() {
    let visitor = visitor(&gate(), Some((ANALYTICS, day(-100))), now());
    let record = visitor.prepare(&Change::grant(Category::ADVERTISING)).unwrap().record(&circumstances()).unwrap();
    assert_eq!(record.expiry, Some(day(80)));
}

#[test]
fn d13_one_record_for_each_accept_and_decline_and_none_where_nothing_changes() {
    let (gate, now) = (gate(), now());
    for granted in [gate.offered(), NOTHING] {
        let visitor = visitor(&gate, None, now);
        let pending = visitor.prepare(&Change::answer(granted)).unwrap();
        assert!(pending.record(&circumstances()).is_some());
        pending.commit().unwrap();
        let again = visitor.prepare(&Change::answer(granted)).unwrap();
        assert_eq!(again.record(&circumstances()), None, "in the same second, the same answer");
    }
    let refused = visitor(&gate, Some((NOTHING, day(-9))), now);
    let again = refused.prepare(&Change::refuse(ANALYTICS)).unwrap();
    assert!(again.record(&circumstances()).is_none_or(|record| record.status("analytics") == Status::Refused));
}

#[test]
fn g10_c5_a_record_holds_no_address_and_no_user_agent() {
    let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.6778.86 Safari/537.36";
    let headers = [
        ("user-agent", agent),
        ("x-forwarded-for", "203.0.113.77"),
        ("forwarded", "for=\"[2001:db8::17]\""),
        ("cookie", "sid=8f14e45fceea167a; _lum1=a1b2c3"),
    ];
    let visitor = gate().visitor(headers, Facts::in_region("DE".parse().unwrap()), now());
    let circumstances = circumstances().device(DeviceType::read(headers));
    let record = visitor.prepare(&Change::answer(ANALYTICS)).unwrap().record(&circumstances).unwrap();
    let text = serde_json::to_string(&record).unwrap();
    for secret in ["203.0", "2001:db8", "Mozilla", "Chrome", "8f14e45f", "a1b2c3", "Windows"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("\"device\":\"desktop\""));
    assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
}

#[test]
fn r17_a_signal_of_a_known_visitor_is_an_opt_out_to_store() {
    let opt_out = || Some(Change::refuse(Category::ADVERTISING).provider("adloop", false));
    for (region, known, signals, before, expected) in [
        ("US-CA", true, &["sec-gpc"][..], None, opt_out()),
        ("US-CA", false, &["sec-gpc"], None, None),
        ("US-CA", true, &[], None, None),
        ("US-CA", true, &["dnt"], None, None),
        ("US-CA", true, &["sec-gpc"], Some(NOTHING), None),
        ("US-CO", true, &["sec-gpc"], None, opt_out()),
        // R20: where consent must be asked for, a signal is not an answer.
        ("DE", true, &["sec-gpc"], None, None),
        ("FR", true, &["sec-gpc"], None, None),
    ] {
        let cookie = before.map(|set| testing::cookie(&gate(), set, day(-1)));
        let headers = cookie.iter().map(|cookie| ("cookie", cookie.as_str()));
        let headers = headers.chain(signals.iter().map(|name| (*name, "1")));
        let facts = Facts::in_region(region.parse().unwrap()).known(known);
        let visitor = gate().visitor(headers, facts, now());
        assert_eq!(visitor.signal_opt_out(), expected, "{region} {known} {signals:?} {before:?}");
    }
}

#[test]
fn r17_the_stored_opt_out_holds_on_another_device_without_the_signal() {
    let known = |facts: Facts| gate().visitor([("sec-gpc", "1")], facts.known(true), now());
    let visitor = known(Facts::in_region("US-CA".parse().unwrap()));
    let pending = visitor.prepare(&visitor.signal_opt_out().unwrap()).unwrap();
    let record = pending.record(&Circumstances::new(Method::Signal, "en")).unwrap();
    assert_eq!((record.method, record.status("advertising")), (Method::Signal, Status::Refused));
    assert_eq!(record.signals, ["gpc"]);
    let account = pending.answer().clone();
    let elsewhere = Facts::in_region("US-CA".parse().unwrap()).known(true).account(account);
    let phone = gate().visitor([("host", "shop.example")], elsewhere, now());
    assert_eq!(phone.decide(Category::ADVERTISING).code(), "refused");
    assert_eq!(phone.signal_opt_out(), None);
}

#[test]
fn r17_an_opt_out_that_only_this_browser_holds_is_stored_for_the_account() {
    let cookie = testing::cookie(&gate(), NOTHING, day(-1));
    let account = Answer::new(4, day(-1)).grant(ANALYTICS);
    let facts = Facts::in_region("US-CA".parse().unwrap()).known(true).account(account);
    let visitor = gate().visitor([("cookie", cookie.as_str()), ("sec-gpc", "1")], facts, now());
    let opt_out = Change::refuse(Category::ADVERTISING).provider("adloop", false);
    assert_eq!(visitor.signal_opt_out(), Some(opt_out));
}

#[test]
fn r15_a_grant_that_the_account_made_against_the_signal_is_not_opted_out_of_by_another_browser() {
    let headers = [("sec-gpc", "1")];
    let known = Facts::in_region("US-CA".parse().unwrap()).known(true).account(Answer::new(4, day(-2)));
    let first = gate().visitor(headers, known.clone(), now());
    let granted = first.prepare(&Change::answer(gate().offered())).unwrap().account().cloned().unwrap();
    let older = testing::cookie(&gate(), NOTHING, day(-1));
    let second = gate().visitor([("cookie", older.as_str()), headers[0]], known.account(granted), now());
    assert_eq!(second.signal_opt_out(), None);
}

#[test]
fn r54_a_grant_in_colorado_lapses_within_24_months_without_interaction() {
    let facts = Facts::in_region("US-CO".parse().unwrap());
    let visitor = gate().visitor([("host", "shop.example")], facts, now());
    let record = visitor.prepare(&Change::answer(gate().offered())).unwrap().record(&circumstances()).unwrap();
    let expiry = record.expiry.unwrap();
    assert!(expiry <= now() + TimeDelta::days(730), "{expiry}");
    let expired = record.expired().unwrap();
    assert!(expired.categories.iter().all(|change| change.after == Status::Expired));
}

#[test]
fn c6_the_same_subject_of_two_sites_shares_nothing() {
    crate::world::run(async {
        let mut other = testing::policy();
        other.site = "shop".to_owned();
        let secret = || Secret::new(crate::world::SECRET);
        let here = Embedded::in_memory(&Settings::of(&testing::policy(), secret())).unwrap();
        let there = Embedded::in_memory(&Settings::of(&other, secret())).unwrap();
        let record = crate::world::record(ANALYTICS, now());
        let draft = Draft::new(Some("ada"), record, &Notice::of(&testing::policy(), "en")).unwrap();
        here.append(draft).await.unwrap();
        assert_eq!(there.last("ada").await.unwrap(), None);
        assert_eq!(there.erase("ada", now()).await, Ok(0));
        assert_eq!(verify(&here).await.unwrap().unwrap().records, 1);
        // One site's secret is no other's, though the host keeps one: the chains do not verify with it.
        assert!(here.scan(there.verifier()).await.unwrap().finish().is_err());
    });
}
