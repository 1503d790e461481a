//! The gate without a server: what it decides, what it reads, what it writes.

// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod answers;
#[cfg(feature = "cmp")]
mod cmp;
mod deferred;
mod headers;
mod known_failures_of_others;
mod laws;
mod must_match;
#[cfg(all(feature = "tracing", feature = "metrics"))]
mod observe;
#[cfg(feature = "toml")]
mod policy_check;
#[cfg(all(feature = "toml", feature = "json"))]
mod policy_schema;
mod rules;
mod site;
