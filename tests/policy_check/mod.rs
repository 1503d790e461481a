//! Every kind of mistake in a policy: one line of the example is changed, and exactly that problem is found.

use consent_gate::policy::{Period, Problem, ProblemKind, Technology, UnknownName};
use consent_gate::{ConfigError, Deployment, Gate, Policy};

mod imports;
mod messages;
mod optional;
mod providers;
mod warned;

const EXAMPLE: &str = include_str!("../data/policy.example.toml");

/// The example with one place changed. The place must be there once.
#[track_caller]
fn edited(from: &str, to: &str) -> String {
    assert_eq!(EXAMPLE.matches(from).count(), 1, "{from:?} must stand once in the example");
    EXAMPLE.replace(from, to)
}

#[track_caller]
fn gate(text: &str) -> Result<Gate, ConfigError> {
    Gate::new(Policy::from_toml(text).unwrap_or_else(|error| panic!("{error}\n{text}")))
}

#[track_caller]
fn problems(text: &str) -> Vec<Problem> {
    gate(text).map_or_else(|error| error.problems().to_vec(), |_| Vec::new())
}

/// One edit gives exactly these problems.
#[track_caller]
fn finds(from: &str, to: &str, expected: &[(&str, ProblemKind)]) {
    let found: Vec<_> = problems(&edited(from, to)).into_iter().map(|problem| (problem.entry, problem.kind)).collect();
    let expected: Vec<_> = expected.iter().map(|(entry, kind)| ((*entry).to_owned(), kind.clone())).collect();
    assert_eq!(found, expected, "{from:?} -> {to:?}");
}

const LAST: &str =
    "evidence = \"730d\"                     # proof of consent is held this long, without identifiers after erasure";
const LUM: &str = "tracker \"_lum*\" (cookie)";
const SID: &str = "tracker \"sid\" (cookie)";
const LIFETIME_395: &str = "lifetime = \"395d\"\ndomain";

/// The example with one more entry at its end.
#[track_caller]
fn adds(entry: &str, expected: &[(&str, ProblemKind)]) {
    finds(LAST, &format!("{LAST}\n{entry}"), expected);
}

fn text_missing(text: &'static str) -> ProblemKind {
    ProblemKind::TextMissing { text, language: "en".to_owned() }
}

fn contradiction(technology: Technology, lifetime: &str, cure: &'static str) -> ProblemKind {
    ProblemKind::LifetimeContradiction { technology, lifetime: lifetime.to_owned(), cure }
}

fn too_long(days: u16, limit: u16) -> ProblemKind {
    ProblemKind::LifetimeTooLong { lifetime: Period::days(days), limit: Period::days(limit) }
}

#[test]
fn the_example_is_sound() {
    assert_eq!(problems(EXAMPLE), []);
}

#[test]
fn a_tracker_declared_twice_is_found() {
    let twice = [("tracker \"_adl\" (cookie)", ProblemKind::DeclaredTwice)];
    adds(
        "[[tracker]]\nname = \"_adl\"\ntechnology = \"cookie\"\ncategory = \"analytics\"\nlifetime = \"1d\"\npurpose.en = \"x\"",
        &twice,
    );
    // The same address by other means, or in another spelling, is the same tracker.
    let frame = [("tracker \"https://px.lumen.example/v.gif\" (frame)", ProblemKind::DeclaredTwice)];
    finds("\"https://cliptube.example/embed/\"", "\"https://px.lumen.example/v.gif\"", &frame);
    let spelt = [("tracker \"HTTPS://px.lumen.example:443/v.gif\" (script)", ProblemKind::DeclaredTwice)];
    finds("\"https://adloop.example/t.js\"", "\"HTTPS://px.lumen.example:443/v.gif\"", &spelt);
    // The same name in another store is another tracker.
    finds("\"lum.queue\"", "\"_lum*\"", &[]);
}

#[test]
fn a_category_in_use_without_a_notice_is_found_at_each_of_its_trackers() {
    let from = EXAMPLE.find("[[category]]\nid = \"analytics\"").unwrap();
    let to = from + EXAMPLE[from..].find("\n\n").unwrap();
    let found = problems(&format!("{}{}", &EXAMPLE[..from], &EXAMPLE[to..]));
    let trackers = [LUM, "tracker \"https://px.lumen.example/v.gif\" (pixel)", "tracker \"lum.queue\" (local-storage)"];
    assert_eq!(found.iter().map(|problem| &*problem.entry).collect::<Vec<_>>(), trackers);
    for problem in found {
        assert_eq!(problem.kind, ProblemKind::CategoryWithoutNotice("analytics".to_owned()));
    }
}

