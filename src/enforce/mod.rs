//! Verdicts on what a response would store, load or write.
//!
//! Each looks a name up among the declared trackers and asks the fold; nothing here decides by itself.
//!
//! What is not declared is denied, or let through where the policy says so. What cannot even be read as a name or an
//! address is denied always: a rule for undeclared things cannot be meant for it.

mod address;
mod attributes;
mod deferred;
mod door;
mod erasure;
mod line;
mod page;
mod set_cookie;
pub(crate) mod stamp;
mod tracker;

pub(crate) use attributes::CookieAttributes;
pub(crate) use door::{Asked, Destination, HeaderDoor};
#[cfg(feature = "browser")]
pub(crate) use erasure::erases;
pub use line::CookieLine;
pub(crate) use line::{answer_line, answer_lines, declared_line, deletion_lines};
pub(crate) use page::Audience;
pub use page::PageHeader;
pub use set_cookie::{CookieVerdict, LineEdit};
pub(crate) use tracker::{Verdict, undeclared};

use crate::compiled::{Compiled, Kind};
use crate::consent::{Consent, NamedProviders};
use crate::policy::Technology;
use crate::terms::spelling::Word;
use crate::{Category, Decision, DenyReason};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// A browser store that scripts write by key.
///
/// # Example
/// ```
/// use consent_gate::Storage;
///
/// assert_eq!("indexed-db".parse(), Ok(Storage::IndexedDb));
/// assert_eq!(Storage::Local.as_str(), "local");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Storage {
    /// `localStorage`.
    Local,
    /// `sessionStorage`.
    Session,
    /// An IndexedDB database, by its name.
    IndexedDb,
}

impl Storage {
    /// The name in texts: `local`, `session`, `indexed-db`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Session => "session",
            Self::IndexedDb => "indexed-db",
        }
    }

    /// The technology that a policy declares for it.
    #[must_use]
    pub const fn technology(self) -> Technology {
        match self {
            Self::Local => Technology::LocalStorage,
            Self::Session => Technology::SessionStorage,
            Self::IndexedDb => Technology::IndexedDb,
        }
    }
}

/// Why a text is not the name of a browser store.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0:?} is not a valid storage: write \"local\", \"session\" or \"indexed-db\"")]
pub struct UnknownStorage(String);

impl std::str::FromStr for Storage {
    type Err = UnknownStorage;

    /// Reads a store by its name.
    ///
    /// # Errors
    /// [`UnknownStorage`] for every other text: `localStorage`, `Local`, the empty text.
    fn from_str(text: &str) -> Result<Self, UnknownStorage> {
        crate::terms::spelling::find(text).ok_or_else(|| UnknownStorage(text.chars().take(64).collect()))
    }
}

/// One visitor's consent, and the policy whose trackers are decided by it.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) compiled: &'a Compiled,
    pub(crate) consent: &'a Consent,
    pub(crate) named: NamedProviders<'a>,
}

impl Judge<'_> {
    /// Whether a cookie of this name may be written or read.
    pub(crate) fn cookie_name(&self, name: &str) -> Verdict {
        if name == self.compiled.cookie_name {
            return Verdict::without_tracker(Decision::Deny(DenyReason::Reserved));
        }
        self.verdict_or_undeclared(self.compiled.find(Kind::Cookie, name))
    }

    /// Whether a handler must not read a cookie of this name: a declared one that is denied. One that nothing declares is
    /// not known to be a tracker, and may be the framework's session. Both flags: is it hidden, and might another visitor
    /// get another verdict.
    ///
    /// Frameworks decode the names of cookies and take more for white space than browsers do: a name hides what they make
    /// of it, too.
    pub(crate) fn hides(&self, name: &[u8]) -> (bool, bool) {
        let Ok(name) = std::str::from_utf8(name) else { return (false, false) };
        let decoded = percent_decoded(name);
        let trackers = [name, decoded.trim()].map(|name| self.compiled.find(Kind::Cookie, name));
        let optional = trackers
            .into_iter()
            .flatten()
            .filter(|tracker| self.compiled.terms(*tracker).category != Category::ESSENTIAL);
        optional.fold((false, false), |(hidden, _), tracker| (hidden || self.decide_tracker(tracker).is_deny(), true))
    }

    /// Whether this key may be written to, or read from, a browser store.
    pub(crate) fn storage(&self, storage: Storage, key: &str) -> Verdict {
        self.verdict_or_undeclared(self.compiled.find(Kind::from_technology(storage.technology()), key))
    }
}

/// A name with its percent-encoding resolved.
fn percent_decoded(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return name.into();
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        let digits = digits.filter(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let decoded = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned().into()
}

impl Word for Storage {
    const KIND: &'static str = "storage";
    const ALL: &'static [Self] = &[Self::Local, Self::Session, Self::IndexedDb];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl fmt::Display for Storage {
    /// The stable word.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
