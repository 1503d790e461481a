//! The gate around axum: where it must stand, the extractor, and real connections.

mod connection;
mod extractor;
mod orders;
mod streaming;
mod upgrade;

use crate::http_client;
use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse};
use consent_gate::web::tower::ConsentLayer;
use consent_gate::{Region, testing};
use std::net::{Ipv4Addr, SocketAddr};

/// A layer that enforces for visitors from Germany at the time of the test visitors.
fn consent() -> ConsentLayer {
    let germany: Region = "DE".parse().unwrap();
    ConsentLayer::new(testing::gate()).region(move |_, _| germany).clock(testing::now)
}

/// A handler that sets a session and an analytics cookie, blindly.
async fn legacy() -> impl IntoResponse {
    (AppendHeaders([(SET_COOKIE, "sid=1"), (SET_COOKIE, "_lum1=a")]), "page")
}

/// Serves an application over TCP until the tests end.
fn serve(app: Router) -> SocketAddr {
    let (tell, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    address.recv().unwrap()
}
