//! What a click makes of the answer before, when it holds, and how a browser's answer and an account's combine.

mod accounts;
mod changes;
