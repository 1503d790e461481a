//! Real consent cookies of other systems, edited at random: analytics is granted by no input that the format's own reading,
//! written here a second time and otherwise, does not grant it by. What is edited are the rows of the corpus; an input may
//! also put one system's cookie before another's reader.
#![no_main]

use consent_gate::policy::Import;
use consent_gate::{Category, Facts, Gate, testing};
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::sync::LazyLock;

/// The systems whose items the site names, and the item that stands for analytics.
const NAMED: [(&str, &str); 11] = [
    ("axeptio", "ShinyStat"),
    ("civic", "analytics"),
    ("cookie-though", "statistics"),
    ("didomi", "analytics-HpBJrrK7"),
    ("drupal-eu-cookie-compliance", "statistics"),
    ("evidon", "analytics"),
    ("fides", "analytics"),
    ("klaro", "matomo"),
    ("segment", "analytics"),
    ("tarteaucitron", "gtag"),
    ("vanilla-cookieconsent", "analytics"),
];

const FIXED: [&str; 27] = [
    "borlabs", "c15t", "complianz", "cookie-information", "cookie-notice", "cookie-script", "cookiebot", "cookiefirst",
    "cookieyes", "cookieyes-legacy", "google-fundingchoices", "govuk", "hu-manity", "hubspot", "iab-tcf", "iubenda",
    "liferay", "moove", "nhsuk", "onetrust", "osano-legacy", "piwik-pro", "react-cookie-consent", "shopify", "tealium",
    "trustarc", "wix",
];

static GATES: LazyLock<Vec<(&'static str, Gate)>> = LazyLock::new(|| {
    let gate = |import: Import| Gate::new(testing::policy().imports([import])).expect("a gate");
    let named = NAMED.map(|(system, item)| {
        (system, gate(Import::new(system).map([(item, "analytics")])))
    });
    let fixed = FIXED.into_iter().chain(["usprivacy", "vue-cookie-accept-decline", "wp-consent-api"]);
    let more = [("orejime", "analytics"), ("commanders-act", "2")].map(|(system, item)| {
        (system, gate(Import::new(system).map([(item, "analytics")])))
    });
    named.into_iter().chain(more).chain(fixed.map(|system| (system, gate(Import::new(system))))).collect()
});

static HEADERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let rows = include_str!("../../tests/data/cmp/corpus.jsonl").lines();
    rows.map(|row| serde_json::from_str::<Value>(row).expect("a row")["cookie_header"].as_str().expect("a header").to_owned())
        .filter(|header| header.len() > 12)
        .collect()
});

fuzz_target!(|input: (u16, u8, Vec<(u16, u8, bool)>, Vec<u8>)| {
    let (row, system, edits, tail) = input;
    let mut header = HEADERS[usize::from(row) % HEADERS.len()].clone().into_bytes();
    for (place, byte, inserts) in edits {
        let place = usize::from(place) % (header.len() + 1);
        if inserts || place == header.len() { header.insert(place, byte) } else { header[place] = byte }
    }
    header.extend(tail);
    let now = testing::now() + chrono::TimeDelta::days(9);
    let facts = Facts::in_region("DE".parse().unwrap_or_default());
    let count = GATES.len();
    // All of them where the byte says nothing: a cookie must be no other system's grant.
    for (name, gate) in GATES.iter().cycle().skip(usize::from(system) % count).take(if system > 200 { count } else { 1 }) {
        let consent = gate.consent([("cookie", &header)], &facts, now);
        let visitor = gate.visitor([("cookie", &header)], facts.clone(), now);
        assert_eq!(visitor.may_track(Category::ANALYTICS), consent.may_track(Category::ANALYTICS), "{name}");
        if consent.may_track(Category::ANALYTICS) {
            let text = String::from_utf8_lossy(&header);
            assert!(grants(name, &text), "{name} grants analytics by {text:?}");
        }
    }
});

/// Every value of a cookie of this name.
fn values<'h>(header: &'h str, name: &str) -> Vec<&'h str> {
    let pairs = header.split(';').map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs.filter(|(found, _)| found.trim_matches(|c: char| c.is_ascii_whitespace()) == name).map(|(_, value)| trim(value)).collect()
}

fn trim(value: &str) -> &str {
    value.trim_matches(|c: char| c.is_ascii_whitespace())
}

