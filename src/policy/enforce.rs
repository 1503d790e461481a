//! What is done where the policy or the region is silent, and with caches.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::serde_forms::is_default;

/// What is done where the policy or the region is silent, and with caches.
///
/// Every default is the strictest choice.
///
/// # Example
/// ```
/// use consent_gate::policy::{CacheRule, Enforce, Undeclared, UnknownRegion};
///
/// let enforce = Enforce::default().unknown_region("DE");
/// assert_eq!(enforce.undeclared, Undeclared::Deny);
/// assert_eq!(enforce.unknown_region, UnknownRegion::Like("DE".to_owned()));
/// assert_eq!(enforce.cache, CacheRule::NoStore);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Enforce {
    /// What becomes of a cookie, an address or a storage key that is not declared. Default: `deny`.
    #[serde(skip_serializing_if = "is_default")]
    pub undeclared: Undeclared,
    /// The regime of a visitor whose region is unknown. Default: `strictest`.
    #[serde(skip_serializing_if = "is_default")]
    pub unknown_region: UnknownRegion,
    /// What caches may do with a response that consent has shaped. Default: `no-store`.
    #[serde(skip_serializing_if = "is_default")]
    pub cache: CacheRule,
}

impl Enforce {
    /// Sets what becomes of a cookie, an address or a storage key that is not declared.
    #[must_use]
    pub const fn undeclared(mut self, undeclared: Undeclared) -> Self {
        self.undeclared = undeclared;
        self
    }

    /// Sets the regime of a visitor whose region is unknown.
    #[must_use]
    pub fn unknown_region(mut self, unknown_region: impl Into<UnknownRegion>) -> Self {
        self.unknown_region = unknown_region.into();
        self
    }

    /// Sets what caches may do with a response that consent has shaped.
    #[must_use]
    pub const fn cache(mut self, cache: CacheRule) -> Self {
        self.cache = cache;
        self
    }
}

/// What becomes of a cookie, an address or a storage key that the policy does not declare.
///
/// In a policy: `deny`, `report`, `allow`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Undeclared {
    /// It is withheld.
    #[default]
    Deny,
    /// It passes, and is reported, so that it can be declared.
    Report,
    /// It passes.
    Allow,
}

/// The regime of a visitor whose region is unknown.
///
/// In a policy: `strictest`, `opt-in`, `opt-out`, or the code of a region.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum UnknownRegion {
    /// The strictest of all regimes.
    #[default]
    Strictest,
    /// Denied until granted.
    OptIn,
    /// Allowed until refused.
    OptOut,
    /// That of a region, by its code: ISO 3166, as in `DE` or `US-CA`.
    ///
    /// Any text that is none of the other spellings; [`Gate::new`](crate::Gate::new) refuses one that is not a region.
    Like(String),
}

impl From<String> for UnknownRegion {
    fn from(text: String) -> Self {
        match text.as_str() {
            "strictest" => Self::Strictest,
            "opt-in" => Self::OptIn,
            "opt-out" => Self::OptOut,
            _ => Self::Like(text),
        }
    }
}

impl From<&str> for UnknownRegion {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<UnknownRegion> for String {
    fn from(region: UnknownRegion) -> Self {
        match region {
            UnknownRegion::Like(code) => code,
            named => named.to_string(),
        }
    }
}

impl fmt::Display for UnknownRegion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Strictest => "strictest",
            Self::OptIn => "opt-in",
            Self::OptOut => "opt-out",
            Self::Like(code) => code,
        })
    }
}

/// What caches may do with a response that consent has shaped.
///
/// In a policy: `no-store`, `revalidate`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CacheRule {
    /// No cache keeps it.
    #[default]
    NoStore,
    /// The visitor's own browser keeps it and asks before each use; a page restored by the back button may be older
    /// than the last choice.
    Revalidate,
}
