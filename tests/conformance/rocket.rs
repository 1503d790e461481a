//! Rocket 0.5 over TCP.

use crate::http_client::{get, send};
use crate::outcome::{GATE, region};
use crate::over_http::{SET, STREAM_GOES_ON, Servers, hides, reports};
use crate::serving::rocket as serve;
use crate::vector::{Handler, REGION, VECTORS};
use consent_gate::web::rocket::{ConsentLayer, ReadableCookies};
use consent_gate::{ChangeError, Visitor, testing};
use rocket::data::{IoHandler, IoStream};
use rocket::fairing::{AdHoc, Fairing};
use rocket::http::{Cookie, CookieJar, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{self, Responder, stream::TextStream};
use rocket::shield::Shield;
use rocket::tokio::io::{AsyncReadExt, AsyncWriteExt};
use rocket::tokio::time::sleep;
use rocket::{Build, Config, Request, Response, Rocket, catch, catchers, get as route_get, post, routes};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

static SERVERS: LazyLock<Servers> = LazyLock::new(|| Servers {
    gated: serve(app().attach(gate()).attach(session()).mount("/", routes![answer, answer_form])),
    bare: serve(app().attach(session())),
});

pub(crate) fn gate() -> ConsentLayer {
    ConsentLayer::new(GATE.clone()).clock(testing::now).region(|request| region(request.headers().get_one(REGION)))
}

/// An application without a route.
pub(crate) fn bare() -> Rocket<Build> {
    let mut config = Config { port: 0, log_level: rocket::config::LogLevel::Off, ..Config::debug_default() };
    config.shutdown.ctrlc = false;
    // Rocket's own `Shield` sets a `Permissions-Policy` too, which the other frameworks do not have.
    rocket::custom(config).attach(Shield::new())
}

/// An application without a gate.
pub(crate) fn app() -> Rocket<Build> {
    bare().mount("/", routes![jar, fails, reads, streams, upgrades]).register("/", catchers![nowhere, unreadable])
}

/// A fairing that sets a cookie on responses.
pub(crate) fn session() -> impl Fairing {
    AdHoc::on_response("session", |request, response| {
        Box::pin(async move {
            if request.headers().contains("x-session") {
                response.adjoin_raw_header("set-cookie", "session=1");
            }
        })
    })
}

#[route_get("/vectors/<index>")]
fn answer(index: usize, visitor: Visitor) -> Result<&'static Handler, ChangeError> {
    let handler = VECTORS[index].handler;
    handler.act(&visitor)?;
    Ok(handler)
}

#[post("/vectors/<index>")]
fn answer_form(index: usize, visitor: Visitor) -> Result<&'static Handler, ChangeError> {
    answer(index, visitor)
}

impl<'r> Responder<'r, 'static> for &'static Handler {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::new();
        response.set_status(Status::new(self.status));
        self.headers().for_each(|(name, value)| response.adjoin_raw_header(name, value));
        Ok(response)
    }
}

/// A response that sets cookies too.
struct Blind<R>(R);

impl<'r, 'o: 'r, R: Responder<'r, 'o>> Responder<'r, 'o> for Blind<R> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'o> {
        let mut response = self.0.respond_to(request)?;
        SET.into_iter().for_each(|(name, value)| response.adjoin_raw_header(name, value));
        Ok(response)
    }
}

#[route_get("/jar")]
fn jar(jar: &CookieJar<'_>) -> &'static str {
    for name in ["sid", "_lum1", "lang"] {
        jar.add((name, "1"));
    }
    "jar"
}

/// What a route reads: the headers, and the jar, through the gate's guard where there is a gate.
#[route_get("/reads")]
fn reads(seen: Seen) -> String {
    format!("{}\n{}", seen.headers.join(" | "), seen.jar.join(" "))
}

struct Seen {
    headers: Vec<String>,
    jar: Vec<String>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Seen {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let headers = request.headers().get("cookie").filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let name = |cookie: &Cookie<'_>| cookie.name().to_owned();
        let mut jar: Vec<String> = match ReadableCookies::from_request(request).await {
            Outcome::Success(readable) => {
                assert!(readable.iter().all(|cookie| readable.get(cookie.name()).is_some()));
                assert!(request.cookies().iter().all(|cookie| {
                    readable.get(cookie.name()).is_some() || readable.iter().all(|other| other.name() != cookie.name())
                }));
                readable.iter().map(name).collect()
            }
            _ => request.cookies().iter().map(name).collect(),
        };
        jar.sort();
        request.cookies().add(("sid", "1"));
        Outcome::Success(Self { headers, jar })
    }
}

#[route_get("/fails")]
fn fails() -> Result<(), Blind<(Status, &'static str)>> {
    Err(Blind((Status::InternalServerError, "failed")))
}

#[catch(404)]
fn nowhere() -> Blind<&'static str> {
    Blind("nowhere")
}

