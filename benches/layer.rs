//! What the layer adds to a request of an axum hello-world, in CPU time and in one process: the service is called
//! directly, so that no socket hides the difference.

mod request;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::get;
use consent_gate::web::ConsentLayer;
use consent_gate::{Category, Region, Visitor, testing};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use std::hint::black_box;
use tower::Service;

async fn hello() -> &'static str {
    "Hello, World!"
}

async fn asked(visitor: Visitor) -> &'static str {
    if visitor.may_track(Category::ANALYTICS) { "Hello, again!" } else { "Hello, World!" }
}

fn consent() -> ConsentLayer {
    let france: Region = "FR".parse().expect("a region");
    ConsentLayer::new(testing::gate()).region(move |_, _| france)
}

fn request(cookies: &str) -> Request<Body> {
    let mut request = Request::builder().uri("/");
    for (name, value) in request::headers(cookies) {
        request = request.header(name, value);
    }
    request.body(Body::empty()).expect("a request")
}

fn answer(app: &mut Router, request: Request<Body>) -> Response<Body> {
    let response = app.call(request).now_or_never().expect("nothing waits");
    response.unwrap_or_else(|never| match never {})
}

fn body(response: Response<Body>) -> String {
    let body = axum::body::to_bytes(response.into_body(), 100).now_or_never().expect("nothing waits").expect("a body");
    String::from_utf8(body.to_vec()).expect("text")
}

fn hello_world(criterion: &mut Criterion) {
    let bare = Router::new().route("/", get(hello));
    let gated = Router::new().route("/", get(hello)).layer(consent());
    let asking = Router::new().route("/", get(asked)).layer(consent());

    let mut group = criterion.benchmark_group("layer/hello_world");
    for (cookies, header, text) in [
        ("none_of_ours", request::other_cookies(), "Hello, World!"),
        ("an_answer", request::twelve_cookies(), "Hello, again!"),
    ] {
        for (app, mut router, text, is_shaped) in [
            ("bare", bare.clone(), "Hello, World!", false),
            ("gate", gated.clone(), "Hello, World!", false),
            ("gate_asked", asking.clone(), text, true),
        ] {
            let response = answer(&mut router, request(&header));
            assert_eq!(response.headers().contains_key("vary"), is_shaped);
            assert_eq!(body(response), text);
            group.bench_function(format!("{cookies}/{app}"), |b| {
                b.iter_batched(
                    || request(&header),
                    |request| black_box(answer(&mut router, request)),
                    BatchSize::SmallInput,
                );
            });
        }
    }
    group.finish();
}

criterion_group!(benches, hello_world);
criterion_main!(benches);
