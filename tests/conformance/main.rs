//! One suite for every way to stand behind the gate: the same requests and the same handlers, the same outcome.
//!
//! The vectors and what is expected of them know no features. `web::Exchange` is the measure; its own outcome is held by
//! hand-written anchors and by the core alone. Each adapter that is compiled in is held to it, field by field: tower by
//! calling the service, axum, actix-web and Rocket over TCP.

// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
mod axum;
mod core;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
mod http_client;
mod outcome;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
mod over_http;
#[cfg(all(feature = "html", any(feature = "axum", feature = "actix-web", feature = "rocket")))]
mod pages;
#[cfg(feature = "rocket")]
mod rocket;
#[cfg(feature = "rocket")]
mod rocket_order;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
mod serving;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
mod sessions;
#[cfg(feature = "tower")]
mod tower;
mod vector;