#[catch(400)]
fn unreadable() -> Blind<&'static str> {
    Blind("unreadable")
}

#[route_get("/stream")]
fn streams() -> Blind<TextStream![&'static str]> {
    Blind(TextStream! {
        yield "first";
        while !STREAM_GOES_ON.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(5)).await;
        }
        yield "last";
    })
}

#[route_get("/upgrade")]
fn upgrades() -> Blind<Echo> {
    Blind(Echo)
}

/// Sends back what comes on an upgraded connection.
struct Echo;

impl<'r> Responder<'r, 'static> for Echo {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build().upgrade("websocket", self).ok()
    }
}

#[rocket::async_trait]
impl IoHandler for Echo {
    async fn io(self: Pin<Box<Self>>, mut io: IoStream) -> std::io::Result<()> {
        let mut bytes = [0; 64];
        loop {
            let count = io.read(&mut bytes).await?;
            if count == 0 {
                return Ok(());
            }
            io.write_all(&bytes[..count]).await?;
        }
    }
}

#[test]
fn every_vector_has_the_outcome_of_the_exchange() {
    SERVERS.answer_every_vector();
    SERVERS.answer_head_as_get();
}

#[test]
fn errors_and_jars_and_later_fairings_are_filtered() {
    SERVERS.filter("/nowhere", &[], 404, &["sid"]);
    SERVERS.filter("/fails", &[], 500, &["sid"]);
    SERVERS.filter("/jar", &[], 200, &["sid"]);
    SERVERS.filter("/nowhere", &[("x-session", "1")], 404, &["sid"]);
}

#[test]
fn report_mode_changes_nothing() {
    reports(serve(app().attach(gate().report_only())), SERVERS.bare);
}

#[test]
fn r26_denied_cookies_can_be_hidden_from_routes_but_for_the_jar() {
    hides(serve(app().attach(gate().hide_denied_cookies())), SERVERS.bare, "c sid theme", "_adl _lum1 c sid theme");
}

#[test]
fn a_stream_leaves_as_it_is_made() {
    SERVERS.stream();
}

#[test]
fn an_upgraded_connection_works_and_its_handshake_is_filtered() {
    SERVERS.upgrade();
}

/// Rocket runs no fairings for a request that it cannot read. If this fails, Rocket has changed: mend the documentation.
#[test]
fn a_catcher_of_an_unreadable_request_leaks_as_documented() {
    let response = send::<&str>(SERVERS.gated, "UNKNOWN", "/", &[]);
    assert_eq!((response.status, response.outcome().names()), (400, vec!["sid", "_lum1"]));
}

/// Rocket drops a header that is not UTF-8 before any fairing sees it. If this fails, mend the documentation.
#[test]
fn a_refusal_beside_bytes_that_are_not_utf_8_is_lost_as_documented() {
    let refusal = format!("{}; x=", testing::cookie(&GATE, consent_gate::Category::empty(), testing::now()));
    let answer = |cookie: &[u8]| {
        let headers = [(REGION, &b"US-CA"[..]), ("cookie", cookie)];
        let response = send(SERVERS.gated, "GET", "/jar", &headers);
        response.outcome().names().contains(&"_lum1")
    };
    assert!(!answer(refusal.as_bytes()));
    assert!(answer(&[refusal.as_bytes(), b"\xff"].concat()), "as a visitor without cookies");
    assert!(get(SERVERS.gated, "/jar").outcome().names().contains(&"sid"));
}
