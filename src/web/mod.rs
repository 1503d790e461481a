//! The gate on real HTTP: one request and its response, whatever the framework.
//!
//! [`Exchange`] holds all rules and no I/O: it takes the bytes of a request's head and of its response's, and says what
//! to change. Adapters only carry bytes: the `tower` feature has a layer for every tower service, the `axum` feature an
//! extractor for it, the `actix-web` feature a middleware, the `rocket` feature a fairing. All pass one conformance
//! suite; where a framework stands in the way, its adapter says so. With `html`, a second layer, middleware or fairing
//! inside the first rewrites pages.
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
//! | with `html`: `.layer(html).layer(compression).layer(consent)`, and the same with `.wrap(…)` | safe: pages are rewritten before they are compressed |
//! | `….layer(compression).layer(html)` | compressed pages leave unfiltered, and are reported |
//! | `….layer(consent).layer(html)` | every answer is status 500: there is no visitor |
//! | Rocket: `.attach(html).attach(compression)` | safe, wherever the gate is attached |
//!
//! With axum, to be sure, wrap the finished application: `consent.layer(app)` gates everything that it will ever
//! answer. actix-web shows a middleware what is inside it and not what is outside, so that a wrong order cannot be seen
//! at start-up; handlers that take a [`Visitor`](crate::Visitor) answer 500 where there is no gate at all. Rocket refuses
//! to launch then.
//!
//! # Doors
//!
//! `Set-Cookie` is one of the headers that make a browser store, load or send something. These are judged too, on every
//! status and whoever wrote them; what is kept stays byte for byte.
//!
//! | header | what is judged | what a denial takes |
//! |---|---|---|
//! | `Link` | the address, and those of `imagesrcset`, of an entry whose `rel` loads something: `preload`, `prefetch`, `next`, `modulepreload`, `prerender`, `stylesheet`, `icon`, `manifest` and the like (RFC 8288); of `preconnect` and `dns-prefetch`, the origin | the entry |
//! | `Refresh` | where it leads, as for `<meta http-equiv=refresh>` | the line |
//! | `Location` | where it leads, when `Sec-Fetch-Dest` says that a page loads it: an image, a script, a `fetch`; for a frame, unless `headers.omit` has `frame-src`. A person is led anywhere | the line, so that the redirection is not followed |
//! | `Speculation-Rules` | the addresses of the rule sets | the entry |
//! | `Reporting-Endpoints` | the endpoint: a report says which page was open | the entry |
//! | `Report-To` | every `url` of a group; `NEL` names a group, and goes with it | the group |
//! | `Content-Security-Policy`, `…-Report-Only` | the addresses of `report-uri` | the address; the directive with its last one |
//! | `Accept-CH`, `Critical-CH` | client hints beyond those that browsers send unasked and the visitor's own preferences: asking for them is reading, and needs analytics | the hint |
//! | `Attribution-Reporting-Register-*`, `Observe-Browsing-Topics`, `Shared-Storage-Write`, `Ad-Auction-Signals`, `Ad-Auction-Additional-Bid` | advertising: the browser stores it for advertisements | the line |
//!
//! These load nothing by themselves, and stay as they are: `Link` with `canonical`, `prev`, `alternate` and other relations;
//! `SourceMap`, which only a developer's tools follow; `NEL`; `Alt-Svc`, which names the same site elsewhere;
//! `Content-Location`; and the application's own `Clear-Site-Data`, as for a deleted account.
//!
//! Informational responses are doors as well: [`Exchange::inform`] judges a `103 Early Hints`. None of the frameworks below
//! can send one ahead of a response: hyper, and so axum and Rocket, answers a status below 200 other than `101` with an error,
//! and actix-web takes it for the response itself, which passes the gate like any other. Proxies make theirs of the `Link`
//! lines that leave here.
//!
//! # Documents
//!
//! A document (`text/html`, `application/xhtml+xml`, a 304 of one) gets headers by the policy's table
//! [`headers`](crate::policy::DocumentHeaders), each as one more line beside the application's own:
//!
//! | header | what it does |
//! |---|---|
//! | `Content-Security-Policy` | lists `'self'`, our hosts and the addresses that are allowed now, for every directive that loads, and every source that is not about hosts; so it restricts hosts and nothing else. It is only reported where undeclared things pass and in report mode, and then only with an endpoint for the reports, which [`Gate::receive_reports`](crate::Gate::receive_reports) reads |
//! | `Permissions-Policy` | no advertising features while advertising is denied, no detailed client hints while analytics is |
//! | `Clear-Site-Data: "storage"` | on a withdrawal that leaves no declared key allowed, where the policy asks for it. Never `"cookies"`: it runs after `Set-Cookie` and would wipe the refusal just stored |
//!
//! Such a document is its visitor's own, and so is kept out of shared caches. One that is marked for them (`public`,
//! `s-maxage`, `immutable`) and that nothing else makes personal stays there, with a policy that is everybody's: whatever
//! is declared may load.
//!
//! A list names what may load, and cannot except anything: an address below an allowed one is allowed with it, which
//! [`Gate::warnings`](crate::Gate::warnings) tells; after a redirection browsers compare hosts alone. A long list is said
//! once for all directives by `default-src`, then by hosts without paths; of more than fit into 8 KiB the last stay blocked.
//! Proxies must have room for it (nginx: `proxy_buffer_size`).
//!
//! # Reads
//!
//! Reading a cookie needs consent as writing it does. With `hide_denied_cookies()` an adapter takes from the request, as
//! handlers see it, the declared cookies that are denied when it arrives. Essential ones and those that nothing declares,
//! sessions among them, stay, and so does the visitor's answer; erasure works from what the browser sent. In axum and
//! actix-web that holds for their jars too. Rocket fills its jar before any fairing runs: there routes take
//! `rocket::ReadableCookies` in its place.

#[cfg(feature = "actix-web")]
pub mod actix_web;
#[cfg(feature = "axum")]
mod axum;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket", all(feature = "tower", feature = "ui")))]
mod error;
mod exchange;
#[cfg(all(feature = "html", any(feature = "tower", feature = "actix-web", feature = "rocket")))]
mod html;
#[cfg(feature = "rocket")]
pub mod rocket;
#[cfg(any(feature = "tower", feature = "actix-web", feature = "rocket"))]
mod settings;
#[cfg(feature = "tower")]
pub mod tower;

#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket", all(feature = "tower", feature = "ui")))]
pub use error::MissingLayer;
pub use exchange::{CacheEdit, Edits, Exchange, HeaderEdit, Mode, RequestLine};

use crate::{Decision, Event};
use std::io::Write;

/// Writes one line to standard error for each undeclared name that is met for the first time, so that the first day
/// behind the gate is not silent.
///
/// Adapters listen with it where the host gave the gate no observer of its own.
pub fn log_undeclared(event: &Event<'_>) {
    if let Event::Undeclared { thing, name, decision, is_first: true, .. } = event {
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
