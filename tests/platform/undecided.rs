//! Visitors who have not answered.

use super::{Platform, drawn, names};

/// What only a tracked page holds.
const TRACKING: [&str; 4] = [
    "src=\"https://px.lumen.example",
    "localStorage.getItem('lum.queue')",
    "src=\"https://adloop.example",
    "<iframe class=\"video\"",
];

#[test]
fn r1_r36_in_germany_nothing_is_set_and_nothing_is_loaded() {
    nothing_but_essential("DE");
}

#[test]
fn r6_in_an_unknown_region_the_strictest_rules_hold() {
    nothing_but_essential("unknown");
    nothing_but_essential("XX");
}

#[track_caller]
fn nothing_but_essential(region: &str) {
    let platform = Platform::start();
    let mut browser = platform.browser(region);
    for path in ["/", "/lessons/1", "/help", "/checkout", "/privacy", "/no-such-page"] {
        let page = browser.get(path);
        assert!(names(&page).is_empty(), "{region} {path}: {:?}", page.set_cookies());
        let text = drawn(&page);
        for tracking in TRACKING {
            assert!(!text.contains(tracking), "{region} {path}: {tracking}");
        }
        assert!(text.contains("https://assets.fastedge.example/base.css"), "essential: {region} {path}");
    }
    assert!(browser.get("/checkout").text().contains("<iframe class=\"payment\""));
}

#[test]
fn what_is_missing_says_why_and_where_to_change_it() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    let lesson = drawn(&browser.get("/lessons/1"));
    assert!(lesson.contains("not loaded from ClipTube, because you have not chosen yet"));
    assert!(lesson.contains("href=\"/privacy\""));
    assert!(browser.get("/help").text().contains("href=\"/privacy#consent-live-help\""));
}

#[test]
fn in_california_everything_is_set_with_lifetimes_capped_as_declared() {
    let platform = Platform::start();
    let mut browser = platform.browser("US-CA");
    let page = browser.get("/lessons/1");
    assert_eq!(names(&page), ["recommend", "_lum_id", "_lum1", "_adl"]);
    let lines = page.set_cookies();
    assert!(lines[1].ends_with("; Max-Age=34128000; SameSite=Lax"), "395 days: {}", lines[1]);
    assert!(lines[2].ends_with("; Max-Age=1800; SameSite=Lax"), "already shorter: {}", lines[2]);
    assert!(lines[3].ends_with("; Max-Age=7776000; Secure; SameSite=None; Partitioned"), "90 days: {}", lines[3]);
    let text = drawn(&page);
    for tracking in TRACKING {
        assert!(text.contains(tracking), "{tracking}");
    }
    assert!(text.contains("<noscript><img class=\"pixel\""));
}

#[test]
fn r15_r16_r18_gpc_in_california_ends_advertising_and_third_parties_and_says_so() {
    let platform = Platform::start();
    let mut browser = platform.browser("US-CA").header("Sec-GPC", "1");
    let page = browser.get("/lessons/1");
    assert_eq!(names(&page), ["recommend", "_lum_id", "_lum1"]);
    let text = drawn(&page);
    assert!(text.contains("px.lumen.example"), "a processor stays");
    assert!(!text.contains("src=\"https://adloop.example"));
    assert!(!text.contains("<iframe class=\"video\""), "ClipTube is a third party");
    assert!(!text.contains("Always load"), "a click cannot lift the signal here");
    assert!(browser.get("/privacy").text().contains("Opt-Out Request Honored"));
}

#[test]
fn the_language_that_a_visitor_picks_is_kept_where_the_law_exempts_it() {
    let platform = Platform::start();
    for (region, is_kept) in [("DE", true), ("US-CA", true), ("unknown", false)] {
        let mut browser = platform.browser(region);
        let answer = browser.post("/language", "lang=de&back=%2Fhelp");
        let next = if is_kept { "/help" } else { "/help?lang=de" };
        assert_eq!((answer.status, &*answer.values("location")[0]), (303, next));
        assert_eq!(browser.holds() == ["lang"], is_kept, "{region}");
        assert_eq!(browser.get("/").text().contains("<h1>Kurse</h1>"), is_kept, "{region}");
    }
}
