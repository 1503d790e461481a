//! Rocket 0.5 over TCP.

use crate::pages::suite::{self, ASKS, FAILURE, FIRST, GATE, LAST, PAGES, STREAM_GOES_ON, TRAP, options};
use crate::serving::rocket as serve;
use consent_gate::testing;
use consent_gate::web::rocket::{ConsentLayer, HtmlLayer};
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rocket::response::content::RawHtml;
use rocket::response::{self, Responder, stream::TextStream};
use rocket::tokio::time::sleep;
use rocket::{Build, Config, Request, Response, Rocket, catch, catchers, get, routes};
use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

static GATED: LazyLock<SocketAddr> = LazyLock::new(|| serve(app().attach(gate()).attach(html())));
static BARE: LazyLock<SocketAddr> = LazyLock::new(|| serve(app()));

fn html() -> HtmlLayer {
    HtmlLayer::with(|_| options())
}

fn gate() -> ConsentLayer {
    ConsentLayer::new(GATE.clone()).clock(testing::now)
}

fn app() -> Rocket<Build> {
    let mut config = Config { port: 0, log_level: rocket::config::LogLevel::Off, ..Config::debug_default() };
    config.shutdown.ctrlc = false;
    rocket::custom(config).mount("/", routes![page, fails, asked, streams, trap]).register("/", catchers![nowhere])
}

struct Answer(usize);

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let page = &PAGES[self.0];
        let mut response = Response::build();
        response.status(Status::new(page.status));
        for (name, value) in page.headers {
            response.raw_header(*name, *value);
        }
        match page.body {
            [whole] => response.sized_body(whole.len(), Cursor::new(*whole)),
            [] => &mut response,
            pieces => response.streamed_body(Cursor::new(pieces.concat())),
        };
        response.ok()
    }
}

#[get("/pages/<index>")]
fn page(index: usize) -> Answer {
    Answer(index)
}

#[get("/fails")]
fn fails() -> (Status, RawHtml<&'static str>) {
    (Status::InternalServerError, RawHtml(FAILURE))
}

#[get("/")]
fn trap() -> RawHtml<&'static str> {
    RawHtml(TRAP)
}

#[catch(404)]
fn nowhere() -> RawHtml<&'static str> {
    RawHtml(FAILURE)
}

/// What a request asked for.
struct Asked(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asked {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Success(Self(ASKS.iter().filter_map(|name| request.headers().get_one(name)).collect()))
    }
}

#[get("/asked")]
fn asked(asked: Asked) -> RawHtml<String> {
    RawHtml(format!("<p>{}", asked.0))
}

#[get("/stream")]
fn streams() -> RawHtml<TextStream![&'static str]> {
    RawHtml(TextStream! {
        yield FIRST;
        while !STREAM_GOES_ON.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(5)).await;
        }
        yield LAST;
    })
}

#[test]
fn every_page_is_what_the_rewriter_makes_of_it() {
    suite::answers_every_page(*GATED, *BARE);
    suite::answers_errors(*GATED);
    suite::asks_for_whole_pages(*GATED);
}

#[test]
fn the_order_in_which_it_and_the_gate_are_attached_does_not_matter() {
    suite::answers_every_page(serve(app().attach(html()).attach(gate())), *BARE);
}

#[test]
fn a_page_leaves_as_it_is_made() {
    suite::streams(*GATED);
}

#[test]
fn report_mode_changes_nothing() {
    suite::reports(serve(app().attach(gate().report_only()).attach(html())), *BARE);
}

/// Rocket ends a body that failed as if it were whole. If this fails, Rocket has changed: mend the documentation.
#[test]
fn a_page_that_must_be_abandoned_ends_early_as_documented() {
    assert!(suite::breaks_off(*GATED, *GATED));
}

#[test]
fn without_a_gate_no_page_leaves() {
    suite::fails_without_a_gate(serve(app().attach(html())));
}
