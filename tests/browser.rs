//! The manifest, and the guard in a real Chromium.
//!
//! R27 (pixels, stores and beacons pass the gate), R29 (keys to remove), R42 and X7 (Consent Mode), F14 and T12 where they
//! concern what a script can see: the tests' names hold the ids.
#![cfg(feature = "browser")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod chromium;
mod site;

#[path = "browser/consent_mode.rs"]
mod consent_mode;
#[path = "browser/doors.rs"]
mod doors;
#[path = "browser/manifest.rs"]
mod manifest;
#[path = "browser/server.rs"]
mod server;
#[path = "browser/signal.rs"]
mod signal;
#[path = "browser/stores.rs"]
mod stores;
#[path = "browser/update.rs"]
mod update;
#[path = "browser/vectors.rs"]
mod vectors;
