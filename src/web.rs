//! The gate on real HTTP: one request and its response, whatever the framework.
//!
//! [`Exchange`] holds all rules and no I/O: it takes the bytes of a request's head and of its response's, and says what
//! to change. Adapters only carry bytes: the `tower` feature has a layer for every tower service, the `axum` feature an
//! extractor. With `html` and `tower`, a second layer inside the first rewrites pages.
//!
//! # Where the gate stands
//!
//! The gate is the **outermost** layer that can see cookies: what is set outside it leaves unjudged. With axum, the last
//! `.layer(…)` is the outermost, and it covers only routes added before it:
//!
//! | order | what happens |
//! |---|---|
//! | `Router::new().route(…).layer(session).layer(consent)` | safe: routes, the fallback and the session are gated |
//! | `….layer(consent).layer(session)` | the session's cookies leave unjudged |
//! | `….layer(consent).route(…)` or `.merge(…)` | the later routes are not gated |
//! | `….route_layer(consent)` | the fallback is not gated |
//!
//! To be sure, wrap the finished application: `consent.layer(app)` gates everything that it will ever answer.

#[cfg(feature = "axum")]
mod axum;
mod cache;
mod exchange;
#[cfg(all(feature = "html", feature = "tower"))]
mod html;
mod origin;
mod request;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "axum")]
pub use self::axum::MissingLayer;
#[cfg(all(feature = "html", feature = "tower"))]
pub use self::html::{HtmlBody, HtmlFuture, HtmlLayer, HtmlService};
#[cfg(feature = "tower")]
pub use self::tower::{ConsentLayer, ConsentService, ResponseFuture};
pub use cache::CacheEdit;
pub use exchange::{Edits, Exchange, Mode};
pub use request::RequestLine;

use crate::{Decision, Event};

/// Writes one line to standard error for each undeclared name that is met for the first time, so that the first day
/// behind the gate is not silent.
///
/// Adapters listen with it where the host gave the gate no observer of its own.
pub fn log_undeclared(event: &Event<'_>) {
    if let Event::Undeclared { thing, name, decision, is_first: true } = event {
        let fate = match decision {
            Decision::Deny(_) => "is denied",
            Decision::Allow(_) => "passes",
        };
        eprintln!(
            "consent-gate: the {thing} {name:?} is not declared in the policy and {fate}; add a [[tracker]] entry for it"
        );
    }
}
