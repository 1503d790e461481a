//! The rewriter of pages as a middleware for actix-web 4.

use crate::Visitor;
use crate::html::Options;
use crate::web::Mode;
use crate::web::actix_web::fields;
use crate::web::html::message_body::HtmlMessageBody;
use crate::web::html::page::{Fate, Ticket};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use std::fmt;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Puts the rewriter of pages around an application, *within* the [`ConsentLayer`](crate::web::actix_web::ConsentLayer), from
/// which it has the visitor, and within `Compress`: it is wrapped before both. What becomes of a response is as with
/// [`HtmlLayer`](crate::web::tower::HtmlLayer); error responses are pages as well, those of inner middlewares included.
///
/// # Example
/// ```
/// use actix_web::{App, HttpResponse, test, web};
/// use consent_gate::web::actix_web::{ConsentLayer, HtmlLayer};
///
/// # let gate = consent_gate::testing::gate();
/// let page = || async { HttpResponse::Ok().content_type("text/html").body("<img src='https://px.lumen.example/v.gif'>") };
/// # actix_web::rt::System::new().block_on(async {
/// let app = App::new().route("/", web::get().to(page)).wrap(HtmlLayer::new()).wrap(ConsentLayer::new(gate));
/// let app = test::init_service(app).await;
/// let body = test::call_and_read_body(&app, test::TestRequest::get().to_request()).await;
/// assert!(body.starts_with(b"<img data-consent-src="));
/// # });
/// ```
#[derive(Clone)]
pub struct HtmlLayer {
    options: Arc<dyn Fn(&HttpRequest) -> Options + Send + Sync>,
}

impl HtmlLayer {
    /// A middleware with the default options. A page's address is that of the request, on the first of the policy's hosts.
    #[must_use]
    pub fn new() -> Self {
        Self::with(|_| Options::new())
    }

    /// A middleware that asks for the options of each request: for the page's nonce, and for words in the visitor's language.
    #[must_use]
    pub fn with(options: impl Fn(&HttpRequest) -> Options + Send + Sync + 'static) -> Self {
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

impl<S, B> Transform<S, ServiceRequest> for HtmlLayer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<HtmlMessageBody<B>>;
    type Error = Error;
    type Transform = HtmlMiddleware<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(HtmlMiddleware { inner, transform: self.clone() }))
    }
}

/// A service whose pages are rewritten: see [`HtmlLayer`].
#[derive(Debug)]
pub struct HtmlMiddleware<S> {
    inner: S,
    transform: HtmlLayer,
}

impl<S, B> Service<ServiceRequest> for HtmlMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<HtmlMessageBody<B>>;
    type Error = Error;
    type Future = HtmlFuture<S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let ticket = visitor.map(|visitor| Ticket {
            visitor,
            options: (self.transform.options)(request.request()).at(request.path()),
            mode: request.extensions().get().copied().unwrap_or(Mode::Enforce),
            is_head: request.method() == Method::HEAD,
        });
        if let Some(ticket) = &ticket {
            let names = ticket.of_request(fields(request.headers()));
            remove(request.headers_mut(), names);
        }
        HtmlFuture { inner: self.inner.call(request), ticket }
    }
}

pin_project_lite::pin_project! {
    /// The response of an [`HtmlMiddleware`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct HtmlFuture<F> {
        #[pin]
        inner: F,
        ticket: Option<Ticket>,
    }
}

impl<F, B> Future for HtmlFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = Result<ServiceResponse<HtmlMessageBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(context));
        let ticket = this.ticket.take();
        Poll::Ready(match result {
            Ok(response) => {
                let (request, response) = response.into_parts();
                Ok(ServiceResponse::new(request, respond(ticket, response)))
            }
            Err(cause) => Err(Filtered { cause, ticket }.into()),
        })
    }
}

fn respond<B>(ticket: Option<Ticket>, mut response: HttpResponse<B>) -> HttpResponse<HtmlMessageBody<B>> {
    let fate = match ticket {
        Some(ticket) => ticket.fate(response.status().as_u16(), fields(response.headers())),
        None => Fate::Fail,
    };
    match fate {
        Fate::Pass => response.map_body(|_, body| HtmlMessageBody::pass(body)),
        Fate::Page { page, remove: names } => {
            remove(response.headers_mut(), names);
            response.map_body(|_, body| HtmlMessageBody::page(body, page))
        }
        Fate::Head { remove: names } => {
            remove(response.headers_mut(), names);
            response.map_body(|_, _| HtmlMessageBody::empty())
        }
        Fate::Fail => HttpResponse::with_body(StatusCode::INTERNAL_SERVER_ERROR, HtmlMessageBody::empty()),
    }
}

/// An error that an inner middleware answered with. Its response may be a page, and is made outside.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
struct Filtered {
    cause: Error,
    ticket: Option<Ticket>,
}

impl ResponseError for Filtered {
    fn status_code(&self) -> StatusCode {
        self.cause.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        respond(self.ticket.clone(), self.cause.error_response()).map_into_boxed_body()
    }
}

fn remove(headers: &mut HeaderMap, names: &[&'static str]) {
    for name in names {
        headers.remove(HeaderName::from_static(name)).for_each(drop);
    }
}
