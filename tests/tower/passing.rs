//! What passes the layer untouched: bodies, errors, readiness.

use super::{get, with};
use consent_gate::{ChangeError, Visitor, testing};
use futures_util::FutureExt;
use http::{Request, Response, StatusCode, Version};
use std::cell::Cell;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::task::{Context, Poll};
use tower::{Layer, Service, ServiceExt, service_fn};

/// A body that no trait describes: neither `Send` nor an `http_body::Body`.
struct Untouched(Rc<u8>);

#[test]
fn any_body_passes_in_both_directions() {
    let service =
        service_fn(async |request: Request<Untouched>| Ok::<_, &str>(Response::new(Untouched(request.into_body().0))));
    let body = Rc::new(7);
    let response =
        get().layer.layer(service).oneshot(Request::new(Untouched(body.clone()))).now_or_never().unwrap().unwrap();
    assert!(Rc::ptr_eq(&response.into_body().0, &body));
}

#[test]
fn an_error_of_the_service_passes() {
    let service = service_fn(async |_: Request<()>| Err::<Response<()>, _>("broken"));
    let error = get().layer.layer(service).oneshot(Request::new(())).now_or_never().unwrap().unwrap_err();
    assert_eq!(error, "broken");
}

#[test]
fn without_a_response_every_change_is_late() {
    let keep = Cell::new(None);
    let failing = service_fn(async |request: Request<()>| {
        keep.set(request.extensions().get::<Visitor>().cloned());
        Err::<Response<()>, _>("broken")
    });
    assert!(get().layer.layer(failing).oneshot(Request::new(())).now_or_never().unwrap().is_err());
    assert_eq!(keep.take().unwrap().refuse_all(), Err(ChangeError::Late), "the service failed");

    let hanging = service_fn(async |request: Request<()>| {
        keep.set(request.extensions().get::<Visitor>().cloned());
        std::future::pending::<Result<Response<()>, &str>>().await
    });
    assert!(get().layer.layer(hanging).oneshot(Request::new(())).now_or_never().is_none());
    assert_eq!(keep.take().unwrap().refuse_all(), Err(ChangeError::Late), "the connection went away");
}

/// A service that is never ready.
struct Busy;

impl Service<Request<()>> for Busy {
    type Response = Response<()>;
    type Error = &'static str;
    type Future = Ready<Result<Response<()>, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        Poll::Ready(Err("busy"))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Err("called"))
    }
}

#[test]
fn readiness_is_the_services_own() {
    let error = get().layer.layer(Busy).oneshot(Request::new(())).now_or_never().unwrap().unwrap_err();
    assert_eq!(error, "busy");
}

#[test]
fn status_version_and_extensions_stay() {
    let mut response = Response::builder().status(StatusCode::IM_A_TEAPOT).version(Version::HTTP_2).body(()).unwrap();
    response.extensions_mut().insert(42_u8);
    let left = get().respond(response);
    assert_eq!((left.status(), left.version()), (StatusCode::IM_A_TEAPOT, Version::HTTP_2));
    assert_eq!(left.extensions().get::<u8>(), Some(&42));
}

#[test]
fn u12_head_gets_the_edits_of_get() {
    let lines =
        [("content-type", "text/html"), ("content-length", "74"), ("set-cookie", "_lum1=a"), ("set-cookie", "sid=1")];
    let visitor = get().header("cookie", "_lum2=a");
    let (by_get, by_head) = (visitor.answer(lines), visitor.clone().method("HEAD").answer(lines));
    assert_eq!(super::head(&by_get), super::head(&by_head));
    assert_eq!(by_head.headers()["content-length"], "74");
}

#[test]
fn a_second_layer_of_the_same_gate_leaves_all_to_the_first() {
    let gate = testing::gate();
    let layer = || with(gate.clone()).layer;
    let service = service_fn(async |request: Request<()>| {
        request.extensions().get::<Visitor>().unwrap().refuse_all().unwrap();
        Ok::<_, &str>(Response::builder().header("set-cookie", "_lum1=a").body(()).unwrap())
    });
    let click = || Request::builder().method("POST").uri("/").body(()).unwrap();
    let twice = layer().layer(layer().report_only().layer(service));
    let lines = super::lines_of(&twice.oneshot(click()).now_or_never().unwrap().unwrap());
    assert_eq!(lines.len(), 1, "the tracker goes and the refusal stays: {lines:?}");
    assert!(lines[0].starts_with("__Host-consent=1.4.1795435200.0.1e.0; "), "{lines:?}");
}

#[test]
fn a_layer_that_only_reports_takes_nothing_from_one_inside_that_enforces() {
    let gate = testing::gate();
    let layer = || with(gate.clone()).layer;
    let service = service_fn(async |request: Request<()>| {
        request.extensions().get::<Visitor>().unwrap().refuse_all().unwrap();
        Ok::<_, &str>(Response::builder().header("set-cookie", "_lum1=a").body(()).unwrap())
    });
    let click = Request::builder().method("POST").uri("/").body(()).unwrap();
    let thrice = layer().report_only().layer(layer().layer(layer().layer(service)));
    let lines = super::lines_of(&thrice.oneshot(click).now_or_never().unwrap().unwrap());
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("__Host-consent=1.4.1795435200.0.1e.0; "), "{lines:?}");
}
