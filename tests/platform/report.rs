//! The first days: report mode.

use super::{Platform, names};

#[test]
fn in_report_mode_everything_leaves_as_the_handlers_made_it() {
    let platform = Platform::with(&["--report"]);
    let mut browser = platform.browser("DE").header("Sec-GPC", "1");
    let page = browser.get("/");
    assert_eq!(names(&page), ["_legacy_ab", "_lum_id", "_lum1", "_adl"]);
    assert!(page.set_cookies()[1].contains("; Max-Age=63072000; "), "not capped either");
    assert_eq!(names(&browser.get("/")), names(&page), "and nothing is erased");
}

#[test]
fn the_report_lists_what_is_not_declared_as_entries_to_paste() {
    let platform = Platform::with(&["--report"]);
    let mut browser = platform.browser("DE");
    browser.jar.insert("_heat_48151623".to_owned(), "secret".to_owned());
    browser.get("/");
    let report = browser.get("/report").text();
    assert!(report.contains(" x cookie \"_legacy_ab\"\n"), "from a response: {report}");
    assert!(report.contains("[[tracker]]  # met"));
    assert!(report.contains("name = \"_heat_*\"\ntechnology = \"cookie\"\n"), "from a request: {report}");
    assert!(!report.contains("secret") && !report.contains("48151623"));
}

#[test]
fn the_report_lists_what_enforcement_would_have_denied_by_name_and_count() {
    let platform = Platform::with(&["--report"]);
    let mut browser = platform.browser("DE");
    browser.get("/");
    browser.get("/");
    let report = browser.get("/report").text();
    let (denied, met) = report.split_once("# Met, and not declared").unwrap();
    assert!(denied.contains(" x cookie \"_lum*\" (analytics): undecided\n"), "{report}");
    assert!(denied.contains(" x cookie \"_adl\" (advertising): undecided\n"), "{report}");
    assert!(!denied.contains("_legacy_ab") && !met.contains("_lum"), "{report}");
}

#[test]
fn the_report_is_not_there_when_the_gate_enforces() {
    assert_eq!(Platform::start().browser("DE").get("/report").status, 404);
}
