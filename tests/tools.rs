//! The examples, as programs of their own.

// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

#[cfg(all(feature = "toml", feature = "json"))]
mod explain;
#[cfg(all(
    feature = "toml",
    feature = "axum",
    feature = "html",
    feature = "browser",
    feature = "ui",
    feature = "ledger"
))]
mod http_client;
mod learning_platform;
#[cfg(all(
    feature = "toml",
    feature = "axum",
    feature = "html",
    feature = "browser",
    feature = "ui",
    feature = "ledger"
))]
mod platform;
#[cfg(all(feature = "toml", feature = "json"))]
mod policy_tool;
