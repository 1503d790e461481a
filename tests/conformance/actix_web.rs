//! actix-web 4 over TCP.

use crate::http_client::{get, send};
use crate::outcome::{GATE, Outcome, region};
use crate::over_http::{SET, STREAM_GOES_ON, Servers, hides, reports};
use crate::serving::actix_web as serve;
use crate::vector::{REGION, VECTORS};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes};
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use consent_gate::web::actix_web::ConsentLayer;
use consent_gate::{ChangeError, Visitor, testing};
use futures_util::{SinkExt, StreamExt, stream};
use std::convert::Infallible;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

static SERVERS: LazyLock<Servers> = LazyLock::new(|| Servers {
    gated: serve!(|| App::new().configure(routes).wrap(from_fn(session)).wrap(gate())),
    bare: serve!(|| App::new().configure(routes).wrap(from_fn(session))),
});

fn gate() -> ConsentLayer {
    ConsentLayer::new(GATE.clone())
        .clock(testing::now)
        .region(|request| region(request.headers().get(REGION).and_then(|value| value.to_str().ok())))
}

fn routes(app: &mut web::ServiceConfig) {
    app.route("/vectors/{index}", web::to(answer))
        .route("/jar", web::get().to(jar))
        .route("/fails", web::get().to(async || Err::<&str, _>(Failure(StatusCode::INTERNAL_SERVER_ERROR))))
        .route("/reads", web::get().to(reads))
        .route("/socket", web::get().to(socket))
        .route("/stream", web::get().to(streams))
        .route("/upgrade", web::get().to(upgrades))
        .default_service(web::to(async || blind(StatusCode::NOT_FOUND).body("nowhere")));
}

/// A response that sets cookies.
fn blind(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    for header in SET {
        response.append_header(header);
    }
    response
}

async fn answer(index: web::Path<usize>, visitor: Visitor) -> Result<HttpResponse, ChangeError> {
    let handler = VECTORS[*index].handler;
    handler.act(&visitor)?;
    let mut response = HttpResponse::build(StatusCode::from_u16(handler.status).unwrap());
    for (name, value) in handler.headers() {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        response.append_header((HeaderName::from_static(name), value));
    }
    Ok(response.finish())
}

async fn jar() -> HttpResponse {
    let cookie = |name| Cookie::build(name, "1").http_only(true).path("/").finish();
    HttpResponse::Ok().cookie(cookie("sid")).cookie(cookie("_lum1")).cookie(cookie("lang")).body("jar")
}

async fn reads(request: HttpRequest) -> HttpResponse {
    let seen: Vec<&str> = request.headers().get_all("cookie").map(|value| value.to_str().unwrap()).collect();
    let jar = request.cookies().unwrap();
    let jar: Vec<&str> = jar.iter().map(Cookie::name).collect();
    HttpResponse::Ok().append_header(SET[0]).body(format!("{}\n{}", seen.join(" | "), jar.join(" ")))
}

/// A web socket that sends back what comes.
async fn socket(request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let key = derive_accept_key(request.headers().get("sec-websocket-key").unwrap().as_bytes());
    let echo = payload.map(|frame| frame.map(|frame| unmasked(&frame)));
    let mut response = blind(StatusCode::SWITCHING_PROTOCOLS);
    response.append_header(("sec-websocket-accept", key)).upgrade("websocket").streaming(echo)
}

/// A short frame of a client as a server sends it (RFC 6455 §5.2).
fn unmasked(frame: &[u8]) -> Bytes {
    let (mask, masked) = frame[2..].split_at(4);
    let text = masked.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
    [frame[0], frame[1] & 0x7f].into_iter().chain(text).collect()
}

/// An error whose response sets cookies.
#[derive(Debug, thiserror::Error)]
#[error("failed")]
struct Failure(StatusCode);

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.0
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        blind(self.0).body("failed")
    }
}

