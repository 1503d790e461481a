//! The layer around a tower service, called without a server.

use crate::outcome::{GATE, HOST, Outcome, conforms, region};
use crate::vector::{REGION, Vector};
use consent_gate::web::tower::ConsentLayer;
use consent_gate::{Visitor, testing};
use futures_util::FutureExt;
use http::{Request, Response, StatusCode};
use std::convert::Infallible;
use tower::{Layer, ServiceExt, service_fn};

/// The gate of every tower service and axum application of this suite.
pub(crate) fn layer() -> ConsentLayer {
    ConsentLayer::new(GATE.clone())
        .clock(testing::now)
        .region(|headers, _| region(headers.get(REGION).and_then(|value| value.to_str().ok())))
}

#[test]
fn every_vector_has_the_outcome_of_the_exchange() {
    conforms(|_, vector| answer(vector));
}

fn answer(vector: &'static Vector) -> Outcome {
    let mut request = Request::builder().method(vector.request.method).header("host", HOST);
    for (name, value) in &vector.request.headers {
        request = request.header(*name, value);
    }
    let service = layer().layer(service_fn(async move |request: Request<()>| {
        let visitor = request.extensions().get::<Visitor>().unwrap();
        let mut response = Response::builder();
        match vector.handler.act(visitor) {
            Ok(()) => {
                response = response.status(vector.handler.status);
                for (name, value) in vector.handler.headers() {
                    response = response.header(name, value);
                }
            }
            Err(_) => response = response.status(StatusCode::FORBIDDEN),
        }
        Ok::<_, Infallible>(response.body(()).unwrap())
    }));
    let response = service.oneshot(request.body(()).unwrap()).now_or_never().expect("nothing waits").unwrap();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.as_bytes()));
    Outcome::read(response.status().as_u16(), headers)
}