#[test]
fn an_unknown_category_or_provider_is_found_wherever_it_is_named() {
    let declared = ["essential", "functional", "analytics", "personalization", "advertising", "live-help"];
    let category = |id: &str| ProblemKind::UnknownCategory(UnknownName::new(id, declared));
    let built_in = |id: &str| ProblemKind::UnknownCategory(UnknownName::new(id, declared[1..5].iter().copied()));
    let providers = ["lumen", "adloop", "paylane", "cliptube", "fastedge"];
    let recommend = "name = \"recommend\"\ntechnology = \"cookie\"\ncategory = ";
    finds(
        &format!("{recommend}\"personalization\""),
        &format!("{recommend}\"personalisation\""),
        &[("tracker \"recommend\" (cookie)", category("personalisation"))],
    );
    finds("gpc = [\"advertising\"]", "gpc = [\"adverts\"]", &[("regime \"FR\"", category("adverts"))]);
    finds("rules = { analytics", "rules = { analitics", &[("regime \"FR\"", category("analitics"))]);
    finds("like = \"functional\"", "like = \"live-help\"", &[("category \"live-help\"", built_in("live-help"))]);
    finds("like = \"functional\"", "like = \"essential\"", &[("category \"live-help\"", ProblemKind::EssentialHere)]);
    finds("rules = { analytics", "rules = { essential", &[("regime \"FR\"", ProblemKind::EssentialHere)]);
    finds(
        "provider = \"lumen\"                    # absent: our own",
        "provider = \"lumens\"",
        &[(LUM, ProblemKind::UnknownProvider(UnknownName::new("lumens", providers)))],
    );
}

#[test]
fn a_pattern_with_fewer_than_three_literal_characters_is_found() {
    for name in ["*", "a*", "ab*", "éé*"] {
        let entry = format!("tracker {name:?} (local-storage)");
        finds("\"player.*\"", &format!("\"{name}\""), &[(&entry, ProblemKind::PatternTooShort)]);
    }
    for name in ["abc*", "ééé*", "a"] {
        finds("\"player.*\"", &format!("\"{name}\""), &[]);
    }
}

#[test]
fn a_storage_and_a_lifetime_that_contradict_each_other_are_found() {
    let outlives = "it outlives the session; give a duration such as \"30d\"";
    let player = "category = \"functional\"\nlifetime = \"365d\"\npurpose.en = \"Volume";
    let session = player.replace("365d", "session");
    let entry = "tracker \"player.*\" (local-storage)";
    finds(player, &session, &[(entry, contradiction(Technology::LocalStorage, "session", outlives))]);
    let local = format!("technology = \"local-storage\"\n{player}");
    let indexed = format!("technology = \"indexed-db\"\n{session}");
    let entry = "tracker \"player.*\" (indexed-db)";
    finds(&local, &indexed, &[(entry, contradiction(Technology::IndexedDb, "session", outlives))]);

    let ends = "it ends with the session; write \"session\"";
    let chat = "category = \"live-help\"\nlifetime = ";
    let entry = "tracker \"chat\" (session-storage)";
    let expected = [(entry, contradiction(Technology::SessionStorage, "30d", ends))];
    finds(&format!("{chat}\"session\""), &format!("{chat}\"30d\""), &expected);
}

#[test]
fn a_cookie_without_a_lifetime_is_found() {
    finds(LIFETIME_395, "domain", &[(LUM, ProblemKind::NoLifetime)]);
}

#[test]
fn a_lifetime_above_the_cap_is_found() {
    finds(LIFETIME_395, "lifetime = \"400d\"\ndomain", &[]);
    finds(LIFETIME_395, "lifetime = \"401d\"\ndomain", &[(LUM, too_long(401, 400))]);
    finds(
        LIFETIME_395,
        "lifetime = \"400d\"\nexemption = \"audience-measurement\"\ndomain",
        &[(LUM, too_long(400, 395))],
    );
    finds("max_age = \"400d\"", "max_age = \"401d\"", &[("cookie.max_age", too_long(401, 400))]);
    let player = "category = \"functional\"\nlifetime = \"365d\"\npurpose.en = \"Volume";
    let entry = "tracker \"player.*\" (local-storage)";
    finds(player, &player.replace("365d", "500d"), &[(entry, too_long(500, 400))]);
}

#[test]
fn a_prefix_and_a_domain_that_contradict_each_other_are_found() {
    let domain = "calminteraction.example".to_owned();
    let contradicts = [("cookie", ProblemKind::PrefixAndDomain(domain.clone()))];
    finds("# domain = \"calminteraction.example\"", "domain = \"calminteraction.example\"", &contradicts);
    let name = "name = \"__Host-consent\"               # default \"__Host-consent\"";
    finds(name, "name = \"__hOST-c\"\ndomain = \"calminteraction.example\"", &contradicts);
    finds(name, "domain = \"calminteraction.example\"", &[]);
    finds(name, "name = \"__Secure-c\"\ndomain = \"calminteraction.example\"", &[]);
    let tracker = [("tracker \"__Host-a\" (cookie)", ProblemKind::PrefixAndDomain(domain))];
    finds("\"_adl\"", "\"__Host-a\"", &tracker);
}

