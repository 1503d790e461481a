//! The gate as a layer for any tower service.

use super::{Edits, Exchange, Mode, RequestLine, log_undeclared};
use crate::{Facts, Gate, LineEdit, Region};
use chrono::{DateTime, Utc};
use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use http::{Extensions, HeaderMap, HeaderValue, Request, Response};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;
use tower_layer::Layer;
use tower_service::Service;

/// Puts the gate around a service: the outermost layer, see [`web`](super).
///
/// Each request gets a [`Visitor`](crate::Visitor) and the [`Mode`] in its extensions; each response is judged when its head leaves.
/// Bodies pass untouched, so that streaming and upgrades work as without it.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::web::ConsentLayer;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # let gate = testing::gate();
/// let consent = ConsentLayer::new(gate).region(|headers, _| {
///     let country = headers.get("cf-ipcountry").and_then(|value| value.to_str().ok());
///     country.and_then(|code| code.parse().ok()).into()
/// });
/// let handler = service_fn(async |_: http::Request<()>| {
///     http::Response::builder().header("set-cookie", "_lum1=a").body(()) // blindly, as legacy code would
/// });
/// let app = ServiceBuilder::new().layer(consent).service(handler);
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let response = app.oneshot(http::Request::new(())).await?;
/// assert!(!response.headers().contains_key("set-cookie"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ConsentLayer {
    settings: Arc<Settings>,
}

type FindRegion = dyn Fn(&HeaderMap, &Extensions) -> Region + Send + Sync;

#[derive(Clone)]
struct Settings {
    gate: Gate,
    region: Arc<FindRegion>,
    clock: fn() -> DateTime<Utc>,
    mode: Mode,
}

impl ConsentLayer {
    /// A layer that enforces. It knows no regions until it is told how: everybody is in an unknown one.
    ///
    /// A gate without an observer gets [`log_undeclared`].
    #[must_use]
    pub fn new(gate: Gate) -> Self {
        let gate = if gate.is_observed() { gate } else { gate.on_event(log_undeclared) };
        let clock = || DateTime::from(SystemTime::now());
        Self {
            settings: Arc::new(Settings { gate, region: Arc::new(|_, _| Region::UNKNOWN), clock, mode: Mode::Enforce }),
        }
    }

    /// Sets how to find where a request comes from: from a header of a trusted proxy, or from the peer's address in the
    /// request's extensions.
    #[must_use]
    pub fn region(self, region: impl Fn(&HeaderMap, &Extensions) -> Region + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.region = Arc::new(region))
    }

    /// Decides and reports, and changes no response: for the first days on a running site. See [`Mode::Report`].
    #[must_use]
    pub fn report_only(self) -> Self {
        self.with(|settings| settings.mode = Mode::Report)
    }

    /// Sets the clock, for tests.
    #[must_use]
    pub fn clock(self, clock: fn() -> DateTime<Utc>) -> Self {
        self.with(|settings| settings.clock = clock)
    }

    fn with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::clone(&self.settings);
        change(&mut settings);
        Self { settings: Arc::new(settings) }
    }
}

impl fmt::Debug for ConsentLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { gate, mode, .. } = &*self.settings;
        f.debug_struct("ConsentLayer").field("gate", gate).field("mode", mode).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for ConsentLayer {
    type Service = ConsentService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ConsentService { inner, settings: self.settings.clone() }
    }
}

/// A service behind the gate: see [`ConsentLayer`].
#[derive(Clone)]
pub struct ConsentService<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> fmt::Debug for ConsentService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentService").field("gate", &self.settings.gate).finish_non_exhaustive()
    }
}

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for ConsentService<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<RequestBody>) -> Self::Future {
        let Settings { gate, region, clock, mode } = &*self.settings;
        let facts = Facts::in_region(region(request.headers(), request.extensions()));
        let authority = request.uri().authority().map(http::uri::Authority::as_str);
        let line = RequestLine { method: request.method().as_str(), authority };
        let exchange = Exchange::begin(gate, line, fields(request.headers()), facts, clock(), *mode);
        request.extensions_mut().insert(exchange.visitor().clone());
        request.extensions_mut().insert(*mode);
        ResponseFuture { inner: self.inner.call(request), exchange: Some(exchange) }
    }
}

pin_project_lite::pin_project! {
    /// The response of a [`ConsentService`]: judged when its head is there.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        exchange: Option<Exchange>,
    }
}

impl<F, Body, Error> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(context))?;
        if let Some(exchange) = this.exchange.take() {
            let edits = exchange.finish(fields(response.headers()));
            apply(edits, response.headers_mut());
        }
        Poll::Ready(Ok(response))
    }
}

pub(super) fn fields(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

/// Carries the edits out. A line that no header can hold is left out: nothing that the gate writes is one.
fn apply(edits: Edits, headers: &mut HeaderMap) {
    if !edits.set_cookie.is_empty() {
        let lines: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
        headers.remove(SET_COOKIE);
        for (line, edit) in lines.into_iter().zip(edits.set_cookie) {
            let kept = match edit {
                LineEdit::Keep => Some(line),
                LineEdit::Replace(bytes) => HeaderValue::from_bytes(&bytes).ok(),
                LineEdit::Drop => None,
            };
            kept.map(|line| headers.append(SET_COOKIE, line));
        }
    }
    for line in edits.append.into_iter().filter_map(|line| HeaderValue::try_from(String::from(line)).ok()) {
        headers.append(SET_COOKIE, line);
    }
    if let Some(cache) = edits.cache {
        cache.remove.iter().for_each(|name| drop(headers.remove(*name)));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache.cache_control));
        cache.vary.map(|vary| headers.append(VARY, HeaderValue::from_static(vary)));
    }
}
