//! The gate as a fairing for Rocket 0.5, the visitor as its request guard, and errors as responses.

#[cfg(feature = "html")]
mod html;
#[cfg(feature = "ui")]
mod privacy;

#[cfg(feature = "html")]
pub use self::html::HtmlLayer;
#[cfg(feature = "ui")]
pub use self::privacy::PrivacyLayer;

use super::error::status;
use super::exchange::carry::Headers;
use super::settings::Settings;
use super::{Exchange, MissingLayer, Mode, RequestLine};
use crate::{ChangeError, Gate, Region, Visitor};
use chrono::{DateTime, Utc};
use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::{Cookie, CookieJar, Header, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{self, Responder};
use rocket::{Build, Data, Ignite, Request, Response, Rocket, Sentinel};
use std::sync::Arc;

/// Puts the gate around an application, wherever it is attached: see [`web`](super).
///
/// Rocket runs the response half of fairings in the order in which they were attached, so that a later one could set
/// cookies behind the gate's back. Therefore the gate attaches its own response half at ignition, after everything that
/// was attached before, and after what other fairings attach when they ignite, two deep. The request half runs where
/// the fairing is attached: after the fairings that [`region`](Self::region) relies on.
///
/// Two things stay outside, and neither can be seen at start-up: the response half of a fairing that is attached deeper
/// than that, and catchers that answer requests which Rocket could not read (an unknown method), for which it runs no
/// fairings. A header that is not UTF-8 never reaches a fairing either: Rocket drops it, a refusal in it included.
///
/// # Example
/// ```
/// use consent_gate::web::rocket::ConsentLayer;
/// use rocket::{local::blocking::Client, response::status::NoContent, routes};
///
/// #[rocket::get("/")]
/// fn blind(jar: &rocket::http::CookieJar<'_>) -> NoContent {
///     jar.add(("_lum1", "a"));
///     NoContent
/// }
///
/// # let gate = consent_gate::testing::gate();
/// let consent = ConsentLayer::new(gate).region(|request| {
///     request.headers().get_one("cf-ipcountry").and_then(|code| code.parse().ok()).into()
/// });
/// let client = Client::untracked(rocket::build().attach(consent).mount("/", routes![blind]))?;
/// assert_eq!(client.get("/").dispatch().headers().get_one("set-cookie"), None);
/// # Ok::<(), rocket::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConsentLayer {
    settings: Arc<Settings<FindRegion>>,
}

