//! Readers of the bytes of requests and responses: what a visitor sent, what a handler wrote, and the names in both.
//!
//! - [`parse`]: one consent cookie value to an [`Answer`](crate::Answer), strictly.
//! - [`mod@print`]: the one spelling of an answer.
//! - [`pairs`]: the pairs of a `Cookie` header, as servers receive them.
//! - [`reading`]: all consent cookies of a request, merged by the strictest.
//! - [`set_cookie`] and [`date`]: the lines that a response would store.
//! - [`field`], [`dictionary`] and [`addresses`]: the other headers of a response, and the addresses in them.
//! - [`relation`]: what browsers do with a link by its `rel`.
//! - [`address`], [`host`], [`origin`] and [`cookie_name`]: addresses, host names, origins and names of cookies.
//! - [`json`]: the texts of a JSON document, for reports and for headers that hold JSON.
//! - [`media_type`]: a `Content-Type` without its parameters.
//!
//! Nothing here decides anything.

pub(crate) mod address;
pub(crate) mod addresses;
pub(crate) mod cookie_name;
pub(crate) mod date;
pub(crate) mod dictionary;
pub(crate) mod field;
pub(crate) mod host;
pub(crate) mod json;
pub(crate) mod media_type;
pub(crate) mod origin;
pub(crate) mod pairs;
pub(crate) mod parse;
mod print;
pub(crate) mod reading;
pub(crate) mod relation;
pub(crate) mod set_cookie;
