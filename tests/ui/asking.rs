//! Who is asked, about what, and who is not.

use crate::site::{DAY, NOW, cookie, gate, gate_with, of, provider, tracker, visitor, visitor_with};
use crate::ui::{banner, page, send};
use consent_gate::Category;
use consent_gate::policy::{Role, Technology};
use consent_gate::ui::{Privacy, Why};

const RECENT: i64 = NOW - 10 * DAY;

#[test]
fn r53_a_banner_has_acceptance_refusal_and_choice_on_one_layer() {
    let gate = gate();
    let banner = banner(&gate, &visitor(&gate, "DE", "")).unwrap();
    assert_eq!((banner.accept.value, banner.refuse.value, &*banner.choose.address), ("accept", "refuse", "/privacy"));
    assert_eq!((banner.why, banner.news.as_deref(), banner.about.len()), (Why::First, None, 0));
    assert_eq!(banner.names, ["functional", "analytics", "personalization", "advertising"]);
    let html = banner.to_html();
    let button = |label: &str| {
        let end = html.find(&format!(">{label}<")).unwrap();
        let start = html[..end].rfind('<').unwrap();
        html[start..end].split('"').nth(1).unwrap().to_owned()
    };
    // The same class, so the same look.
    assert_eq!([button("Accept all"), button("Refuse all"), button("Choose")], ["consent-button"; 3]);
    assert!(!html.contains("later") && !html.contains("checked") && !html.contains("<script"));
}

#[test]
fn l3_r11_r12_whoever_has_answered_is_not_asked_and_whoever_walks_on_is() {
    let gate = gate();
    for (region, answer, asks) in [
        ("DE", String::new(), true),
        ("DE", format!("A=1.4.{RECENT}.1e.0.0"), false),
        ("DE", format!("A=1.4.{RECENT}.0.1e.0"), false),
        ("DE", format!("A=1.4.{RECENT}.4.1a.0"), false),
        // Never within the window after a refusal: 184 days, or what the law says.
        ("DE", format!("A=1.4.{}.0.1e.0", NOW - 183 * DAY), false),
        ("DE", format!("A=1.4.{}.0.1e.0", NOW - 184 * DAY), true),
        // An opt-out regime asks nobody.
        ("US-CA", String::new(), false),
        ("", String::new(), true),
    ] {
        let visitor = visitor(&gate, region, &answer);
        assert_eq!(banner(&gate, &visitor).is_some(), asks, "{region} {answer}");
        // Looking at a page, again and again, grants nothing.
        assert_eq!(banner(&gate, &visitor).is_some(), asks);
    }
}

#[test]
fn l6_r10_after_a_permission_has_lapsed_only_that_is_asked_again() {
    let gate = gate();
    let old = NOW - 181 * DAY;
    // Analytics was granted, the rest refused, 181 days ago.
    let visitor = visitor(&gate, "DE", &format!("A=1.4.{old}.4.1a.0"));
    let banner = banner(&gate, &visitor).unwrap();
    assert_eq!((banner.why, banner.about.as_slice()), (Why::Expired, &["analytics".to_owned()][..]));
    assert_eq!(banner.news.as_deref(), Some("Your permission of 26 May 2026 has lapsed."));
    // R9: accepting on this banner grants what it showed, and nothing that was refused before.
    send(&gate, &visitor, "action=accept&about=analytics");
    assert!(visitor.may_track(Category::ANALYTICS));
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
}

#[test]
fn l7_r8_only_what_is_new_is_asked_and_the_banner_says_so() {
    // Analytics means something new since revision 3.
    let gate = gate();
    let changed = visitor(&gate, "DE", &format!("A=1.2.{RECENT}.1e.0.0"));
    let asked = banner(&gate, &changed).unwrap();
    assert_eq!((asked.why, asked.about[0].as_str()), (Why::Changed, "analytics"));
    assert_eq!(
        asked.news.as_deref(),
        Some("Since you chose on 13 November 2026, this is new or has changed: analytics, adloop.")
    );

    // A provider that was added to a granted category.
    let provider_added = visitor(&gate, "DE", &format!("A=1.3.{RECENT}.1e.0.0"));
    let asked = banner(&gate, &provider_added).unwrap();
    assert_eq!(
        (asked.about.as_slice(), asked.names.as_slice()),
        (&["provider.tally".to_owned()][..], &["tally".to_owned()][..])
    );
    send(&gate, &provider_added, "action=accept&about=provider.tally");
    assert!(provider_added.decide_cookie("tally_1").is_allow());
    assert!(banner(&gate, &provider_added).is_none());

    // To a refused one: nobody is asked about it.
    let refused = visitor(&gate, "DE", &format!("A=1.3.{RECENT}.0.1e.0"));
    assert!(banner(&gate, &refused).is_none());
}

