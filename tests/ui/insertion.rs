//! The banner put into pages that know nothing of it.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response};
use axum::response::IntoResponse;
use axum::{Router, routing::get};
use consent_gate::html::Options;
use consent_gate::testing;
use consent_gate::ui::{self, Privacy};
use consent_gate::web::tower::{ConsentLayer, HtmlLayer};
use consent_gate::{Category, Gate};
use tower::ServiceExt;

const PAGE: &str = "<!DOCTYPE html><html><head><title>a</title></head><BODY class=b><h1>Courses</h1></BODY></html>";

fn app(gate: &Gate, page: &'static str, headers: &'static [(&'static str, &'static str)], report: bool) -> Router {
    let privacy = Privacy::new(gate.clone());
    let layer = ConsentLayer::new(gate.clone()).region(|_, _| "DE".parse().unwrap()).clock(testing::now);
    let layer = if report { layer.report_only() } else { layer };
    let answer = async move |asked: HeaderMap| {
        let is_known = asked.contains_key("if-none-match") || asked.contains_key("if-modified-since");
        let status = if is_known { 304 } else { 200 };
        let mut response = Response::builder().status(status).header("etag", "\"1\"");
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(Body::from(page)).unwrap().into_response()
    };
    Router::new()
        .route("/", get(answer))
        .layer(HtmlLayer::with(move |parts| {
            let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
            privacy
                .into_pages(&ui::Request::read(parts.method.as_str(), parts.uri.path(), None, headers), Options::new())
        }))
        .layer(layer)
}

const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];

async fn load(app: Router, method: &str, headers: &[(&str, &str)]) -> (Response<()>, String) {
    let mut request = Request::builder().method(method).uri("/").header("host", "calminteraction.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (parts, body) = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    (Response::from_parts(parts, ()), String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn l1_u12_the_banner_goes_after_the_first_body_tag_whatever_its_case_and_once() {
    let gate = testing::gate();
    let (_, page) = load(app(&gate, PAGE, HTML, false), "GET", &[]).await;
    let start = page.split("<BODY class=b>").nth(1).unwrap();
    assert!(start.starts_with("<link rel=\"stylesheet\" href=\"/privacy/"), "{page}");
    assert!(start.contains(".css\"><section class=\"consent consent-banner\""), "{page}");
    assert_eq!(page.matches("consent-banner-title\"").count(), 2, "its id, and what it labels");
    let twice = "<html><body><p>a</p></body><body><p>b</p></body></html>";
    let (_, page) = load(app(&gate, twice, HTML, false), "GET", &[]).await;
    assert_eq!(page.matches("<section").count(), 1, "{page}");
}

#[tokio::test]
async fn l1_l2_l3_x4_every_other_page_is_the_same_to_the_byte() {
    let gate = testing::gate();
    let answered = testing::cookie(&gate, Category::ANALYTICS, testing::now());
    let fragment = "<p>no body tag</p>";
    for (what, page, headers, report, sent) in [
        ("no body tag", fragment, HTML, false, vec![]),
        ("no page", PAGE, &[("content-type", "text/plain")][..], false, vec![]),
        ("compressed", PAGE, &[("content-type", "text/html"), ("content-encoding", "gzip")], false, vec![]),
        ("report mode", PAGE, HTML, true, vec![]),
        ("answered", PAGE, HTML, false, vec![("cookie", answered.as_str())]),
        ("a crawler", PAGE, HTML, false, vec![("user-agent", "Googlebot/2.1")]),
        ("fetched ahead", PAGE, HTML, false, vec![("sec-purpose", "prefetch")]),
    ] {
        let (_, body) = load(app(&gate, page, headers, report), "GET", &sent).await;
        assert_eq!(body, page, "{what}");
    }
}

#[tokio::test]
async fn u10_u11_a_page_that_may_carry_a_banner_is_private_and_never_confirmed_from_a_cache() {
    let gate = testing::gate();
    let answered = testing::cookie(&gate, Category::ANALYTICS, testing::now());
    for sent in [vec![], vec![("cookie", answered.as_str())]] {
        let (head, _) = load(app(&gate, PAGE, HTML, false), "GET", &sent).await;
        let value = |name: &str| head.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(value("cache-control").as_deref(), Some("private, no-store"), "{sent:?}");
        assert_eq!(value("vary").as_deref(), Some("Cookie, Sec-GPC"), "{sent:?}");
        assert_eq!(value("etag"), None);
    }
    for condition in [("if-none-match", "\"1\""), ("if-modified-since", "Mon, 23 Nov 2026 12:00:00 GMT")] {
        let (head, page) = load(app(&gate, PAGE, HTML, false), "GET", &[condition]).await;
        assert_eq!(head.status(), 200, "{condition:?}");
        assert!(page.contains("consent-banner"), "{condition:?}");
    }
}

#[tokio::test]
async fn u12_head_agrees_with_get() {
    let gate = testing::gate();
    let (get, _) = load(app(&gate, PAGE, HTML, false), "GET", &[]).await;
    let (head, body) = load(app(&gate, PAGE, HTML, false), "HEAD", &[]).await;
    assert_eq!((head.status(), head.headers(), body.as_str()), (get.status(), get.headers(), ""));
}

#[tokio::test]
async fn l5_what_a_page_loads_after_consent_is_not_there_before() {
    let gate = testing::gate();
    let page = "<html><body><script type=\"text/plain\" data-consent=\"analytics\">count()</script></body></html>";
    let (_, before) = load(app(&gate, page, HTML, false), "GET", &[]).await;
    assert!(before.contains("<script type=\"text/plain\""), "{before}");
    let answered = testing::cookie(&gate, Category::ANALYTICS, testing::now());
    let (_, after) = load(app(&gate, page, HTML, false), "GET", &[("cookie", &answered)]).await;
    assert!(after.contains("<script") && !after.contains("text/plain") && !after.contains("consent-banner"), "{after}");
}