type FindRegion = dyn Fn(&Request<'_>) -> Region + Send + Sync;

/// How many rounds of ignition the response half lets pass, so that it stands behind what others attach in them.
const ROUNDS: u8 = 2;

impl ConsentLayer {
    /// A fairing that enforces. It knows no regions until it is told how: everybody is in an unknown one.
    ///
    /// A gate without an observer gets [`log_undeclared`](super::log_undeclared).
    #[must_use]
    pub fn new(gate: Gate) -> Self {
        Self { settings: Settings::new(gate, Arc::new(|_: &Request<'_>| Region::UNKNOWN)) }
    }

    /// Sets how to find where a request comes from: from a header of a trusted proxy, or from the peer's address.
    #[must_use]
    pub fn region(self, region: impl Fn(&Request<'_>) -> Region + Send + Sync + 'static) -> Self {
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
    /// **Of headers only.** Rocket fills its [`CookieJar`] before any fairing runs, and lets none take from it: routes take
    /// [`ReadableCookies`] in its place.
    #[must_use]
    pub fn hide_denied_cookies(self) -> Self {
        Self { settings: self.settings.with(|settings| settings.hides = true) }
    }

    /// Sets the clock, for tests.
    #[must_use]
    pub fn clock(self, clock: fn() -> DateTime<Utc>) -> Self {
        Self { settings: self.settings.with(|settings| settings.clock = clock) }
    }

    #[cfg(any(feature = "html", feature = "ui"))]
    pub(super) fn mode(&self) -> Mode {
        self.settings.mode
    }

    /// The exchange of a request, begun when it is first asked for.
    pub(super) fn exchange<'r>(&self, request: &'r Request<'_>) -> &'r Exchange {
        request.local_cache(|| {
            let host = request.host().map(ToString::to_string);
            let line = RequestLine { method: request.method().as_str(), authority: host.as_deref() };
            let headers: Vec<Header<'_>> = request.headers().iter().collect();
            self.settings.begin(line, fields(&headers), (self.settings.region)(request))
        })
    }
}

#[rocket::async_trait]
impl Fairing for ConsentLayer {
    fn info(&self) -> Info {
        Info { name: "Consent gate, requests", kind: Kind::Ignite | Kind::Request | Kind::Singleton }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        if rocket.state::<Self>().is_some() {
            return Err(rocket);
        }
        Ok(rocket.manage(self.clone()).attach(Leaving { rounds: ROUNDS }))
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let exchange = self.exchange(request);
        let own = request.headers().get("cookie").filter(|_| self.settings.hides).map(str::to_owned);
        if let Some(readable) = exchange.readable_cookies(own, Response::line) {
            let mut lines = readable.into_iter();
            // A request's headers can be replaced and added to, not removed: an empty one is as good as none.
            request.replace_header(Header::new("cookie", lines.next().unwrap_or_default()));
            lines.for_each(|line| request.add_header(Header::new("cookie", line)));
        }
    }
}

/// The response half, or what becomes it after so many more rounds of ignition.
struct Leaving {
    rounds: u8,
}

#[rocket::async_trait]
impl Fairing for Leaving {
    fn info(&self) -> Info {
        match self.rounds {
            0 => Info { name: "Consent gate, responses", kind: Kind::Response },
            _ => Info { name: "Consent gate, moving behind the others", kind: Kind::Ignite },
        }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        Ok(rocket.attach(Self { rounds: self.rounds.saturating_sub(1) }))
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if let Some(gate) = request.rocket().state::<ConsentLayer>() {
            leave(gate.exchange(request), response);
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visitor {
    type Error = MissingLayer;

    /// The visitor of this request.
    ///
    /// # Errors
    /// [`MissingLayer`], answered with status 500, where no [`ConsentLayer`] is attached: a question without a gate
    /// must not find an answer.
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, MissingLayer> {
        match request.rocket().state::<ConsentLayer>() {
            Some(gate) => Outcome::Success(gate.exchange(request).visitor().clone()),
            None => Outcome::Error((Status::InternalServerError, MissingLayer)),
        }
    }
}

/// The cookies of a request that a route may read: Rocket's jar without the declared cookies that are denied now.
///
/// A request guard, for routes that would otherwise take the [`CookieJar`], which no fairing can take anything from. It
/// asks the [`Visitor`], in report mode too.
#[derive(Debug)]
pub struct ReadableCookies<'r> {
    jar: &'r CookieJar<'r>,
    visitor: Visitor,
}

impl<'r> ReadableCookies<'r> {
    /// The cookie of a name, unless it is denied.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'r Cookie<'static>> {
        self.jar.get(name).filter(|cookie| self.is_readable(cookie))
    }

    /// Every cookie that is not denied.
    pub fn iter(&self) -> impl Iterator<Item = &'r Cookie<'static>> {
        self.jar.iter().filter(|cookie| self.is_readable(cookie))
    }

    fn is_readable(&self, cookie: &Cookie<'_>) -> bool {
        !self.visitor.readable_cookies(cookie.name().as_bytes()).is_empty()
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ReadableCookies<'r> {
    type Error = MissingLayer;

    /// # Errors
    /// As for a [`Visitor`].
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, MissingLayer> {
        Visitor::from_request(request).await.map(|visitor| Self { jar: request.cookies(), visitor })
    }
}

impl Sentinel for ReadableCookies<'_> {
    /// As for a [`Visitor`].
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        Visitor::abort(rocket)
    }
}

impl Sentinel for Visitor {
    /// Refuses to launch where a route asks for a visitor and no [`ConsentLayer`] is attached.
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        let is_missing = rocket.state::<ConsentLayer>().is_none();
        if is_missing {
            // Rocket itself tells no more than the name of the type.
            eprintln!("consent-gate: {MissingLayer}");
        }
        is_missing
    }
}

impl<'r> Responder<'r, 'static> for ChangeError {
    /// 403 for a request that may not change consent, 500 for a change that came too late, 400 for one that cannot be.
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        (Status::new(status(&self)), self.to_string()).respond_to(request)
    }
}

pub(super) fn fields<'h>(headers: &'h [Header<'_>]) -> impl Iterator<Item = (&'h str, &'h [u8])> {
    headers.iter().map(|header| (header.name().as_str(), header.value().as_bytes()))
}

/// Judges the head of a response and carries the edits out.
fn leave(exchange: &Exchange, response: &mut Response<'_>) {
    let headers: Vec<Header<'_>> = response.headers().iter().collect();
    exchange.finish_with_status(response.status().code, fields(&headers)).carry_out(response);
}

impl Headers for Response<'_> {
    type Line = String;

    fn line(bytes: &[u8]) -> Option<String> {
        String::from_utf8(bytes.to_vec()).ok()
    }

    fn lines(&self, name: &'static str) -> Vec<String> {
        self.headers().get(name).map(str::to_owned).collect()
    }

    fn remove(&mut self, name: &'static str) {
        self.remove_header(name);
    }

    fn append(&mut self, name: &'static str, line: String) {
        self.adjoin_raw_header(name, line);
    }
}
