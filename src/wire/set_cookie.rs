//! One `Set-Cookie` line, read as browsers store it, and mended without a needless byte.
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
//! A line is mended where it exceeds what its tracker declares:
//!
//! 1. A deletion is never touched.
//! 2. A lifetime above the declared one is shortened to it, in each attribute that exceeds it. For a session all
//!    `Max-Age` and `Expires` attributes go, the unreadable ones too: another reader may understand them.
//! 3. `Secure`, `HttpOnly` and a stricter `SameSite` are added where the floor asks for them. Nothing is loosened.
//! 4. All else keeps its bytes and its place.
//!
//! Name and value together are not measured (browsers ignore more than 4,096 octets), and the rules of name prefixes
//! are not enforced: what a browser would refuse to store does no harm.

use std::borrow::Cow;
use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use memchr::memchr;

use super::date::{cookie_date, http_date};
use crate::same_site::SameSite;

/// The longest value of an attribute that browsers heed, in octets (RFC 6265bis §5.6).
const LONGEST_ATTRIBUTE: usize = 1024;

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

    /// The line with its lifetime cut down to `declared` and its attributes raised to `floor`.
    ///
    /// A `declared` of `None` is a session; one of less than a second deletes the cookie. A line that needs no change,
    /// and any deletion, is returned as it is, borrowed.
    pub(crate) fn conformed(&self, declared: Option<TimeDelta>, floor: Floor, now: DateTime<Utc>) -> Cow<'a, str> {
        let excess = match (self.persistence(now), declared) {
            (Persistence::Deletion, _) => return Cow::Borrowed(self.line),
            (_, None) => self.is_dated,
            (Persistence::Session, Some(_)) => false,
            (Persistence::For(kept), Some(declared)) => kept > declared,
        };
        let cut = match declared {
            _ if !excess => Cut::Nothing,
            None => Cut::All,
            Some(declared) => Cut::above(declared, now),
        };
        let same_site = floor.same_site.filter(|&floor| self.same_site < Some(floor));
        let secure = floor.secure && !self.secure;
        let http_only = floor.http_only && !self.http_only;
        if !excess && !secure && !http_only && same_site.is_none() {
            return Cow::Borrowed(self.line);
        }

        // A date in its longest spelling, and all three attributes.
        let room = 29 + "; Secure; HttpOnly; SameSite=Strict".len();
        let mut mended = String::with_capacity(self.line.len() + room);
        mended.push_str(pair(self.line));
        for attribute in attributes(self.line) {
            let replaced = same_site.is_some() && attribute.kind() == Some(Kind::SameSite);
            if !replaced {
                cut.write(&attribute, &mut mended);
            }
        }
        if secure {
            mended.push_str("; Secure");
        }
        if http_only {
            mended.push_str("; HttpOnly");
        }
        if let Some(same_site) = same_site {
            mended.push_str("; SameSite=");
            mended.push_str(same_site.as_str());
        }
        Cow::Owned(mended)
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

/// The attributes that a tracker's cookie must carry. The default asks for nothing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Floor {
    /// `Secure` is added where it is missing.
    pub(crate) secure: bool,
    /// `HttpOnly` is added where it is missing.
    pub(crate) http_only: bool,
    /// `SameSite` is set to this where it is missing, invalid or weaker.
    pub(crate) same_site: Option<SameSite>,
}

/// What is taken from the lifetime of a line.
enum Cut {
    Nothing,
    /// Every attribute that could lengthen a session.
    All,
    /// Every attribute that exceeds these; no date exceeds a limit beyond the calendar.
    Above {
        seconds: i64,
        date: Option<DateTime<Utc>>,
    },
}

impl Cut {
    fn above(declared: TimeDelta, now: DateTime<Utc>) -> Self {
        let declared = declared.max(TimeDelta::zero());
        Self::Above { seconds: declared.num_seconds(), date: now.checked_add_signed(declared) }
    }

