//! The laws of the gate, one module each. The first five are exhaustive over a small world.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod site;

#[path = "laws/book.rs"]
mod book;
#[path = "laws/browser.rs"]
mod browser;
#[path = "laws/law_1.rs"]
mod law_1;
#[path = "laws/law_10.rs"]
mod law_10;
#[path = "laws/law_1_accounts.rs"]
mod law_1_accounts;
#[path = "laws/law_2.rs"]
mod law_2;
#[path = "laws/law_3.rs"]
mod law_3;
#[path = "laws/law_4.rs"]
mod law_4;
#[path = "laws/law_5.rs"]
mod law_5;
#[path = "laws/law_6.rs"]
mod law_6;
#[path = "laws/law_7.rs"]
mod law_7;
#[path = "laws/law_8.rs"]
mod law_8;
#[path = "laws/world.rs"]
mod world;
