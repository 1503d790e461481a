//! The gate as a fairing for Rocket 0.5, the visitor as its request guard, and errors as responses.

use super::error::status;
use super::settings::Settings;
use super::{Exchange, MissingLayer, Mode, RequestLine};
use crate::{ChangeError, Gate, Region, Visitor};
use chrono::{DateTime, Utc};
use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::{Header, Status};
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
/// use consent_gate::web::ConsentFairing;
/// use rocket::{local::blocking::Client, response::status::NoContent, routes};
///
/// #[rocket::get("/")]
/// fn blind(jar: &rocket::http::CookieJar<'_>) -> NoContent {
///     jar.add(("_lum1", "a"));
///     NoContent
/// }
///
/// # let gate = consent_gate::testing::gate();
/// let consent = ConsentFairing::new(gate).region(|request| {
///     request.headers().get_one("cf-ipcountry").and_then(|code| code.parse().ok()).into()
/// });
/// let client = Client::untracked(rocket::build().attach(consent).mount("/", routes![blind]))?;
/// assert_eq!(client.get("/").dispatch().headers().get_one("set-cookie"), None);
/// # Ok::<(), rocket::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConsentFairing {
    settings: Arc<Settings<FindRegion>>,
}

type FindRegion = dyn Fn(&Request<'_>) -> Region + Send + Sync;

/// How many rounds of ignition the response half lets pass, so that it stands behind what others attach in them.
const ROUNDS: u8 = 2;

impl ConsentFairing {
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

    /// Sets the clock, for tests.
    #[must_use]
    pub fn clock(self, clock: fn() -> DateTime<Utc>) -> Self {
        Self { settings: self.settings.with(|settings| settings.clock = clock) }
    }

    /// Whether it only reports.
    #[cfg(feature = "ui")]
    pub(super) fn is_report(&self) -> bool {
        self.settings.mode == Mode::Report
    }

    /// The exchange of a request, begun when it is first asked for.
    fn exchange<'r>(&self, request: &'r Request<'_>) -> &'r Exchange {
        request.local_cache(|| {
            let host = request.host().map(ToString::to_string);
            let line = RequestLine { method: request.method().as_str(), authority: host.as_deref() };
            let headers: Vec<Header<'_>> = request.headers().iter().collect();
            self.settings.begin(line, fields(&headers), (self.settings.region)(request))
        })
    }
}

#[rocket::async_trait]
impl Fairing for ConsentFairing {
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
        self.exchange(request);
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
        if let Some(gate) = request.rocket().state::<ConsentFairing>() {
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
    /// [`MissingLayer`], answered with status 500, where no [`ConsentFairing`] is attached: a question without a gate
    /// must not find an answer.
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, MissingLayer> {
        match request.rocket().state::<ConsentFairing>() {
            Some(gate) => Outcome::Success(gate.exchange(request).visitor().clone()),
            None => Outcome::Error((Status::InternalServerError, MissingLayer)),
        }
    }
}

impl Sentinel for Visitor {
    /// Refuses to launch where a route asks for a visitor and no [`ConsentFairing`] is attached.
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        let is_missing = rocket.state::<ConsentFairing>().is_none();
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

fn fields<'h>(headers: &'h [Header<'_>]) -> impl Iterator<Item = (&'h str, &'h [u8])> {
    headers.iter().map(|header| (header.name().as_str(), header.value().as_bytes()))
}

/// Judges the head of a response and carries the edits out.
fn leave(exchange: &Exchange, response: &mut Response<'_>) {
    let edits = exchange.finish(fields(&response.headers().iter().collect::<Vec<_>>()));
    let own = response.headers().get("set-cookie").map(str::to_owned);
    if let Some(lines) = edits.cookie_lines(own, |bytes| String::from_utf8(bytes.to_vec()).ok()) {
        response.remove_header("set-cookie");
        lines.into_iter().for_each(|line| response.adjoin_raw_header("set-cookie", line));
    }
    if let Some(cache) = edits.cache {
        cache.remove.iter().for_each(|name| response.remove_header(name));
        response.set_raw_header("cache-control", cache.cache_control);
        cache.vary.into_iter().for_each(|vary| response.adjoin_raw_header("vary", vary));
    }
}
