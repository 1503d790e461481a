//! axum 0.8 over TCP.

use crate::http_client::{get, send};
use crate::outcome::Outcome;
use crate::over_http::{SET, STREAM_GOES_ON, Servers, hides, reports};
use crate::tower::layer;
use crate::vector::VECTORS;
use axum::Router;
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{any, get as route_get};
use consent_gate::{ChangeError, Visitor};
use futures_util::{SinkExt, StreamExt, stream};
use http::{HeaderMap, HeaderValue, StatusCode};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

static SERVERS: LazyLock<Servers> =
    LazyLock::new(|| Servers { gated: serve(routes().layer(layer())), bare: serve(routes()) });

/// Serves an application for the rest of the test.
pub(crate) fn serve(app: Router) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

fn routes() -> Router {
    Router::new()
        .route("/vectors/{index}", any(answer))
        .route("/jar", route_get(jar))
        .route("/fails", route_get(fails))
        .route("/reads", route_get(reads))
        .route("/stream", route_get(streams))
        .route("/upgrade", route_get(upgrades))
        .fallback(|| async { (StatusCode::NOT_FOUND, AppendHeaders(SET), "nowhere") })
        .layer(from_fn(session))
}

async fn answer(Path(index): Path<usize>, visitor: Visitor) -> Result<Response, ChangeError> {
    let handler = VECTORS[index].handler;
    handler.act(&visitor)?;
    let mut response = Response::builder().status(handler.status);
    for (name, value) in handler.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(Body::empty()).unwrap())
}

/// axum has no jar of its own: applications write the lines of the `cookie` crate.
async fn jar() -> impl IntoResponse {
    let lines = ["sid", "_lum1", "lang"].map(|name| {
        let cookie = cookie::Cookie::build((name, "1")).http_only(true).path("/").build();
        ("set-cookie", cookie.to_string())
    });
    (AppendHeaders(lines), "jar")
}

async fn reads(headers: HeaderMap) -> impl IntoResponse {
    let seen: Vec<&str> = headers.get_all("cookie").iter().map(|value| value.to_str().unwrap()).collect();
    (AppendHeaders([SET[0]]), format!("{}\n", seen.join(" | ")))
}

async fn fails() -> Result<(), Response> {
    Err((StatusCode::INTERNAL_SERVER_ERROR, AppendHeaders(SET), "failed").into_response())
}

async fn streams() -> impl IntoResponse {
    let chunks = stream::iter(["first", "last"]).then(async |chunk| {
        while chunk == "last" && !STREAM_GOES_ON.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok::<_, Infallible>(chunk)
    });
    (AppendHeaders(SET), Body::from_stream(chunks))
}

async fn upgrades(upgrade: WebSocketUpgrade) -> impl IntoResponse {
    let echo = upgrade.on_upgrade(async |mut socket| {
        while let Some(Ok(message)) = socket.next().await {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    });
    (AppendHeaders(SET), echo)
}

async fn session(request: Request, next: Next) -> Response {
    let has_session = request.headers().contains_key("x-session");
    let mut response = next.run(request).await;
    if has_session {
        response.headers_mut().append("set-cookie", HeaderValue::from_static("session=1"));
    }
    response
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
fn report_mode_changes_nothing() {
    reports(serve(routes().layer(layer().report_only())), SERVERS.bare);
}

#[test]
fn r26_denied_cookies_can_be_hidden_from_handlers() {
    hides(serve(routes().layer(layer().hide_denied_cookies())), SERVERS.bare, "", "");
}

#[test]
fn a_stream_leaves_as_it_is_made() {
    SERVERS.stream();
}

#[test]
fn a_web_socket_works_and_its_handshake_is_filtered() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let address = format!("ws://{}/upgrade", SERVERS.gated);
        let (mut socket, response) = tokio_tungstenite::connect_async(address).await.unwrap();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.as_bytes()));
        let outcome = Outcome::read(response.status().as_u16(), headers);
        assert_eq!((outcome.status, outcome.names()), (101, vec!["sid"]));
        socket.send(Message::text("hello, gate")).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("hello, gate"));
    });
}

#[test]
fn orders_that_leak_are_as_documented() {
    let cookies = async || (AppendHeaders(SET), "blind");
    let outside = serve(routes().layer(layer()).layer(from_fn(session)));
    assert_eq!(send(outside, "GET", "/jar", &[("x-session", "1")]).outcome().names(), ["sid", "session"]);
    let later = serve(routes().layer(layer()).route("/later", route_get(cookies)));
    assert_eq!(get(later, "/later").outcome().names(), ["sid", "_lum1"]);
    let fallback = serve(routes().route_layer(layer()));
    assert_eq!(get(fallback, "/nowhere").outcome().names(), ["sid", "_lum1"]);
}

#[test]
fn a_visitor_without_a_gate_is_an_error() {
    let response = get(SERVERS.bare, "/vectors/0");
    assert_eq!(response.status, 500);
    assert!(response.text().contains("not behind the consent gate"));
}