fn decoded(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

/// Whether every cookie of the name holds this, and there is one.
fn every(header: &str, name: &str, holds: impl Fn(&str) -> bool) -> bool {
    let values = values(header, name);
    !values.is_empty() && values.into_iter().all(holds)
}

/// Whether a value, raw or decoded once, is JSON of which this is true.
fn json(value: &str, holds: impl Fn(&Value) -> bool) -> bool {
    let decoded = decoded(value);
    [value, &decoded].into_iter().filter_map(|text| serde_json::from_str(text).ok()).any(|value| holds(&value))
}

fn token(value: &str, holds: impl Fn(&Value) -> bool) -> bool {
    let value = decoded(value);
    let bytes = data_encoding::BASE64_NOPAD.decode(value.trim_end_matches('=').as_bytes());
    bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).is_some_and(|value| holds(&value))
}

fn is(value: &Value, pointer: &str, expected: impl Into<Value>) -> bool {
    value.pointer(pointer) == Some(&expected.into())
}

fn lists(value: &Value, pointer: &str, item: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_array).is_some_and(|list| list.iter().any(|entry| entry == item))
}

/// A field between delimiters, raw or decoded.
fn field(value: &str, delimiters: &[char], field: &str) -> bool {
    decoded(value).split(delimiters).any(|found| found.trim() == field)
}

fn purposes(value: &str) -> bool {
    let core = value.split('.').next().unwrap_or_default();
    let bit = |place: usize| {
        let digit = core.as_bytes().get(place / 6)?;
        let digit = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".iter().position(|d| d == digit)?;
        Some(digit >> (5 - place % 6) & 1 == 1)
    };
    core.starts_with('C') && [152, 159, 160].into_iter().all(|place| bit(place) == Some(true))
}

