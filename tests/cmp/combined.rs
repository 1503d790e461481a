//! Imported answers beside the gate's own, an account's, and each other.

use crate::cmp::row::{gate, now};
use crate::cmp::traps::{import, visitor};
use consent_gate::explain::{AnswerSource, AnswerState};
use consent_gate::policy::{Import, Targets};
use consent_gate::prompt::PromptState;
use consent_gate::web::{Exchange, Mode, RequestLine};
use consent_gate::{Category, Change, Event, Facts, Gate, Visitor, testing};
use std::sync::{Arc, Mutex};

const RECENT: i64 = 1_795_400_000;

fn klaro() -> Import {
    import("klaro", &[("ga", "analytics"), ("ads", "advertising")])
}

fn own(sets: &str) -> String {
    format!("__Host-consent=1.4.{RECENT}.{sets}.0")
}

fn codes(visitor: &Visitor) -> [&'static str; 4] {
    [Category::FUNCTIONAL, Category::ANALYTICS, Category::PERSONALIZATION, Category::ADVERTISING]
        .map(|category| visitor.decide(category).code())
}

/// What both paths to a verdict say; they must agree.
#[track_caller]
fn decides(gate: &Gate, cookies: &str, expected: [&str; 4]) {
    let facts = Facts::in_region("DE".parse().unwrap());
    assert_eq!(codes(&visitor(gate, "DE", cookies)), expected, "{cookies}");
    let quick = |headers: Vec<(&str, &str)>| {
        let consent = gate.consent(headers, &facts, now());
        [Category::FUNCTIONAL, Category::ANALYTICS, Category::PERSONALIZATION, Category::ADVERTISING]
            .map(|category| consent.decide(category).code())
    };
    assert_eq!(quick(vec![("cookie", cookies)]), expected, "{cookies}");
    let crumbs: Vec<_> = cookies.split("; ").map(|crumb| ("Cookie", crumb)).collect();
    assert_eq!(quick(crumbs), expected, "{cookies} in several headers");
}

#[test]
fn the_gate_s_own_answer_and_an_imported_one_combine_by_the_strictest() {
    let gate = gate([klaro()]).unwrap();
    let (yes, no) = ("klaro={\"ga\":true,\"ads\":true}", "klaro={\"ga\":false,\"ads\":true}");
    decides(&gate, yes, ["undecided", "granted", "undecided", "granted"]);
    decides(&gate, no, ["undecided", "refused", "undecided", "granted"]);
    decides(&gate, &format!("{}; {yes}", own("2.4")), ["granted", "refused", "undecided", "granted"]);
    decides(&gate, &format!("{}; {no}", own("1e.0")), ["granted", "refused", "granted", "granted"]);
    decides(&gate, &format!("{}; klaro=x", own("e.10")), ["unreadable", "unreadable", "unreadable", "refused"]);
    decides(&gate, &format!("__Host-consent=x; {no}"), ["unreadable", "refused", "unreadable", "unreadable"]);
}

#[test]
fn a_system_with_a_cookie_for_each_category_is_read_across_headers() {
    let gate = gate([Import::new("complianz")]).unwrap();
    let cookies =
        "cmplz_banner-status=dismissed; cmplz_statistics=allow; cmplz_marketing=deny; cmplz_preferences=allow";
    decides(&gate, cookies, ["granted", "granted", "undecided", "refused"]);
}

#[test]
fn several_systems_combine_by_the_strictest() {
    let gate = gate([klaro(), Import::new("cookiebot")]).unwrap();
    let all = "CookieConsent={necessary:true,preferences:true,statistics:true,marketing:true,method:'explicit'}";
    let yes = "klaro={\"ga\":true,\"ads\":true}";
    decides(&gate, &format!("{all}; {yes}"), ["granted", "granted", "undecided", "granted"]);
    decides(
        &gate,
        &format!("{all}; klaro={{\"ga\":false,\"ads\":true}}"),
        ["granted", "refused", "undecided", "granted"],
    );
    // One in which nobody answered yields; one that cannot be read does not.
    decides(&gate, &format!("CookieConsent=-1; {yes}"), ["undecided", "granted", "undecided", "granted"]);
    decides(&gate, &format!("CookieConsent=x; {yes}"), ["unreadable"; 4]);
}

