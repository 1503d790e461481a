//! What the layer adds to a request of an axum hello-world, in CPU time and in one process: the service is called
//! directly, so that no socket hides the difference.

#![allow(clippy::expect_used)] // What cannot be set up cannot be measured.

mod request;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response};
use axum::routing::get;
use consent_gate::web::tower::ConsentLayer;
use consent_gate::{Category, Region, Visitor, testing};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use std::convert::Infallible;
use std::hint::black_box;
use std::task::{Context, Poll};
use tower::{Layer, Service};

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

fn request(headers: &[(&str, String)]) -> Request<()> {
    let builder = Request::builder().uri("/");
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value));
    builder.body(()).expect("a request")
}

/// The request is copied in the measured time, which costs the bare app as much.
fn answer<S>(app: &mut S, request: &Request<()>) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let response = app.call(request.clone().map(|()| Body::empty())).now_or_never().expect("nothing waits");
    response.unwrap_or_else(|never| match never {})
}

fn body(response: Response<Body>) -> String {
    let body = axum::body::to_bytes(response.into_body(), 100).now_or_never().expect("nothing waits").expect("a body");
    String::from_utf8(body.to_vec()).expect("text")
}

fn hello_world(criterion: &mut Criterion) {
    let bare = || Router::new().route("/", get(hello));
    let asking = || Router::new().route("/", get(asked));
    let short = [("host", "localhost".to_owned()), ("cookie", request::EIGHT_COOKIES.to_owned())];
    for (name, headers, again) in [
        ("short_request", short.to_vec(), false),
        ("navigation/undecided", request::headers(&request::other_cookies()), false),
        ("navigation/granted", request::headers(&request::twelve_cookies()), true),
    ] {
        let mut group = criterion.benchmark_group(format!("layer/hello_world/{name}"));
        let request = request(&headers);
        bench(&mut group, "bare", bare(), &request, false);
        bench(&mut group, "gate", consent().layer(bare()), &request, false);
        bench(&mut group, "gate_asked", consent().layer(asking()), &request, again);
        // What axum takes for any argument of a handler, whoever provides it.
        let extracting = Router::new().route("/", get(async |_: Method| "Hello, World!"));
        bench(&mut group, "bare_with_an_argument", extracting, &request, false);
        // `Router::layer` boxes each route once more, whatever the layer does.
        bench(&mut group, "router_layer_empty", bare().layer(tower::layer::layer_fn(Empty)), &request, false);
        bench(&mut group, "router_layer_gate", bare().layer(consent()), &request, false);
        group.finish();
    }
}

/// A layer that only passes on.
#[derive(Clone)]
struct Empty<S>(S);

impl<S: Service<Request<Body>>> Service<Request<Body>> for Empty<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        self.0.call(request)
    }
}

fn bench<S>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mut app: S, request: &Request<()>, again: bool)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let response = answer(&mut app, request);
    assert_eq!(response.headers().contains_key("vary"), name == "gate_asked");
    assert_eq!(body(response), if again { "Hello, again!" } else { "Hello, World!" });
    group.bench_function(name, |b| b.iter(|| answer(&mut app, black_box(request))));
}

criterion_group!(benches, hello_world);
criterion_main!(benches);
