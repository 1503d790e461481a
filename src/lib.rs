//! Consent, enforced by the server.
//!
//! An operator declares in one policy what the site stores, reads and loads, why, for how long and with whom. Visitors
//! choose. This crate answers *may this be written, read, loaded or sent for this visitor, and why*, and carries the
//! answer out on the HTTP response, whoever wrote it.
//!
//! It is not a consent-management platform that lives in the browser, not a geography service, and not legal advice.
//!
//! # The first fifteen minutes
//!
//! ```
//! use consent_gate::{Category, Facts, Gate};
//! # use consent_gate::testing;
//!
//! # let policy = testing::policy();
//! # let now = testing::now();
//! let gate = Gate::new(policy)?;                              // lists all mistakes of the policy at once
//! let headers = [("cookie", "__Host-consent=1.4.1795000000.4.10.0; _lum1=a"), ("sec-gpc", "1")];
//! let visitor = gate.visitor(headers, Facts::in_region("FR".parse()?), now);
//! assert!(visitor.may_track(Category::ANALYTICS));            // granted five days ago
//! assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
//! assert!(visitor.judge_set_cookie("_adl=9; Path=/").is_deny());    // a raw header, judged by the policy
//! assert!(visitor.decide_address("https://px.lumen.example/v.gif").is_allow());
//! visitor.refuse(Category::ANALYTICS)?;                       // a click on the settings page
//! assert!(!visitor.may_track(Category::ANALYTICS));           // holds for the rest of this request
//! for line in visitor.finish() {
//!     println!("Set-Cookie: {line}");                         // the new answer, and _lum1 expired
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! On axum, [`web`] does the rest:
//!
//! ```no_run
//! # #[cfg(feature = "axum")] mod app {
//! # use consent_gate::web::tower::ConsentLayer;
//! # use consent_gate::{Category, Gate, Region, Visitor};
//! # use axum::{Router, routing::get};
//! # fn country_of(_: &http::HeaderMap) -> Region { Region::UNKNOWN }
//! # fn app(gate: Gate) -> Router {
//! let consent = ConsentLayer::new(gate).region(|headers, _| country_of(headers)).report_only(); // drop report_only() later
//! let app = Router::new().route("/lesson", get(lesson)).layer(consent);                         // last = outermost
//! # app
//! # }
//!
//! async fn lesson(visitor: Visitor) -> &'static str {
//!     if visitor.may_track(Category::PERSONALIZATION) { "for you" } else { "for everybody" }
//! }
//! # }
//! ```
//!
//! # How it fits together
//!
//! Data flows one way, and a module uses only what stands before it:
//!
//! 1. The vocabulary: [`Category`], [`Signals`], [`Region`], [`regime::Regime`], [`Decision`].
//! 2. What the operator declares ([`Policy`]), what the visitor said ([`Answer`]), what the host knows ([`Facts`]).
//! 3. The only code that reads visitors' bytes, strictly, those of other systems' banners ([`cmp`]) included; and the
//!    policy, checked and made ready.
//! 4. [`Consent`]: the one fold of all of these into decisions. It states the rules as a list.
//! 5. Verdicts on cookies, addresses and storage keys; erasures; deferred work ([`Stamp`]) judged again; [`record`], the
//!    proof of one change.
//! 6. [`Gate`] and [`Visitor`]: one gate a site, one handle a request.
//! 7. [`html`]: a rewriter of pages, which asks the visitor about each address. [`browser`]: what the page itself is told,
//!    and the guard that holds its scripts to it. [`ui`]: the banner, the privacy settings and their form. [`ledger`]: where
//!    proof of each choice is kept. [`observe`]: what is told to `tracing` and `metrics`.
//! 8. [`web`]: one exchange without I/O, and thin adapters.
//!
//! # What holds always
//!
//! - Nothing that is added widens: a signal, a refusal, a lapse, garbage, a second cookie.
//! - A refusal survives expiry, a new revision, a move to another region and any automatic signal.
//! - Whoever has a broken cookie may have opted out: what cannot be read is denied, everywhere.
//! - Every denial has a stable code, and no reason, event or report holds a cookie value, an identifier or a query.
//! - There is no clock and no I/O in the core: the time is an argument. Nothing panics on input.
//!
//! # Features
//!
//! None is on by default, and none changes a decision: features unify across a build, and a stranger's dependency must
//! not switch tracking on.
//!
//! - `toml`: [`Policy::from_toml`] and `to_toml`, by the `toml` crate.
//! - `json`: [`Policy::from_json`] and `to_json`, by `serde_json`. Without either, any serde format will do.
//! - `tower`: [`web::tower::ConsentLayer`], for every service of the tower family on `http` 1.
//! - `axum`: the extractor of [`Visitor`] and errors as responses, for axum 0.8; brings `tower`.
//! - `actix-web`: [`web::actix_web::ConsentLayer`], the extractor and errors as responses, for actix-web 4.
//! - `rocket`: [`web::rocket::ConsentLayer`], the request guard and errors as responses, for Rocket 0.5.
//! - `html`: [`html::Rewriter`], which takes from streaming pages what is denied, by `lol_html`; with `tower`,
//!   [`web::tower::HtmlLayer`]; with `actix-web`, [`web::actix_web::HtmlLayer`]; with `rocket`, [`web::rocket::HtmlLayer`].
//! - `cmp`: the consent cookies of other systems, as `[[import]]` in the policy names them; [`cmp`] is the guide.
//! - `ui`: [`ui::Privacy`], the banner, the privacy settings and their form, by `maud`; with an adapter, its ready routes.
//! - `ledger`: [`ledger`], proof of consent in one file, by `redb` and the RustCrypto crates; export, erasure, retention.
//! - `ledger-postgres`: [`ledger::Postgres`], the same on a server, by `tokio-postgres`; brings `ledger`.
//! - `browser`: [`browser::Manifest`], [`browser::Head`] and the guard script, and Google's Consent Mode, by `serde_json`.
//! - `tracing`: a span for each request, and [`observe::to_tracing`] for its events.
//! - `metrics`: [`observe::to_metrics`], counters of the `metrics` facade.
//!
//! The minimum Rust is 1.90: that of redb; without the ledger, 1.89 would do.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "cmp")]
pub mod cmp;
mod compiled;
mod consent;
mod enforce;
mod gate;
#[cfg(feature = "html")]
pub mod html;
#[cfg(feature = "ledger")]
pub mod ledger;
#[cfg(any(feature = "tracing", feature = "metrics"))]
pub mod observe;
pub mod policy;
pub mod record;
pub mod regime;
mod terms;
pub mod testing;
#[cfg(feature = "ui")]
pub mod ui;
pub mod web;
mod wire;

