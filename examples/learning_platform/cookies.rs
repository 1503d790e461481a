//! Cookies as old code reads and writes them: by hand, and without asking anybody.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::AppendHeaders;
use std::hash::{BuildHasher, Hasher, RandomState};

/// Raw `Set-Cookie` headers, to be put before a handler's body.
pub(crate) type SetCookies = AppendHeaders<Vec<(HeaderName, HeaderValue)>>;

/// These lines, as they stand. One that no header can hold is left out.
pub(crate) fn set(lines: impl IntoIterator<Item = String>) -> SetCookies {
    let headers = lines.into_iter().filter_map(|line| Some((SET_COOKIE, HeaderValue::try_from(line).ok()?)));
    AppendHeaders(headers.collect())
}

/// The value of the first cookie of this name.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = lines.flat_map(cookie::Cookie::split_parse).flatten();
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// A new identifier. Good enough for a demonstration; a real session needs a cryptographic source.
pub(crate) fn new_id() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
