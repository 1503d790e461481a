//! Visitors who answer, and change their minds.

use super::{Platform, drawn, names};

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
    assert!(drawn(&lesson).contains("https://cliptube.example/embed/questions"));
    assert!(browser.get("/").text().contains("<button class=\"link\" name=\"lesson\" value=\"3\">Not interested"));
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
    let text = drawn(&lesson);
    assert!(text.contains("px.lumen.example") && text.contains("lum.queue"));
    assert!(
        !text.contains("src=\"https://adloop.example") && !text.contains("player.volume") && !text.contains("<iframe")
    );
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
    let answer = browser.post("/privacy?back=%2Flessons%2F1", "provider=cliptube");
    assert_eq!(answer.values("location"), ["/lessons/1"]);
    let lesson = browser.get("/lessons/1");
    assert!(drawn(&lesson).contains("https://cliptube.example/embed/listening"));
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
    assert!(browser.get("/privacy").text().contains("<strong>Off</strong>: not permitted for you here."));
}

#[test]
fn a_form_of_another_site_answers_for_nobody() {
    let platform = Platform::start();
    for (name, value) in [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] {
        let mut browser = platform.browser("DE").header(name, value);
        for (path, body) in [("/privacy", "action=accept"), ("/privacy", "provider=cliptube")] {
            let answer = browser.post(path, body);
            assert_eq!(answer.status, 403, "{name}: {value}");
            assert!(answer.text().contains("The request came from another site."));
            assert!(browser.holds().is_empty());
        }
    }
    let own = format!("http://{}", platform.address);
    let mut browser = platform.browser("DE").header("Origin", &own).header("Sec-Fetch-Site", "same-origin");
    assert_eq!(browser.post("/privacy", "action=accept").status, 303);
}

#[test]
fn r50_recommendations_are_one_s_own_or_the_same_for_everybody_with_the_same_access() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/privacy", "action=save&category=personalization");
    browser.get("/lessons/2");
    let own = browser.get("/").text();
    assert!(own.contains("value=\"3\">Not interested") && own.contains("value=\"4\">Not interested"));
    let answer = browser.post("/not-interested", "lesson=3");
    assert_eq!(answer.values("location"), ["/"]);
    let own = browser.get("/").text();
    assert!(!own.contains("value=\"3\">Not interested") && own.contains("value=\"1\">Not interested"), "{own}");
    // Another lesson does not bring it back.
    browser.get("/lessons/1");
    assert!(!browser.get("/").text().contains("value=\"3\">Not interested"));

    browser.post("/privacy", "action=refuse");
    assert!(!browser.holds().contains(&"recommend"));
    let general = browser.get("/").text();
    assert!(general.contains("The same for everybody: personalized content is off, because you refused it."));
    assert!(!general.contains("Not interested"));
    browser.post("/not-interested", "lesson=3");
    assert!(!browser.holds().contains(&"recommend"), "nothing is kept without consent");
    assert!((1..=4).all(|number| browser.get(&format!("/lessons/{number}")).status == 200));
}

#[test]
fn r51_whoever_refuses_functional_is_told_why_the_language_is_forgotten() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/privacy", "action=refuse");
    let answer = browser.post("/language", "lang=de&back=%2Fhelp");
    assert_eq!(answer.values("location"), ["/help?lang=de"]);
    let once = browser.get("/help?lang=de").text();
    assert!(once.contains("<html lang=\"de\">") && once.contains("Sie haben abgelehnt, was sich eine Sprache merkt."));
    assert!(browser.get("/help").text().contains("<html lang=\"en\">"));
    browser.post("/privacy", "action=accept");
    browser.post("/language", "lang=de&back=%2Fhelp");
    let kept = browser.get("/help").text();
    assert!(kept.contains("<html lang=\"de\">") && !kept.contains("abgelehnt"));
}

