//! The pages on a server without any gate.

use crate::hostile::pages::{Answer, folder};
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;

/// The router of the older system.
pub(crate) fn router() -> Router {
    let files = Arc::new(folder());
    let page = async move |Path(name): Path<String>| match files.get(&name) {
        Some(answer) => respond(&name, answer),
        None => Response::builder().status(StatusCode::NOT_FOUND).body(Body::empty()).unwrap(),
    };
    Router::new()
        .route("/legacy/{name}", get(page))
        .route("/style.css", get(async || ([("content-type", "text/css")], "")))
}

fn respond(name: &str, answer: &Answer) -> Response<Body> {
    let media_type = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "svg" => "image/svg+xml",
        "gif" => "image/gif",
        "xhtml" => "application/xhtml+xml",
        "xml" => "text/xml",
        _ => "text/plain",
    };
    let mut response = Response::builder().header("content-type", media_type);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    if let Some(location) = &answer.location {
        response = response.status(StatusCode::FOUND).header("location", location);
    }
    response.body(Body::from(answer.body.clone())).unwrap()
}

/// Serves a router on a free port.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}
