//! The rewriter as a layer, over whole responses.

use super::gate;
use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use axum::http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, routing::get};
use consent_gate::html::Options;
use consent_gate::web::tower::{ConsentLayer, HtmlLayer};
use consent_gate::{Category, Event, Gate, testing};
use http_body_util::BodyExt;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

const PAGE: &str = "<p>a</p><img src='https://px.lumen.example/v.gif'>";
const REWRITTEN: &str =
    "<p>a</p><img data-consent-src=\"https://px.lumen.example/v.gif\" data-consent-denied=\"undecided\">";

async fn page(headers: HeaderMap) -> Response {
    for conditional in [IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_RANGE, RANGE, ACCEPT_ENCODING] {
        assert!(!headers.contains_key(&conditional), "{conditional}");
    }
    let digests =
        [("etag", "\"1\""), ("last-modified", "now"), ("accept-ranges", "bytes"), ("cache-control", "public")];
    (digests, Html(PAGE)).into_response()
}

async fn streamed() -> Response {
    let chunks = ["<p>a</p><im", "g src='https://px.lumen", ".example/v.gif", "'>"]
        .map(|c| Ok::<_, std::io::Error>(Bytes::from(c)));
    let body = Body::from_stream(futures_util::stream::iter(chunks));
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

fn routes() -> Router {
    Router::new()
        .route("/", get(page))
        .route("/streamed", get(streamed))
        .route("/json", get(async || ([(CONTENT_TYPE, "application/json"), (ETAG, "\"1\"")], "{}")))
        .route("/packed", get(async || ([(CONTENT_ENCODING, "gzip")], Html(PAGE))))
        .route("/trap", get(async || Html("<p>a</p><select><xmp><script></script><img src=//x.example>")))
        .route("/deep/er", get(async || Html("<base href='../base/'><img src=v.gif>")))
        .route("/nonce", get(async || Html("<script type=text/plain data-consent=analytics>a()</script>")))
}

fn app(layer: HtmlLayer, consent: impl FnOnce(ConsentLayer) -> ConsentLayer, gate: Gate) -> Router {
    routes().layer(layer).layer(consent(ConsentLayer::new(gate).clock(testing::now)))
}

async fn answer(app: Router, request: Request<Body>) -> (StatusCode, HeaderMap, Result<String, String>) {
    let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.map(|body| String::from_utf8(body.to_bytes().to_vec()).unwrap());
    (parts.status, parts.headers, body.map_err(|error| error.to_string()))
}

fn to(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

async fn gated(request: Request<Body>) -> (StatusCode, HeaderMap, Result<String, String>) {
    answer(app(HtmlLayer::new(), |layer| layer, gate()), request).await
}

#[tokio::test]
async fn a_page_is_rewritten_and_its_head_is_that_of_the_new_body() {
    let mut request = to("/");
    for (name, value) in [(IF_NONE_MATCH, "\"1\""), (RANGE, "bytes=0-"), (ACCEPT_ENCODING, "gzip")] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let (status, headers, body) = gated(request).await;
    assert_eq!((status, body.as_deref()), (StatusCode::OK, Ok(REWRITTEN)));
    for name in ["etag", "last-modified", "accept-ranges", "content-length"] {
        assert!(!headers.contains_key(name), "{name}");
    }
    assert_eq!(headers["cache-control"], "private, no-store");
    assert_eq!(headers["vary"], "Cookie, Sec-GPC");
    assert_eq!(gated(to("/streamed")).await.2.as_deref(), Ok(REWRITTEN));
}

/// U10 and T12: a page is private whatever was changed in it, and no cache on the way hears otherwise.
#[tokio::test]
async fn u10_t12_a_page_is_private_even_when_nothing_was_changed() {
    let plain = async || {
        let caches =
            [("cdn-cache-control", "max-age=60"), ("surrogate-control", "max-age=60"), ("set-cookie", "sid=1")];
        (caches, [("cache-control", "public, max-age=60")], Html("<p>nothing to change"))
    };
    let app = Router::new().route("/", get(plain)).layer(HtmlLayer::new());
    let app = app.layer(ConsentLayer::new(gate()).clock(testing::now));
    let (_, headers, body) = answer(app, to("/")).await;
    assert_eq!(body.as_deref(), Ok("<p>nothing to change"));
    assert_eq!(
        (&headers["cache-control"], &headers["vary"]),
        (&"private, no-store".parse().unwrap(), &"Cookie, Sec-GPC".parse().unwrap())
    );
    assert!(!headers.contains_key("cdn-cache-control") && !headers.contains_key("surrogate-control"));
}

/// U11: a browser's old page does not come back by its validators. `page` asserts that none arrives.
#[tokio::test]
async fn u11_no_validator_revives_a_page_of_an_earlier_choice() {
    let mut request = to("/");
    for name in ["if-none-match", "if-modified-since", "if-range"] {
        request.headers_mut().insert(name, "\"1\"".parse().unwrap());
    }
    let (status, headers, body) = gated(request).await;
    assert_eq!((status, body.as_deref()), (StatusCode::OK, Ok(REWRITTEN)));
    assert!(!headers.contains_key(ETAG));
}

/// Prefetched and prerendered pages are filtered as any other (R38): whoever has refused is not counted early.
#[tokio::test]
async fn r38_a_prefetched_page_is_filtered_as_any_other() {
    for purpose in ["prefetch", "prefetch;prerender"] {
        let mut request = to("/");
        request.headers_mut().insert("sec-purpose", purpose.parse().unwrap());
        assert_eq!(gated(request).await.2.as_deref(), Ok(REWRITTEN), "{purpose}");
    }
}

/// What stands outside may encode what it likes; what stands inside hides the page, which is reported.
#[tokio::test]
async fn it_stands_inside_whatever_compresses() {
    // In place of a compression that nobody would read in this test.
    let compress = || {
        axum::middleware::from_fn(async |request: Request<Body>, next: axum::middleware::Next| {
            let (mut parts, body) = next.run(request).await.into_parts();
            let mut bytes = body.collect().await.unwrap().to_bytes().to_vec();
            bytes.iter_mut().for_each(|byte| *byte = !*byte);
            parts.headers.insert(CONTENT_ENCODING, "x-inverted".parse().unwrap());
            Response::from_parts(parts, Body::from(bytes))
        })
    };
    let read = async |app: Router| {
        let body = app.oneshot(to("/")).await.unwrap().into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.iter().map(|byte| !byte).collect()).unwrap()
    };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = seen.clone();
    let gate = gate().on_event(move |event| {
        if let Event::Unfiltered { why } = event {
            heard.lock().unwrap().push(*why);
        }
    });
    let consent = || ConsentLayer::new(gate.clone()).clock(testing::now);
    assert_eq!(read(routes().layer(HtmlLayer::new()).layer(compress()).layer(consent())).await, REWRITTEN);
    assert!(seen.lock().unwrap().is_empty());
    assert_eq!(read(routes().layer(compress()).layer(HtmlLayer::new()).layer(consent())).await, PAGE);
    assert_eq!(*seen.lock().unwrap(), ["encoded"]);
}

#[tokio::test]
async fn head_agrees_with_get() {
    let (_, got, _) = gated(to("/")).await;
    let mut request = to("/");
    *request.method_mut() = Method::HEAD;
    let (_, headers, body) = gated(request).await;
    assert_eq!((headers, body.as_deref()), (got, Ok("")));
}

#[tokio::test]
async fn what_is_no_page_passes_as_it_is() {
    let (_, headers, body) = gated(to("/json")).await;
    assert_eq!((headers[ETAG].as_bytes(), headers[CONTENT_LENGTH].as_bytes()), (&b"\"1\""[..], &b"2"[..]));
    assert_eq!(body.as_deref(), Ok("{}"));
}

#[tokio::test]
async fn an_encoded_page_passes_and_is_reported_and_a_trap_ends_the_body_with_an_error() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = seen.clone();
    let gate = gate().on_event(move |event| match event {
        Event::Unfiltered { why } | Event::Abandoned { why } => heard.lock().unwrap().push(*why),
        _ => {}
    });
    let app = app(HtmlLayer::new(), |layer| layer, gate);
    assert_eq!(answer(app.clone(), to("/packed")).await.2.as_deref(), Ok(PAGE));
    let (_, _, body) = answer(app, to("/trap")).await;
    assert_eq!(body.unwrap_err(), "the markup can be read in two ways");
    assert_eq!(*seen.lock().unwrap(), ["encoded", "ambiguous"]);
}

