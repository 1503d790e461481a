//! The rewriter of pages as a layer for any tower service.

use super::Mode;
use super::tower::fields;
use crate::html::{Error, Options, Plan, Rewriter};
use crate::{Event, Visitor};
use bytes::{Buf, Bytes};
use http::request::Parts;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// Puts the rewriter of pages around a service, *within* the [`ConsentLayer`](super::ConsentLayer), from which it has the
/// visitor, and within any layer that compresses.
///
/// | what | becomes |
/// |---|---|
/// | a page | rewritten while it streams, by [`Plan`] and [`Rewriter`]; kept out of shared caches |
/// | a page that must be abandoned | a body that ends with [`Error`], so that the connection breaks off |
/// | anything else | passes as it is; a page among it is reported by [`Event::Unfiltered`] |
/// | a request without a visitor | status 500 with no body: a page without a gate must not pass |
///
/// In [report mode](Mode::Report) pages are judged and reported, and pass as they are.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::web::{ConsentLayer, HtmlLayer};
/// use axum::{Router, response::Html, routing::get};
///
/// # let gate = testing::gate();
/// let app = Router::new()
///     .route("/", get(async || Html("<img src='https://px.lumen.example/v.gif'>")))
///     .layer(HtmlLayer::new())
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
        let visitor = parts.extensions.get::<Visitor>().cloned();
        let options = (self.layer.options)(&parts).at(parts.uri.path());
        let is_report = parts.extensions.get::<Mode>() == Some(&Mode::Report);
        let ticket = Ticket { visitor, options, is_report, method: parts.method.clone() };
        if !is_report {
            Plan::for_request(fields(&parts.headers)).iter().for_each(|name| drop(parts.headers.remove(*name)));
        }
        HtmlFuture { inner: self.inner.call(Request::from_parts(parts, body)), ticket: Some(ticket) }
    }
}

/// What a response needs of its request.
struct Ticket {
    visitor: Option<Visitor>,
    options: Options,
    is_report: bool,
    method: http::Method,
}

impl Ticket {
    fn respond<B>(self, response: Response<B>) -> Response<HtmlBody<B>> {
        let (mut parts, body) = response.into_parts();
        let Some(visitor) = self.visitor else {
            return failed();
        };
        let edits = match Plan::for_response(self.method.as_str(), parts.status.as_u16(), fields(&parts.headers)) {
            Plan::Rewrite(edits) => edits,
            Plan::Leave(leave) => {
                if leave.is_unfiltered() {
                    visitor.tell(&Event::Unfiltered { why: leave.code() });
                }
                return Response::from_parts(parts, HtmlBody::pass(body));
            }
        };
        // The body depends on the visitor, which the head must say before the first address was asked about.
        let _ = visitor.consent();
        let mut options = self.options;
        if let Some(charset) = edits.charset {
            options = options.charset(charset);
        }
        if self.is_report {
            options = options.report_only();
        }
        let rewriter = match Rewriter::new(&visitor, options) {
            Ok(rewriter) => Some(rewriter),
            Err(error) => {
                abandoned(&visitor, &error);
                None
            }
        };
        if rewriter.is_none() && !self.is_report {
            return failed();
        }
        if !self.is_report {
            edits.remove.iter().for_each(|name| drop(parts.headers.remove(*name)));
        }
        let page = rewriter.map(|rewriter| Page { rewriter, visitor, is_report: self.is_report });
        // Without a body, the length of the old one must not be told either.
        let body = Some(body).filter(|_| edits.has_body || self.is_report);
        let page = page.filter(|_| edits.has_body);
        Response::from_parts(parts, HtmlBody { body, page, trailers: None, is_over: false })
    }
}

/// The host's mistake, said honestly: nothing of the page may leave.
fn failed<B>() -> Response<HtmlBody<B>> {
    let mut response = Response::new(HtmlBody { body: None, page: None, trailers: None, is_over: true });
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
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
        Poll::Ready(Ok(match this.ticket.take() {
            Some(ticket) => ticket.respond(response),
            None => failed(),
        }))
    }
}

