//! The ledger, on each of its stores.
//!
//! `conformance` holds all stores to the same outcome; what only one of them can suffer stands in a file of its own.
#![cfg(all(feature = "ledger", feature = "toml"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "ledger/answers.rs"]
mod answers;
#[path = "ledger/conformance.rs"]
mod conformance;
#[path = "ledger/file.rs"]
mod file;
#[path = "ledger/model.rs"]
mod model;
#[cfg(feature = "ledger-postgres")]
#[path = "ledger/postgres.rs"]
mod postgres;
#[path = "ledger/recorder.rs"]
mod recorder;
#[path = "ledger/records.rs"]
mod records;
#[path = "ledger/rights.rs"]
mod rights;
#[path = "ledger/tool.rs"]
mod tool;
#[cfg(feature = "ledger-postgres")]
#[path = "ledger/wire.rs"]
mod wire;
#[path = "ledger/world.rs"]
mod world;
