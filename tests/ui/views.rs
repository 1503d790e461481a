//! What the settings show: as data, in each language.

use crate::site::{DAY, NOW, days, gate, gate_with, text, visitor};
use crate::ui::page;
use consent_gate::policy::{Controller, Notice, Text};
use consent_gate::ui::{Privacy, Reach, Request, Settings, Source, Words};
use consent_gate::{Gate, Policy, Visitor};

const RECENT: i64 = NOW - 10 * DAY;

fn settings(gate: &Gate, visitor: &Visitor) -> Settings {
    Privacy::new(gate.clone()).settings(visitor, "en")
}

/// The policy in English and German.
fn bilingual(change: impl FnOnce(&mut Policy)) -> Gate {
    gate_with(|policy| {
        policy.languages = vec!["en".to_owned(), "de".to_owned()];
        policy.categories[1].title = Text::from([("en", "Analytics"), ("de", "Statistik")]);
        change(policy);
    })
}

#[test]
fn every_state_says_where_it_comes_from() {
    let gate = gate();
    for (region, answer, id, expected, text) in [
        ("DE", String::new(), "analytics", (false, Source::Undecided, "undecided"), "you have not chosen yet"),
        (
            "DE",
            format!("A=1.4.{RECENT}.4.1a.0"),
            "analytics",
            (true, Source::Choice, "granted"),
            "you chose so on 13 November 2026",
        ),
        (
            "DE",
            format!("A=1.4.{RECENT}.4.1a.0"),
            "advertising",
            (false, Source::Choice, "refused"),
            "you chose so on 13 November 2026",
        ),
        (
            "DE",
            format!("A=1.4.{}.4.1a.0", NOW - 181 * DAY),
            "analytics",
            (false, Source::Expired, "expired"),
            "your permission of 26 May 2026 has lapsed",
        ),
        (
            "DE",
            format!("A=1.2.{RECENT}.4.1a.0"),
            "analytics",
            (false, Source::Changed, "notice-changed"),
            "it has changed since your permission of 13 November 2026",
        ),
        (
            "DE",
            "A=x".to_owned(),
            "analytics",
            (false, Source::Unreadable, "unreadable"),
            "your earlier choice could not be read",
        ),
        (
            "US-CA",
            String::new(),
            "advertising",
            (true, Source::Objection, "no-objection"),
            "allowed where you are until you object",
        ),
        (
            "US-CA",
            String::new(),
            "functional",
            (true, Source::Exempt, "exempt"),
            "allowed where you are without being asked; you can refuse it here",
        ),
        ("DE", String::new(), "essential", (true, Source::Essential, "essential"), "the site needs it"),
    ] {
        let visitor = visitor(&gate, region, &answer);
        let settings = settings(&gate, &visitor);
        let category = settings.categories.iter().find(|category| category.id == id).unwrap();
        assert_eq!((category.is_on, category.source, category.code), expected, "{region} {answer} {id}");
        assert_eq!(category.source_text, text);
        assert_eq!(category.can_change, id != "essential");
    }
}

#[test]
fn the_page_says_when_the_choice_was_made_and_what_follows() {
    let gate = gate();
    let chosen = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.4.1a.0"));
    let settings = settings(&gate, &chosen);
    let day = |time: Option<chrono::DateTime<chrono::Utc>>| time.map(|time| (time.timestamp() - RECENT) / DAY);
    assert_eq!(day(settings.decided), Some(0));
    assert_eq!((day(settings.holds_until), day(settings.asks_again)), (Some(180), Some(184)));
    assert_eq!(settings.reach, Reach::Browser);
    assert_eq!(settings.choice[..2], ["You chose on 13 November 2026.", "What you allowed holds until 12 May 2027."]);
    assert_eq!(
        settings.choice[2..],
        ["You will not be asked again before 16 May 2027.", "Your choice holds in this browser."]
    );
    let undecided = Privacy::new(gate.clone()).settings(&visitor(&gate, "DE", ""), "en");
    assert_eq!((undecided.decided, undecided.holds_until, undecided.asks_again), (None, None, None));
    assert_eq!(undecided.choice, ["Your choice holds in this browser."]);
}

