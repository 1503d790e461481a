//! The schema of the policy: what is read, what the defaults are, what is left out in writing, what is refused.

use consent_gate::Policy;
use consent_gate::policy::{
    CacheRule, CategoryDeclaration, ConsentCookie, Controller, DocumentHeaders, Enforce, Exemption, Lifetime, Period,
    Provider, RegimeOverride, Retention, Role, SameSite, Technology, Text, TextList, Tracker, Undeclared,
    UnknownRegion,
};
use consent_gate::regime::Rule;

mod refused;
mod written;

const EXAMPLE: &str = include_str!("../data/policy.example.toml");

/// The required keys alone.
const MINIMAL: &str = r#"
site = "shop"
revision = 1
presets = "2026-11"
languages = ["en"]
hosts = ["shop.example"]
"#;

fn minimal() -> Policy {
    Policy::new("shop", 1, "2026-11", ["en"], ["shop.example"])
}

/// The minimal policy with one more table.
fn with(table: &str) -> Policy {
    Policy::from_toml(&format!("{MINIMAL}{table}")).unwrap()
}

#[test]
fn every_entry_of_the_example_is_read() {
    let policy = Policy::from_toml(EXAMPLE).unwrap();
    assert_eq!(
        policy.controller,
        Some(Controller {
            privacy_url: Some("https://calminteraction.example/privacy-policy".to_owned()),
            ..Controller::new("CalmInteraction", "privacy@calminteraction.example")
        })
    );
    assert_eq!(policy.site, "calminteraction");
    assert_eq!(policy.revision, 4);
    assert_eq!(policy.presets, "2026-11");
    assert_eq!(policy.languages, ["en", "de"]);
    assert_eq!(policy.default_language(), Some("en"));
    assert_eq!(policy.hosts, ["calminteraction.example"]);
    assert_eq!(policy.categories.len(), 5);
    assert_eq!(policy.providers.len(), 5);
    assert_eq!(policy.trackers.len(), 15);

    assert_eq!(policy.categories[0].title.in_language("de", "en"), Some("Funktional"));
    assert_eq!(policy.categories[0].purpose.in_language("de", "en"), policy.categories[0].purpose.get("en"));
    assert_eq!(
        policy.categories[4],
        CategoryDeclaration {
            custom: Some(0),
            like: Some("functional".to_owned()),
            since: 2,
            title: Text::from([("en", "Live help")]),
            purpose: Text::from([("en", "Lets you chat with a tutor.")]),
            impact: Text::from([("en", "Help is by e-mail only.")]),
            ..CategoryDeclaration::new("live-help")
        }
    );
    assert_eq!(
        policy.providers[0],
        Provider {
            company: Some("Lumen GmbH".to_owned()),
            since: 3,
            country: Some("DE".to_owned()),
            retention: Some("25 months".to_owned()),
            agreement: Some("Data processing agreement of 2025-03-01".to_owned()),
            hosts: vec!["lumen.example".to_owned(), "*.lumen.example".to_owned()],
            collects: TextList::from([("en", ["pages viewed", "page load times", "device type"])]),
            purpose: Text::from([("en", "Counts visits for us.")]),
            policy_url: Some("https://lumen.example/privacy".to_owned()),
            ..Provider::new("lumen", "Lumen Analytics", Role::Processor)
        }
    );
    assert_eq!(policy.providers[1].opt_out_url.as_deref(), Some("https://adloop.example/opt-out"));

    let tracker = |name: &str| policy.trackers.iter().find(|tracker| tracker.name == name).unwrap();
    assert_eq!(
        *tracker("sid"),
        Tracker {
            lifetime: Some(Lifetime::Session),
            secure: true,
            http_only: true,
            same_site: Some(SameSite::Lax),
            purpose: Text::from([("en", "Keeps you signed in during a visit.")]),
            ..Tracker::new("sid", Technology::Cookie, "essential")
        }
    );
    assert_eq!(
        *tracker("_lum*"),
        Tracker {
            provider: Some("lumen".to_owned()),
            lifetime: Some(Lifetime::For(Period::days(395))),
            domain: Some("calminteraction.example".to_owned()),
            path: Some("/".to_owned()),
            purpose: Text::from([("en", "Tells one visit from the next.")]),
            ..Tracker::new("_lum*", Technology::Cookie, "analytics")
        }
    );
    assert_eq!(tracker("lang").exemption, Some(Exemption::UserRequested));
    assert!(tracker("_adl").partitioned);

    assert_eq!(
        policy.regimes,
        [RegimeOverride {
            rules: [("analytics".to_owned(), Rule::OptIn), ("functional".to_owned(), Rule::OptIn)].into(),
            gpc: Some(vec!["advertising".to_owned()]),
            gpc_third_parties: Some(false),
            dnt: Some(true),
            forbidden_for_minors: Some(vec!["advertising".to_owned(), "personalization".to_owned()]),
            exemptions: Some(vec![Exemption::UserRequested, Exemption::AudienceMeasurement]),
            grant_lasts: Some(Period::days(180)),
            ask_again_after: Some(Period::days(184)),
            ..RegimeOverride::new(["FR"])
        }]
    );
}

