//! The site put together: routes inside, the gate outermost.

use crate::account::{self, Sessions};
use crate::language::Language;
use crate::legacy::{self, Legacy};
use crate::proof::{self, Proof};
use crate::{Options, language, lessons, pages, privacy, tags};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use consent_gate::browser::{GUARD, Head, Manifest, guard_file_name};
use consent_gate::html;
use consent_gate::ledger::Accounts;
use consent_gate::ui::{Privacy, Request};
use consent_gate::web::Mode;
use consent_gate::web::tower::{ConsentLayer, HtmlLayer, PrivacyLayer};
use consent_gate::{Gate, Visitor};
use std::sync::Arc;

/// Where the guard asks for the verdict anew.
const MANIFEST: &str = "/privacy/manifest.json";

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) gate: Gate,
    pub(crate) privacy: Privacy,
    pub(crate) mode: Mode,
    pub(crate) sessions: Sessions,
    pub(crate) proof: Proof,
    pub(crate) legacy: Arc<Legacy>,
}

/// The whole site.
pub(crate) fn app(gate: Gate, proof: Proof, options: Options) -> Router {
    let Options { mode, home, legacy, .. } = options;
    let consent = ConsentLayer::new(gate.clone()).region(move |headers, _| {
        // For demonstrations: a real site trusts a header of its own proxy, or looks the peer's address up.
        match headers.get("x-demo-region") {
            Some(code) => code.to_str().ok().and_then(|code| code.parse().ok()).unwrap_or_default(),
            None => home,
        }
    });
    let consent = if mode == Mode::Report { consent.report_only() } else { consent };
    // The page itself is drawn in the site's own frame; the form, JSON and the rest are the layer's.
    let recorder = proof.recorder();
    let privacy = Privacy::new(gate.clone())
        .accounts(Accounts::new(recorder.ledger().clone()))
        .proof(recorder.clone())
        .on_store_error(|error| eprintln!("consent: {error}"))
        .page_elsewhere();
    let pages = privacy.clone();
    let sessions = Sessions::default();
    tokio::spawn(proof.clone().sweep(sessions.clone()));
    let site = Site { gate, privacy: privacy.clone(), mode, sessions, proof, legacy: legacy.into() };

    let routes = Router::new()
        .route("/", get(pages::home))
        .route("/lessons/{number}", get(lessons::lesson))
        .route("/checkout", get(pages::checkout))
        .route("/help", get(pages::help))
        .route("/log-in", get(account::form).post(account::log_in))
        .route("/log-out", post(account::log_out))
        .route("/language", post(language::switch))
        .route("/account", get(account::page))
        .route("/account/close", post(account::close))
        .route("/account/data", get(proof::download))
        .route("/not-interested", post(lessons::not_interested))
        .route("/privacy", get(privacy::page))
        .route("/cookies", get(privacy::cookies))
        .route("/legacy/{name}", get(legacy::file))
        .route("/style.css", get(style))
        .route(&guard_address(), get(guard))
        .route(MANIFEST, get(manifest))
        .route("/consent/csp", post(csp_reports).layer(DefaultBodyLimit::max(65_536)));
    let routes = if mode == Mode::Report { routes.route("/report", get(report)) } else { routes };
    routes
        .fallback(pages::not_found)
        .layer(from_fn(tags::count))
        .layer(PrivacyLayer::new(privacy))
        .layer(from_fn_with_state(site.clone(), account::session))
        .with_state(site)
        .layer(HtmlLayer::with(page_options(pages, mode)))
        // Last, so that everything above is inside.
        .layer(consent)
}

/// What the rewriter makes of a page: placeholders in the visitor's language, whose button leads back to the page, and the
/// guard before all other scripts. Old pages know nothing of a banner, and get it here; our own draw it themselves.
fn page_options(privacy: Privacy, mode: Mode) -> impl Fn(&Parts) -> html::Options {
    move |parts| {
        let guard = move |visitor: &Visitor| {
            let head = Head::new(manifest_of(visitor, mode)).guard_at(guard_address()).endpoint(MANIFEST);
            head.html()
        };
        let (language, path) = (Language::of(parts), parts.uri.path());
        let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let request = Request::read(parts.method.as_str(), path, None, headers).language(language.code());
        let options = html::Options::new().head_start(guard);
        match path.starts_with("/legacy/") {
            true => privacy.into_pages(&request, options),
            false => options.action(privacy.action_back_to(path)).texts(privacy.placeholder_texts(language.code())),
        }
    }
}

/// What the page's scripts are held to.
fn manifest_of(visitor: &Visitor, mode: Mode) -> Manifest {
    let manifest = Manifest::new(visitor);
    if mode == Mode::Report { manifest.report_only() } else { manifest }
}

fn guard_address() -> String {
    format!("/{}", guard_file_name())
}

/// The guard, whose name changes with its content.
async fn guard() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")], GUARD)
}

/// The manifest of a page that comes back from the browser's cache.
async fn manifest(State(site): State<Site>, visitor: Visitor) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], manifest_of(&visitor, site.mode).json())
}

/// A path of this site to go back to, or the front page: `//evil.example` and `/\evil.example` are other sites.
pub(crate) fn local_path(text: &str) -> &str {
    let is_local = text.starts_with('/') && !text[1..].starts_with(['/', '\\']) && !text.contains(char::is_control);
    if is_local { text } else { "/" }
}

/// A file that every visitor gets alike: the gate leaves it to the caches.
async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")], include_str!("style.css"))
}

/// What browsers say that the Content-Security-Policy blocked: `headers.report` in the policy. Nobody is told whether it
/// could be read.
async fn csp_reports(State(site): State<Site>, body: Bytes) -> StatusCode {
    if let Err(error) = site.gate.receive_reports(&body) {
        eprintln!("/consent/csp: {error}");
    }
    StatusCode::NO_CONTENT
}

/// What would be denied, and what is not declared. Names only, and no values; a real site shows it to its own staff.
async fn report(State(site): State<Site>) -> String {
    let denied: String = site
        .gate
        .would_deny()
        .iter()
        .map(|d| format!("# {:>6} x {} {:?} ({}): {}\n", d.count, d.technology, d.tracker, d.category, d.reason.code()))
        .collect();
    let mut met = site.gate.undeclared();
    met.sort_by_key(|met| std::cmp::Reverse(met.count));
    let met: String = met.iter().map(|met| format!("# {:>6} x {} {:?}\n", met.count, met.thing, met.name)).collect();
    let declarations = site.gate.declarations();
    format!(
        "# Declared in policy.toml, and denied if the gate enforced it:\n{denied}\n\
         # Met, and not declared in policy.toml:\n{met}\n\
         # To fill in and paste into policy.toml:\n\n{declarations}"
    )
}
