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
    assert!(report.contains("# cookie \"_legacy_ab\", met "), "from a response: {report}");
    assert!(report.contains("[[tracker]]  # met"));
    assert!(report.contains("name = \"_heat_*\"\ntechnology = \"cookie\"\n"), "from a request: {report}");
    assert!(!report.contains("secret") && !report.contains("48151623") && !report.contains("_lum"));
}

#[test]
fn the_report_is_not_there_when_the_gate_enforces() {
    assert_eq!(Platform::start().browser("DE").get("/report").status, 404);
}