pub use compiled::Warning;
pub use compiled::deployment::Deployment;
pub use consent::change::{Change, ChangeError};
pub use consent::{Consent, Prompt};
pub use enforce::stamp::Stamp;
pub use enforce::{CookieLine, CookieVerdict, Storage};
pub use gate::Gate;
pub use gate::visitor::{ForwardPermit, Pending, Permit, Visitor};
pub use gate::watch::event::Event;
pub use policy::config_error::ConfigError;
pub use policy::document::Policy;
pub use policy::error::PolicyError;
pub use terms::answer::{Answer, Choice};
pub use terms::category::Category;
pub use terms::decision::{AllowReason, Decision, DenyReason};
pub use terms::facts::Facts;
pub use terms::region::Region;
pub use terms::signal::Signals;
pub use wire::parse::ParseError;

/// What an [`Event`] is about, and what the gate counts.
pub mod event {
    pub use crate::gate::watch::event::Thing;
    pub use crate::gate::watch::tally::DeniedTracker;
    pub use crate::gate::watch::undeclared::UndeclaredName;
}

/// Why the gate decides as it does: what [`Visitor::explain`] returns.
pub mod explain {
    pub use crate::compiled::imports::{AnswerState, ImportedCookie};
    pub use crate::gate::explanation::{AnswerSource, Explanation};
}

/// What becomes of the headers of a response.
pub mod header {
    pub use crate::enforce::{LineEdit, PageHeader};
}

/// What browsers signal, and what the gate makes of it for this visitor.
pub mod signal {
    pub use crate::consent::{SignalState, SignalStatus};
    pub use crate::terms::signal::gpc_support;
}

/// Whether to ask the visitor: what a [`Prompt`] says.
pub mod prompt {
    pub use crate::consent::PromptState;
}

/// The errors of single values: texts that are not what they should be, and writes that come too late.
pub mod error {
    pub use crate::enforce::UnknownStorage;
    pub use crate::enforce::stamp::StampError;
    pub use crate::gate::visitor::WriteError;
    pub use crate::gate::watch::report::ReportError;
    pub use crate::terms::answer::ExceptionError;
    pub use crate::terms::region::RegionError;
    pub use crate::terms::spelling::UnknownWord;
}

#[cfg(test)]
mod auto_traits;