#[test]
fn an_answer_that_could_have_granted_and_did_not_withholds() {
    // `dismiss` answers, and neither grants nor refuses.
    let gate = gate([klaro(), Import::new("osano-legacy")]).unwrap();
    let cookies = "klaro={\"ga\":true,\"ads\":true}; cookieconsent_status=dismiss";
    decides(&gate, cookies, ["undecided"; 4]);
}

#[test]
fn the_lowest_precedence_that_holds_an_answer_counts() {
    let place = |precedence: u8, import: Import| import.precedence(precedence);
    let gate = gate([place(2, Import::new("cookieyes-legacy")), place(1, Import::new("cookieyes")), klaro()]).unwrap();
    let old = |word: &str| {
        let boxes = ["functional", "analytics", "performance", "advertisement"];
        let boxes: Vec<String> = boxes.iter().map(|id| format!("cookielawinfo-checkbox-{id}={word}")).collect();
        format!("viewed_cookie_policy={word}; {}", boxes.join("; "))
    };
    let new = |action: &str, word: &str| {
        format!(
            "cookieyes-consent=action:{action},necessary:yes,functional:{word},analytics:{word},performance:{word},advertisement:{word}"
        )
    };
    decides(&gate, &old("yes"), ["granted", "granted", "undecided", "granted"]);
    decides(&gate, &format!("{}; {}", old("yes"), new("yes", "no")), ["refused", "refused", "undecided", "refused"]);
    decides(&gate, &format!("{}; {}", old("no"), new("yes", "yes")), ["granted", "granted", "undecided", "granted"]);
    // Nobody has answered the new one yet.
    decides(&gate, &format!("{}; {}", old("no"), new("", "yes")), ["refused", "refused", "undecided", "refused"]);
    decides(&gate, &format!("{}; cookieyes-consent=x", old("yes")), ["unreadable"; 4]);
    // What has no place in the order always counts.
    let cookies = format!("{}; klaro={{\"ga\":false,\"ads\":true}}", new("yes", "yes"));
    decides(&gate, &cookies, ["granted", "refused", "undecided", "granted"]);
}

#[test]
fn an_item_may_be_a_provider() {
    let mut entry = import("klaro", &[("adloop", "adloop"), ("lumen", "analytics")]);
    entry.map.insert("both".to_owned(), Targets::from(["lumen", "functional"]));
    let gate = gate([entry]).unwrap();
    let video = |value: &str| {
        let visitor = visitor(&gate, "DE", &format!("klaro={value}"));
        [
            visitor.decide_cookie("_adl").code(),
            visitor.decide_cookie("_lum1").code(),
            visitor.decide_cookie("lang").code(),
        ]
    };
    assert_eq!(video("{\"adloop\":true,\"lumen\":true,\"both\":true}"), ["granted", "granted", "granted"]);
    assert_eq!(video("{\"adloop\":false,\"lumen\":true,\"both\":false}"), ["undecided", "provider-refused", "refused"]);
}

#[test]
fn an_imported_answer_stands_beside_an_account_s_and_survives_a_click() {
    let gate = gate([klaro()]).unwrap();
    let visitor = visitor(&gate, "DE", "klaro={\"ga\":true,\"ads\":false}");
    let account = format!("1.4.{RECENT}.2.4.0").parse().unwrap();
    visitor.learn(|facts| (facts.known, facts.account) = (true, Some(account))).unwrap();
    assert_eq!(codes(&visitor), ["granted", "refused", "undecided", "refused"]);
    visitor.grant(Category::ADVERTISING).unwrap();
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused", "the banner's refusal stands");
    assert!(visitor.finish()[0].as_str().starts_with(&format!("__Host-consent=1.4.{}.10.0.0; ", now().timestamp())));
}

