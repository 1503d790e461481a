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
/// let mut cookie = ConsentCookie::default();
/// assert_eq!(cookie.name(), "__Host-consent");
/// assert_eq!(cookie.max_age, Period::days(400));
///
/// cookie.domain = Some("shop.example".to_owned());
/// assert_eq!(cookie.name(), "__Secure-consent");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentCookie {
    /// The name. Default: as [`name`](Self::name) says.
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

    /// The name: the declared one, or else `__Host-consent`, or `__Secure-consent` where a
    /// [`domain`](Self::domain) is declared.
    #[must_use]
    pub fn name(&self) -> &str {
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
