//! The gate as a layer for any tower service.

#[cfg(feature = "html")]
mod html;
#[cfg(feature = "ui")]
mod privacy;

#[cfg(feature = "html")]
pub use self::html::{HtmlFuture, HtmlLayer, HtmlService};
#[cfg(feature = "ui")]
pub use self::privacy::{PrivacyFuture, PrivacyLayer, PrivacyService};
#[cfg(feature = "html")]
pub use crate::web::html::HtmlBody;

use super::exchange::cache;
use super::exchange::carry::{Headers, hide};
use super::settings::Settings;
use super::{Exchange, Mode, RequestLine};
use crate::{Gate, Region, Visitor};
use chrono::{DateTime, Utc};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Request, Response};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// Puts the gate around a service: the outermost layer, see [`web`](super).
///
/// Each request gets a [`Visitor`] in its extensions, and [`Mode::Report`] beside it where that holds;
/// each response is judged when its head leaves. Bodies pass untouched, so that streaming and upgrades work as without it.
///
/// Inside another layer of the same gate that enforces it does nothing: the outer one has all to say, and would drop the
/// answer that an inner one stores. So it is safe to wrap an application again.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::web::tower::ConsentLayer;
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
#[derive(Clone, Debug)]
pub struct ConsentLayer {
    settings: Arc<Settings<FindRegion>>,
}

type FindRegion = dyn Fn(&HeaderMap, &Extensions) -> Region + Send + Sync;

impl ConsentLayer {
    /// A layer that enforces. It knows no regions until it is told how: everybody is in an unknown one.
    ///
    /// A gate without an observer gets [`log_undeclared`](super::log_undeclared).
    #[must_use]
    pub fn new(gate: Gate) -> Self {
        Self { settings: Settings::new(gate, Arc::new(|_: &HeaderMap, _: &Extensions| Region::UNKNOWN)) }
    }

    /// Sets how to find where a request comes from: from a header of a trusted proxy, or from the peer's address in the
    /// request's extensions.
    #[must_use]
    pub fn region(self, region: impl Fn(&HeaderMap, &Extensions) -> Region + Send + Sync + 'static) -> Self {
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
    settings: Arc<Settings<FindRegion>>,
}

impl<S> fmt::Debug for ConsentService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentService").field("settings", &self.settings).finish_non_exhaustive()
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
        if is_behind(self.settings.gate(), request.extensions_mut()) {
            return ResponseFuture { inner: self.inner.call(request), exchange: None };
        }
        let region = (self.settings.region)(request.headers(), request.extensions());
        let authority = request.uri().authority().map(http::uri::Authority::as_str);
        let line = RequestLine { method: request.method().as_str(), authority };
        let exchange = self.settings.begin(line, fields(request.headers()), region);
        request.extensions_mut().insert(exchange.visitor().clone());
        if self.settings.hides {
            hide(&exchange, request.headers_mut());
        }
        if self.settings.mode == Mode::Report {
            request.extensions_mut().insert(Mode::Report);
        }
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
        // None behind another layer of the same gate, and once the response was judged.
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
            let edits = exchange.finish_with_status(response.status().as_u16(), fields(response.headers()));
            edits.carry_out(response.headers_mut());
        }
        Poll::Ready(Ok(response))
    }
}

/// Whether a layer of this gate stands outside already, and enforces.
fn is_behind(gate: &Gate, extensions: &mut Extensions) -> bool {
    let is_inner = extensions.get::<Visitor>().is_some_and(|visitor| visitor.gate().is_same(gate));
    is_inner && extensions.remove::<Mode>() != Some(Mode::Report)
}

pub(super) fn fields(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

impl Headers for HeaderMap {
    type Line = HeaderValue;

    fn line(bytes: &[u8]) -> Option<HeaderValue> {
        // Made when this is compiled where it can be: making one looks at each byte.
        Some(match bytes {
            bytes if bytes == cache::NO_STORE.as_bytes() => const { HeaderValue::from_static(cache::NO_STORE) },
            bytes if bytes == cache::VARY.as_bytes() => const { HeaderValue::from_static(cache::VARY) },
            other => return HeaderValue::from_bytes(other).ok(),
        })
    }

    fn lines(&self, name: &'static str) -> Vec<HeaderValue> {
        self.get_all(name).iter().cloned().collect()
    }

    fn remove(&mut self, name: &'static str) {
        drop(Self::remove(self, name));
    }

    fn append(&mut self, name: &'static str, line: HeaderValue) {
        Self::append(self, HeaderName::from_static(name), line);
    }
}
