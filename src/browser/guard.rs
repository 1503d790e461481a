//! The guard script, as it is served.

/// The guard, minified: JavaScript, to be served as `text/javascript; charset=utf-8` or inline.
///
/// # Example
/// ```
/// use consent_gate::browser::{GUARD, GUARD_HASH};
///
/// assert!(GUARD.len() <= 6_144);
/// assert!(GUARD_HASH.starts_with("sha256-"));
/// ```
pub const GUARD: &str = include_str!("guard.min.js");

/// The hash of [`GUARD`], as `script-src` (within single quotes) and `integrity` take it: `sha256-…` in base64.
pub const GUARD_HASH: &str = include_str!("guard.min.js.hash");

/// A name to serve the guard under that changes with its content, as in `consent-gate.5I7zTMLPo6E5.js`.
#[must_use]
pub fn guard_file_name() -> String {
    let digest = GUARD_HASH.trim_start_matches("sha256-").chars().filter(char::is_ascii_alphanumeric).take(12);
    format!("consent-gate.{}.js", digest.collect::<String>())
}

/// The `ETag` of the guard, quotes included.
#[must_use]
pub fn guard_etag() -> String {
    format!("\"{GUARD_HASH}\"")
}
