//! The gate in front of a server: its layers, its rewriter of pages, its settings.

// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "html")]
mod html;
#[cfg(any(feature = "axum", all(feature = "ui", any(feature = "actix-web", feature = "rocket"))))]
mod http_client;
mod site;
#[cfg(feature = "tower")]
mod tower;
#[cfg(feature = "ui")]
mod ui;
