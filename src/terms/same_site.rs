//! The `SameSite` attribute of a cookie, as a term that the policy and the response headers share.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which requests from other sites carry a cookie.
///
/// Ordered by strictness, so that a floor is a maximum. Spelt `none`, `lax`, `strict` in a policy and `None`, `Lax`,
/// `Strict` in a header (RFC 6265bis §5.6.7).
///
/// # Example
/// ```
/// use consent_gate::policy::SameSite;
///
/// assert_eq!(SameSite::None.max(SameSite::Lax), SameSite::Lax);
/// assert_eq!(SameSite::Lax.as_str(), "Lax");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SameSite {
    /// Sent with every request; browsers keep it only with `Secure`.
    None,
    /// Sent with requests from the same site, and with top-level navigations from others.
    Lax,
    /// Sent with requests from the same site only.
    Strict,
}

impl SameSite {
    /// The value in a `Set-Cookie` header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Lax => "Lax",
            Self::Strict => "Strict",
        }
    }
}

impl fmt::Display for SameSite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_site_is_ordered_by_strictness_and_spelt_in_lower_case_in_a_policy() {
        let by_strictness = [SameSite::None, SameSite::Lax, SameSite::Strict];
        assert!(by_strictness.is_sorted_by(|looser, stricter| looser < stricter));
        for same_site in by_strictness {
            assert_eq!(serde_json::to_value(same_site).unwrap(), same_site.as_str().to_ascii_lowercase());
        }
    }
}
