//! Verdicts on what a response would store, load or write.
//!
//! Each looks a name up among the declared trackers and asks the fold; nothing here decides by itself.
//!
//! What is not declared is denied, or let through where the policy says so. What cannot even be read as a name or an
//! address is denied always: a rule for undeclared things cannot be meant for it.

mod attributes;
mod deferred;
mod door;
mod erasure;
mod line;
mod page;
mod set_cookie;
pub(crate) mod stamp;

pub(crate) use attributes::CookieAttributes;
pub(crate) use door::{Asked, Destination, Door};
#[cfg(feature = "browser")]
pub(crate) use erasure::erases;
pub use line::CookieLine;
pub(crate) use page::Audience;
pub use page::PageHeader;
pub use set_cookie::{CookieVerdict, LineEdit};

use crate::compiled::{Compiled, Kind, TrackerId, TrackerTerms};
use crate::consent::{Consent, Provision, Said};
use crate::policy::{Technology, Undeclared};
use crate::terms::spelling::Word;
use crate::wire::address::{Address, AddressError};
use crate::{AllowReason, Category, Decision, DenyReason};
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

/// Why a text names no browser store.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0:?} is no storage; use \"local\", \"session\" or \"indexed-db\"")]
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

/// One visitor's consent beside the declared trackers.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) compiled: &'a Compiled,
    pub(crate) consent: &'a Consent,
    pub(crate) said: Said<'a>,
}

/// A verdict, and the tracker that it was looked up as.
pub(crate) type Judged = (Decision, Option<TrackerId>);

impl Judge<'_> {
    /// Decides about a declared tracker.
    pub(crate) fn tracker(&self, tracker: TrackerId) -> Decision {
        let terms = self.compiled.terms(tracker);
        let TrackerTerms { category, exemption, .. } = *terms;
        self.provided(&Provision { category, exemption, provider: self.compiled.provider_of(terms) })
    }

    /// Decides about something on the given terms.
    pub(crate) fn provided(&self, terms: &Provision<'_>) -> Decision {
        self.consent.tracker(terms, self.said)
    }

    /// Whether a cookie of this name may be written or read.
    pub(crate) fn cookie_name(&self, name: &str) -> Judged {
        match name == self.compiled.cookie_name {
            true => (Decision::Deny(DenyReason::Reserved), None),
            false => self.declared(self.compiled.find(Kind::Cookie, name)),
        }
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
        optional.fold((false, false), |(hidden, _), tracker| (hidden || self.tracker(tracker).is_deny(), true))
    }

    /// Whether this key may be written to, or read from, a browser store.
    pub(crate) fn storage(&self, storage: Storage, key: &str) -> Judged {
        self.declared(self.compiled.find(Kind::of(storage.technology()), key))
    }

    /// Whether this address may be loaded, framed or sent to.
    ///
    /// A relative address is one of every own host: a tracker that any of them declares at that path counts.
    pub(crate) fn address(&self, address: &str) -> Judged {
        let first_party = (Decision::Allow(AllowReason::FirstParty), None);
        match Address::parse(address) {
            Ok(Address::Relative { text }) => {
                // Any of our hosts may be the page's: of several trackers, one that is denied counts.
                let hosts = self.compiled.own_address_hosts();
                let origins = hosts.flat_map(|host| ["https", "http"].map(|scheme| format!("{scheme}://{host}{text}")));
                let mut found = origins.filter_map(|address| self.compiled.find(Kind::Address, &address));
                let judged = |tracker| (self.tracker(tracker), Some(tracker));
                let Some(first) = found.next().map(judged) else { return first_party };
                let denied = |judged: &Judged| judged.0.is_deny();
                if denied(&first) { first } else { found.map(judged).find(denied).unwrap_or(first) }
            }
            Ok(address @ Address::Absolute { .. }) => {
                let tracker = self.compiled.find(Kind::Address, address.text());
                let is_own = self.compiled.is_own(&address);
                if tracker.is_none() && is_own { first_party } else { self.declared(tracker) }
            }
            Err(AddressError::Scheme) => self.declared(None),
            Err(AddressError::Host | AddressError::Port | AddressError::TooLong) => {
                (Decision::Deny(DenyReason::Undeclared), None)
            }
        }
    }

    /// Whether a browser may connect to the origin of this address before it needs anything there.
    ///
    /// It may where an address of the origin is declared and allowed; what is denied there has the reason of the first that
    /// is declared. Where none is, and at our own hosts, the origin is asked like the address of its root.
    pub(crate) fn connection(&self, address: &str) -> Judged {
        let parsed = Address::parse(address);
        let Ok(origin) = parsed.as_ref().map(Address::origin) else { return self.address(address) };
        // The page came from there.
        let Some(origin) = origin else { return (Decision::Allow(AllowReason::FirstParty), None) };
        let judged = |tracker: &TrackerId| (self.tracker(*tracker), Some(*tracker));
        let mut declared = self.compiled.origins.at(origin).iter().map(judged);
        let is_own = parsed.as_ref().is_ok_and(|address| self.compiled.is_own(address));
        match declared.clone().find(|(decision, _)| decision.is_allow()).or_else(|| declared.next().filter(|_| !is_own))
        {
            Some(judged) => judged,
            None => self.address(&format!("{origin}/")),
        }
    }

    fn declared(&self, tracker: Option<TrackerId>) -> Judged {
        match tracker {
            Some(tracker) => (self.tracker(tracker), Some(tracker)),
            None => (self.undeclared(), None),
        }
    }

    /// What the policy says of things that it does not declare.
    pub(crate) fn undeclared(&self) -> Decision {
        match self.compiled.policy.enforce.undeclared {
            Undeclared::Deny => Decision::Deny(DenyReason::Undeclared),
            Undeclared::Report | Undeclared::Allow => Decision::Allow(AllowReason::Undeclared),
        }
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
