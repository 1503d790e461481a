//! A page that tries every door, in a real Chromium, against the learning platform.

mod bare;
mod doors;
mod gated;
mod known;
mod layers;
mod open;
mod pages;
mod placeholder;
mod visit;
mod withdrawn;
mod world;
