//! One `Set-Cookie` line, read as browsers store it; [`mend`] mends it without a needless byte.
//!
//! Reading follows RFC 6265bis §5.6 (draft-ietf-httpbis-rfc6265bis-22):
//!
//! 1. A line with a control character other than TAB is refused. Browsers drop such a line; here it must not pass,
//!    because what stands between may split it.
//! 2. The part before the first `;` is the name, up to its first `=`, and the value. Without a `=` the name is empty
//!    and all of it is the value.
//! 3. The other parts are attributes, split in the same way; without a `=` their value is empty. Their names know no
//!    case. A value of more than 1,024 octets makes a browser ignore the attribute.
//! 4. Spaces and TABs around names and values belong to neither.
//! 5. Of several attributes of one name the last counts. A `Max-Age` or `Expires` that cannot be read does not count
//!    at all, and any readable `Max-Age` counts before every `Expires`.
//! 6. A `Max-Age` is an optional `-` and digits. Zero, a negative one, or a date not after now deletes the cookie.
//!
//! Name and value together are not measured (browsers ignore more than 4,096 octets), and the rules of name prefixes
//! are not enforced: what a browser would refuse to store does no harm.

mod attribute;
mod mend;

use chrono::{DateTime, TimeDelta, Utc};
use memchr::memchr;

use self::attribute::{Attribute, Kind, attributes, max_age, pair, same_site, trim_end, trim_start};
pub(crate) use self::mend::Floor;
use super::date::cookie_date;
use crate::terms::same_site::SameSite;

/// One `Set-Cookie` line, without the name of the header.
///
/// Holds what a browser would store of it, and borrows from it. Made in one pass, without allocation.
#[derive(Clone, Debug)]
pub(crate) struct SetCookie<'a> {
    line: &'a str,
    name: &'a str,
    value: &'a str,
    /// The last readable one, in seconds; those that overflow stop at the bounds.
    max_age: Option<i64>,
    /// The last readable one.
    expires: Option<DateTime<Utc>>,
    /// Whether there is any `Max-Age` or `Expires`, readable or not.
    is_dated: bool,
    domain: Option<&'a str>,
    path: Option<&'a str>,
    same_site: Option<SameSite>,
    secure: bool,
    http_only: bool,
    partitioned: bool,
}

impl<'a> SetCookie<'a> {
    /// Reads a line. Whatever a browser would store can be read.
    ///
    /// # Errors
    ///
    /// [`ControlCharacter`] for `sid=1\r\nSet-Cookie: _adl=2`, `sid=\0`, `sid=1; Path=/\u{7f}`.
    pub(crate) fn parse(line: &'a str) -> Result<Self, ControlCharacter> {
        let is_refused = |byte: &u8| *byte != b'\t' && byte.is_ascii_control();
        // Without an early end, many bytes are compared at a time; the second look is for the rare line.
        if line.bytes().fold(false, |found, byte| found | is_refused(&byte)) {
            return Err(ControlCharacter(line.bytes().find(is_refused).unwrap_or_default()));
        }
        let pair = pair(line);
        let (name, value) = match pair.bytes().position(|byte| byte == b'=') {
            Some(place) => (&pair[..place], &pair[place + 1..]),
            None => ("", pair),
        };
        let mut cookie = Self {
            line,
            name: trim_start(trim_end(name)),
            value: trim_start(trim_end(value)),
            max_age: None,
            expires: None,
            is_dated: false,
            domain: None,
            path: None,
            same_site: None,
            secure: false,
            http_only: false,
            partitioned: false,
        };
        for attribute in attributes(line) {
            cookie.heed(&attribute);
        }
        Ok(cookie)
    }

    /// The name under which a browser stores the cookie; empty where the line has none.
    pub(crate) fn name(&self) -> &'a str {
        self.name
    }

    /// The name under which a server gets the cookie back.
    ///
    /// A browser sends a cookie without a name as its bare value. So `=sid=x` comes back as `sid=x`, which a server
    /// reads as `sid`: a line is judged by this name, or it could write any cookie without naming it.
    pub(crate) fn stored_name(&self) -> &'a str {
        if !self.name.is_empty() {
            return self.name;
        }
        trim_end(&self.value[..memchr(b'=', self.value.as_bytes()).unwrap_or(self.value.len())])
    }

    /// How long a browser keeps the cookie.
    pub(crate) fn persistence(&self, now: DateTime<Utc>) -> Persistence {
        let kept = match (self.max_age, self.expires) {
            (Some(seconds), _) => TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX),
            (None, Some(expires)) => expires - now,
            (None, None) => return Persistence::Session,
        };
        if self.max_age.is_some_and(|seconds| seconds <= 0) || kept <= TimeDelta::zero() {
            return Persistence::Deletion;
        }
        Persistence::For(kept)
    }

    /// The host that `Domain` names, as it is written but without a leading dot; `None` for a host-only cookie.
    ///
    /// Browsers compare it without regard to case.
    pub(crate) fn domain(&self) -> Option<&'a str> {
        self.domain
    }

    /// The value of `Path`; `None` where the browser takes the directory of the request, as it does for `Path=a`.
    pub(crate) fn path(&self) -> Option<&'a str> {
        self.path
    }

    /// Whether the cookie is kept apart for each top-level site (`Partitioned`).
    pub(crate) fn partitioned(&self) -> bool {
        self.partitioned
    }

    /// Whether the cookie is sent over secure connections only.
    #[cfg(test)]
    pub(crate) fn secure(&self) -> bool {
        self.secure
    }

    /// Whether the cookie is hidden from scripts.
    #[cfg(test)]
    pub(crate) fn http_only(&self) -> bool {
        self.http_only
    }

    /// The effective `SameSite`; `None` where there is none, or the last is none of the three, and the browser's
    /// default applies.
    #[cfg(test)]
    pub(crate) fn same_site(&self) -> Option<SameSite> {
        self.same_site
    }

    fn heed(&mut self, attribute: &Attribute<'a>) {
        let kind = attribute.kind();
        self.is_dated |= matches!(kind, Some(Kind::MaxAge | Kind::Expires));
        if !attribute.is_heeded() {
            return;
        }
        let value = attribute.value;
        match kind {
            Some(Kind::MaxAge) => self.max_age = max_age(value).or(self.max_age),
            Some(Kind::Expires) => self.expires = cookie_date(value).or(self.expires),
            Some(Kind::Domain) => {
                let host = value.strip_prefix('.').unwrap_or(value);
                self.domain = Some(host).filter(|host| !host.is_empty());
            }
            Some(Kind::Path) => self.path = Some(value).filter(|path| path.starts_with('/')),
            Some(Kind::SameSite) => self.same_site = same_site(value),
            Some(Kind::Secure) => self.secure = true,
            Some(Kind::HttpOnly) => self.http_only = true,
            Some(Kind::Partitioned) => self.partitioned = true,
            None => {}
        }
    }
}

/// Why a line is refused: it holds this control character.
///
/// The line itself is not repeated: it holds the cookie's value, and an error ends in a log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the set-cookie line holds the control character {0:#04x}")]
pub(crate) struct ControlCharacter(pub(crate) u8);

/// How long a browser keeps a cookie.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Persistence {
    /// Not at all: the line deletes it.
    Deletion,
    /// Until the browser is closed.
    Session,
    /// For this time, which is above zero. A `Max-Age` beyond what chrono can hold is [`TimeDelta::MAX`].
    For(TimeDelta),
}

#[cfg(test)]
mod tests;
