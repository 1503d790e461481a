//! Front ends of the host's own: single-page applications, and applications without cookies.

use crate::site::{self, DAY, NOW, facts, gate, time, visitor};
use crate::ui::{page, stored};
use consent_gate::Category;
use consent_gate::ui::{ANSWER_HEADER, Privacy, Request, Response};
use consent_gate::{Gate, Visitor};
use serde_json::Value;

const RECENT: i64 = NOW - 10 * DAY;

async fn ask(privacy: &Privacy, visitor: &Visitor, method: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let request = Request::read(method, "/privacy.json", None, headers).body(body.as_bytes());
    privacy.take_app_answer(visitor, &request);
    privacy.serve(visitor, None, &request).await.unwrap()
}

fn json(response: &Response) -> Value {
    serde_json::from_str(&response.body).unwrap()
}

fn fresh() -> (Gate, Privacy, Visitor) {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    (gate.clone(), Privacy::new(gate), visitor)
}

#[tokio::test]
async fn a_front_end_reads_the_verdict_the_open_questions_and_the_texts() {
    let (_, privacy, visitor) = fresh();
    let own = [("sec-fetch-site", "same-origin")];
    let response = ask(&privacy, &visitor, "GET", &own, "").await;
    assert_eq!(response.value("content-type"), Some("application/json"));
    assert_eq!(response.value("cache-control"), Some("private, no-store"));
    let body = json(&response);
    assert_eq!(body["verdict"]["analytics"], serde_json::json!({"allowed": false, "code": "undecided"}));
    assert_eq!((&body["prompt"], body["open"].as_array().unwrap().len()), (&"ask".into(), 4));
    assert_eq!(body["settings"]["labels"]["refuse"], "Refuse all");
    assert_eq!(body["banner"]["refuse"]["value"], "refuse");
    assert_eq!(body.get("app"), None, "a browser's answer stays out of the reach of scripts");
    assert_eq!(body.get("saved"), None);
}

