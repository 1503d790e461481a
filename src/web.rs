//! The gate on real HTTP: one request and its response, whatever the framework.
//!
//! [`Exchange`] holds all rules and no I/O: it takes the bytes of a request's head and of its response's, and says what
//! to change. Adapters only carry bytes: the `tower` feature has a layer for every tower service, the `axum` feature an
//! extractor for it, the `actix-web` feature a middleware, the `rocket` feature a fairing. All pass one conformance
//! suite; where a framework stands in the way, its adapter says so. With `html` and
//! `tower`, a second layer inside the first rewrites pages.
//!
//! # Where the gate stands
//!
//! The gate is the **outermost** layer that can see cookies: what is set outside it leaves unjudged. One gate is enough:
//! an outer one takes an inner one's answer for a handler's, and drops it, but for tower layers of one gate, of which the
//! inner rests.
//!
//! | order | what happens |
//! |---|---|
//! | axum: `Router::new().route(…).layer(session).layer(consent)` | safe: routes, the fallback and the session are gated |
//! | `….layer(consent).layer(session)` | the session's cookies leave unjudged |
//! | `….layer(consent).route(…)` or `.merge(…)` | the later routes are not gated |
//! | `….route_layer(consent)` | the fallback is not gated |
//! | actix-web: `App::new().service(…).wrap(session).wrap(consent)` | safe: the last `.wrap(…)` of the `App` is the outermost, and covers services added after it too |
//! | `….wrap(consent).wrap(session)` | the session's cookies leave unjudged |
//! | `web::scope(…).wrap(consent)` | only this scope is gated |
//! | Rocket: `.attach(consent)`, at any place | safe: it moves behind all that is attached, and behind what that attaches in turn |
//!
//! With axum, to be sure, wrap the finished application: `consent.layer(app)` gates everything that it will ever
//! answer. actix-web shows a middleware what is inside it and not what is outside, so that a wrong order cannot be seen
//! at start-up; handlers that take a [`Visitor`](crate::Visitor) answer 500 where there is no gate at all. Rocket refuses
//! to launch then.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
mod axum;
mod cache;
#[cfg(any(feature = "tower", feature = "actix-web", feature = "rocket"))]
mod carry;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
mod error;
mod exchange;
#[cfg(all(feature = "html", feature = "tower"))]
mod html;
#[cfg(all(feature = "ui", feature = "actix-web"))]
mod privacy_actix_web;
#[cfg(all(feature = "ui", feature = "rocket"))]
mod privacy_rocket;
#[cfg(all(feature = "ui", feature = "tower"))]
mod privacy_tower;
mod request;
mod response;
#[cfg(feature = "rocket")]
mod rocket;
#[cfg(any(feature = "tower", feature = "actix-web", feature = "rocket"))]
mod settings;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "actix-web")]
pub use self::actix_web::{ConsentMiddleware, ConsentTransform, MiddlewareFuture};
#[cfg(all(feature = "html", feature = "tower"))]
pub use self::html::{HtmlBody, HtmlFuture, HtmlLayer, HtmlService};
#[cfg(feature = "rocket")]
pub use self::rocket::{ConsentFairing, ReadableCookies};
#[cfg(feature = "tower")]
pub use self::tower::{ConsentLayer, ConsentService, ResponseFuture};
pub use cache::CacheEdit;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
pub use error::MissingLayer;
pub use exchange::{Edits, Exchange, HeaderEdit, Mode};
#[cfg(all(feature = "ui", feature = "actix-web"))]
pub use privacy_actix_web::ActixPrivacy;
#[cfg(all(feature = "ui", feature = "rocket"))]
pub use privacy_rocket::RocketPrivacy;
#[cfg(all(feature = "ui", feature = "tower"))]
pub use privacy_tower::{PrivacyFuture, PrivacyLayer, PrivacyService};
pub use request::RequestLine;

use crate::{Decision, Event};
use std::io::Write;

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
        // Where nobody can read the line, it is lost: a closed stream must not stop a request.
        let _ = writeln!(
            std::io::stderr(),
            "consent-gate: the {thing} {name:?} is not declared in the policy and {fate}; add a [[tracker]] entry for it"
        );
    }
}
