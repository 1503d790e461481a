//! The testable rules (R…) of `docs/rules.md`, by their numbers: what the gate decides, writes and refuses to build.
//!
//! A rule whose table stands in a unit test is not repeated here: R13 in `src/terms/signal.rs`, R5 and the merging in
//! `src/wire/reading.rs`, R6's resolution in `src/regime/resolve.rs`. Where the design decides otherwise than a rule's
//! wording, the design holds and the test says so.

mod cookies;
mod core;
mod presets;
mod signals;