#[test]
fn the_five_required_keys_make_a_policy() {
    let policy = Policy::from_toml(MINIMAL).unwrap();
    assert_eq!(policy, minimal());
    assert_eq!(policy.to_toml().unwrap().trim(), MINIMAL.trim());
}

#[test]
fn what_is_left_out_takes_the_documented_default() {
    let policy = minimal();
    assert_eq!(policy.controller, None);
    assert_eq!(policy.cookie, ConsentCookie { name: None, max_age: Period::days(400), domain: None });
    assert_eq!(
        policy.enforce,
        Enforce { undeclared: Undeclared::Deny, unknown_region: UnknownRegion::Strictest, cache: CacheRule::NoStore }
    );
    let DocumentHeaders { content_security_policy, omit, report, permissions_policy, clear_storage } = &policy.headers;
    assert!(*content_security_policy && *permissions_policy && !clear_storage && omit.is_empty() && report.is_none());
    assert_eq!(policy.retention, Retention { account_closure: Period::days(90), evidence: Period::days(730) });
    assert!(policy.categories.is_empty() && policy.providers.is_empty());
    assert!(policy.trackers.is_empty() && policy.regimes.is_empty());

    let shop = with("[controller]\nname = \"Shop\"\ncontact = \"Main Street\"").controller;
    assert_eq!(shop, Some(Controller { name: "Shop".into(), contact: "Main Street".into(), privacy_url: None }));

    assert_eq!(
        with("[[category]]\nid = \"analytics\"").categories,
        [CategoryDeclaration {
            id: "analytics".to_owned(),
            custom: None,
            like: None,
            since: 1,
            title: Text::default(),
            purpose: Text::default(),
            impact: Text::default(),
        }]
    );

    let providers = with("[[provider]]\nid = \"a\"\nname = \"A\"\nrole = \"third-party\"").providers;
    assert_eq!(
        providers,
        [Provider {
            id: "a".to_owned(),
            name: "A".to_owned(),
            company: None,
            since: 1,
            country: None,
            retention: None,
            agreement: None,
            role: Role::ThirdParty,
            hosts: vec![],
            collects: TextList::default(),
            purpose: Text::default(),
            policy_url: None,
            opt_out_url: None,
        }]
    );
    assert_eq!(providers[0].company(), "A");

    let trackers = with("[[tracker]]\nname = \"sid\"\ntechnology = \"cookie\"\ncategory = \"essential\"").trackers;
    assert_eq!(
        trackers,
        [Tracker {
            name: "sid".to_owned(),
            technology: Technology::Cookie,
            category: "essential".to_owned(),
            provider: None,
            lifetime: None,
            domain: None,
            path: None,
            partitioned: false,
            secure: false,
            http_only: false,
            same_site: None,
            exemption: None,
            purpose: Text::default(),
        }]
    );
    assert_eq!(trackers[0].path(), "/");

    assert_eq!(
        with("[[regime]]\nregions = [\"FR\"]").regimes,
        [RegimeOverride {
            regions: vec!["FR".to_owned()],
            rules: [].into(),
            gpc: None,
            gpc_third_parties: None,
            dnt: None,
            forbidden_for_minors: None,
            exemptions: None,
            grant_lasts: None,
            ask_again_after: None,
        }]
    );
}

#[test]
fn the_consent_cookie_takes_its_name_from_its_domain() {
    for (table, name) in [
        ("", "__Host-consent"),
        ("[cookie]\ndomain = \"shop.example\"", "__Secure-consent"),
        ("[cookie]\nname = \"choice\"", "choice"),
        ("[cookie]\nname = \"__Secure-choice\"\ndomain = \"shop.example\"", "__Secure-choice"),
    ] {
        assert_eq!(with(table).cookie.name(), name, "{table}");
    }
}