#[test]
fn the_account_has_the_privacy_settings_and_a_second_device_follows_them() {
    let platform = Platform::start();
    let mut first = platform.browser("DE");
    assert_eq!(first.get("/account").values("location"), ["/log-in"]);
    first.post("/log-in", "name=ada");
    let account = first.get("/account").text();
    assert!(account.contains("<h2>Privacy settings</h2>") && account.contains("wherever you log in to this account"));
    first.post("/privacy", "action=save&category=analytics");

    let mut second = platform.browser("DE");
    second.post("/log-in", "name=ada");
    let page = second.get("/").text();
    assert!(page.contains("On now: Analytics.") && !page.contains("consent-banner"), "{page}");
    assert!(!second.get("/").text().contains("On now"), "told once");
    assert!(names(&second.get("/lessons/1")).contains(&"_lum1".to_owned()));
    // The browser itself was never asked, and is not when nobody is logged in.
    let answer = second.post("/log-out", "");
    assert!(names(&answer).contains(&"_lum1".to_owned()), "erased: {:?}", names(&answer));
    assert!(second.get("/").text().contains("consent-banner"));
}

#[test]
fn r46_logging_out_restores_the_browser_s_own_choice() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/privacy", "action=refuse");
    let own = browser.jar["consent"].clone();
    browser.post("/log-in", "name=ada");
    browser.post("/privacy", "action=accept");
    assert!(names(&browser.get("/")).contains(&"_adl".to_owned()));
    browser.post("/log-out", "");
    assert_eq!(browser.jar["consent"], own);
    assert_eq!(browser.holds(), ["consent"]);
}

#[test]
fn r47_closing_the_account_ends_all_that_is_optional_at_once() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE");
    browser.post("/log-in", "name=ada");
    browser.post("/privacy", "action=accept");
    browser.get("/lessons/1");
    let closed = browser.post("/account/close", "");
    assert!(closed.text().contains("Your learning records will be deleted by "));
    assert_eq!(browser.holds(), ["consent"]);
    assert!(browser.get("/").text().contains("Log in"));
    assert_eq!(browser.post("/account/close", "").status, 303, "who is not logged in has no account");
    browser.post("/log-in", "name=ada");
    let mut evil = browser.header("Origin", "https://evil.example");
    assert_eq!(evil.post("/account/close", "").status, 403);
}

#[test]
fn every_text_is_there_in_german() {
    let platform = Platform::start();
    let mut browser = platform.browser("DE").header("accept-language", "de-AT,de;q=0.9,en;q=0.5");
    for path in ["/", "/privacy", "/cookies", "/lessons/1", "/help", "/log-in"] {
        let text = browser.get(path).text();
        assert!(text.contains("<html lang=\"de\">"), "{path}");
        for english in [" the ", "Cookies and", "Privacy settings", ">Analytics<", " you "] {
            assert!(!text.contains(english), "{path}: {english}");
        }
    }
}

#[test]
fn an_old_page_gets_the_banner_and_leads_back_from_its_placeholder() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<!doctype html><html><head><title>Old</title></head><body><h1>Old</h1>\
                <iframe src=\"https://cliptube.example/embed/a\"></iframe></body></html>";
    std::fs::write(folder.path().join("old.html"), page).unwrap();
    let platform = Platform::with(&["--legacy", folder.path().to_str().unwrap()]);
    let mut browser = platform.browser("DE");
    let text = browser.get("/legacy/old.html").text();
    assert!(text.contains("<body><link rel=\"stylesheet\" href=\"/privacy/"), "{text}");
    assert!(text.contains("<section class=\"consent consent-banner\""), "{text}");
    assert!(text.contains("name=\"back\" value=\"/legacy/old.html\""));
    let action =
        text.split("action=\"").find(|part| part.starts_with("/privacy?back=")).unwrap().split('"').next().unwrap();
    let answer = browser.post(action, "provider=cliptube");
    assert_eq!(answer.values("location"), ["/legacy/old.html"]);
    assert!(browser.get("/legacy/old.html").text().contains("<iframe src=\"https://cliptube.example/embed/a\">"));
    browser.post("/privacy", "action=accept");
    let text = browser.get("/legacy/old.html").text();
    let (_, body) = page.split_once("<title>").unwrap();
    assert!(text.ends_with(body), "L3: nobody is asked, and nothing is denied: {text}");
}
