//! The style sheet, and the two ways past a `Content-Security-Policy`: a file whose address names its content, and a hash.

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};

#[derive(Clone)]
pub(super) struct Style {
    name: String,
    source: String,
}

impl Style {
    pub(super) const TEXT: &'static str = include_str!("style.css");

    pub(super) fn new() -> Self {
        let hash = Sha256::digest(Self::TEXT.as_bytes());
        Self { name: HEXLOWER.encode(&hash[..8]), source: format!("'sha256-{}'", BASE64.encode(&hash)) }
    }

    /// A name that changes with the text.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The source expression (CSP Level 3 §2.3.1).
    pub(super) fn source(&self) -> &str {
        &self.source
    }
}
