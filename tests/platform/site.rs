//! What a site needs beside consent.

use super::{Platform, names};

#[test]
fn logging_in_and_out_works_without_any_consent() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    let answer = browser.post("/log-in", "name=ada&remember=on");
    assert_eq!(names(&answer), ["sid"], "remember is functional");
    assert!(answer.set_cookies()[0].ends_with("; Path=/; HttpOnly; SameSite=Lax"), "the declared floor");
    assert_eq!(names(&browser.get("/lessons/2")), ["progress"]);
    assert!(browser.get("/").text().contains("Log out Ada"));
    // A17: deletions always pass.
    assert_eq!(names(&browser.post("/log-out", "")), ["sid", "remember", "progress"]);
    assert!(browser.holds().is_empty());
}

#[test]
fn r26_remember_me_is_read_only_while_it_is_allowed() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/privacy", "action=accept");
    browser.post("/log-in", "name=ada&remember=on");
    browser.jar.remove("sid");
    assert!(browser.get("/").text().contains("Log out Ada"));
    let answer = browser.jar.remove("consent").unwrap();
    assert!(!browser.get("/").text().contains("Log out Ada"));
    assert!(!browser.holds().contains(&"remember"), "and it is erased");
    browser.jar.insert("consent".to_owned(), answer);
}

#[test]
fn head_has_the_head_of_get() {
    let platform = Platform::start();
    for path in ["/", "/lessons/1", "/privacy", "/no-such-page", "/style.css", "/.well-known/gpc.json"] {
        let mut browser = platform.browser("DE");
        browser.jar.insert("_lum1".to_owned(), "a".to_owned());
        let get = browser.get(path);
        browser.jar.insert("_lum1".to_owned(), "a".to_owned());
        let head = browser.send("HEAD", path, "");
        assert_eq!(head.head(), get.head(), "{path}");
        assert!(head.body.is_empty());
    }
}

#[test]
fn the_page_for_what_does_not_exist_is_gated_too() {
    let platform = Platform::start();
    let page = platform.browser("DE").get("/no-such-page");
    assert_eq!((page.status, page.set_cookies().len()), (404, 0));
    assert_eq!(names(&platform.browser("US-CA").get("/no-such-page")), ["_lum_id", "_lum1", "_adl"]);
    assert_eq!(platform.browser("DE").get("/lessons/99").status, 404);
}

#[test]
fn r39_pages_stay_out_of_caches_and_files_do_not() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    for path in ["/", "/privacy", "/no-such-page"] {
        let page = browser.get(path);
        assert_eq!(page.values("cache-control"), ["private, no-store"], "{path}");
        assert_eq!(page.values("vary"), ["Cookie, Sec-GPC"], "{path}");
    }
    browser.jar.insert("_lum1".to_owned(), "a".to_owned());
    let style = browser.get("/style.css");
    assert_eq!(style.values("cache-control"), ["public, max-age=3600"]);
    assert!(style.values("vary").is_empty() && style.set_cookies().is_empty());
}

#[test]
fn r22_the_site_says_that_it_honours_gpc() {
    let platform = Platform::start();
    let answer = platform.browser("DE").get("/.well-known/gpc.json");
    assert_eq!(answer.values("content-type"), ["application/json"]);
    assert_eq!(answer.text(), r#"{"gpc":true,"lastUpdate":"2026-11-23"}"#);
}

#[test]
fn d14_a_form_leads_back_to_this_site_only() {
    let platform = Platform::start();
    for (back, location) in [
        ("%2Flessons%2F1", "/lessons/1"),
        ("%2F%2Fevil.example", "/"),
        ("%2F%5Cevil.example", "/"),
        ("%2F%09%2Fevil.example", "/"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("", "/"),
    ] {
        let answer = platform.browser("DE").post("/language", &format!("lang=de&back={back}"));
        assert_eq!(answer.values("location"), [location], "{back}");
    }
}

#[test]
fn r40_pages_carry_the_second_policy_and_its_reports_are_heard() {
    let platform = Platform::with(&["--report"]);
    let mut browser = platform.browser("DE");
    let policy = browser.get("/").values("content-security-policy-report-only").concat();
    assert!(
        policy.contains("img-src 'self' http://")
            && policy.ends_with("; report-uri /consent/csp; report-to consent-gate")
    );
    assert!(!policy.contains("cliptube"), "nobody has answered: {policy}");
    let report =
        r#"{"csp-report":{"document-uri":"http://localhost/","blocked-uri":"https://fonts.example/a?secret"}}"#;
    assert_eq!(browser.post("/consent/csp", report).status, 204);
    assert_eq!(browser.post("/consent/csp", "nonsense").status, 204);
    let told = browser.get("/report").text();
    assert!(told.contains("1 x address \"https://fonts.example/\"") && !told.contains("secret"), "{told}");

    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    assert_eq!(browser.get("/").values("content-security-policy").len(), 1);
    assert!(browser.get("/style.css").values("content-security-policy").is_empty());
}
