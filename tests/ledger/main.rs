//! The ledger, on each of its stores.
//!
//! `conformance` holds all stores to the same outcome; what only one of them can suffer stands in a file of its own.
#![cfg(all(feature = "ledger", feature = "toml"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod answers;
mod conformance;
#[cfg(feature = "ui")]
mod doors;
mod file;
mod model;
#[cfg(feature = "ledger-postgres")]
mod postgres;
mod recorder;
mod records;
mod rights;
mod tool;
#[cfg(feature = "ledger-postgres")]
mod wire;
mod world;
