//! What a click makes of the answer before, when it holds, and how a browser's answer and an account's combine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod site;

#[path = "answers/accounts.rs"]
mod accounts;
#[path = "answers/changes.rs"]
mod changes;