#[tokio::test]
async fn report_mode_changes_neither_head_nor_body() {
    let reported = app(HtmlLayer::new(), ConsentLayer::report_only, gate());
    let (_, headers, body) = answer(reported.clone(), to("/")).await;
    assert_eq!((headers[ETAG].as_bytes(), body.as_deref()), (&b"\"1\""[..], Ok(PAGE)));
    let (_, _, trap) = answer(reported, to("/trap")).await;
    assert!(trap.unwrap().ends_with("<img src=//x.example>"));
}

#[tokio::test]
async fn without_a_gate_no_page_leaves() {
    let (status, _, body) = answer(routes().layer(HtmlLayer::new()), to("/")).await;
    assert_eq!((status, body.as_deref()), (StatusCode::INTERNAL_SERVER_ERROR, Ok("")));
}

#[tokio::test]
async fn a_mistake_of_the_host_is_an_error_and_no_page() {
    let app = app(HtmlLayer::with(|_| Options::new().page("nowhere")), |layer| layer, gate());
    let (status, _, body) = answer(app, to("/")).await;
    assert_eq!((status, body.as_deref()), (StatusCode::INTERNAL_SERVER_ERROR, Ok("")));
}

#[tokio::test]
async fn options_come_with_each_request_and_pages_know_their_path() {
    let layer = HtmlLayer::with(|parts| Options::new().nonce(parts.uri.query().unwrap_or_default()));
    let app = app(layer, |layer| layer, gate());
    let mut request = to("/nonce?abc");
    let cookie = testing::cookie(&gate(), Category::ANALYTICS, testing::now());
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    let (_, _, body) = answer(app.clone(), request).await;
    assert_eq!(body.as_deref(), Ok("<script data-consent=analytics nonce=\"abc\">a()</script>"));
    assert_eq!(answer(app, to("/deep/er")).await.2.as_deref(), Ok("<base href='../base/'><img src=v.gif>"));
}