#[test]
fn l7_refusing_what_is_new_keeps_what_was_granted() {
    let gate = gate_with(|policy| {
        policy.providers.push(provider("newcomer", Role::Processor, 4));
        policy.trackers.push(of("newcomer", tracker("https://newcomer.example/", Technology::Pixel, "analytics")));
    });
    let visitor = visitor(&gate, "DE", &format!("A=1.3.{RECENT}.1e.0.0; own_a=1"));
    let asked = banner(&gate, &visitor).unwrap();
    assert_eq!(asked.about, ["provider.tally", "provider.newcomer"]);
    send(&gate, &visitor, "action=refuse&about=provider.tally&about=provider.newcomer");
    assert!(visitor.may_track(Category::ANALYTICS) && visitor.decide_cookie("own_a").is_allow());
    assert_eq!(visitor.decide_cookie("tally_1").code(), "provider-refused");
    assert!(banner(&gate, &visitor).is_none());
}

#[test]
fn l9_l10_an_answer_that_cannot_be_read_is_asked_again_and_says_so() {
    let gate = gate();
    for cookie in ["A=garbage".to_owned(), "A=".to_owned(), format!("A=1.4.{}.1e.0.0", NOW + DAY)] {
        let visitor = visitor(&gate, "DE", &cookie);
        let asked = banner(&gate, &visitor).unwrap();
        assert_eq!(asked.why, Why::Unreadable, "{cookie}");
        assert!(asked.news.unwrap().starts_with("Your earlier choice could not be read"));
        assert!(!visitor.may_track(Category::ANALYTICS), "the existence of a cookie is not consent");
    }
}

#[test]
fn x4_crawlers_and_fetches_ahead_get_no_banner_and_the_same_gate() {
    let gate = gate();
    let privacy = Privacy::new(gate.clone());
    for headers in [
        [("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")],
        [("sec-purpose", "prefetch;prerender")],
        [("x-moz", "prefetch")],
    ] {
        let visitor = visitor(&gate, "DE", "own_a=1");
        assert!(privacy.banner(&visitor, &page(&headers)).is_none(), "{headers:?}");
        assert_eq!(visitor.decide(Category::ANALYTICS).code(), "undecided");
        assert!(visitor.judge_set_cookie("own_a=1").is_deny());
    }
}

#[test]
fn r20_gpc_is_not_asked_away() {
    let gate = gate();
    let visitor = visitor_with(&gate, "DE", "", &["sec-gpc"]);
    let asked = banner(&gate, &visitor).unwrap();
    assert_eq!(asked.names, ["functional", "analytics", "personalization"]);
    assert!(asked.about.is_empty() && asked.signals[0].text.starts_with("Opt-Out Request Honored"));
    send(&gate, &visitor, "action=accept");
    assert!(visitor.may_track(Category::ANALYTICS) && !visitor.may_track(Category::ADVERTISING));
    // R14: and when the signal is gone, advertising is not on.
    let answer = crate::ui::stored(&visitor).unwrap();
    let later = crate::site::visitor(&gate, "DE", &format!("A={answer}"));
    assert_eq!(later.decide(Category::ADVERTISING).code(), "refused");
}

#[test]
fn there_is_no_banner_on_the_settings_themselves() {
    let gate = gate();
    let none: [(&str, &[u8]); 0] = [];
    let request = consent_gate::ui::Request::read("GET", "/privacy?saved", None, none);
    assert!(Privacy::new(gate.clone()).banner(&visitor(&gate, "DE", ""), &request).is_none());
}

#[test]
fn a_policy_with_nothing_to_ask_asks_nothing() {
    let gate = gate_with(|policy| {
        policy.categories.clear();
        policy.providers.clear();
        policy.trackers = vec![cookie("sid", "essential")];
    });
    assert!(banner(&gate, &visitor(&gate, "DE", "")).is_none());
}
