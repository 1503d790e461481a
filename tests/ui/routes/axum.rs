//! The routes as a tower layer, in axum.

use super::over_http::{journey, site};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::{Router, routing::get};
use consent_gate::Visitor;
use consent_gate::ui::AccountId;
use consent_gate::web::tower::{ConsentLayer, PrivacyLayer};
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

async fn session(mut request: Request, next: Next) -> Response {
    let account = request.headers().get("x-account").and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(account) = account {
        request.extensions_mut().insert(AccountId(account));
    }
    next.run(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ready_routes_in_axum() {
    let (gate, privacy, stores) = site();
    let recogniser = privacy.clone();
    let recognise = from_fn(move |visitor: Visitor, request: Request, next: Next| {
        let privacy = recogniser.clone();
        async move {
            if let Some(AccountId(id)) = request.extensions().get::<AccountId>() {
                visitor.recognise(privacy.stores(), id).await.unwrap();
            }
            next.run(request).await
        }
    });
    let app = Router::new()
        .route("/", get(async || ([("set-cookie", "_lum1=a")], "hello")))
        .layer(PrivacyLayer::new(privacy))
        .layer(recognise)
        .layer(from_fn(session))
        .layer(ConsentLayer::new(gate).region(|_, _| "DE".parse().unwrap()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    tokio::task::spawn_blocking(move || journey(address, &stores)).await.unwrap();
}

#[tokio::test]
async fn without_the_gate_the_routes_say_what_is_missing() {
    use tower::ServiceExt;
    let app = Router::new().route("/", get(async || "hello")).layer(PrivacyLayer::new(site().1));
    let request = Request::get("/privacy").body(axum::body::Body::empty()).unwrap();
    assert_eq!(app.oneshot(request).await.unwrap().status(), 500);
}
