//! Values made to deceive: what holds another format's grant, and what would take time or room.

use crate::cmp::row::{gate, now};
use crate::cmp::traps::{import, read, unreadable, visitor};
use allocation_counter::measure;
use consent_gate::explain::AnswerState;
use consent_gate::policy::{Import, ProblemKind};
use consent_gate::{Category, Facts, Gate};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// A value of Fides in its compressed form.
pub(crate) fn gzip(text: &[u8]) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    format!("gzip%3A{}", data_encoding::BASE64URL_NOPAD.encode(&encoder.finish().unwrap()))
}

/// Every system that can be read, with a map for each that needs one.
pub(crate) fn every_system() -> Vec<Import> {
    let error = gate([Import::new("no-such-system")]).unwrap_err();
    let ProblemKind::UnknownSystem(unknown) = &error.problems()[0].kind else { panic!("{error}") };
    let with_map = |name: &str| match gate([Import::new(name)]) {
        Ok(_) => Import::new(name),
        Err(_) => import(name, &[("a", "analytics"), ("b", "advertising")]),
    };
    unknown.known().map(with_map).collect()
}

#[test]
fn there_are_as_many_systems_as_the_documentation_says() {
    assert_eq!(every_system().len(), 43);
}

#[test]
fn a_value_that_holds_another_format_s_grant_is_denied() {
    let onetrust = "OptanonConsent=landingPath=NotLandingPage&x=";
    let klaro = import("klaro", &[("ga", "analytics")]);
    for (import, cookies) in [
        (Import::new("onetrust"), format!("{onetrust}groups%3DC0002%3A1")),
        (Import::new("onetrust"), format!("{onetrust}1&landingPath2=a%26groups=C0002%3A1")),
        (Import::new("onetrust"), "OptanonConsent=c15t=c.necessary:1,c.measurement:1".to_owned()),
        (Import::new("c15t"), "c15t=i.eid:u1,c.measurement:1".to_owned()),
        (Import::new("c15t"), "c15t={\"c.measurement\":1}".to_owned()),
        (klaro.clone(), "klaro=\"{\\\"ga\\\":true}\"".to_owned()),
        (klaro.clone(), "klaro=[{\"ga\":true}]".to_owned()),
        (klaro.clone(), "klaro={\"x\":{\"ga\":true}}".to_owned()),
        (klaro, "klaro=eyJnYSI6dHJ1ZX0=".to_owned()),
        (Import::new("cookiebot"), "CookieConsent={stamp:'x',necessary:true,statistics:true}".to_owned()),
        (Import::new("cookieyes"), "cookieyes-consent=consentid:a%2Caction:yes,analytics:yes".to_owned()),
        (Import::new("hubspot"), "__hs_cookie_cat_pref=x_1:true".to_owned()),
        (Import::new("tealium"), "CONSENTMGR=id:x%257Cc1:1".to_owned()),
    ] {
        let read = read(&import, &cookies);
        assert!(read.granted.is_empty() && read.state != AnswerState::Decided, "{cookies}: {read:?}");
    }
}

#[test]
fn an_encoding_inside_an_encoding_is_not_taken_off() {
    let once = "%7B%22consent%22%3A%7B%22a%22%3Atrue%7D%2C%22fides_meta%22%3A%7B%22updatedAt%22%3A%222026-11-23T17%3A40%3A01Z%22%7D%7D";
    let fides = import("fides", &[("a", "analytics")]);
    assert_eq!(read(&fides, &format!("fides_consent={once}")).granted, Category::ANALYTICS);
    unreadable(&fides, &format!("fides_consent={}", once.replace('%', "%25")), "encoding");
    let base64 = |text: &[u8]| data_encoding::BASE64.encode(text);
    unreadable(&fides, &format!("fides_consent={}", base64(once.as_bytes())), "shape");
    unreadable(&fides, &format!("fides_consent={}", base64(base64(b"{}").as_bytes())), "shape");
}

