//! The command line: `--answer`, the policy's file, wrong usage.

use super::{EXAMPLE, NOW, data, explained, run_on, unordered};
use serde_json::{Value, json};
use std::path::Path;

#[track_caller]
fn stored(policy: &str, answer: &str, expected: &str) {
    let output = run_on(&["--answer", answer], &data(policy), b"");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{answer}");
    let found = json!(String::from_utf8(output.stdout).unwrap().trim_end_matches('\n'));
    assert_eq!((unordered(&found), output.status.code()), (unordered(&json!(expected)), Some(0)), "{answer}");
}

#[test]
fn an_answer_is_printed_as_the_line_that_stores_it() {
    stored(
        EXAMPLE,
        r#"{"granted":["analytics"],"refused":["advertising"],"at":"2026-11-18T12:06:40.9+01:00","revision":4,"seen":["gpc"],"exceptions":{"cliptube":true}}"#,
        "__Host-consent=1.4.1795000000.4.10.1.+cliptube; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000",
    );
    stored(
        EXAMPLE,
        r#"{"at":"2026-11-18T11:06:40Z","granted":["live-help","functional"],"seen":["dnt","gpc"],"exceptions":{"lumen":false,"adloop":true}}"#,
        "__Host-consent=1.4.1795000000.10002.0.3.+adloop~-lumen; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000",
    );
    stored(
        "explain.toml",
        r#"{"at":"1970-01-01T00:00:00Z","refused":["surveys"],"revision":0}"#,
        "__Secure-choice=1.0.0.0.80000.0; Secure; HttpOnly; SameSite=Lax; Path=/; Domain=shop.example; Max-Age=17280000",
    );
}

#[test]
fn a_stored_answer_is_read_back_as_it_was_given() {
    let answer = r#"{"granted":["analytics","live-help"],"refused":["advertising","personalization"],"at":"2026-11-18T11:06:40Z","seen":["gpc"],"exceptions":{"cliptube":true,"lumen":false}}"#;
    let output = run_on(&["--answer", answer], &data(EXAMPLE), b"");
    let line = String::from_utf8(output.stdout).unwrap();
    let cookie = line.split(';').next().unwrap();
    let case = json!({"id": 1, "now": NOW, "region": "FR", "headers": [["cookie", cookie]],
        "ask": ["analytics", "live-help", "advertising", "functional"],
        "embed": ["https://cliptube.example/embed/1", "https://px.lumen.example/v.gif"]});
    let (answers, _) = explained(EXAMPLE, case.to_string().as_bytes());
    let codes =
        |key: &str| -> Vec<Value> { answers[0][key].as_array().unwrap().iter().map(|v| v["code"].clone()).collect() };
    assert_eq!(answers[0]["state"], "decided");
    assert_eq!(answers[0]["granted"], json!(["analytics", "live-help"]));
    assert_eq!(answers[0]["refused"], json!(["personalization", "advertising"]));
    assert_eq!(answers[0]["decisions"]["functional"]["code"], "undecided");
    assert_eq!(codes("embed"), ["granted", "provider-refused"]);
}

#[test]
#[cfg(feature = "cmp")]
fn each_imported_cookie_is_explained() {
    let case = json!({"id": 1, "now": NOW, "region": "DE", "ask": ["analytics"], "headers": [["cookie",
        "OptanonConsent=isGpcEnabled=1&landingPath=NotLandingPage&groups=C0002%3A1%2CC0004%3A0; \
         OptanonAlertBoxClosed=2026-11-20T10:00:00.123Z; CookieConsent=true"]]});
    let (answers, _) = explained("imports.toml", case.to_string().as_bytes());
    assert_eq!(
        answers[0]["imports"],
        json!([
            {"system": "onetrust", "cookie": "OptanonConsent", "state": "decided", "why": null,
             "granted": ["analytics"], "refused": ["advertising"], "gpc": true, "decided": "2026-11-20T10:00:00Z"},
            {"system": "cookiebot", "cookie": "CookieConsent", "state": "unreadable", "why": "shape",
             "granted": [], "refused": [], "gpc": false, "decided": null},
        ])
    );
    assert_eq!(
        (&answers[0]["state"], &answers[0]["decisions"]["analytics"]["code"]),
        (&json!("unreadable"), &json!("unreadable"))
    );
}