#[tokio::test]
async fn a_front_end_answers_and_sees_what_holds_now() {
    let (_, privacy, visitor) = fresh();
    let own = [("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
    let response =
        ask(&privacy, &visitor, "POST", &own, r#"{"action":"save","category":["analytics"],"revision":4}"#).await;
    let body = json(&response);
    assert_eq!(
        (response.status, &body["saved"], &body["verdict"]["analytics"]["code"]),
        (200, &true.into(), &"granted".into())
    );
    assert_eq!(body["banner"], Value::Null);
    assert_eq!(stored(&visitor).as_deref(), Some("1.4.1795392000.4.1a.0"));
}

#[tokio::test]
async fn s8_what_is_wrong_with_json_is_said_as_json() {
    for (body, status, error) in [
        (r#"{"action":"save","category":["marketing"]}"#, 400, "form"),
        (r#"{"action":"save","category":[true]}"#, 400, "form"),
        (r#"{"action":"accept","revision":3}"#, 409, "outdated"),
    ] {
        let (_, privacy, visitor) = fresh();
        let own = [("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
        let response = ask(&privacy, &visitor, "POST", &own, body).await;
        assert_eq!((response.status, &json(&response)["error"]), (status, &error.into()), "{body}");
        assert_eq!(stored(&visitor), None);
    }
}

#[tokio::test]
async fn only_origins_that_the_host_has_named_may_read_and_answer() {
    let accept = r#"{"action":"accept"}"#;
    for (origin, site, is_named) in [
        ("https://app.shop.example", "same-site", true),
        ("https://app.shop.example.evil.example", "cross-site", false),
        ("http://app.shop.example", "same-site", false),
        ("https://APP.shop.example", "same-site", false),
        ("null", "cross-site", false),
        ("*", "cross-site", false),
    ] {
        let (_, privacy, visitor) = fresh();
        // Neither a page without an origin nor every page can be named.
        let privacy = privacy.allow_origin("https://app.shop.example").allow_origin("null").allow_origin("*");
        let from = [("origin", origin), ("sec-fetch-site", site), ("content-type", "application/json")];
        let response = ask(&privacy, &visitor, "POST", &from, accept).await;
        assert_eq!(response.status, if is_named { 200 } else { 403 }, "{origin}");
        assert_eq!(response.value("access-control-allow-origin"), is_named.then_some(origin));
        assert_eq!(response.value("access-control-allow-credentials"), is_named.then_some("true"));
        assert!(response.headers.contains(&("vary", "Origin".to_owned())));
        assert_eq!(stored(&visitor).is_some(), is_named, "{origin}");

        let preflight = [("origin", origin), ("access-control-request-method", "POST")];
        let response = ask(&privacy, &visitor, "OPTIONS", &preflight, "").await;
        assert_eq!(response.status, if is_named { 204 } else { 403 }, "{origin}");
        assert_eq!(response.value("access-control-allow-methods"), is_named.then_some("GET, POST"));
        assert_eq!(response.value("access-control-allow-headers"), is_named.then_some("content-type, consent-answer"));
    }
}

#[tokio::test]
async fn an_application_without_cookies_keeps_its_answer_as_text() {
    let (gate, privacy, visitor) = fresh();
    let app = [("content-type", "application/json")];
    let body = json(&ask(&privacy, &visitor, "POST", &app, r#"{"action":"save","category":["analytics"]}"#).await);
    let text = body["app"]["answer"].as_str().unwrap().to_owned();
    assert_eq!(text, "1.4.1795392000.4.1a.0");
    // What it puts into the jar of its web view is the line that the gate itself writes.
    assert_eq!(body["app"]["set_cookie"], gate.answer_line(&text.parse().unwrap()).as_str());

    let headers: [(&str, &str); 0] = [];
    let next = gate.visitor(headers, facts("DE"), time(NOW));
    let body = json(&ask(&privacy, &next, "GET", &[("consent-answer", &text)], "").await);
    assert_eq!(body["verdict"]["analytics"]["code"], "granted");
    assert!(next.may_track(Category::ANALYTICS) && !next.may_track(Category::ADVERTISING));
    // Garbage denies, and an address says nothing.
    let garbled = gate.visitor(headers, facts("US-CA"), time(NOW));
    let body = json(&ask(&privacy, &garbled, "GET", &[("consent-answer", "yes")], "").await);
    assert_eq!(body["verdict"]["advertising"]["code"], "unreadable");
    let target = format!("/privacy.json?consent-answer={text}");
    let by_address = gate.visitor(headers, facts("DE"), time(NOW));
    let request = Request::read("GET", &target, None, []);
    privacy.take_app_answer(&by_address, &request);
    assert_eq!(by_address.decide(Category::ANALYTICS).code(), "undecided");
}

#[tokio::test]
async fn an_answer_as_text_counts_as_one_more_cookie() {
    let gate = gate();
    let visitor = site::visitor(&gate, "DE", &format!("A=1.4.{RECENT}.0.1e.0"));
    let text = format!("1.4.{RECENT}.1e.0.0");
    let _ = ask(&Privacy::new(gate.clone()), &visitor, "GET", &[("consent-answer", &text)], "").await;
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "refused");
}

#[tokio::test]
async fn an_answer_as_text_does_not_undo_what_the_host_has_learned() {
    let (_, privacy, visitor) = fresh();
    // As of an account that cannot be read.
    visitor.learn(|facts| facts.answer_text = Some(String::new())).unwrap();
    let text = format!("1.4.{}.1e.0.0", NOW - DAY);
    privacy.take_app_answer(&visitor, &page(&[(ANSWER_HEADER, &text)]));
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "unreadable");
}

#[tokio::test]
async fn the_banner_of_a_front_end_leads_back_to_its_page_and_not_to_the_data() {
    for (target, referer, back) in [
        ("/privacy.json", "", ""),
        ("/privacy.json", "https://shop.example/lessons/1", "/lessons/1"),
        ("/privacy.json?back=/lessons/2", "https://shop.example/lessons/1", "/lessons/2"),
        ("/privacy.json?back=//evil.example", "https://evil.example/", ""),
    ] {
        let (_, privacy, visitor) = fresh();
        let headers = [("host", "shop.example"), ("referer", referer)];
        let headers = headers.map(|(name, value)| (name, value.as_bytes()));
        let request = Request::read("GET", target, None, headers);
        let response = privacy.serve(&visitor, None, &request).await.unwrap();
        assert_eq!(json(&response)["banner"]["back"], back, "{target} {referer}");
    }
}
