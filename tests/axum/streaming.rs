//! Bodies that are made while they are sent.

use super::{consent, serve};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use consent_gate::{Category, Visitor};
use futures_util::stream::{self, StreamExt};
use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Streams `first`, waits, and then tells what became of a late refusal.
fn app(go_on: Arc<Notify>) -> Router {
    let handler = async move |visitor: Visitor| -> Response {
        let late = async move {
            go_on.notified().await;
            let (refusal, fact) = (visitor.refuse(Category::ANALYTICS), visitor.learn(|facts| facts.minor = true));
            assert_eq!(refusal, fact);
            format!("last: {}", refusal.unwrap_err())
        };
        let chunks = stream::once(async { "first\n".to_owned() }).chain(stream::once(late));
        let body = Body::from_stream(chunks.map(|chunk| Ok::<_, Infallible>(Bytes::from(chunk))));
        ([(SET_COOKIE, "_lum1=a")], body).into_response()
    };
    Router::new().route("/", get(handler)).layer(consent())
}

#[test]
fn a9_the_first_chunk_arrives_before_the_last_is_made_and_a_late_change_is_an_error() {
    let go_on = Arc::new(Notify::new());
    let mut stream = TcpStream::connect(serve(app(go_on.clone()))).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();

    let (mut seen, mut chunk) = (Vec::new(), [0; 512]);
    while !seen.windows(5).any(|window| window == b"first") {
        let count = stream.read(&mut chunk).unwrap();
        assert_ne!(count, 0, "the stream ended early");
        seen.extend_from_slice(&chunk[..count]);
    }
    let early = String::from_utf8(seen.clone()).unwrap();
    assert!(!early.contains("last") && !early.contains("_lum1"), "{early}");

    go_on.notify_one();
    stream.read_to_end(&mut seen).unwrap();
    let all = String::from_utf8(seen).unwrap();
    assert!(all.contains("last: the head of the response has left: change the answer before it"), "{all}");
}
