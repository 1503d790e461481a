//! Upgrades to WebSocket.

use super::{consent, serve};
use axum::Router;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::any;
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let _ = socket.send(message).await;
    }
}

#[tokio::test]
async fn a_websocket_works_and_the_cookies_of_its_101_are_filtered() {
    let upgrade = async |socket: WebSocketUpgrade| {
        (AppendHeaders([(SET_COOKIE, "_lum1=a"), (SET_COOKIE, "sid=1")]), socket.on_upgrade(echo)).into_response()
    };
    let address = serve(Router::new().route("/chat", any(upgrade)).layer(consent()));
    let (mut socket, response) = tokio_tungstenite::connect_async(format!("ws://{address}/chat")).await.unwrap();
    assert_eq!(response.status().as_u16(), 101);
    let lines: Vec<&str> = response.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    assert_eq!(lines, ["sid=1"]);

    socket.send(Message::text("hello")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("hello"));
}
