//! The rewriter of pages as a layer for any tower service.

use crate::Visitor;
use crate::html::Options;
use crate::web::Mode;
use crate::web::html::body::HtmlBody;
use crate::web::html::page::{Fate, Ticket};
use crate::web::tower::fields;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::Body;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// Puts the rewriter of pages around a service, *within* the [`ConsentLayer`](crate::web::tower::ConsentLayer), from which it has
/// the visitor, and within any layer that compresses.
///
/// | what | becomes |
/// |---|---|
/// | a page | rewritten while it streams, by [`Plan`](crate::html::Plan) and [`Rewriter`](crate::html::Rewriter); kept out of shared caches |
/// | a page that must be abandoned | a body that ends with [`Error`](crate::html::Error), so that the connection breaks off |
/// | anything else | passes as it is; a page among it is reported by [`Event::Unfiltered`](crate::Event::Unfiltered) |
/// | a request without a visitor | status 500 with no body: a page without a gate must not pass |
///
/// In [report mode](Mode::Report) pages are judged and reported, and pass as they are.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::web::tower::{ConsentLayer, HtmlLayer};
/// use axum::{Router, response::Html, routing::get};
///
/// # let gate = testing::gate();
/// let app = Router::new()
///     .route("/", get(async || Html("<img src='https://px.lumen.example/v.gif'>")))
///     .layer(HtmlLayer::new())
///     // .layer(CompressionLayer::new()) stands here: what is compressed cannot be read.
///     .layer(ConsentLayer::new(gate));
/// # let _: Router = app;
/// ```
#[derive(Clone)]
pub struct HtmlLayer {
    options: Arc<dyn Fn(&Parts) -> Options + Send + Sync>,
}

impl HtmlLayer {
    /// A layer with the default options. A page's address is that of the request, on the first of the policy's hosts.
    #[must_use]
    pub fn new() -> Self {
        Self::with(|_| Options::new())
    }

    /// A layer that asks for the options of each request: for the nonce that a layer outside put into its extensions, and
    /// for words in the visitor's language.
    #[must_use]
    pub fn with(options: impl Fn(&Parts) -> Options + Send + Sync + 'static) -> Self {
        Self { options: Arc::new(options) }
    }
}

impl Default for HtmlLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HtmlLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HtmlLayer").finish_non_exhaustive()
    }
}

impl<S> Layer<S> for HtmlLayer {
    type Service = HtmlService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        HtmlService { inner, layer: self.clone() }
    }
}

/// A service whose pages are rewritten: see [`HtmlLayer`].
#[derive(Clone, Debug)]
pub struct HtmlService<S> {
    inner: S,
    layer: HtmlLayer,
}

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for HtmlService<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    ResponseBody: Body,
{
    type Response = Response<HtmlBody<ResponseBody>>;
    type Error = S::Error;
    type Future = HtmlFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let ticket = parts.extensions.get::<Visitor>().cloned().map(|visitor| Ticket {
            visitor,
            options: (self.layer.options)(&parts).at(parts.uri.path()),
            mode: parts.extensions.get().copied().unwrap_or(Mode::Enforce),
            is_head: parts.method == Method::HEAD,
        });
        if let Some(ticket) = &ticket {
            let names = ticket.of_request(fields(&parts.headers));
            remove(&mut parts.headers, names);
        }
        HtmlFuture { inner: self.inner.call(Request::from_parts(parts, body)), ticket }
    }
}

pin_project_lite::pin_project! {
    /// The response of an [`HtmlService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct HtmlFuture<F> {
        #[pin]
        inner: F,
        ticket: Option<Ticket>,
    }
}

impl<F> fmt::Debug for HtmlFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HtmlFuture").finish_non_exhaustive()
    }
}

impl<F, B, E> Future for HtmlFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<HtmlBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(context))?;
        Poll::Ready(Ok(respond(this.ticket.take(), response)))
    }
}

fn respond<B>(ticket: Option<Ticket>, response: Response<B>) -> Response<HtmlBody<B>> {
    let (mut parts, body) = response.into_parts();
    let fate = match ticket {
        Some(ticket) => ticket.fate(parts.status.as_u16(), fields(&parts.headers)),
        None => Fate::Fail,
    };
    let body = match fate {
        Fate::Pass => HtmlBody::pass(body),
        Fate::Page { page, remove: names } => {
            remove(&mut parts.headers, names);
            HtmlBody::page(body, page)
        }
        Fate::Head { remove: names } => {
            remove(&mut parts.headers, names);
            HtmlBody::empty()
        }
        Fate::Fail => {
            let mut response = Response::new(HtmlBody::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return response;
        }
    };
    Response::from_parts(parts, body)
}

fn remove(headers: &mut HeaderMap, names: &[&'static str]) {
    names.iter().for_each(|name| drop(headers.remove(*name)));
}
