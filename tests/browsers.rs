//! The gate in front of a real Chromium.

// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

#[cfg(all(feature = "cmp", feature = "toml", feature = "axum", feature = "html"))]
mod banners;
#[cfg(feature = "browser")]
mod browser;
mod browser_harness;
mod chromium;
#[cfg(all(feature = "toml", feature = "axum", feature = "html", feature = "browser"))]
mod hostile;
mod learning_platform;
mod site;
#[cfg(all(feature = "ui", feature = "axum"))]
mod ui_browser;
