//! A cookie or similar technology, as the policy declares it.

use serde::{Deserialize, Serialize};

use super::lifetime::Lifetime;
use super::serde_forms::is_default;
use super::technology::Technology;
use super::text::Text;
use crate::terms::rule::Exemption;
use crate::terms::same_site::SameSite;

/// Something that is stored, read, loaded or sent: cookies and similar technologies.
///
/// It is matched by name among its kind: cookies, each of the storages, or addresses, which are one kind whatever loads
/// them. The attributes of a cookie do not change what is decided; they say how it was set, so that it can be deleted,
/// and what it must at least carry.
///
/// # Example
/// ```
/// use consent_gate::policy::{Lifetime, Period, Technology, Tracker};
///
/// let tracker = Tracker {
///     provider: Some("lumen".to_owned()),
///     lifetime: Some(Lifetime::For(Period::days(395))),
///     ..Tracker::new("_lum*", Technology::Cookie, "analytics")
/// };
/// assert_eq!(tracker.path(), "/");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tracker {
    /// The name of the cookie or the storage key, or an absolute address that stands for all below it. Required.
    ///
    /// Case-sensitive; exact, or a literal of three or more characters and a final `*`.
    pub name: String,
    /// By what means. Required.
    pub technology: Technology,
    /// The [`id`](crate::policy::CategoryDeclaration::id) of its category, or `essential`. Required.
    pub category: String,
    /// The [`id`](crate::policy::Provider::id) of its provider. Default: none, it is the site's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// How long it stays. Default: not stated, which [`Gate::new`](crate::Gate::new) refuses for a cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<Lifetime>,
    /// The cookie's `Domain`. Default: none, the cookie is host-only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The cookie's `Path`. Default: as [`path`](Self::path) says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether the cookie is set `Partitioned`. A line that the gate writes then has `Secure`, and `SameSite=None` unless
    /// [`same_site`](Self::same_site) declares another. Default: `false`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub partitioned: bool,
    /// Whether `Secure` is added to the cookie where it is missing. Default: `false`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub secure: bool,
    /// Whether `HttpOnly` is added to the cookie where it is missing. Default: `false`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub http_only: bool,
    /// The `SameSite` that is added to the cookie where it is missing. Default: none is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_site: Option<SameSite>,
    /// The ground on which a regime may let it go without consent. Default: none is claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Exemption>,
    /// What it is for, in plain words. Default: empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub purpose: Text,
}

impl Tracker {
    /// A tracker of the site's own, without a lifetime.
    #[must_use]
    pub fn new(name: impl Into<String>, technology: Technology, category: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            technology,
            category: category.into(),
            provider: None,
            lifetime: None,
            domain: None,
            path: None,
            partitioned: false,
            secure: false,
            http_only: false,
            same_site: None,
            exemption: None,
            purpose: Text::default(),
        }
    }

    /// The cookie's path: the declared one, or else `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_deref().unwrap_or("/")
    }
}
