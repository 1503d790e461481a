//! What stands first in a page's `<head>`.

use super::element::{attribute, script};
use super::guard::{GUARD, GUARD_HASH};
use super::manifest::Manifest;
use std::fmt;

/// The manifest and the guard, as the first lines of a page's `<head>`, in the order in which they must stand.
///
/// Either inline, with the page's nonce, or with the guard in a file, so that no inline code is left.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// use consent_gate::browser::{GUARD_HASH, Head, Manifest, guard_file_name};
///
/// let manifest = Manifest::new(&testing::refused(&gate)).consent_mode();
/// let head = Head::new(manifest).guard_at(format!("/assets/{}", guard_file_name())).endpoint("/privacy/manifest.json");
/// let html = head.html();
/// assert!(html.starts_with(r#"<script type="application/json" id="consent-gate">{"#));
/// assert!(html.contains(&format!(r#" integrity="{GUARD_HASH}""#)));
/// ```
#[derive(Clone)]
pub struct Head {
    manifest: Manifest,
    nonce: Option<String>,
    guard_at: Option<String>,
    endpoint: Option<String>,
}

impl Head {
    /// Both inline, without a nonce.
    #[must_use]
    pub const fn new(manifest: Manifest) -> Self {
        Self { manifest, nonce: None, guard_at: None, endpoint: None }
    }

    /// Sets the nonce of the page's `Content-Security-Policy`. Default: none.
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// Sets the address that [`GUARD`] is served at, as a file of its own. Default: it stands inline.
    #[must_use]
    pub fn guard_at(mut self, address: impl Into<String>) -> Self {
        self.guard_at = Some(address.into());
        self
    }

    /// Sets the address, of the page's own origin, that answers with [`Manifest::json`] for the request's visitor: the guard
    /// asks it when a page comes back from the back/forward cache, and when `consentGate.update()` is called without a
    /// manifest. Default: none, and then only the signal of the browser is looked at anew.
    #[must_use]
    pub fn endpoint(mut self, address: impl Into<String>) -> Self {
        self.endpoint = Some(address.into());
        self
    }

    /// The HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let nonce = self.nonce.as_deref();
        let mut attributes = self.endpoint.as_ref().map_or_else(String::new, |at| attribute("data-manifest", at));
        let code = match &self.guard_at {
            Some(address) => {
                attributes.push_str(&attribute("src", address));
                attributes.push_str(&attribute("integrity", GUARD_HASH));
                ""
            }
            None => GUARD,
        };
        self.manifest.block(nonce) + &script(nonce, &attributes, code)
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The nonce stays out of logs.
        let Self { manifest, guard_at, endpoint, .. } = self;
        f.debug_struct("Head")
            .field("manifest", manifest)
            .field("guard_at", guard_at)
            .field("endpoint", endpoint)
            .finish_non_exhaustive()
    }
}
