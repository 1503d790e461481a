//! The visitor as an argument of handlers, and errors as responses.

use super::{consent, http_client, serve};
use axum::Router;
use axum::extract::Request;
use axum::http::header::SET_COOKIE;
use axum::middleware::{Next, from_fn};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use consent_gate::{Category, ChangeError, Visitor, testing};

async fn ask(visitor: Visitor) -> &'static str {
    if visitor.may_track(Category::ANALYTICS) { "counted" } else { "not counted" }
}

#[test]
fn without_the_layer_the_extractor_says_what_to_do() {
    let address = serve(Router::new().route("/", get(ask)));
    let response = http_client::send(address, "GET", "/", &[], "");
    assert_eq!(response.status, 500);
    let text = response.text();
    assert!(text.starts_with("this route is not behind the consent gate: put the gate around the whole application"));
    assert!(text.contains("axum: the last `.layer(ConsentLayer::new(gate))`, after all routes"), "{text}");
}

#[test]
fn a_handler_asks_for_its_own_visitor() {
    let address = serve(Router::new().route("/", get(ask)).layer(consent()));
    let cookie = testing::cookie(&testing::gate(), Category::ANALYTICS, testing::now());
    assert_eq!(http_client::send(address, "GET", "/", &[], "").text(), "not counted");
    let response = http_client::send(address, "GET", "/", &[("cookie", &cookie)], "");
    assert_eq!(response.text(), "counted");
    assert_eq!(response.values("cache-control"), ["private, no-store"]);
    assert_eq!(response.values("vary"), ["Cookie, Sec-GPC"]);
}

/// Finds out, inside the gate, who the visitor is.
async fn session(visitor: Visitor, request: Request, next: Next) -> Result<Response, ChangeError> {
    visitor.learn(|facts| facts.minor = true)?;
    Ok(next.run(request).await)
}

#[test]
fn what_an_inner_layer_learns_counts_for_the_response() {
    let app =
        || Router::new().route("/", get(async || AppendHeaders([(SET_COOKIE, "_adl=1"), (SET_COOKIE, "_lum1=a")])));
    let cookie = testing::cookie(&testing::gate(), testing::gate().offered(), testing::now());
    let send = |app| http_client::send(serve(app), "GET", "/", &[("cookie", &cookie)], "").set_cookies();
    assert_eq!(send(app().layer(consent())), ["_adl=1", "_lum1=a"]);
    assert_eq!(send(app().layer(from_fn(session)).layer(consent())), ["_lum1=a"]);
}

#[test]
fn an_error_of_a_change_is_a_response() {
    for (error, status) in [
        (ChangeError::CrossOrigin, 403),
        (ChangeError::Prefetch, 403),
        (ChangeError::Late, 500),
        (ChangeError::Empty, 400),
        (ChangeError::NotOffered(1), 400),
        (ChangeError::UnknownProvider("x".to_owned()), 400),
    ] {
        assert_eq!(error.into_response().status().as_u16(), status);
    }
    let accept = async |visitor: Visitor| -> Result<&'static str, ChangeError> {
        visitor.accept_all()?;
        Ok("accepted")
    };
    let address = serve(Router::new().route("/", post(accept)).layer(consent()));
    let foreign = http_client::send(address, "POST", "/", &[("origin", "https://evil.example")], "");
    assert_eq!((foreign.status, &*foreign.text()), (403, "a request from another origin cannot change consent"));
    let own = format!("http://{address}");
    assert_eq!(http_client::send(address, "POST", "/", &[("origin", &own)], "").text(), "accepted");
}