#[test]
fn a_dated_answer_lapses_and_an_undated_one_lasts_as_long_as_its_cookie() {
    let gate = gate([Import::new("c15t"), klaro()]).unwrap();
    let old = "c15t=c.necessary:1,c.measurement:1,c.marketing:1,i.t:1600000000000";
    decides(&gate, old, ["refused", "expired", "refused", "expired"]);
    let visitor = visitor(&gate, "DE", "klaro={\"ga\":true,\"ads\":true}");
    assert_eq!(visitor.explain(Category::ANALYTICS).age.map(|age| age.num_seconds()), Some(0));
    decides(&gate, &format!("{old}; klaro={{\"ga\":true,\"ads\":true}}"), ["refused", "expired", "refused", "expired"]);
}

fn migrating() -> Gate {
    gate([Import::new("c15t").migrate(true)]).unwrap()
}

const ANSWERED: &str = "c15t=c.necessary:1,c.measurement:1,i.t:1795000000123";

#[test]
fn an_answer_migrates_once_and_keeps_its_date() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = heard.clone();
    let gate = migrating().on_event(move |event| {
        if matches!(event, Event::Migrated { .. }) {
            ears.lock().unwrap().push(format!("{event:?}"));
        }
    });
    decides(&gate, ANSWERED, ["refused", "granted", "refused", "refused"]);
    let first = visitor(&gate, "DE", ANSWERED);
    assert_eq!(first.explain(Category::ANALYTICS).source, AnswerSource::Imported);
    assert_eq!(first.migrating().unwrap().to_string(), "1.4.1795000000.4.1a.0");
    let line = first.finish()[0].as_str().to_owned();
    assert!(line.starts_with("__Host-consent=1.4.1795000000.4.1a.0; "), "{line}");
    assert_eq!(heard.lock().unwrap().len(), 1);

    // From then on our cookie alone counts.
    let second = visitor(&gate, "DE", "__Host-consent=1.4.1795000000.4.1a.0; c15t=c.necessary:1");
    assert_eq!((codes(&second), second.migrating()), (["refused", "granted", "refused", "refused"], None));
    assert_eq!(second.explain(Category::ANALYTICS).source, AnswerSource::Browser);
    assert!(second.finish().is_empty());
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[test]
fn a_click_on_the_day_of_migration_changes_what_migrates() {
    let gate = migrating();
    let visitor = visitor(&gate, "DE", ANSWERED);
    let pending = visitor.prepare(&Change::grant(Category::FUNCTIONAL)).unwrap();
    assert_eq!(pending.answer().to_string(), "1.4.1795000000.6.18.0", "the older date");
    pending.commit().unwrap();
    assert_eq!(codes(&visitor), ["granted", "granted", "refused", "refused"]);
    assert_eq!(visitor.finish().len(), 1);
}

#[test]
fn what_is_undecided_or_unreadable_does_not_migrate() {
    let gate = gate([Import::new("c15t").migrate(true).revision("2")]).unwrap();
    let outdated = visitor(&gate, "DE", &format!("{ANSWERED},i.mpf:1"));
    assert_eq!(outdated.migrating().map(|answer| answer.granted()), Some(Category::empty()), "refusals alone");
    assert_eq!(outdated.decide(Category::ANALYTICS).code(), "undecided");
    for value in ["c15t=x", "c15t=c.measurement:1"] {
        let broken = visitor(&gate, "DE", value);
        assert_eq!((codes(&broken), broken.migrating()), (["unreadable"; 4], None));
        assert!(broken.finish().is_empty());
        // A click heals it, and hides no opt-out that it may have held.
        let broken = visitor(&gate, "US-CA", value);
        broken.grant(Category::ANALYTICS).unwrap();
        assert_eq!(codes(&broken), ["refused", "granted", "refused", "refused"]);
    }
}