#[test]
fn r49_r51_categories_carry_their_impact_and_providers_everything_that_is_declared() {
    let gate = gate_with(|policy| {
        let tally = &mut policy.providers[0];
        (tally.country, tally.retention) = (Some("DE".to_owned()), Some("25 months".to_owned()));
        (tally.agreement, tally.company) = (Some("DPA of 2025".to_owned()), Some("Tally GmbH".to_owned()));
    });
    let settings = settings(&gate, &visitor(&gate, "DE", &format!("A=1.4.{RECENT}.4.1a.0.+cliptube~-peek")));
    assert!(settings.categories[1..].iter().all(|category| category.impact == "What is lost without it."));
    let analytics = &settings.categories[2];
    let [tally, peek] = &analytics.providers[..] else { panic!("two providers") };
    assert_eq!((tally.company.as_str(), tally.role_text.as_str()), ("Tally GmbH", "Works for us, bound by contract"));
    assert_eq!(tally.collects, ["pages viewed"]);
    assert_eq!(
        tally.facts.iter().map(|(label, fact)| format!("{label}: {fact}")).collect::<Vec<_>>(),
        ["Country: DE", "Keeps it: 25 months", "Agreement: DPA of 2025"]
    );
    assert_eq!(tally.opt_out_url.as_deref(), Some("https://tally.example/opt-out"));
    assert_eq!((tally.is_on, tally.is_refused, tally.is_allowed), (true, Some(false), false));
    assert_eq!(
        (peek.is_on, peek.is_refused, peek.role_text.as_str()),
        (false, Some(true), "Works for its own purposes")
    );
    let cliptube = &settings.categories[3].providers[0];
    assert_eq!((cliptube.is_on, cliptube.is_allowed), (true, true), "by name, while its category is off");
    assert_eq!(cliptube.labels.allow, "Allow cliptube even while personalization is off");
    // The essential frame of a provider is no choice.
    assert_eq!(settings.categories[0].providers[0].is_refused, None);
}

#[test]
fn the_cookie_table_has_names_technologies_providers_purposes_and_lifetimes_in_words() {
    let gate = gate_with(|policy| policy.trackers[4].lifetime = days(395));
    let table = Privacy::new(gate).table("en");
    assert_eq!(table.columns, ["Name", "Technology", "Provider", "Purpose", "Lifetime"]);
    let tally = &table.groups.iter().find(|group| group.category == "analytics").unwrap().trackers[2];
    assert_eq!(
        [&tally.name, &tally.technology_text, &tally.provider, &tally.purpose, &tally.lifetime],
        ["tally_*", "Cookie", "tally", "What it holds.", "395 days"]
    );
    let pixel = &table.groups.iter().find(|group| group.category == "analytics").unwrap().trackers[3];
    assert_eq!((pixel.technology_text.as_str(), pixel.lifetime.as_str()), ("Pixel", "While the page loads"));
    let html = table.to_html();
    assert!(html.contains("<td role=\"cell\" data-label=\"Lifetime\">395 days</td>") && !html.contains("tracker"));
}

#[test]
fn pages_speak_the_language_of_the_browser_or_of_the_host() {
    let gate = bilingual(|_| {});
    let privacy = Privacy::new(gate.clone());
    let visitor = visitor(&gate, "DE", "");
    for (header, host, title) in [
        ("de-AT, en;q=0.5", None, "Ihre Privatsphäre, Ihre Wahl"),
        ("fr, de;q=0.1", None, "Ihre Privatsphäre, Ihre Wahl"),
        ("fr", None, "Your privacy, your choice"),
        ("", None, "Your privacy, your choice"),
        ("en", Some("de"), "Ihre Privatsphäre, Ihre Wahl"),
        ("de", Some("fr"), "Ihre Privatsphäre, Ihre Wahl"),
    ] {
        let headers = [("accept-language", header)];
        let request = page(&headers);
        let request = host.map_or_else(|| page(&headers), |tag| request.language(tag));
        assert_eq!(privacy.banner(&visitor, &request).unwrap().title, title, "{header:?} {host:?}");
    }
    let german = privacy.settings(&visitor, "de");
    assert_eq!((german.language.as_str(), german.categories[2].title.as_str()), ("de", "Statistik"));
    assert_eq!(german.categories[1].title, "functional", "not translated: in the default language");
    assert_eq!(german.labels.refuse, "Alle ablehnen");
}

