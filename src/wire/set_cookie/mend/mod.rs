//! A line is mended where it exceeds what its tracker declares:
//!
//! 1. A deletion is never touched.
//! 2. A lifetime above the declared one is shortened to it, in each attribute that exceeds it. For a session all
//!    `Max-Age` and `Expires` attributes go, the unreadable ones too: another reader may understand them.
//! 3. `Secure`, `HttpOnly` and a stricter `SameSite` are added where the floor asks for them. Nothing is loosened.
//! 4. All else keeps its bytes and its place.

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};

use super::attribute::{Attribute, Kind, attributes, max_age, pair};
use super::{Persistence, SetCookie};
use crate::terms::same_site::SameSite;
use crate::wire::date::{cookie_date, http_date};

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

impl<'a> SetCookie<'a> {
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

#[cfg(test)]
mod tests;
