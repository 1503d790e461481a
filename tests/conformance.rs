//! One suite for every way to stand behind the gate: the same requests and the same handlers, the same outcome.
//!
//! The vectors and what is expected of them know no features. `web::Exchange` is the measure; its own outcome is held by
//! hand-written anchors and by the core alone. Each adapter that is compiled in is held to it, field by field: tower by
//! calling the service, axum, actix-web and Rocket over TCP.

// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(feature = "actix-web")]
#[path = "conformance/actix_web.rs"]
mod actix_web;
#[cfg(feature = "axum")]
#[path = "conformance/axum.rs"]
mod axum;
#[path = "conformance/core.rs"]
mod core;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
#[path = "conformance/http_client.rs"]
mod http_client;
#[path = "conformance/outcome.rs"]
mod outcome;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
#[path = "conformance/over_http.rs"]
mod over_http;
#[cfg(feature = "rocket")]
#[path = "conformance/rocket.rs"]
mod rocket;
#[cfg(feature = "rocket")]
#[path = "conformance/rocket_order.rs"]
mod rocket_order;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
#[path = "conformance/sessions.rs"]
mod sessions;
#[cfg(feature = "tower")]
#[path = "conformance/tower.rs"]
mod tower;
#[path = "conformance/vector.rs"]
mod vector;
