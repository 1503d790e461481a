//! The manifest, and the guard in a real Chromium.
//!
//! R27 (pixels, stores and beacons pass the gate), R29 (keys to remove), R42 and X7 (Consent Mode), F14 and T12 where they
//! concern what a script can see: the tests' names hold the ids.

mod consent_mode;
mod doors;
mod manifest;
mod server;
mod signal;
mod speculation;
mod stores;
mod update;
mod vectors;