#[test]
fn a_policy_may_say_everything_in_its_own_words() {
    let gate = bilingual(|policy| {
        policy.controller = Some(Controller::new("Shop Ltd", "privacy@shop.example"));
        policy.notice = Notice::default()
            .banner_title([("en", "Crumbs"), ("de", "Krümel")])
            .page_text(text("Choose well."))
            .essential(text("What we need."))
            .help(text("Ask your browser."));
    });
    let privacy = Privacy::new(gate.clone());
    let visitor = visitor(&gate, "DE", "");
    let german = page(&[("accept-language", "de")]);
    assert_eq!(privacy.banner(&visitor, &german).unwrap().title, "Krümel");
    assert!(privacy.banner(&visitor, &german).unwrap().text.starts_with("Shop Ltd verwendet Cookies und ähnliche"));
    let settings = privacy.settings(&visitor, "de");
    assert_eq!((settings.introduction.as_str(), settings.help.text.as_str()), ("Choose well.", "Ask your browser."));
    assert_eq!(settings.categories[0].purpose, "What we need.");
    let english = privacy.settings(&visitor, "en");
    assert_eq!(english.controller.unwrap().text, "Responsible: Shop Ltd. Questions: privacy@shop.example.");
    let warned = gate.warnings().iter().any(|w| w.to_string().starts_with("notice: page_text is missing in \"de\""));
    assert!(warned, "{:?}", gate.warnings());
}

#[test]
fn a_third_language_is_one_file_and_without_it_the_others_are_spoken() {
    let french = include_str!("../../src/ui/words/en.json")
        .replace("\"language\": \"en\"", "\"language\": \"fr\"")
        .replace("Refuse all", "Tout refuser");
    let gate = gate_with(|policy| policy.languages = vec!["en".to_owned(), "fr".to_owned()]);
    let visitor = visitor(&gate, "FR", "");
    let headers = [("accept-language", "fr")];
    let english = Privacy::new(gate.clone());
    assert_eq!(english.banner(&visitor, &page(&headers)).unwrap().language, "en");
    let privacy = english.words(Words::from_json(&french).unwrap());
    let banner = privacy.banner(&visitor, &page(&headers)).unwrap();
    assert_eq!((banner.language.as_str(), banner.refuse.label.as_str()), ("fr", "Tout refuser"));
    for broken in ["{}", "[]", "", &french.replace("\"choose\"", "\"chose\"")] {
        assert!(Words::from_json(broken).is_err());
    }
}

#[test]
fn everything_is_serde_for_markup_of_ones_own() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    let privacy = Privacy::new(gate);
    let settings = serde_json::to_value(privacy.settings(&visitor, "en")).unwrap();
    assert_eq!(settings["categories"][2]["source"], "undecided");
    assert_eq!(settings["categories"][2]["providers"][0]["role"], "processor");
    let banner = serde_json::to_value(privacy.banner(&visitor, &page(&[]))).unwrap();
    assert_eq!((&banner["refuse"]["value"], &banner["why"]), (&"refuse".into(), &"first".into()));
    assert_eq!(serde_json::to_value(privacy.table("en")).unwrap()["groups"][0]["category"], "essential");
}

#[test]
fn a_banner_leads_back_to_the_page_that_carries_it() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    let none: [(&str, &[u8]); 0] = [];
    for (target, back) in [("/lessons/1?a=b", "/lessons/1?a=b"), ("//evil.example", "/"), ("*", "/")] {
        let request = Request::read("GET", target, None, none);
        assert_eq!(Privacy::new(gate.clone()).banner(&visitor, &request).unwrap().back, back, "{target}");
    }
}
