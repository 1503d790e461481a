//! Where the layer stands: the safe order, and what leaks from each other one.

use super::{consent, legacy};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, Response};
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use std::convert::Infallible;
use tower::{Layer, Service, ServiceExt};

/// A layer of somebody else that sets a tracking cookie on every response.
async fn foreign(request: Request, next: Next) -> axum::response::Response {
    let mut response = next.run(request).await;
    response.headers_mut().append(SET_COOKIE, HeaderValue::from_static("_adl=foreign"));
    response
}

/// The names of the cookies that leave.
#[track_caller]
fn leaves<S>(app: S, path: &str) -> Vec<String>
where
    S: Service<Request, Response = Response<Body>, Error = Infallible>,
{
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(app.oneshot(request)).unwrap();
    let lines = response.headers().get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    lines.map(|line| line.split('=').next().unwrap().to_owned()).collect()
}

fn routes() -> Router {
    Router::new().route("/", get(legacy)).fallback(legacy)
}

#[test]
fn the_safe_order_is_the_layer_last() {
    let app = routes().layer(from_fn(foreign)).layer(consent());
    for path in ["/", "/nowhere"] {
        assert_eq!(leaves(app.clone(), path), ["sid"], "{path}");
    }
    let method_not_allowed =
        Router::new().route("/", axum::routing::post(legacy)).layer(from_fn(foreign)).layer(consent());
    assert_eq!(leaves(method_not_allowed, "/"), [""; 0]);
}

#[test]
fn an_outer_layer_leaks_its_own_cookies() {
    let app = routes().layer(consent()).layer(from_fn(foreign));
    assert_eq!(leaves(app, "/"), ["sid", "_adl"]);
}

#[test]
fn routes_added_or_merged_after_the_layer_leak_all() {
    let later = Router::new().route("/later", get(legacy));
    let app = Router::new().route("/", get(legacy)).layer(consent()).route("/added", get(legacy)).merge(later.clone());
    assert_eq!(leaves(app.clone(), "/"), ["sid"]);
    assert_eq!(leaves(app.clone(), "/added"), ["sid", "_lum1"]);
    assert_eq!(leaves(app.clone(), "/later"), ["sid", "_lum1"]);
    assert_eq!(leaves(app.nest("/nested", later), "/nested/later"), ["sid", "_lum1"]);
}

#[test]
fn a_fallback_set_after_the_layer_leaks_all() {
    let app = Router::new().route("/", get(legacy)).layer(consent()).fallback(legacy);
    assert_eq!(leaves(app, "/nowhere"), ["sid", "_lum1"]);
}

#[test]
fn route_layer_leaks_the_fallback() {
    let app = routes().route_layer(consent());
    assert_eq!(leaves(app.clone(), "/"), ["sid"]);
    assert_eq!(leaves(app, "/nowhere"), ["sid", "_lum1"]);
}

#[test]
fn around_the_finished_application_nothing_leaks() {
    let later = Router::new().route("/later", get(legacy));
    let orders = [
        routes().layer(consent()).layer(from_fn(foreign)).merge(later.clone()),
        routes().route_layer(consent()).merge(later.clone()),
        routes().layer(from_fn(foreign)).merge(later),
    ];
    for (number, app) in orders.into_iter().enumerate() {
        for path in ["/", "/later", "/nowhere"] {
            assert_eq!(leaves(consent().layer(app.clone()), path), ["sid"], "{number} {path}");
        }
    }
}
