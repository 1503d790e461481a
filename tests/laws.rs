//! The laws of the gate, one module each. The first five are exhaustive over a small world.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod site;

#[path = "laws/book.rs"]
mod book;
#[path = "laws/law_1.rs"]
mod law_1;
#[path = "laws/law_1_accounts.rs"]
mod law_1_accounts;
#[path = "laws/world.rs"]
mod world;