#[test]
fn json_ten_thousand_deep_is_too_deep() {
    let klaro = import("klaro", &[("ga", "analytics")]);
    unreadable(&klaro, &format!("klaro={{\"x\":{}", "[".repeat(8000)), "shape");
    let fides = import("fides", &[("a", "analytics")]);
    unreadable(&fides, &format!("fides_consent={}", gzip(&b"[".repeat(10_000))), "too-deep");
    unreadable(&fides, &format!("fides_consent={}", gzip(&b"{\"a\":".repeat(10_000))), "too-deep");
}

#[test]
fn a_gzip_bomb_is_stopped_at_its_limit() {
    let fides = import("fides", &[("a", "analytics")]);
    let bomb = gzip(&vec![b' '; 5_000_000]);
    assert!(bomb.len() < 8192, "{} bytes", bomb.len());
    let cookies = format!("fides_consent={bomb}");
    unreadable(&fides, &cookies, "too-long");
    let gate = gate([fides]).unwrap();
    let facts = Facts::in_region("DE".parse().unwrap());
    let used = measure(|| assert!(gate.consent([("cookie", &cookies)], &facts, now()).granted().is_empty()));
    assert!(used.bytes_max < 400_000, "{} bytes", used.bytes_max);
}

/// Every system, alone behind a gate, and the name of its cookie.
static GATES: LazyLock<Vec<(String, Gate, String)>> = LazyLock::new(|| {
    let gate = |import: Import| {
        let (system, gate) = (import.system.clone(), gate([import]).unwrap());
        let mut name = visitor(&gate, "DE", "").explain(Category::ANALYTICS).imports.remove(0).cookie;
        name.push_str(match &*system {
            "iubenda" | "piwik-pro" | "vue-cookie-accept-decline" => "1",
            "complianz" | "wp-consent-api" => "statistics",
            "cookieyes-legacy" => "analytics",
            _ => "",
        });
        (system, gate, name)
    };
    every_system().into_iter().map(gate).collect()
});

#[test]
fn eight_kilobytes_of_delimiters_grant_nothing_in_linear_time_and_bounded_room() {
    let facts = Facts::in_region("DE".parse().unwrap());
    for (system, gate, name) in &*GATES {
        for piece in [
            "&", ",", "|", "!", ":", "=", "@", "%", "%25", "%7B", "{", "[", "\"", "_", "~", ".", "a:1,", "a=true!",
            "&groups=", "\\", "{\"a\":",
        ] {
            let cookies = format!("{name}={}", piece.repeat(8192 / piece.len()));
            let started = Instant::now();
            let used = measure(|| {
                let consent = gate.consent([("cookie", &cookies)], &facts, now());
                assert!(consent.granted().is_empty(), "{}: {piece}", system);
            });
            // Nothing quadratic in 8 KB stays below: no assertion about speed.
            assert!(started.elapsed() < Duration::from_secs(1), "{}: {piece}", system);
            assert!(used.bytes_max < 64 * 1024, "{} bytes: {} {piece}", used.bytes_max, system);
        }
    }
}

#[test]
fn every_system_finds_an_empty_or_foreign_value_unreadable_or_undecided() {
    for (system, gate, name) in &*GATES {
        for value in ["", "x", "{}", "[]", "null", "\u{e9}", "%00", "%ff%fe", "\"", "-", "9"] {
            let read = visitor(gate, "DE", &format!("{name}={value}")).explain(Category::ANALYTICS).imports.remove(0);
            assert!(read.granted.is_empty(), "{system} {value:?}: {read:?}");
            assert_ne!(read.state, AnswerState::Decided, "{system} {value:?}: {read:?}");
        }
    }
}

#[test]
fn an_answer_from_the_future_is_unreadable() {
    unreadable(&Import::new("c15t"), "c15t=c.necessary:1,c.measurement:1,i.t:1895455510655", "future");
    let vanilla = Import::new("vanilla-cookieconsent").map([("a", "analytics")]);
    unreadable(&vanilla, "cc_cookie={\"categories\":[\"a\"],\"consentTimestamp\":\"2030-01-01T00:00:00Z\"}", "future");
}
