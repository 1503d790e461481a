//! Report mode: everything is decided, and nothing is changed.

use super::{get, head, lines_of, value, with};
use consent_gate::{Category, testing};
use std::sync::{Arc, Mutex};

const LINES: [(&str, &str); 6] = [
    ("content-type", "text/html"),
    ("set-cookie", "_lum1=a; Max-Age=99999999"),
    ("set-cookie", "_other=1"),
    ("set-cookie", "sid=1; Max-Age=60"),
    ("set-cookie", "__Host-consent=1.4.1.1e.0.0"),
    ("cache-control", "public, max-age=60"),
];

#[test]
fn in_report_mode_the_head_leaves_byte_for_byte() {
    let expected = LINES.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    for visitor in [
        get(),
        get().refused().header("cookie", "_lum1=a"),
        get().header("sec-gpc", "1"),
        get().header("sec-purpose", "prefetch"),
    ] {
        let (mut left, mut expected) = (head(&visitor.report_only().answer(LINES)), expected.to_vec());
        left.sort();
        expected.sort();
        assert_eq!(left, expected);
    }
    let kept = get().report_only().answer(LINES);
    assert_eq!(lines_of(&kept), LINES[1..5].iter().map(|(_, line)| *line).collect::<Vec<_>>(), "in order");
}

#[test]
fn in_report_mode_every_denial_is_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = told.clone();
    let gate = testing::gate().on_event(move |event| log.lock().unwrap().push(format!("{event:?}")));
    with(gate).report_only().answer(LINES);
    let told = told.lock().unwrap().join("\n");
    assert!(told.contains("Denied { technology: Cookie, category: \"analytics\", reason: Undecided"), "{told}");
    assert!(
        told.contains("Undeclared { thing: Cookie, name: \"_other\", decision: Deny(Undeclared), is_first: true, from_browser: false }"),
        "{told}"
    );
}

#[test]
fn undeclared_names_are_collected_from_requests_and_responses() {
    let gate = testing::gate();
    let visitor = with(gate.clone()).report_only().header("cookie", "_heat=1; sid=2; _lum9=3; __Host-consent=x");
    visitor.header("cookie", "_late=1").answer(LINES);
    let names: Vec<String> = gate.undeclared().into_iter().map(|met| met.name).collect();
    assert_eq!(names, ["_heat", "_late", "_other"]);
    let stanzas = gate.declarations();
    assert_eq!(stanzas.matches("[[tracker]]").count(), 3);
    assert!(stanzas.contains("name = \"_heat\"\ntechnology = \"cookie\""));
}

#[test]
fn enforcing_collects_from_responses_only() {
    let gate = testing::gate();
    with(gate.clone()).header("cookie", "_heat=1").set(["_other=1"]);
    let names: Vec<String> = gate.undeclared().into_iter().map(|met| met.name).collect();
    assert_eq!(names, ["_other"]);
}

#[test]
fn what_the_host_itself_asks_for_takes_effect_in_report_mode_too() {
    let asking = get().report_only().handler(|visitor| _ = visitor.may_track(Category::ANALYTICS));
    assert_eq!(value(&asking.answer(LINES), "cache-control"), "private, no-store");
    let clicking = get().report_only().method("POST").handler(|visitor| visitor.refuse_all().unwrap());
    assert!(lines_of(&clicking.answer([("x-a", "1")]))[0].starts_with("__Host-consent=1.4.1795435200.0.1e.0; "));
}