async fn streams() -> HttpResponse {
    let chunks = stream::iter(["first", "last"]).then(async |chunk| {
        while chunk == "last" && !STREAM_GOES_ON.load(Ordering::SeqCst) {
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
        Ok::<_, Infallible>(Bytes::from_static(chunk.as_bytes()))
    });
    blind(StatusCode::OK).streaming(Box::pin(chunks))
}

async fn upgrades(payload: web::Payload) -> HttpResponse {
    blind(StatusCode::SWITCHING_PROTOCOLS).upgrade("websocket").streaming(payload)
}

/// A middleware within the gate: it adds a session, and fails where it is asked to.
async fn session(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.headers().contains_key("x-fail-inside") {
        return Err(Failure(StatusCode::IM_A_TEAPOT).into());
    }
    let has_session = request.headers().contains_key("x-session");
    let mut response = next.call(request).await?;
    if has_session {
        response.headers_mut().append(HeaderName::from_static("set-cookie"), HeaderValue::from_static("session=1"));
    }
    Ok(response)
}

#[test]
fn every_vector_has_the_outcome_of_the_exchange() {
    SERVERS.answer_every_vector();
    SERVERS.answer_head_as_get();
}

#[test]
fn errors_and_jars_and_inner_layers_are_filtered() {
    SERVERS.filter("/nowhere", &[], 404, &["sid"]);
    SERVERS.filter("/fails", &[], 500, &["sid"]);
    SERVERS.filter("/jar", &[], 200, &["sid"]);
    SERVERS.filter("/nowhere", &[("x-session", "1")], 404, &["sid"]);
}

#[test]
fn an_error_of_an_inner_middleware_carries_no_cookie_past_the_gate() {
    SERVERS.filter("/jar", &[("x-fail-inside", "1")], 418, &["sid"]);
    // Nor where an outer middleware makes the response of it.
    let server = serve!(|| {
        App::new().configure(routes).wrap(from_fn(session)).wrap(gate()).wrap(from_fn(
            async |request: ServiceRequest, next: Next<_>| {
                let (parts, _) = (request.request().clone(), ());
                Ok::<_, Error>(match next.call(request).await {
                    Ok(response) => response.map_into_boxed_body(),
                    Err(error) => {
                        let error = error.as_response_error();
                        assert_eq!((error.status_code().as_u16(), error.to_string().as_str()), (418, "failed"));
                        ServiceResponse::new(parts, error.error_response())
                    }
                })
            },
        ))
    });
    let response = send(server, "GET", "/jar", &[("x-fail-inside", "1")]);
    assert_eq!((response.status, response.outcome().names()), (418, vec!["sid"]));
    assert_eq!(response.text(), "failed");
}

#[test]
fn report_mode_changes_nothing() {
    reports(serve!(|| App::new().configure(routes).wrap(gate().report_only())), SERVERS.bare);
}

#[test]
fn r26_denied_cookies_can_be_hidden_from_handlers_and_the_jar() {
    let hiding = serve!(|| App::new().configure(routes).wrap(gate().hide_denied_cookies()));
    hides(hiding, SERVERS.bare, "sid theme c", "sid theme _lum1 _lum1 _adl c");
}

#[test]
fn a_web_socket_works_and_its_handshake_is_filtered() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let address = format!("ws://{}/socket", SERVERS.gated);
        let (mut socket, response) = tokio_tungstenite::connect_async(address).await.unwrap();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.as_bytes()));
        let outcome = Outcome::read(response.status().as_u16(), headers);
        assert_eq!((outcome.status, outcome.names()), (101, vec!["sid"]));
        socket.send(Message::text("hello, gate")).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("hello, gate"));
    });
}

#[test]
fn a_stream_leaves_as_it_is_made() {
    SERVERS.stream();
}

#[test]
fn an_upgraded_connection_works_and_its_handshake_is_filtered() {
    SERVERS.upgrade();
}

#[test]
fn orders_that_leak_are_as_documented() {
    let outside = serve!(|| App::new().configure(routes).wrap(gate()).wrap(from_fn(session)));
    assert_eq!(send(outside, "GET", "/jar", &[("x-session", "1")]).outcome().names(), ["sid", "session"]);
    let failing = send(outside, "GET", "/jar", &[("x-fail-inside", "1")]);
    assert_eq!(failing.outcome().names(), ["sid", "_lum1"], "an outer middleware's own error");
    let later = serve!(|| App::new().wrap(gate()).configure(routes));
    assert_eq!(get(later, "/jar").outcome().names(), ["sid"], "what is added after the last wrap is gated too");
    let scope = serve!(|| App::new().service(web::scope("/in").wrap(gate()).configure(routes)).configure(routes));
    assert_eq!(get(scope, "/in/jar").outcome().names(), ["sid"]);
    assert_eq!(get(scope, "/jar").outcome().names(), ["sid", "_lum1", "lang"]);
}

#[test]
fn a_visitor_without_a_gate_is_an_error() {
    let response = get(SERVERS.bare, "/vectors/0");
    assert_eq!(response.status, 500);
    assert!(response.text().contains("not behind the consent gate"));
}
