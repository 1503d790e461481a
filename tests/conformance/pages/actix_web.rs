//! actix-web 4 over TCP.

use crate::pages::suite::{self, ASKS, FAILURE, FIRST, GATE, LAST, PAGES, STREAM_GOES_ON, TRAP, options};
use crate::serving::actix_web as serve;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes};
use actix_web::{App, Error, HttpRequest, HttpResponse, ResponseError};
use consent_gate::testing;
use consent_gate::web::actix_web::{ConsentLayer, HtmlLayer};
use futures_util::{StreamExt, stream};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

static GATED: LazyLock<SocketAddr> =
    LazyLock::new(|| serve!(|| App::new().configure(routes).wrap(html()).wrap(gate())));
static BARE: LazyLock<SocketAddr> = LazyLock::new(|| serve!(|| App::new().configure(routes)));

fn html() -> HtmlLayer {
    HtmlLayer::with(|_| options())
}

fn gate() -> ConsentLayer {
    ConsentLayer::new(GATE.clone()).clock(testing::now)
}

fn routes(app: &mut web::ServiceConfig) {
    app.route("/pages/{index}", web::to(page))
        .route("/fails", web::get().to(async || Err::<&str, _>(Failure)))
        .route("/asked", web::get().to(asked))
        .route("/stream", web::get().to(streams))
        .default_service(web::to(async || HttpResponse::NotFound().content_type("text/html").body(FAILURE)));
}

async fn page(index: web::Path<usize>) -> HttpResponse {
    let page = &PAGES[*index];
    let mut response = HttpResponse::build(StatusCode::from_u16(page.status).unwrap());
    for header in page.headers {
        response.append_header(*header);
    }
    match page.body {
        [] if [204, 304].contains(&page.status) => response.finish(),
        [whole] => response.body(*whole),
        pieces => response.streaming(stream::iter(pieces).map(|piece| Ok::<_, Infallible>(Bytes::from(*piece)))),
    }
}

async fn asked(request: HttpRequest) -> HttpResponse {
    let values = ASKS.iter().filter_map(|name| request.headers().get(*name)?.to_str().ok());
    HttpResponse::Ok().content_type("text/html").body(format!("<p>{}", values.collect::<String>()))
}

async fn streams() -> HttpResponse {
    let pieces = stream::iter([FIRST, LAST]).then(async |piece| {
        while piece == LAST && !STREAM_GOES_ON.load(Ordering::SeqCst) {
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
        Ok::<_, Infallible>(Bytes::from(piece))
    });
    HttpResponse::Ok().content_type("text/html").streaming(pieces)
}

/// A handler's, or a middleware's, error with a page.
#[derive(Debug, thiserror::Error)]
#[error("failed")]
struct Failure;

impl ResponseError for Failure {
    fn error_response(&self) -> HttpResponse {
        HttpResponse::InternalServerError().content_type("text/html").body(FAILURE)
    }
}

async fn failing(_: ServiceRequest, _: Next<actix_web::body::BoxBody>) -> Result<ServiceResponse, Error> {
    Err(Failure.into())
}

#[test]
fn every_page_is_what_the_rewriter_makes_of_it() {
    suite::answers_every_page(*GATED, *BARE);
    suite::answers_errors(*GATED);
    suite::asks_for_whole_pages(*GATED);
}

#[test]
fn the_error_of_an_inner_middleware_is_a_page_as_well() {
    let app = serve!(|| App::new().configure(routes).wrap(from_fn(failing)).wrap(html()).wrap(gate()));
    let (body, _) = crate::pages::client::send(app, "GET", "/", &[]).body();
    assert!(body.contains("<img data-consent-src="), "{body}");
}

#[test]
fn a_page_leaves_as_it_is_made() {
    suite::streams(*GATED);
}

#[test]
fn report_mode_changes_nothing() {
    suite::reports(serve!(|| App::new().configure(routes).wrap(html()).wrap(gate().report_only())), *BARE);
}

#[test]
fn a_page_that_must_be_abandoned_breaks_off() {
    let trap = async || HttpResponse::Ok().content_type("text/html").body(TRAP);
    let app = serve!(move || App::new().route("/", web::get().to(trap)).wrap(html()).wrap(gate()));
    assert!(!suite::breaks_off(app, *GATED));
}

#[test]
fn without_a_gate_no_page_leaves() {
    suite::fails_without_a_gate(serve!(|| App::new().configure(routes).wrap(html())));
}