#[test]
fn a_domain_that_is_none_of_our_hosts_is_found() {
    let foreign = |domain: &str| ProblemKind::ForeignDomain(domain.to_owned());
    let lum = "domain = \"calminteraction.example\"    # absent: host-only";
    finds(lum, "domain = \"example\" #", &[(LUM, foreign("example"))]);
    finds(lum, "domain = \"www.calminteraction.example\" #", &[(LUM, foreign("www.calminteraction.example"))]);
    finds(
        lum,
        "domain = \".calminteraction.example\" #",
        &[(LUM, ProblemKind::Host(".calminteraction.example".into()))],
    );
    let consent = "name = \"__Host-consent\"               # default";
    let domain = ("cookie.domain", foreign("other.example"));
    finds(consent, "domain = \"other.example\" #", &[domain]);
}

#[test]
fn a_domain_that_several_hosts_share_is_found_under_a_host_only_consent_cookie() {
    let shared = ProblemKind::SharedDomain("calminteraction.example".to_owned());
    let hosts = "hosts = [\"calminteraction.example\"]";
    let several = "hosts = [\"calminteraction.example\", \"www.calminteraction.example\"]";
    finds(hosts, several, &[(LUM, shared.clone()), ("tracker \"_adl\" (cookie)", shared)]);
    let text = edited(hosts, several).replace("name = \"__Host-consent\"", "domain = \"calminteraction.example\"");
    assert_eq!(problems(&text), []);
}

#[test]
fn a_host_that_is_none_is_found() {
    for host in ["https://a.example", "a.example:443", "A.example", "a.example/", "a b", "", "*.a.example"] {
        let text = edited(
            "hosts = [\"calminteraction.example\"]",
            &format!("hosts = [\"calminteraction.example\", {host:?}]"),
        );
        let found = problems(&text);
        assert_eq!((&*found[0].entry, &found[0].kind), ("hosts", &ProblemKind::Host(host.to_owned())));
    }
    let paylane = "hosts = [\"pay.paylane.example\"]";
    let host = |host: &str| [("provider \"paylane\"", ProblemKind::Host(host.to_owned()))];
    finds(paylane, "hosts = [\"*.*.example\"]", &host("*.*.example"));
    finds(paylane, "hosts = [\"https://pay.paylane.example\"]", &host("https://pay.paylane.example"));
    finds(
        "hosts = [\"calminteraction.example\"]",
        "hosts = []",
        &[
            ("hosts", ProblemKind::Empty),
            (LUM, ProblemKind::ForeignDomain("calminteraction.example".to_owned())),
            ("tracker \"_adl\" (cookie)", ProblemKind::ForeignDomain("calminteraction.example".to_owned())),
        ],
    );

    let staging = Deployment::default().host("https://staging.example");
    let error = Gate::deployed(Policy::from_toml(EXAMPLE).unwrap(), staging).unwrap_err();
    assert_eq!(error.problems().len(), 1);
    assert_eq!(error.problems()[0].entry, "deployment");
}

#[test]
fn an_address_that_is_none_is_found() {
    let address = |text: &str| ProblemKind::Address(text.to_owned());
    for name in [
        "px.lumen.example/v.gif",
        "/v.gif",
        "//px.lumen.example/v.gif",
        "https://",
        "https://px.lumen.example/*",
        "https://px.lumen.example/v.gif?id=1",
        "https://px.lumen.example/v.gif#a",
        "https://px.lumen.example/é.gif",
        "https://px.lumen.example/a b/",
        "https://px.lumen.example/{id}",
        "",
    ] {
        let entry = format!("tracker {name:?} (pixel)");
        finds("\"https://px.lumen.example/v.gif\"", &format!("{name:?}"), &[(&entry, address(name))]);
    }
    for key in ["policy_url", "opt_out_url"] {
        let path = if key == "policy_url" { "privacy" } else { "opt-out" };
        for text in ["adloop.example/privacy", "/privacy", "mailto:privacy@adloop.example", "javascript:alert(1)", ""] {
            let from = format!("{key} = \"https://adloop.example/{path}\"");
            finds(&from, &format!("{key} = {text:?}"), &[("provider \"adloop\"", address(text))]);
        }
    }
    let privacy = "privacy_url = \"https://calminteraction.example/privacy-policy\"";
    finds(privacy, "privacy_url = \"privacy-policy\"", &[("controller.privacy_url", address("privacy-policy"))]);
}

