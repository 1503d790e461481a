//! The gate as a middleware for actix-web 4, the visitor as its extractor, and errors as responses.

#[cfg(feature = "html")]
mod html;
#[cfg(feature = "ui")]
mod privacy;

#[cfg(feature = "html")]
pub use self::html::{HtmlFuture, HtmlLayer, HtmlMiddleware};
#[cfg(feature = "ui")]
pub use self::privacy::{PrivacyLayer, PrivacyMiddleware};
#[cfg(feature = "html")]
pub use crate::web::html::HtmlMessageBody as HtmlBody;

use super::error::status;
use super::exchange::carry::{Headers, hide};
use super::settings::Settings;
use super::{Exchange, MissingLayer, Mode, RequestLine};
use crate::{ChangeError, Gate, Region, Visitor};
use actix_web::body::BoxBody;
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use chrono::{DateTime, Utc};
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Puts the gate around an application: the **last** `.wrap(…)`, see [`web`](super).
///
/// Handlers take a [`Visitor`] as an argument. Error responses are judged too, those of inner middlewares included, so
/// that an outer one finds the original error's status, text and response, but not its type.
///
/// # Example
/// ```
/// use actix_web::{App, HttpResponse, test, web};
/// use consent_gate::web::actix_web::ConsentLayer;
///
/// # let gate = consent_gate::testing::gate();
/// let consent = ConsentLayer::new(gate).region(|request| {
///     let country = request.headers().get("cf-ipcountry").and_then(|value| value.to_str().ok());
///     country.and_then(|code| code.parse().ok()).into()
/// });
/// let blind = || async { HttpResponse::Ok().append_header(("set-cookie", "_lum1=a")).finish() };
/// # actix_web::rt::System::new().block_on(async {
/// let app = test::init_service(App::new().route("/", web::get().to(blind)).wrap(consent)).await;
/// let response = test::call_service(&app, test::TestRequest::get().to_request()).await;
/// assert!(!response.headers().contains_key("set-cookie"));
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct ConsentLayer {
    settings: Arc<Settings<FindRegion>>,
}

type FindRegion = dyn Fn(&HttpRequest) -> Region + Send + Sync;

impl ConsentLayer {
    /// A middleware that enforces. It knows no regions until it is told how: everybody is in an unknown one.
    ///
    /// A gate without an observer gets [`log_undeclared`](super::log_undeclared).
    #[must_use]
    pub fn new(gate: Gate) -> Self {
        Self { settings: Settings::new(gate, Arc::new(|_: &HttpRequest| Region::UNKNOWN)) }
    }

    /// Sets how to find where a request comes from: from a header of a trusted proxy, or from the peer's address.
    #[must_use]
    pub fn region(self, region: impl Fn(&HttpRequest) -> Region + Send + Sync + 'static) -> Self {
        Self { settings: self.settings.with(|settings| settings.region = Arc::new(region)) }
    }

    /// Decides and reports, and changes no response: for the first days on a running site. See [`Mode::Report`].
    #[must_use]
    pub fn report_only(self) -> Self {
        Self { settings: self.settings.with(|settings| settings.mode = Mode::Report) }
    }

    /// Hides denied cookies from handlers: reading one needs consent as writing it does. What a handler sees of a request
    /// loses the declared cookies that are denied when it arrives; essential and undeclared ones stay, and so do the
    /// visitor's answer and the erasure of what the browser sent.
    ///
    /// actix-web keeps what `request.cookie(…)` has once read: what runs before the gate, [`region`](Self::region) included,
    /// must not call it.
    #[must_use]
    pub fn hide_denied_cookies(self) -> Self {
        Self { settings: self.settings.with(|settings| settings.hides = true) }
    }

    /// Sets the clock, for tests.
    #[must_use]
    pub fn clock(self, clock: fn() -> DateTime<Utc>) -> Self {
        Self { settings: self.settings.with(|settings| settings.clock = clock) }
    }
}

impl<S, B> Transform<S, ServiceRequest> for ConsentLayer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = ConsentMiddleware<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(ConsentMiddleware { inner, settings: self.settings.clone() }))
    }
}

/// A service behind the gate: see [`ConsentLayer`].
#[derive(Debug)]
pub struct ConsentMiddleware<S> {
    inner: S,
    settings: Arc<Settings<FindRegion>>,
}

impl<S, B> Service<ServiceRequest> for ConsentMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = ConsentFuture<S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let region = (self.settings.region)(request.request());
        let authority = request.uri().authority().map(|authority| authority.as_str());
        let line = RequestLine { method: request.method().as_str(), authority };
        let exchange = self.settings.begin(line, fields(request.headers()), region);
        request.extensions_mut().insert(exchange.visitor().clone());
        if self.settings.hides {
            hide(&exchange, request.headers_mut());
        }
        request.extensions_mut().insert(self.settings.mode);
        ConsentFuture { inner: self.inner.call(request), exchange: Some(exchange) }
    }
}

pin_project_lite::pin_project! {
    /// The response of a [`ConsentMiddleware`]: judged when its head is there.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ConsentFuture<F> {
        #[pin]
        inner: F,
        exchange: Option<Exchange>,
    }
}

impl<F, B> Future for ConsentFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(context));
        let Some(exchange) = this.exchange.take() else { return Poll::Ready(result) };
        Poll::Ready(match result {
            Ok(mut response) => {
                leave(&exchange, response.response_mut());
                Ok(response)
            }
            Err(cause) => Err(Gated { cause, exchange }.into()),
        })
    }
}

/// An error that an inner middleware answered with. Its response is made outside the gate, and judged when it is.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
struct Gated {
    cause: Error,
    exchange: Exchange,
}

impl ResponseError for Gated {
    fn status_code(&self) -> StatusCode {
        self.cause.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = self.cause.error_response();
        leave(&self.exchange, &mut response);
        response
    }
}

impl FromRequest for Visitor {
    type Error = MissingLayer;
    type Future = Ready<Result<Self, MissingLayer>>;

    /// The visitor of this request.
    ///
    /// # Errors
    /// [`MissingLayer`], answered with status 500, where no [`ConsentLayer`] stands around the route: a question
    /// without a gate must not find an answer.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(MissingLayer))
    }
}

impl ResponseError for MissingLayer {}

impl ResponseError for ChangeError {
    /// 403 for a request that may not change consent, 500 for a change that came too late, 400 for one that cannot be.
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(status(self)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

pub(super) fn fields(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

/// Judges the head of a response and carries the edits out.
fn leave<B>(exchange: &Exchange, response: &mut HttpResponse<B>) {
    let edits = exchange.finish_with_status(response.status().as_u16(), fields(response.headers()));
    edits.carry_out(response.headers_mut());
}

impl Headers for HeaderMap {
    type Line = HeaderValue;

    fn line(bytes: &[u8]) -> Option<HeaderValue> {
        HeaderValue::from_bytes(bytes).ok()
    }

    fn lines(&self, name: &'static str) -> Vec<HeaderValue> {
        self.get_all(name).cloned().collect()
    }

    fn remove(&mut self, name: &'static str) {
        drop(Self::remove(self, name));
    }

    fn append(&mut self, name: &'static str, line: HeaderValue) {
        Self::append(self, HeaderName::from_static(name), line);
    }
}
