//! Visitors who answer, and change their minds.

use super::{Platform, names};

const ALL: [&str; 6] = ["_adl", "_lum1", "_lum_id", "consent", "recommend", "remember"];

#[test]
fn a9_accepting_lets_everything_through_from_the_next_page_on() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    let answer = browser.post("/privacy", "action=accept");
    assert_eq!((answer.status, names(&answer)), (303, vec!["consent".to_owned()]));
    assert!(answer.set_cookies()[0].ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"));
    let lesson = browser.get("/lessons/2");
    assert_eq!(names(&lesson), ["recommend", "_lum_id", "_lum1", "_adl"]);
    assert!(lesson.text().contains("https://cliptube.example/embed/questions"));
    assert!(browser.get("/").text().contains("/lessons/3\">Saying no kindly</a></p>"), "a suggestion of one's own");
}

#[test]
fn r51_refusing_costs_no_lesson_and_sets_no_tracker() {
    let platform = Platform::start();
    let mut browser = platform.browser("US-CA");
    browser.post("/privacy", "action=refuse");
    browser.post("/log-in", "name=ada&remember=on");
    for path in ["/", "/lessons/1", "/checkout", "/help"] {
        assert_eq!(browser.get(path).status, 200);
    }
    assert_eq!(browser.holds(), ["consent", "progress", "sid"]);
    assert!(browser.get("/").text().contains("Continue: Listening first"));
}

#[test]
fn r9_one_category_never_implies_another() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/privacy", "action=save&category=analytics");
    let lesson = browser.get("/lessons/1");
    assert_eq!(names(&lesson), ["_lum_id", "_lum1"]);
    let text = lesson.text();
    assert!(text.contains("px.lumen.example") && text.contains("lum.queue"));
    assert!(!text.contains("adloop.example") && !text.contains("player.volume") && !text.contains("<iframe"));
}

#[test]
fn a14_r28_withdrawing_erases_every_cookie_host_only_and_with_its_domain() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/privacy", "action=accept");
    browser.post("/log-in", "name=ada&remember=on");
    browser.get("/lessons/1");
    assert!(ALL.iter().all(|name| browser.holds().contains(name)), "{:?}", browser.holds());

    let answer = browser.post("/privacy", "action=refuse");
    for name in ["_adl", "_lum1", "_lum_id"] {
        let of = |line: &&String| line.starts_with(&format!("{name}=; "));
        let lines = answer.set_cookies();
        let lines: Vec<&String> = lines.iter().filter(of).collect();
        assert_eq!(lines.len(), 2, "{name}: {lines:?}");
        assert!(lines.iter().all(|line| line.contains("Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT")));
        assert!(!lines[0].contains("Domain") && lines[1].contains("Domain=calminteraction.example"));
    }
    assert_eq!(browser.holds(), ["consent", "progress", "sid"], "what is essential stays");
}

#[test]
fn withdrawing_one_category_keeps_the_others() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/privacy", "action=accept");
    browser.get("/lessons/1");
    browser.post("/privacy", "action=save&category=analytics&category=personalization");
    assert_eq!(browser.holds(), ["_lum1", "_lum_id", "consent", "recommend"]);
}

#[test]
fn a_video_can_be_allowed_by_itself() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/privacy", "action=refuse");
    let answer = browser.post("/privacy/provider?back=%2Flessons%2F1", "provider=cliptube");
    assert_eq!(answer.values("location"), ["/lessons/1"]);
    let lesson = browser.get("/lessons/1");
    assert!(lesson.text().contains("https://cliptube.example/embed/listening"));
    assert!(names(&lesson).is_empty(), "and nothing else is");
}

#[test]
fn r23_a_known_minor_gets_no_advertising_whatever_was_clicked() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/log-in", "name=mia");
    browser.post("/privacy", "action=accept");
    let page = names(&browser.get("/"));
    assert!(page.contains(&"_lum1".to_owned()) && !page.contains(&"_adl".to_owned()), "{page:?}");
    assert!(browser.get("/privacy").text().contains("Off: it is not for minors."));
}

#[test]
fn a_form_of_another_site_answers_for_nobody() {
    let platform = Platform::start();
    for (name, value) in [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] {
        let mut browser = platform.browser("DE").header(name, value);
        for (path, body) in [("/privacy", "action=accept"), ("/privacy/provider", "provider=cliptube")] {
            let answer = browser.post(path, body);
            assert_eq!(answer.status, 403, "{name}: {value}");
            assert_eq!(answer.text(), "a request from another origin cannot change consent");
            assert!(browser.holds().is_empty());
        }
    }
    let own = format!("http://{}", platform.address);
    let mut browser = platform.browser("DE").header("Origin", &own).header("Sec-Fetch-Site", "same-origin");
    assert_eq!(browser.post("/privacy", "action=accept").status, 303);
}