#[track_caller]
fn fails(arguments: &[&str], policy: &Path, status: i32, says: &str) {
    let output = run_on(arguments, policy, b"");
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(status), 0), "{arguments:?}: {error}");
    assert!(error.contains(says), "{arguments:?}: {error}");
}

#[test]
fn an_answer_that_the_policy_cannot_have_is_refused() {
    let at = r#""at":"2026-11-18T11:06:40Z""#;
    for (answer, says) in [
        ("yes".to_owned(), "not a JSON object"),
        (r#"["analytics"]"#.to_owned(), "not a JSON object"),
        ("{}".to_owned(), "missing field `at`"),
        (r#"{"at":"yesterday"}"#.to_owned(), "\"yesterday\" is not a valid RFC 3339 time"),
        (r#"{"at":"1969-12-31T23:59:59Z"}"#.to_owned(), "before 1970"),
        (format!(r#"{{{at},"granted":["nonsense"]}}"#), "no category \"nonsense\""),
        (format!(r#"{{{at},"refused":["essential"]}}"#), "\"essential\" is always allowed"),
        (format!(r#"{{{at},"granted":["analytics"],"refused":["analytics"]}}"#), "\"analytics\" is both"),
        (format!(r#"{{{at},"seen":["GPC"]}}"#), "\"GPC\" is not a valid signal"),
        (format!(r#"{{{at},"exceptions":{{"nobody":true}}}}"#), "no provider \"nobody\""),
        (format!(r#"{{{at},"exceptions":{{"lumen":"yes"}}}}"#), "invalid type"),
        (format!(r#"{{{at},"revision":-1}}"#), "invalid value"),
        (format!(r#"{{{at},"revison":4}}"#), "unknown field `revison`"),
    ] {
        fails(&["--answer", &answer], &data(EXAMPLE), 1, says);
    }
}

#[test]
fn wrong_usage_and_an_unsound_policy_end_with_status_two() {
    fails(&["--nonsense"], &data(EXAMPLE), 2, "unknown option \"--nonsense\"");
    fails(&["another.toml"], &data(EXAMPLE), 2, "more than one policy");
    fails(&["--answer={}", "--answer", "{}"], &data(EXAMPLE), 2, "more than one --answer");
    fails(&[], &data("there-is-none.toml"), 2, "there-is-none.toml: ");
    fails(&[], &data("explain.jsonl"), 2, "cannot read the policy as TOML");
    let unsound = std::env::temp_dir().join(format!("explain-unsound-{}.toml", std::process::id()));
    std::fs::write(&unsound, "site='s'\nrevision=1\npresets='1999-01'\nlanguages=['en']\nhosts=['https://s.example']")
        .unwrap();
    fails(&[], &unsound, 2, "presets: there is no edition \"1999-01\"");
    fails(&[], &unsound, 2, "\"https://s.example\" is not a valid host name");
    std::fs::remove_file(unsound).unwrap();
}

#[test]
fn a_policy_may_be_json() {
    let policy = consent_gate::Policy::from_toml(include_str!("../data/policy.example.toml")).unwrap();
    let file = std::env::temp_dir().join(format!("explain-policy-{}.json", std::process::id()));
    std::fs::write(&file, policy.to_json().unwrap()).unwrap();
    let output = run_on(&[], &file, format!("{{\"id\":1,\"now\":\"{NOW}\"}}").as_bytes());
    assert!(output.status.success());
    std::fs::remove_file(file).unwrap();
}

#[test]
fn help_is_no_failure() {
    let output = run_on(&["--help"], &data(EXAMPLE), b"");
    assert!(output.status.success() && output.stdout.starts_with(b"usage: explain POLICY"));
}
