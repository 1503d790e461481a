//! A `Set-Cookie` line that the gate itself writes.

use super::CookieAttributes;
use crate::Answer;
use crate::compiled::{Compiled, TrackerId};
use cookie::Cookie;
use cookie::time::{Duration, OffsetDateTime};
use std::fmt;

/// The value of one `Set-Cookie` header, ready to be sent.
///
/// It converts into a [`cookie::Cookie`] for hosts that keep a jar; nothing is lost on the way.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// let visitor = testing::undecided(&gate);
/// visitor.refuse(Category::ANALYTICS)?;
/// for line in visitor.finish() {
///     assert!(line.as_str().starts_with("__Host-consent=1."));
///     let cookie = cookie::Cookie::from(&line);
///     assert_eq!(cookie.name(), "__Host-consent");
/// }
/// # Ok::<(), ChangeError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CookieLine(String);

impl CookieLine {
    pub(crate) fn new(cookie: &cookie::Cookie<'_>) -> Self {
        Self(cookie.to_string())
    }

    /// The header's value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CookieLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for CookieLine {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<CookieLine> for String {
    fn from(line: CookieLine) -> Self {
        line.0
    }
}

impl From<&CookieLine> for cookie::Cookie<'static> {
    fn from(line: &CookieLine) -> Self {
        // The line was printed by the same crate, so that it parses; a cookie of the whole text loses nothing either.
        Self::parse(line.0.clone()).unwrap_or_else(|_| Self::from(line.0.clone()))
    }
}

/// The line that stores an answer.
pub(crate) fn answer_line(compiled: &Compiled, answer: &Answer) -> CookieLine {
    let declared = &compiled.policy.cookie;
    let age = Duration::seconds(i64::try_from(declared.max_age.as_seconds()).unwrap_or(i64::MAX));
    let mut stored = consent_cookie(compiled, answer.to_string(), age);
    if let Some(domain) = &declared.domain {
        stored.set_domain(domain.clone());
    }
    CookieLine::new(&stored)
}

/// The lines that store an answer. After several consent cookies, or one that could not be read, the host-only twin of a
/// cookie with a domain is expired first: it would be sent beside the new one.
pub(crate) fn answer_lines(compiled: &Compiled, answer: &Answer, had_others: bool) -> Vec<CookieLine> {
    let twin = (had_others && compiled.policy.cookie.domain.is_some()).then(|| deleted(compiled, None));
    twin.into_iter().chain([answer_line(compiled, answer)]).collect()
}

/// The lines that delete an answer wherever it can be.
pub(crate) fn deletion_lines(compiled: &Compiled) -> Vec<CookieLine> {
    let with_domain = compiled.policy.cookie.domain.as_ref().map(|domain| deleted(compiled, Some(domain)));
    std::iter::once(deleted(compiled, None)).chain(with_domain).collect()
}

fn deleted(compiled: &Compiled, domain: Option<&String>) -> CookieLine {
    let mut cookie = consent_cookie(compiled, String::new(), Duration::ZERO);
    cookie.set_expires(OffsetDateTime::UNIX_EPOCH);
    if let Some(domain) = domain {
        cookie.set_domain(domain.clone());
    }
    CookieLine::new(&cookie)
}

fn consent_cookie(compiled: &Compiled, value: String, age: Duration) -> Cookie<'_> {
    Cookie::build((compiled.cookie_name.as_str(), value))
        .path("/")
        .max_age(age)
        .http_only(true)
        .same_site(cookie::SameSite::Lax)
        .secure(!compiled.deployment.is_plain_http())
        .build()
}

/// The line of a declared cookie, with its declared attributes.
pub(crate) fn declared_line(compiled: &Compiled, tracker: TrackerId, name: &str, value: &str) -> CookieLine {
    let attributes = CookieAttributes::new(name, compiled.declared(tracker), &compiled.deployment);
    let mut cookie = attributes.cookie(name, value);
    if let Some(domain) = attributes.domain() {
        cookie = cookie.domain(domain);
    }
    if let Some(lifetime) = compiled.terms(tracker).lifetime {
        cookie = cookie.max_age(Duration::seconds(lifetime.num_seconds()));
    }
    CookieLine::new(&cookie.build())
}
