//! The ready routes, without I/O: which response a request gets. The table is in [`ui`](super).

use super::style::Style;
use super::{Banner, Privacy, Request, Response, render};
use crate::regime::EDITIONS;
use crate::terms::signal::gpc_support;
use crate::{Visitor, Warning};

/// Where browsers look for the statement (W3C Global Privacy Control, "GPC Support Resource").
const GPC: &str = "/.well-known/gpc.json";

/// One of the ready routes.
#[derive(Clone, Copy, PartialEq)]
enum Route {
    Page,
    Json,
    Fragment,
    Style,
    Gpc,
}

impl Privacy {
    /// Whether a ready route answers this request: an adapter passes all others on, and reads the bodies of these.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::testing;
    /// use consent_gate::ui::Privacy;
    ///
    /// let privacy = Privacy::new(testing::gate());
    /// assert!(privacy.answers("POST", "/privacy") && privacy.answers("GET", "/.well-known/gpc.json"));
    /// assert!(!privacy.answers("GET", "/privacy-policy"));
    /// ```
    #[must_use]
    pub fn answers(&self, method: &str, path: &str) -> bool {
        match self.route(path) {
            None => false,
            Some(Route::Page) => self.shared.has_page || method == "POST",
            Some(_) => true,
        }
    }

    fn route(&self, path: &str) -> Option<Route> {
        if path == GPC {
            return Some(Route::Gpc);
        }
        match path.strip_prefix(self.path())? {
            "" => Some(Route::Page),
            ".json" => Some(Route::Json),
            "/banner" => Some(Route::Fragment),
            // Of another version too: a page that is still open must not lose its style.
            rest if rest.starts_with('/') && rest.ends_with(".css") && !rest[1..].contains('/') => Some(Route::Style),
            _ => None,
        }
    }

    /// Takes the answer that an application without cookies sends as text in [`ANSWER_HEADER`](super::ANSWER_HEADER): for each
    /// request, before anything is asked of the visitor. Does nothing for a request without that header.
    pub fn take_app_answer(&self, visitor: &Visitor, request: &Request<'_>) {
        if let Some(text) = request.answer_text {
            // Nothing has left yet. What the host has learned stays: of an account that cannot be read, say.
            let _ = visitor.learn(|facts| {
                facts.answer_text.get_or_insert_with(|| text.to_owned());
            });
        }
    }

    /// Has the proof kept of an answer of another system that becomes the gate's own with this response: for each request, after
    /// [`take_app_answer`](Self::take_app_answer). Does nothing where no answer migrates.
    pub fn record_migration(&self, visitor: &Visitor) {
        // `Visitor::recognise` records it for the account of a known visitor.
        if !visitor.is_known() {
            visitor.record_migration(self.stores(), None);
        }
    }

    /// The response of a ready route; `None` for a request that none [`answers`](Self::answers). `account` is whose visitor
    /// this is, where somebody is logged in.
    pub async fn serve(&self, visitor: &Visitor, account: Option<&str>, request: &Request<'_>) -> Option<Response> {
        if !self.answers(request.method, request.path()) {
            return None;
        }
        let route = self.route(request.path())?;
        let allowed = match route {
            Route::Page => &["GET", "HEAD", "POST"][..],
            Route::Json => &["GET", "HEAD", "POST", "OPTIONS"],
            Route::Fragment | Route::Style | Route::Gpc => &["GET", "HEAD"],
        };
        if !allowed.contains(&request.method) {
            return Some(Response::empty(405).header("allow", allowed.join(", ")));
        }
        let response = match (request.method, route) {
            ("OPTIONS", _) => self.preflight(request),
            ("POST", _) => match self.submit(visitor, request) {
                Ok(submission) => submission.settle(account).await,
                Err(response) => *response,
            },
            (_, Route::Page) => self.page(visitor, request),
            (_, Route::Json) => self.json(visitor, request, false),
            (_, Route::Fragment) => self.fragment(visitor, request),
            (_, Route::Style) => self.style_sheet(request.path()),
            (_, Route::Gpc) => self.gpc(request),
        };
        let response = if route == Route::Json { self.shared_with_origin(response, request) } else { response };
        Some(if request.method == "HEAD" { response.head() } else { response })
    }

    fn page(&self, visitor: &Visitor, request: &Request<'_>) -> Response {
        let settings = self.settings(visitor, self.language(request));
        let settings = if request.asks("saved") { settings.saved() } else { settings };
        Response::html(200, self.frame(&render::page(&settings, self.style_link())))
            .header("content-language", settings.language)
    }

    fn fragment(&self, visitor: &Visitor, request: &Request<'_>) -> Response {
        match self.banner_of_page_around(visitor, request) {
            Some(banner) => Response::html(200, banner.to_html()).header("content-language", banner.language),
            None => Response::empty(204).private(),
        }
    }

    /// The banner for the page that made a request: the one that the query names, or else the one that the request came from.
    pub(super) fn banner_of_page_around(&self, visitor: &Visitor, request: &Request<'_>) -> Option<Banner> {
        if request.is_bot() || request.is_ahead() {
            return None;
        }
        let back = request.back().unwrap_or_default();
        let back = back.as_deref().or_else(|| request.own_referer()).unwrap_or_default();
        Banner::new(visitor, &self.texts(self.language(request)), self.path(), back)
    }

    fn style_sheet(&self, path: &str) -> Response {
        let is_current = path == self.style_path();
        let cache = if is_current { "public, max-age=31536000, immutable" } else { "no-cache" };
        Response::new(200, "text/css; charset=utf-8", Style::TEXT.to_owned())
            .header("cache-control", cache)
            .header("x-content-type-options", "nosniff")
    }

    /// True only where the gate acts, and honours the signal wherever the presets do.
    fn gpc(&self, request: &Request<'_>) -> Response {
        let gate = self.gate();
        let is_looser =
            |warning: &Warning| matches!(warning, Warning::LooserThanPreset { value, .. } if value.starts_with("gpc"));
        let honours = !request.is_report && !gate.warnings().iter().any(is_looser);
        let edition = EDITIONS.iter().find(|(name, _)| *name == gate.policy().presets).map(|(_, day)| *day);
        let day = self.shared.gpc_since.or(edition).unwrap_or_default();
        Response::new(200, "application/json", gpc_support(honours, day))
    }

    /// Fetch Standard, "CORS-preflight request".
    fn preflight(&self, request: &Request<'_>) -> Response {
        if !request.is_preflight() || !self.names(request) {
            return Response::empty(403);
        }
        Response::empty(204)
            .header("access-control-allow-methods", "GET, POST")
            .header("access-control-allow-headers", format!("content-type, {}", super::ANSWER_HEADER))
            .header("access-control-max-age", "600")
    }

    fn shared_with_origin(&self, response: Response, request: &Request<'_>) -> Response {
        let response = if self.shared.origins.is_empty() { response } else { response.header("vary", "Origin") };
        match request.origin().filter(|_| self.names(request)) {
            Some(origin) => response
                .header("access-control-allow-origin", origin)
                .header("access-control-allow-credentials", "true"),
            None => response,
        }
    }
}