/// Whether the format's own reading grants analytics.
fn grants(system: &str, header: &str) -> bool {
    let every = |name, holds: &dyn Fn(&str) -> bool| every(header, name, holds);
    let starting = |start: &str, holds: &dyn Fn(&str) -> bool| {
        let names = header.split(';').filter_map(|part| part.split_once('=')).map(|(name, _)| trim(name));
        names.filter(|name| name.starts_with(start)).any(|name| values(header, name).into_iter().any(holds))
    };
    match system {
        "axeptio" => every("axeptio_cookies", &|v| json(v, |j| is(j, "/ShinyStat", true) && is(j, "/$$completed", true))),
        "borlabs" => every("borlabs-cookie", &|v| json(v, |j| j.pointer("/consents/statistics/0").is_some())),
        "c15t" => every("c15t", &|v| v.split(',').any(|field| field == "c.measurement:1")),
        "civic" => every("CookieControl", &|v| json(v, |j| is(j, "/optionalCookies/analytics", "accepted") && is(j, "/interactedWith", true))),
        "commanders-act" => every("TC_PRIVACY", &|v| decoded(v).starts_with("0@") && field(v, &['@', ','], "2")),
        "complianz" => every("cmplz_statistics", &|v| v == "allow") && every("cmplz_banner-status", &|v| v == "dismissed"),
        "cookie-information" => every("CookieInformationConsent", &|v| json(v, |j| lists(j, "/consents_approved", "cookie_cat_statistic"))),
        "cookie-notice" => every("cookie_notice_accepted", &|v| v == "true"),
        "cookie-script" => every("CookieScriptConsent", &|v| json(v, |j| is(j, "/action", "accept") && j["categories"].to_string().contains("performance"))),
        "cookie-though" => every("cookie-preferences", &|v| v.split('|').any(|field| field == "statistics:1")),
        // An object as JavaScript writes it: white space stands on either side of the colon.
        "cookiebot" => every("CookieConsent", &|v| {
            let text = decoded(v);
            let mut fields = text.split(['{', ',', '}']).filter_map(|field| field.split_once(':'));
            fields.any(|(key, value)| (key.trim(), value.trim()) == ("statistics", "true"))
        }),
        "cookiefirst" => every("cookiefirst-consent", &|v| json(v, |j| is(j, "/performance", true))),
        "cookieyes" => every("cookieyes-consent", &|v| field(v, &[','], "analytics:yes") && field(v, &[','], "performance:yes") && field(v, &[','], "action:yes")),
        "cookieyes-legacy" => every("viewed_cookie_policy", &|v| v == "yes"),
        "didomi" => every("didomi_token", &|v| token(v, |j| is(j, "/version", 2) && lists(j, "/purposes/enabled", "analytics-HpBJrrK7") || lists(j, "/vendors/enabled", "analytics-HpBJrrK7"))),
        "drupal-eu-cookie-compliance" => every("cookie-agreed", &|v| v == "1" || v == "2") && every("cookie-agreed-categories", &|v| json(v, |j| lists(j, "", "statistics"))),
        "evidon" => every("_evidon_consent_cookie", &|v| json(v, |j| j["categories"].as_object().is_some_and(|notices| notices.values().any(|notice| notice["analytics"] == true)))),
        "fides" => every("fides_consent", &|v| {
            let holds = |j: &Value| is(j, "/consent/analytics", true) || is(j, "/consent/analytics", "opt_in");
            json(v, holds) || token(v, holds) || decoded(v).starts_with("gzip:")
        }),
        "google-fundingchoices" => every("FCCDCF", &|v| json(v, |j| j.pointer("/3/0").and_then(Value::as_str).is_some_and(purposes))),
        "govuk" => every("cookies_policy", &|v| json(v, |j| is(j, "/usage", true))),
        "hu-manity" => every("hu-consent", &|v| json(v, |j| is(j, "/categories/3", true))) || every("cookie_notice_accepted", &|v| v == "true"),
        "hubspot" => every("__hs_cookie_cat_pref", &|v| field(v, &['_', ','], "1:true")) || every("__hs_opt_out", &|v| v == "no"),
        "iab-tcf" => every("euconsent-v2", &purposes) || every("eupubconsent-v2", &purposes),
        "iubenda" => starting("_iub_cs-", &|v| json(v, |j| is(j, "/purposes/4", true) || is(j, "/consent", true))),
        "klaro" => every("klaro", &|v| json(v, |j| is(j, "/matomo", true))),
        "liferay" => every("CONSENT_STATE", &|v| json(v, |j| is(j, "/CONSENT_TYPE_PERFORMANCE", true))),
        "moove" => every("moove_gdpr_popup", &|v| json(v, |j| is(j, "/thirdparty", "1"))),
        "nhsuk" => every("nhsuk-cookie-consent", &|v| json(v, |j| is(j, "/statistics", true) && is(j, "/consented", true))),
        "onetrust" => every("OptanonConsent", &|v| {
            let groups: Vec<&str> = v.split('&').filter_map(|field| field.strip_prefix("groups=")).collect();
            groups.len() == 1 && ["C0002:1", "2:1"].iter().any(|group| field(groups[0], &[','], group))
        }),
        "orejime" => every("eu-consent", &|v| json(v, |j| is(j, "/analytics", true))) || every("orejime", &|v| json(v, |j| is(j, "/analytics", true))),
        "osano-legacy" => every("cookieconsent_status", &|v| v == "allow"),
        "piwik-pro" => starting("ppms_privacy_", &|v| json(v, |j| is(j, "/consents/analytics/status", 1))),
        "react-cookie-consent" => ["CookieConsent", "CookieConsent-legacy"].iter().any(|name| every(name, &|v| decoded(v) == "true")),
        "segment" => every("tracking-preferences", &|v| json(v, |j| is(j, "/custom/analytics", true) && is(j, "/version", 1))),
        "shopify" => every("_tracking_consent", &|v| json(v, |j| is(j, "/con/CMP/a", "1"))),
        "tarteaucitron" => every("tarteaucitron", &|v| v.split('!').any(|field| field == "gtag=true") && !v.contains("=wait")),
        "tealium" => every("CONSENTMGR", &|v| field(v, &['|'], "consent:true") && !field(v, &['|'], "c1:0")),
        "trustarc" => every("notice_gdpr_prefs", &|v| field(v, &[',', ':', '|'], "1")) || every("notice_preferences", &|v| decoded(v).starts_with(|level: char| matches!(level, '1'..='9'))) || every("cmapi_cookie_privacy", &|v| field(v, &[' ', ',', '_', '|'], "2")),
        "vanilla-cookieconsent" => every("cc_cookie", &|v| json(v, |j| lists(j, "/categories", "analytics") || lists(j, "/level", "analytics"))),
        "vue-cookie-accept-decline" => starting("vue-cookie-accept-decline-", &|v| v == "accept"),
        "wix" => every("consent-policy", &|v| json(v, |j| is(j, "/anl", 1))),
        "wp-consent-api" => every("wp_consent_statistics", &|v| v == "allow"),
        // It only refuses.
        _ => false,
    }
}
