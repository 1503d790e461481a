//! One suite for every adapter of the HTML rewriter: the same pages over TCP, the same bytes.
//!
//! `html::Plan` and `html::Rewriter` are the measure, called without any framework.
#![cfg(all(feature = "html", any(feature = "axum", feature = "actix-web", feature = "rocket")))]
// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(feature = "actix-web")]
#[path = "pages/actix_web.rs"]
mod actix_web;
#[cfg(feature = "axum")]
#[path = "pages/axum.rs"]
mod axum;
#[path = "pages/client.rs"]
mod client;
#[cfg(feature = "rocket")]
#[path = "pages/rocket.rs"]
mod rocket;
#[path = "pages/suite.rs"]
mod suite;
