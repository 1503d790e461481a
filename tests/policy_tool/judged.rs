//! `diff`: what does not fail, because a person must judge it or because it needs nothing.

use super::diff::{RAISED, compared, listed};
use super::says;

#[test]
fn a_reworded_purpose_is_left_to_a_person() {
    let category =
        ("purpose.en = \"Measures our own campaigns on other sites.\"", "purpose.en = \"Shows advertisements.\"");
    listed(category, "look  review     category \"advertising\": purpose.en changed from \"Measures our own");
    let provider = ("purpose.en = \"Counts visits for us.\"", "purpose.en = \"Counts visits to our pages.\"");
    listed(provider, "look  review     provider \"lumen\": purpose.en changed");
    let tracker = ("purpose.en = \"Page views not yet sent.\"", "purpose.en = \"Views not yet sent.\"");
    listed(tracker, "look  review     tracker \"lum.queue\" (local-storage): purpose.en changed");
    let translated =
        ("title.en = \"Live help\"", "title.en = \"Live help\"\npurpose.de = \"Ein Gespräch mit der Tutorin.\"");
    listed(translated, "editorial  category \"live-help\": purpose.de changed from nothing stated to \"Ein Gespräch");
}

#[test]
fn what_no_since_can_express_is_left_to_a_person() {
    for (edit, line) in [
        (
            ("country = \"DE\"", "country = \"US\""),
            "review     provider \"lumen\": country changed from \"DE\" to \"US\"",
        ),
        (
            ("retention = \"25 months\"", "retention = \"as needed\""),
            "review     provider \"lumen\": retention changed",
        ),
        (("company = \"Lumen GmbH\"", "company = \"Big Inc\""), "review     provider \"lumen\": company changed"),
        (("name = \"CalmInteraction\"", "name = \"Other Ltd\""), "review     controller: name changed"),
        (("like = \"functional\"", "like = \"analytics\""), "review     category \"live-help\": like changed"),
        (("evidence = \"730d\"", "evidence = \"800d\""), "review     retention: evidence changed from 730d to 800d"),
        (("grant_lasts = \"180d\"", "grant_lasts = \"190d\""), "review     regime \"FR\": grant_lasts changed"),
        (("analytics = \"opt-in\"", "analytics = \"opt-out\""), "review     regime \"FR\": rules changed"),
        (("regions = [\"FR\"]", "regions = [\"FR\", \"IT\"]"), "review     regime \"FR, IT\": is new"),
        (
            ("unknown_region = \"strictest\"", "unknown_region = \"opt-out\""),
            "review     enforce: unknown_region changed",
        ),
        (
            ("hosts = [\"calminteraction.example\"] ", "hosts = [\"calminteraction.example\", \"[::1]\"] "),
            "review     hosts: gained \"[::1]\"",
        ),
    ] {
        if edit.0.starts_with("hosts") {
            // A second host of our own needs a consent cookie for both.
            let domain = ("name = \"__Host-consent\"  ", "domain = \"calminteraction.example\" #");
            let said = compared(&[RAISED, edit, domain]);
            assert_eq!(said.status, 0, "{}", said.out);
            says(&said.out, &[line]);
            continue;
        }
        listed(edit, line);
    }
    let moved = (
        "name = \"recommend\"\ntechnology = \"cookie\"\ncategory = \"personalization\"",
        "name = \"recommend\"\ntechnology = \"cookie\"\ncategory = \"essential\"",
    );
    let line = "look  review     tracker \"recommend\" (cookie): moved from category \"personalization\" to \"essential\"\n                 -> nobody is asked about it any more";
    listed(moved, line);
}

#[test]
fn what_narrows_or_only_shows_is_editorial() {
    for (edit, line) in [
        (
            ("\"lumen.example\", \"*.lumen.example\"", "\"lumen.example\", \"*.lumen.example\", \"lumen2.example\""),
            "editorial  provider \"lumen\": hosts gained \"lumen2.example\"",
        ),
        (("\"page load times\", ", ""), "editorial  provider \"lumen\": collects lost \"page load times\""),
        (("retention = \"25 months\"", "retention = \"2 years\""), "editorial  provider \"lumen\": retention changed"),
        (
            ("lifetime = \"395d\"", "lifetime = \"30d\""),
            "editorial  tracker \"_lum*\" (cookie): lifetime changed from 395d to 30d",
        ),
        (("account_closure = \"90d\"", "account_closure = \"60d\""), "editorial  retention: account_closure changed"),
        (
            ("https://lumen.example/privacy", "https://lumen.example/p"),
            "editorial  provider \"lumen\": policy_url changed",
        ),
        (("cache = \"no-store\"", "cache = \"revalidate\""), "editorial  enforce: cache changed"),
        (("\"/consent/csp\"", "\"/csp\""), "editorial  headers: report changed from"),
        (("omit = []", "omit = [\"frame-src\"]"), "review     headers: omit changed from [] to [frame-src]"),
        (
            ("clear_storage = false", "clear_storage = true"),
            "review     headers: clear_storage changed from false to true",
        ),
        (
            ("content_security_policy = true ", "content_security_policy = false "),
            "review     headers: content_security_policy changed from true to false",
        ),
        (
            ("permissions_policy = true ", "permissions_policy = false "),
            "review     headers: permissions_policy changed from true to false",
        ),
        (("path = \"/\"", "path = \"/lesson\""), "are no longer erased: declare that place"),
        (
            ("languages = [\"en\", \"de\"]", "languages = [\"en\"]"),
            "editorial  languages: the list changed from en, de to en",
        ),
    ] {
        listed(edit, line);
    }
    let gone = "[[tracker]]\nname = \"chat\"\ntechnology = \"session-storage\"\ncategory = \"live-help\"\nlifetime = \"session\"\npurpose.en = \"The open conversation.\"\n";
    listed((gone, ""), "editorial  tracker \"chat\" (session-storage): was removed");
}

#[test]
fn another_consent_cookie_comes_with_a_warning() {
    let name = ("name = \"__Host-consent\"  ", "name = \"__Host-choice\"  ");
    listed(
        name,
        "warn  editorial  cookie: name changed from \"__Host-consent\" to \"__Host-choice\"\n                 -> everybody is asked again",
    );
    let domain = ("name = \"__Host-consent\"  ", "domain = \"calminteraction.example\" #");
    listed(domain, "warn  editorial  cookie: domain changed from nothing stated to \"calminteraction.example\"");
}
