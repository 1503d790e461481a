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
/// use consent_gate::policy::{Period, Technology, Tracker};
///
/// let tracker = Tracker::new("_lum*", Technology::Cookie, "analytics").provider("lumen").lifetime(Period::days(395));
/// assert_eq!(tracker.path_or_root(), "/");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Tracker {
    /// The name of the cookie or the storage key, or an absolute address that covers all below it. Required.
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
    /// The cookie's `Path`. Default: as [`path_or_root`](Self::path_or_root) says.
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
    /// The ground on which a regime may allow it without consent. Default: none is claimed.
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

    /// Sets the id of its provider.
    #[must_use]
    pub fn provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = Some(provider.into());
        self
    }

    /// Sets how long it stays.
    #[must_use]
    pub fn lifetime(mut self, lifetime: impl Into<Lifetime>) -> Self {
        self.lifetime = Some(lifetime.into());
        self
    }

    /// Sets the cookie's `Domain`.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets the cookie's `Path`.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets whether the cookie is set `Partitioned`.
    #[must_use]
    pub const fn partitioned(mut self, partitioned: bool) -> Self {
        self.partitioned = partitioned;
        self
    }

    /// Sets whether `Secure` is added where it is missing.
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Sets whether `HttpOnly` is added where it is missing.
    #[must_use]
    pub const fn http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// Sets the `SameSite` that is added where it is missing.
    #[must_use]
    pub const fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = Some(same_site);
        self
    }

    /// Sets the ground on which a regime may allow it without consent.
    #[must_use]
    pub const fn exemption(mut self, exemption: Exemption) -> Self {
        self.exemption = Some(exemption);
        self
    }

    /// Sets what it is for.
    #[must_use]
    pub fn purpose(mut self, purpose: impl Into<Text>) -> Self {
        self.purpose = purpose.into();
        self
    }

    /// The cookie's path: the declared one, or else `/`.
    #[must_use]
    pub fn path_or_root(&self) -> &str {
        self.path.as_deref().unwrap_or("/")
    }
}
