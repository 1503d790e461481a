//! The consent cookies of other systems, read by a gate as a site would have it.
#![cfg(feature = "cmp")]
// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "cmp/combined.rs"]
mod combined;
#[path = "cmp/corpus.rs"]
mod corpus;
#[path = "cmp/forgery.rs"]
mod forgery;
#[path = "cmp/row.rs"]
mod row;
#[path = "cmp/traps.rs"]
mod traps;
