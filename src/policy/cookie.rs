//! The cookie that keeps the visitor's answer.

use serde::{Deserialize, Serialize};

use super::period::Period;

/// Where the visitor's answer is kept, and for how long at most.
///
/// A grant lapses by the regime's own term, long before the cookie does.
///
/// # Example
/// ```
/// use consent_gate::policy::{ConsentCookie, Period};
///
/// let cookie = ConsentCookie::default();
/// assert_eq!(cookie.name_or_default(), "__Host-consent");
/// assert_eq!(cookie.max_age, Period::days(400));
///
/// assert_eq!(cookie.domain("shop.example").name_or_default(), "__Secure-consent");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ConsentCookie {
    /// The name. Default: as [`name_or_default`](Self::name_or_default) says.
    ///
    /// A name that starts with `__Host-` contradicts a [`domain`](Self::domain) (RFC 6265bis §4.1.3.2); [`Gate::new`](crate::Gate::new)
    /// reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The `Max-Age` of the cookie: at most, and by default, [`LONGEST`](Self::LONGEST).
    #[serde(skip_serializing_if = "is_longest")]
    pub max_age: Period,
    /// The domain whose hosts share the answer. Default: the answer belongs to one host alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

impl ConsentCookie {
    /// The longest time that browsers keep a cookie: 400 days (RFC 6265bis §5.5).
    pub const LONGEST: Period = Period::days(400);

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the `Max-Age`.
    #[must_use]
    pub const fn max_age(mut self, max_age: Period) -> Self {
        self.max_age = max_age;
        self
    }

    /// Sets the domain whose hosts share the answer.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// The name: the declared one, or else `__Host-consent`, or `__Secure-consent` where a
    /// [`domain`](Self::domain) is declared.
    #[must_use]
    pub fn name_or_default(&self) -> &str {
        match (&self.name, &self.domain) {
            (Some(name), _) => name,
            (None, None) => "__Host-consent",
            (None, Some(_)) => "__Secure-consent",
        }
    }
}

impl Default for ConsentCookie {
    fn default() -> Self {
        Self { name: None, max_age: Self::LONGEST, domain: None }
    }
}

fn is_longest(max_age: &Period) -> bool {
    *max_age == ConsentCookie::LONGEST
}