    /// Copies an attribute with its semicolon, or what is left of it.
    fn write(&self, attribute: &Attribute<'_>, mended: &mut String) {
        let value = attribute.value;
        match (self, attribute.kind()) {
            (Self::All, Some(Kind::MaxAge | Kind::Expires)) => {}
            (Self::Above { seconds, .. }, Some(Kind::MaxAge))
                if attribute.is_heeded() && max_age(value).is_some_and(|found| found > *seconds) =>
            {
                attribute.write_with(*seconds, mended);
            }
            (Self::Above { date: Some(limit), .. }, Some(Kind::Expires))
                if attribute.is_heeded() && cookie_date(value).is_some_and(|found| found > *limit) =>
            {
                attribute.write_with(http_date(*limit), mended);
            }
            _ => mended.push_str(attribute.text),
        }
    }
}

/// One attribute of a line.
struct Attribute<'a> {
    /// As it stands, with the semicolon before it.
    text: &'a str,
    name: &'a str,
    value: &'a str,
    /// Where the value starts in `text`.
    value_start: usize,
}

/// The attributes that matter here.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Domain,
    Expires,
    HttpOnly,
    MaxAge,
    Partitioned,
    Path,
    SameSite,
    Secure,
}

impl<'a> Attribute<'a> {
    /// Reads a text that starts with a semicolon and holds no other.
    fn read(text: &'a str) -> Self {
        let name_end = text.bytes().position(|byte| byte == b'=').unwrap_or(text.len());
        let value = trim_start(text.get(name_end + 1..).unwrap_or_default());
        Self {
            text,
            name: trim_start(trim_end(&text[1..name_end])),
            value: trim_end(value),
            value_start: text.len() - value.len(),
        }
    }

    fn kind(&self) -> Option<Kind> {
        const KINDS: [(&str, Kind); 8] = [
            ("Path", Kind::Path),
            ("Max-Age", Kind::MaxAge),
            ("Expires", Kind::Expires),
            ("Secure", Kind::Secure),
            ("HttpOnly", Kind::HttpOnly),
            ("SameSite", Kind::SameSite),
            ("Domain", Kind::Domain),
            ("Partitioned", Kind::Partitioned),
        ];
        KINDS.iter().find(|(name, _)| self.name.eq_ignore_ascii_case(name)).map(|&(_, kind)| kind)
    }

    fn is_heeded(&self) -> bool {
        self.value.len() <= LONGEST_ATTRIBUTE
    }

    /// Copies the attribute with another value, and the white space around it as it stands.
    fn write_with(&self, value: impl std::fmt::Display, mended: &mut String) {
        mended.push_str(&self.text[..self.value_start]);
        // Writing to a `String` cannot fail.
        let _ = write!(mended, "{value}");
        mended.push_str(&self.text[self.value_start + self.value.len()..]);
    }
}

/// Without the white space before it, which belongs to no name and no value.
fn trim_start(text: &str) -> &str {
    let start = text.bytes().position(|byte| !is_white_space(byte));
    &text[start.unwrap_or(text.len())..]
}

/// Without the white space after it.
fn trim_end(text: &str) -> &str {
    let last = text.bytes().rposition(|byte| !is_white_space(byte));
    &text[..last.map_or(0, |last| last + 1)]
}

const fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The part before the first semicolon.
fn pair(line: &str) -> &str {
    &line[..memchr(b';', line.as_bytes()).unwrap_or(line.len())]
}

/// The parts from the first semicolon on, each with the semicolon before it.
fn attributes(line: &str) -> impl Iterator<Item = Attribute<'_>> {
    let mut rest = &line[pair(line).len()..];
    std::iter::from_fn(move || {
        let after = rest.strip_prefix(';')?;
        let length = memchr(b';', after.as_bytes()).unwrap_or(after.len()) + 1;
        let (attribute, following) = rest.split_at(length);
        rest = following;
        Some(Attribute::read(attribute))
    })
}

/// The three values of `SameSite`, in any case (RFC 6265bis §5.6.7).
fn same_site(value: &str) -> Option<SameSite> {
    [SameSite::None, SameSite::Lax, SameSite::Strict]
        .into_iter()
        .find(|same_site| value.eq_ignore_ascii_case(same_site.as_str()))
}

/// The seconds of a `Max-Age`, an optional `-` and digits (RFC 6265bis §5.6.2); too many digits stop at the bounds.
fn max_age(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds =
        digits.bytes().fold(0_i64, |seconds, digit| seconds.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Some(if digits.len() < value.len() { -seconds } else { seconds })
}

#[cfg(test)]
mod tests;