pin_project_lite::pin_project! {
    /// The body of a response that went through an [`HtmlLayer`].
    pub struct HtmlBody<B> {
        #[pin]
        body: Option<B>,
        page: Option<Page>,
        trailers: Option<HeaderMap>,
        // Whether nothing more is to be read.
        is_over: bool,
    }
}

impl<B> HtmlBody<B> {
    const fn pass(body: B) -> Self {
        Self { body: Some(body), page: None, trailers: None, is_over: false }
    }
}

impl<B> fmt::Debug for HtmlBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HtmlBody").field("page", &self.page).finish_non_exhaustive()
    }
}

/// A page that is being rewritten.
#[derive(Debug)]
struct Page {
    rewriter: Rewriter,
    visitor: Visitor,
    is_report: bool,
}

impl Page {
    fn write(&mut self, mut data: impl Buf) -> Result<Bytes, Error> {
        let mut out = Vec::with_capacity(data.remaining());
        while data.has_remaining() {
            let chunk = data.chunk();
            let written = self.rewriter.write(chunk, |bytes| out.extend_from_slice(bytes));
            written.inspect_err(|error| abandoned(&self.visitor, error))?;
            let length = chunk.len();
            data.advance(length);
        }
        Ok(out.into())
    }

    fn end(self) -> Result<Bytes, Error> {
        let mut out = Vec::new();
        let ended = self.rewriter.end(|bytes| out.extend_from_slice(bytes));
        ended.inspect_err(|error| abandoned(&self.visitor, error))?;
        // In report mode everything has passed already.
        Ok(if self.is_report { Bytes::new() } else { out.into() })
    }
}

impl<B> Body for HtmlBody<B>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let mut this = self.project();
        loop {
            if *this.is_over {
                return Poll::Ready(this.trailers.take().map(|trailers| Ok(Frame::trailers(trailers))));
            }
            let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Ready(None) };
            let frame = match ready!(body.poll_frame(context)).transpose() {
                Ok(frame) => frame,
                Err(error) => {
                    *this.is_over = true;
                    return Poll::Ready(Some(Err(error.into())));
                }
            };
            let data = frame.map(Frame::into_data);
            let is_page = this.page.is_some();
            let written = match data {
                Some(Ok(mut data)) => match this.page {
                    Some(page) if page.is_report => {
                        let bytes = data.copy_to_bytes(data.remaining());
                        if page.write(&*bytes).is_err() {
                            *this.page = None;
                        }
                        Ok(bytes)
                    }
                    Some(page) => page.write(data),
                    None => Ok(data.copy_to_bytes(data.remaining())),
                },
                rest => {
                    *this.is_over = true;
                    *this.trailers = rest.and_then(Result::err).and_then(|frame| frame.into_trailers().ok());
                    match this.page.take() {
                        Some(page) if page.is_report => Ok(page.end().unwrap_or_default()),
                        Some(page) => page.end(),
                        None => Ok(Bytes::new()),
                    }
                }
            };
            match written {
                // What is held gives no bytes yet.
                Ok(bytes) if bytes.is_empty() && (is_page || *this.is_over) => {}
                Ok(bytes) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Err(error) => {
                    *this.is_over = true;
                    *this.page = None;
                    *this.trailers = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let is_read = self.page.is_none() && self.body.as_ref().is_none_or(Body::is_end_stream);
        self.trailers.is_none() && (self.is_over || is_read)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.page, &self.body) {
            _ if self.is_over => SizeHint::with_exact(0),
            (None, Some(body)) => body.size_hint(),
            (Some(page), Some(body)) if page.is_report => body.size_hint(),
            _ => SizeHint::default(),
        }
    }
}

fn abandoned(visitor: &Visitor, error: &Error) {
    visitor.tell(&Event::Abandoned { why: error.code() });
}
