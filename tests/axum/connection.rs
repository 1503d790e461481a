//! Bytes on a real connection.

use super::{consent, http_client, legacy, serve};
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{ETAG, SET_COOKIE};
use axum::response::{AppendHeaders, Html, IntoResponse};
use axum::routing::get;
use consent_gate::web::tower::ConsentLayer;
use consent_gate::{Category, Gate, testing};

fn plain() -> Router {
    let not_modified = async || (StatusCode::NOT_MODIFIED, [(ETAG, "\"1\"")], AppendHeaders([(SET_COOKIE, "_lum1=a")]));
    let no_content = async || (StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, "_lum1=a"), (SET_COOKIE, "sid=1")]));
    Router::new()
        .route("/", get(legacy))
        .route("/quiet", get(async || Html("<p>quiet</p>")))
        .route("/not-modified", get(not_modified))
        .route("/no-content", get(no_content))
        .route("/broken", get(async || (StatusCode::INTERNAL_SERVER_ERROR, legacy().await)))
}

#[test]
fn the_first_hop_sees_only_what_is_allowed() {
    let address = serve(plain().layer(consent()));
    assert_eq!(http_client::send(address, "GET", "/", &[], "").set_cookies(), ["sid=1"]);
    let cookie = testing::cookie(&testing::gate(), Category::ANALYTICS, testing::now());
    let response = http_client::send(address, "GET", "/", &[("Cookie", &cookie)], "");
    assert_eq!(response.set_cookies(), ["sid=1", "_lum1=a"]);
    assert_eq!(response.text(), "page");
}

#[test]
fn head_not_modified_no_content_and_errors_are_filtered() {
    let address = serve(plain().layer(consent()));
    let head = http_client::send(address, "HEAD", "/", &[], "");
    assert_eq!((head.set_cookies(), head.body.len()), (vec!["sid=1".to_owned()], 0));
    assert_eq!(head.values("content-length"), ["4"]);
    let not_modified = http_client::send(address, "GET", "/not-modified", &[], "");
    assert_eq!((not_modified.status, not_modified.set_cookies().len()), (304, 0));
    assert_eq!(not_modified.values("etag"), ["\"1\""]);
    let no_content = http_client::send(address, "GET", "/no-content", &[], "");
    assert_eq!((no_content.status, no_content.set_cookies()), (204, vec!["sid=1".to_owned()]));
    let broken = http_client::send(address, "GET", "/broken", &[], "");
    assert_eq!((broken.status, broken.set_cookies()), (500, vec!["sid=1".to_owned()]));
}

#[test]
fn a_page_that_asks_nothing_is_the_bare_pages_twin() {
    let mut policy = testing::policy();
    policy.headers = policy.headers.content_security_policy(false).permissions_policy(false);
    let layer = ConsentLayer::new(Gate::new(policy).unwrap()).clock(testing::now);
    let (gated, bare) = (serve(plain().layer(layer)), serve(plain()));
    let cookie = testing::cookie(&testing::gate(), Category::empty(), testing::now());
    for headers in [&[][..], &[("cookie", "sid=1")], &[("cookie", &cookie)], &[("sec-gpc", "1"), ("dnt", "1")]] {
        let send = |address| http_client::send(address, "GET", "/quiet", headers, "");
        let (gated, bare) = (send(gated), send(bare));
        assert_eq!(gated.head(), bare.head(), "{headers:?}");
        assert_eq!(gated.body, bare.body);
    }
}

#[test]
fn report_mode_is_the_bare_sites_twin() {
    let (report, bare) = (serve(plain().layer(consent().report_only())), serve(plain()));
    for path in ["/", "/quiet", "/not-modified", "/no-content", "/broken", "/nowhere"] {
        let send = |address| http_client::send(address, "GET", path, &[("cookie", "_lum1=a")], "");
        assert_eq!(send(report).head(), send(bare).head(), "{path}");
    }
}

#[test]
fn without_a_way_to_find_the_region_the_strictest_rules_hold() {
    let address = serve(plain().layer(ConsentLayer::new(testing::gate())));
    assert_eq!(http_client::send(address, "GET", "/", &[], "").set_cookies(), ["sid=1"]);
}

#[test]
fn bytes_that_are_no_text_reach_the_browser_unchanged() {
    let raw = async || {
        let line = axum::http::HeaderValue::from_bytes(b"sid=\xff\x80; Path=/").unwrap();
        AppendHeaders([(SET_COOKIE, line)]).into_response()
    };
    let response = http_client::send(serve(Router::new().route("/", get(raw)).layer(consent())), "GET", "/", &[], "");
    assert!(response.headers.contains(&("set-cookie".to_owned(), b"sid=\xff\x80; Path=/".to_vec())));
}
