//! axum 0.8 over TCP.

use crate::pages::suite::{self, ASKS, FAILURE, FIRST, GATE, LAST, PAGES, STREAM_GOES_ON, TRAP, options};
use crate::serving::axum as serve;
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use consent_gate::testing;
use consent_gate::web::tower::{ConsentLayer, HtmlLayer};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, StatusCode};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

static GATED: LazyLock<SocketAddr> = LazyLock::new(|| serve(routes().layer(html()).layer(gate())));
static BARE: LazyLock<SocketAddr> = LazyLock::new(|| serve(routes()));

fn html() -> HtmlLayer {
    HtmlLayer::with(|_| options())
}

fn gate() -> ConsentLayer {
    ConsentLayer::new(GATE.clone()).clock(testing::now)
}

fn routes() -> Router {
    Router::new()
        .route("/pages/{index}", any(page))
        .route("/fails", get(async || Err::<(), _>((StatusCode::INTERNAL_SERVER_ERROR, Html(FAILURE)))))
        .route("/asked", get(asked))
        .route("/stream", get(streams))
        .fallback(async || (StatusCode::NOT_FOUND, Html(FAILURE)))
}

async fn page(Path(index): Path<usize>) -> Response {
    let page = &PAGES[index];
    let mut response = Response::builder().status(page.status);
    for (name, value) in page.headers {
        response = response.header(*name, *value);
    }
    let body = match page.body {
        [whole] => Body::from(*whole),
        pieces => Body::from_stream(stream::iter(pieces).map(|piece| Ok::<_, Infallible>(*piece))),
    };
    response.body(body).unwrap()
}

async fn asked(headers: HeaderMap) -> Html<String> {
    let values = ASKS.iter().filter_map(|name| headers.get(*name)?.to_str().ok());
    Html(format!("<p>{}", values.collect::<String>()))
}

async fn streams() -> impl IntoResponse {
    let pieces = stream::iter([FIRST, LAST]).then(async |piece| {
        while piece == LAST && !STREAM_GOES_ON.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok::<_, Infallible>(piece)
    });
    Html(Body::from_stream(pieces))
}

#[test]
fn every_page_is_what_the_rewriter_makes_of_it() {
    suite::answers_every_page(*GATED, *BARE);
    suite::answers_errors(*GATED);
    suite::asks_for_whole_pages(*GATED);
}

#[test]
fn a_page_leaves_as_it_is_made() {
    suite::streams(*GATED);
}

#[test]
fn report_mode_changes_nothing() {
    suite::reports(serve(routes().layer(html()).layer(gate().report_only())), *BARE);
}

#[test]
fn a_page_that_must_be_abandoned_breaks_off() {
    let trap = Router::new().route("/", get(async || Html(TRAP))).layer(html()).layer(gate());
    assert!(!suite::breaks_off(serve(trap), *GATED));
}

#[test]
fn without_a_gate_no_page_leaves() {
    suite::fails_without_a_gate(serve(routes().layer(html())));
}