#[test]
fn a_text_of_the_host_s_is_an_answer_of_the_visitor_s_own_whenever_it_is_learned() {
    let gate = migrating();
    let text = format!("1.4.{RECENT}.2.0.0");
    let facts = Facts::in_region("DE".parse().unwrap());
    let early = gate.visitor([("cookie", ANSWERED)], facts.clone().answer_text(&text), now());
    let late = gate.visitor([("cookie", ANSWERED)], facts, now());
    late.learn(|facts| facts.answer_text = Some(text)).unwrap();
    assert_eq!(codes(&early), ["granted", "undecided", "undecided", "undecided"]);
    assert_eq!(codes(&late), codes(&early));
    assert_eq!((early.migrating(), late.migrating()), (None, None));
}

#[test]
fn forgetting_holds_for_the_rest_of_the_request() {
    let visitor = visitor(&migrating(), "DE", ANSWERED);
    visitor.forget().unwrap();
    assert_eq!((codes(&visitor), visitor.migrating()), (["undecided"; 4], None));
    assert!(visitor.finish().is_empty());
}

#[test]
fn the_explanation_tells_which_cookie_was_read_or_refused_and_why() {
    let gate = gate([Import::new("cookiebot"), Import::new("c15t"), klaro()]).unwrap();
    let why = visitor(&gate, "DE", &format!("CookieConsent=x; {ANSWERED}")).explain(Category::ANALYTICS);
    let told: Vec<_> = why.imports.iter().map(|told| (told.system, &*told.cookie, told.state, told.why)).collect();
    assert_eq!(
        told,
        [
            ("cookiebot", "CookieConsent", AnswerState::Unreadable, Some("shape")),
            ("c15t", "c15t", AnswerState::Decided, None),
            ("klaro", "klaro", AnswerState::Undecided, None),
        ]
    );
    assert_eq!(why.imports[1].decided.map(|time| time.timestamp()), Some(1_795_000_000));
    assert_eq!((why.answered, why.source), (AnswerState::Unreadable, AnswerSource::Imported));
}

#[test]
fn where_the_banner_was_answered_nobody_is_asked_again() {
    let gate = gate([Import::new("c15t")]).unwrap();
    let all = "c15t=c.necessary:1,c.functionality:1,c.measurement:1,c.experience:1,c.marketing:1";
    assert_eq!(visitor(&gate, "DE", all).prompt().state, PromptState::None);
    assert_eq!(visitor(&gate, "DE", "c15t=c.necessary:1").prompt().state, PromptState::Wait);
    assert_eq!(visitor(&gate, "DE", "").prompt().state, PromptState::Ask);
}

#[test]
fn an_import_without_a_cookie_changes_nothing() {
    let (plain, with) = (testing::gate(), gate(crate::cmp::forgery::every_system()).unwrap());
    for region in ["DE", "US-CA", "JP"] {
        for cookies in ["", "sid=1; lang=de", &own("4.10"), "__Host-consent=x"] {
            assert_eq!(codes(&visitor(&plain, region, cookies)), codes(&visitor(&with, region, cookies)), "{cookies}");
        }
    }
}

#[test]
fn an_answer_migrates_with_a_page_and_with_nothing_else() {
    let gate = migrating();
    let appended = |fetch: &str, mode: Mode, content: &str| {
        let headers = [("cookie", ANSWERED), ("sec-fetch-mode", fetch)].map(|(name, value)| (name, value.as_bytes()));
        let line = RequestLine { method: "GET", authority: None };
        let facts = Facts::in_region("DE".parse().unwrap());
        let exchange = Exchange::begin(&gate, line, headers, facts, now(), mode);
        exchange.finish([("content-type", content.as_bytes())]).append.len()
    };
    assert_eq!(appended("navigate", Mode::Enforce, "text/html"), 1);
    assert_eq!(appended("no-cors", Mode::Enforce, "image/gif"), 0);
    assert_eq!(appended("navigate", Mode::Report, "text/html"), 0, "report mode changes nothing");
}
