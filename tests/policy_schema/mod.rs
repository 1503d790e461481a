//! The schema of the policy: what is read, what the defaults are, what is left out in writing, what is refused.

use consent_gate::Policy;
use consent_gate::policy::{
    CacheRule, CategoryDeclaration, ConsentCookie, Controller, DocumentHeaders, Enforce, Exemption, Lifetime, Period,
    Provider, RegimeOverride, Retention, Role, SameSite, Technology, Tracker, Undeclared, UnknownRegion,
};
use consent_gate::regime::Rule;

mod built;
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
        Some(
            Controller::new("CalmInteraction", "privacy@calminteraction.example")
                .privacy_url("https://calminteraction.example/privacy-policy")
        )
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
        CategoryDeclaration::new("live-help")
            .custom(0)
            .like("functional")
            .since(2)
            .title([("en", "Live help")])
            .purpose([("en", "Lets you chat with a tutor.")])
            .impact([("en", "Help is by e-mail only.")])
    );
    assert_eq!(
        policy.providers[0],
        Provider::new("lumen", "Lumen Analytics", Role::Processor)
            .company("Lumen GmbH")
            .since(3)
            .country("DE")
            .retention("25 months")
            .agreement("Data processing agreement of 2025-03-01")
            .hosts(["lumen.example", "*.lumen.example"])
            .collects([("en", ["pages viewed", "page load times", "device type"])])
            .purpose([("en", "Counts visits for us.")])
            .policy_url("https://lumen.example/privacy")
    );
    assert_eq!(policy.providers[1].opt_out_url.as_deref(), Some("https://adloop.example/opt-out"));

    let tracker = |name: &str| policy.trackers.iter().find(|tracker| tracker.name == name).unwrap();
    assert_eq!(
        *tracker("sid"),
        Tracker::new("sid", Technology::Cookie, "essential")
            .lifetime(Lifetime::Session)
            .secure(true)
            .http_only(true)
            .same_site(SameSite::Lax)
            .purpose([("en", "Keeps you signed in during a visit.")])
    );
    assert_eq!(
        *tracker("_lum*"),
        Tracker::new("_lum*", Technology::Cookie, "analytics")
            .provider("lumen")
            .lifetime(Period::days(395))
            .domain("calminteraction.example")
            .path("/")
            .purpose([("en", "Tells one visit from the next.")])
    );
    assert_eq!(tracker("lang").exemption, Some(Exemption::UserRequested));
    assert!(tracker("_adl").partitioned);

    assert_eq!(
        policy.regimes,
        [RegimeOverride::new(["FR"])
            .rules([("analytics", Rule::OptIn), ("functional", Rule::OptIn)])
            .gpc(["advertising"])
            .gpc_third_parties(false)
            .dnt(true)
            .forbidden_for_minors(["advertising", "personalization"])
            .exemptions([Exemption::UserRequested, Exemption::AudienceMeasurement])
            .grant_lasts(Period::days(180))
            .ask_again_after(Period::days(184))]
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
    let ConsentCookie { name, max_age, domain, .. } = policy.cookie;
    assert_eq!((name, max_age, domain), (None, Period::days(400), None));
    let Enforce { undeclared, unknown_region, cache, .. } = policy.enforce;
    assert_eq!((undeclared, unknown_region, cache), (Undeclared::Deny, UnknownRegion::Strictest, CacheRule::NoStore));
    let DocumentHeaders { content_security_policy, omit, report, permissions_policy, clear_storage, .. } =
        &policy.headers;
    assert!(*content_security_policy && *permissions_policy && !clear_storage && omit.is_empty() && report.is_none());
    let Retention { account_closure, evidence, .. } = policy.retention;
    assert_eq!((account_closure, evidence), (Period::days(90), Period::days(730)));
    assert!(policy.categories.is_empty() && policy.providers.is_empty());
    assert!(policy.trackers.is_empty() && policy.regimes.is_empty());

    let shop = with("[controller]\nname = \"Shop\"\ncontact = \"Main Street\"").controller;
    assert_eq!(shop, Some(Controller::new("Shop", "Main Street")));

    let categories = with("[[category]]\nid = \"analytics\"").categories;
    assert_eq!(categories, [CategoryDeclaration::new("analytics")]);
    let CategoryDeclaration { custom, like, since, title, purpose, impact, .. } = &categories[0];
    assert_eq!((custom, like, since), (&None, &None, &1));
    assert!(title.is_empty() && purpose.is_empty() && impact.is_empty());

    let providers = with("[[provider]]\nid = \"a\"\nname = \"A\"\nrole = \"third-party\"").providers;
    assert_eq!(providers, [Provider::new("a", "A", Role::ThirdParty)]);
    let Provider { company, since, country, retention, agreement, policy_url, opt_out_url, .. } = &providers[0];
    assert_eq!((company, since, country, retention, agreement), (&None, &1, &None, &None, &None));
    assert_eq!((policy_url, opt_out_url), (&None, &None));
    assert!(providers[0].hosts.is_empty() && providers[0].collects.is_empty() && providers[0].purpose.is_empty());
    assert_eq!(providers[0].company_or_name(), "A");

    let trackers = with("[[tracker]]\nname = \"sid\"\ntechnology = \"cookie\"\ncategory = \"essential\"").trackers;
    assert_eq!(trackers, [Tracker::new("sid", Technology::Cookie, "essential")]);
    let Tracker { provider, lifetime, domain, path, same_site, exemption, purpose, .. } = &trackers[0];
    assert_eq!((provider, lifetime, domain, path, same_site, exemption), (&None, &None, &None, &None, &None, &None));
    assert!(purpose.is_empty() && !trackers[0].partitioned && !trackers[0].secure && !trackers[0].http_only);
    assert_eq!(trackers[0].path_or_root(), "/");

    let regimes = with("[[regime]]\nregions = [\"FR\"]").regimes;
    assert_eq!(regimes, [RegimeOverride::new(["FR"])]);
    let RegimeOverride { rules, gpc, gpc_third_parties, dnt, forbidden_for_minors, exemptions, .. } = &regimes[0];
    assert!(rules.is_empty() && gpc.is_none() && gpc_third_parties.is_none() && dnt.is_none());
    assert!(forbidden_for_minors.is_none() && exemptions.is_none());
    assert_eq!((regimes[0].grant_lasts, regimes[0].ask_again_after), (None, None));
}

#[test]
fn the_consent_cookie_takes_its_name_from_its_domain() {
    for (table, name) in [
        ("", "__Host-consent"),
        ("[cookie]\ndomain = \"shop.example\"", "__Secure-consent"),
        ("[cookie]\nname = \"choice\"", "choice"),
        ("[cookie]\nname = \"__Secure-choice\"\ndomain = \"shop.example\"", "__Secure-choice"),
    ] {
        assert_eq!(with(table).cookie.name_or_default(), name, "{table}");
    }
}