#[test]
fn a_text_that_is_missing_in_the_default_language_is_found() {
    for (from, to, entry, text) in [
        ("title.en = \"Analytics\"", "title.de = \"Analyse\"", "category \"analytics\"", "title"),
        ("title.en = \"Analytics\"", "", "category \"analytics\"", "title"),
        ("purpose.en = \"Lets you chat with a tutor.\"", "purpose.en = \"  \"", "category \"live-help\"", "purpose"),
        ("impact.en = \"Help is by e-mail only.\"", "", "category \"live-help\"", "impact"),
        ("purpose.en = \"Measures campaigns.\"", "", "provider \"adloop\"", "purpose"),
        ("purpose.en = \"Takes payments.\"", "purpose.de = \"Zahlungen\"", "provider \"paylane\"", "purpose"),
        ("collects.en = [\"payment details\"]", "collects.de = [\"Zahlung\"]", "provider \"paylane\"", "collects"),
        ("collects.en = [\"pages viewed\", \"advertisement identifiers\"]", "", "provider \"adloop\"", "collects"),
        ("purpose.en = \"Keeps you signed in during a visit.\"", "purpose.de = \"x\"", SID, "purpose"),
    ] {
        finds(from, to, &[(entry, text_missing(text))]);
    }
    finds("languages = [\"en\", \"de\"]", "languages = []", &[("languages", ProblemKind::Empty)]);
    finds("languages = [\"en\", \"de\"]", "languages = [\" \", \"en\"]", &[("languages", ProblemKind::Empty)]);
}

#[test]
fn a_custom_bit_that_is_used_twice_or_wrongly_is_found() {
    let more = |rest: &str| format!("[[category]]\n{rest}\ntitle.en = \"x\"\npurpose.en = \"x\"\nimpact.en = \"x\"");
    let twice = ProblemKind::CustomBitTwice(0, "live-help".to_owned());
    adds(&more("id = \"survey\"\ncustom = 0"), &[("category \"survey\"", twice)]);
    adds(&more("id = \"survey\"\ncustom = 1"), &[]);
    adds(&more("id = \"survey\"\ncustom = 16"), &[("category \"survey\"", ProblemKind::CustomBitOutOfRange(16))]);
    adds(&more("id = \"survey\""), &[("category \"survey\"", ProblemKind::NoCustomBit)]);
    adds(&more("id = \"live-help\"\ncustom = 0"), &[("category \"live-help\"", ProblemKind::DeclaredTwice)]);
    adds(&more("id = \"a b\"\ncustom = 1"), &[("category \"a b\"", ProblemKind::Id("a b".to_owned()))]);
    finds("id = \"analytics\"", "id = \"analytics\"\ncustom = 1", &[("category \"analytics\"", ProblemKind::BuiltIn)]);
}

#[test]
fn a_since_above_the_revision_is_found() {
    let above = ProblemKind::SinceAboveRevision { since: 5, revision: 4 };
    finds("since = 3\ntitle.en", "since = 5\ntitle.en", &[("category \"analytics\"", above.clone())]);
    finds("name = \"PayLane\"", "name = \"PayLane\"\nsince = 5", &[("provider \"paylane\"", above)]);
    finds("name = \"PayLane\"", "name = \"PayLane\"\nsince = 4", &[]);
}

#[test]
fn an_edition_of_the_presets_that_does_not_exist_is_found() {
    let unknown = ProblemKind::UnknownEdition(UnknownName::new("2026-12", ["2026-11"]));
    finds("presets = \"2026-11\"", "presets = \"2026-12\"", &[("presets", unknown)]);
}

#[test]
fn what_cannot_be_matched_or_is_taken_is_found_too() {
    let name = "name = \"recommend\"";
    finds(name, "name = \"a b\"", &[("tracker \"a b\" (cookie)", ProblemKind::CookieName)]);
    let reserved = ProblemKind::Reserved("__Host-consent".to_owned());
    finds(name, "name = \"__Host-con*\"", &[("tracker \"__Host-con*\" (cookie)", reserved)]);
    finds("path = \"/\"", "path = \"lesson\"", &[(LUM, ProblemKind::Path("lesson".to_owned()))]);
    let region = |code: &str| ProblemKind::Region(code.to_owned());
    finds("regions = [\"FR\"]", "regions = [\"France\"]", &[("regime \"France\"", region("France"))]);
    finds("regions = [\"FR\"]", "regions = [\"FR\", \"fr\"]", &[("regime \"FR, fr\"", ProblemKind::DeclaredTwice)]);
    finds("regions = [\"FR\"]", "regions = []", &[("regime \"\"", ProblemKind::Empty)]);
    let unknown = "unknown_region = \"strictest\"";
    finds(unknown, "unknown_region = \"fr-75\"", &[]);
    finds(unknown, "unknown_region = \"Germany\"", &[("enforce.unknown_region", region("Germany"))]);
}
