//! A page that tries every door, in a real Chromium, against the learning platform.
#![cfg(all(feature = "toml", feature = "axum", feature = "html", feature = "browser"))]
// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "hostile/bare.rs"]
mod bare;
mod chromium;
#[path = "hostile/doors/mod.rs"]
mod doors;
#[path = "hostile/gated.rs"]
mod gated;
#[path = "hostile/known.rs"]
mod known;
#[path = "hostile/layers.rs"]
mod layers;
mod learning_platform;
#[path = "hostile/open.rs"]
mod open;
#[path = "hostile/pages.rs"]
mod pages;
#[path = "hostile/placeholder.rs"]
mod placeholder;
#[path = "hostile/visit.rs"]
mod visit;
#[path = "hostile/withdrawn.rs"]
mod withdrawn;
#[path = "hostile/world.rs"]
mod world;
