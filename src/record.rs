//! What is kept as proof of one change of an answer.
//!
//! - Written only when an answer changes: a grant, a refusal, a withdrawal, an opt-out by signal, an expiry.
//! - States are those of the W3C Data Privacy Vocabulary, for each category and for each provider named, before and after.
//!   What was asked about and how it was worded is found by the policy's revision and the language.
//! - No address, no user agent, no cookie: a record says *what* was chosen, never *who*. Whose it is, the ledger keeps apart.
//!
//! The fields are those of ISO/IEC TS 27560 as far as a server knows them. This module decides nothing, and stores nothing.

use crate::{Category, Consent, DeviceType, Signals};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The state of consent for one category or provider, a term of the Data Privacy Vocabulary.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Status {
    /// Nobody asked, or nobody answered. Use without objection under an opt-out regime is this too: it is no consent.
    Unknown,
    /// Refused, without a consent to withdraw.
    Refused,
    /// Given.
    Given,
    /// Given again, by a new answer, so that its term begins anew.
    Renewed,
    /// Given before, and refused now.
    Withdrawn,
    /// Given before, and its term is over.
    Expired,
    /// Given before, and what it was given to has changed since.
    Invalidated,
}

impl Status {
    /// Whether it is consent that counts.
    #[must_use]
    pub const fn is_given(self) -> bool {
        matches!(self, Self::Given | Self::Renewed)
    }

    /// Whether it is a refusal that stands.
    #[must_use]
    pub const fn is_refused(self) -> bool {
        matches!(self, Self::Refused | Self::Withdrawn)
    }

    /// The spelling in a record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::Given => "given",
            Self::Renewed => "renewed",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Invalidated => "invalidated",
        }
    }

    /// The state of one category in a fold.
    pub(crate) fn of(consent: &Consent, category: Category) -> Self {
        if consent.refused().contains(category) {
            Self::Refused
        } else if consent.live().contains(category) {
            Self::Given
        } else if consent.is_lapsed(category) {
            Self::Expired
        } else if consent.granted().contains(category) {
            Self::Invalidated
        } else {
            Self::Unknown
        }
    }

    /// What a state is called when it follows another. `is_renewed` tells whether the answer's date moved.
    pub(crate) const fn following(self, before: Self, is_renewed: bool) -> Self {
        match (before, self) {
            (Self::Given | Self::Renewed, Self::Refused) => Self::Withdrawn,
            (Self::Given | Self::Renewed | Self::Expired | Self::Invalidated, Self::Given) if is_renewed => Self::Renewed,
            (_, after) => after,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// How an answer came to be changed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Method {
    /// By a button of the banner.
    Banner,
    /// On the page of settings, or at one blocked thing.
    Settings,
    /// By a signal of the browser, such as Global Privacy Control.
    Signal,
    /// By a click that confirms an exception from such a signal, after notice of the conflict.
    Override,
    /// By what the visitor's account held.
    Account,
    /// By a migration from another system.
    Import,
    /// By an application, through the host's own interface.
    Api,
    /// By nobody: a term ended.
    Expiry,
}

impl Method {
    /// The spelling in a record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Settings => "settings",
            Self::Signal => "signal",
            Self::Override => "override",
            Self::Account => "account",
            Self::Import => "import",
            Self::Api => "api",
            Self::Expiry => "expiry",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Who acted.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Actor {
    /// The visitor. Spelt `self`.
    #[default]
    #[serde(rename = "self")]
    Visitor,
    /// Whoever holds parental responsibility (GDPR 8, COPPA).
    Parent,
}

impl Actor {
    /// The spelling in a record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "self",
            Self::Parent => "parent",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// One category or provider, before and after. Serialised as `["analytics", "unknown", "given"]`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(from = "(String, Status, Status)", into = "(String, Status, Status)")]
pub struct StatusChange {
    /// The id in the policy.
    pub id: String,
    /// The state before.
    pub before: Status,
    /// The state after.
    pub after: Status,
}

impl From<(String, Status, Status)> for StatusChange {
    fn from((id, before, after): (String, Status, Status)) -> Self {
        Self { id, before, after }
    }
}

impl From<StatusChange> for (String, Status, Status) {
    fn from(change: StatusChange) -> Self {
        (change.id, change.before, change.after)
    }
}

/// What the host knows about the circumstances of a change.
///
/// # Example
/// ```
/// use consent_gate::{Actor, Circumstances, DeviceType, Method};
///
/// let circumstances = Circumstances::new(Method::Settings, "de")
///     .device(DeviceType::read([("sec-ch-ua-mobile", "?1")]))
///     .actor(Actor::Parent);
/// assert_eq!(circumstances.language, "de");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Circumstances {
    /// How the answer came to be changed.
    pub method: Method,
    /// The language in which the visitor was told.
    pub language: String,
    /// Who acted. Default: the visitor.
    pub actor: Actor,
    /// The kind of device. Default: unknown.
    pub device: DeviceType,
}

impl Circumstances {
    /// A change by the visitor, on a device that nobody knows.
    #[must_use]
    pub fn new(method: Method, language: impl Into<String>) -> Self {
        Self { method, language: language.into(), actor: Actor::default(), device: DeviceType::default() }
    }

    /// Sets who acted.
    #[must_use]
    pub const fn actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// Sets the kind of device.
    #[must_use]
    pub const fn device(mut self, device: DeviceType) -> Self {
        self.device = device;
        self
    }
}

/// The proof of one change: what was chosen, when, under which text, law and circumstances.
///
/// Made by [`Pending::record`](crate::Pending::record). It names nobody.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// let visitor = testing::undecided(&gate);
/// let pending = visitor.prepare(&Change::answer(Category::ANALYTICS))?;
/// let record = pending.record(&Circumstances::new(Method::Banner, "en")).unwrap();
/// assert_eq!(record.status("analytics"), Status::Given);
/// assert_eq!(record.status("advertising"), Status::Refused);
/// assert_eq!((record.region.as_str(), record.regime.as_str()), ("DE", "DE"));
/// assert_eq!(record.expiry, Some(testing::now() + chrono::TimeDelta::days(180)));
/// # Ok::<(), ChangeError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// When, UTC, in whole seconds.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub time: DateTime<Utc>,
    /// How.
    pub method: Method,
    /// By whom.
    pub actor: Actor,
    /// On what kind of device.
    pub device: DeviceType,
    /// Every offered category, in bit order.
    pub categories: Vec<StatusChange>,
    /// Every provider about which something was said by name, in the order of their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<StatusChange>,
    /// The name of the policy.
    pub site: String,
    /// The policy revision that the answer is given under.
    pub revision: u32,
    /// The language in which the visitor was told.
    pub language: String,
    /// Where the visitor was: an ISO 3166 code, or `unknown`.
    pub region: String,
    /// The preset that held there, such as `FR`, `EU` or `US-CA`.
    pub regime: String,
    /// The signals in view: `gpc`, `dnt`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<String>,
    /// When what was given lapses; `None` where nothing was.
    #[serde(default, with = "chrono::serde::ts_seconds_option", skip_serializing_if = "Option::is_none")]
    pub expiry: Option<DateTime<Utc>>,
}

impl Record {
    /// The state of a category or a provider after the change; unknown for one that the record does not name.
    #[must_use]
    pub fn status(&self, id: &str) -> Status {
        let mut all = self.categories.iter().chain(&self.providers);
        all.find(|change| change.id == id).map_or(Status::Unknown, |change| change.after)
    }

    /// Whether anything is given after the change.
    #[must_use]
    pub fn gives(&self) -> bool {
        self.changes().any(|change| change.after.is_given())
    }

    /// Whether anything was withdrawn.
    #[must_use]
    pub fn withdraws(&self) -> bool {
        self.changes().any(|change| change.after == Status::Withdrawn)
    }

    /// Every category and then every provider.
    pub fn changes(&self) -> impl Iterator<Item = &StatusChange> {
        self.categories.iter().chain(&self.providers)
    }

    /// The record of the end of this one's term: what was given has expired, and the rest is as it was. `None` where
    /// nothing was given, or no term ends.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # let gate = testing::gate();
    /// # let visitor = testing::undecided(&gate);
    /// # let pending = visitor.prepare(&Change::answer(Category::ANALYTICS))?;
    /// # let record = pending.record(&Circumstances::new(Method::Banner, "en")).unwrap();
    /// let expired = record.expired().unwrap();
    /// assert_eq!(expired.status("analytics"), Status::Expired);
    /// assert_eq!((expired.method, Some(expired.time), expired.expiry), (Method::Expiry, record.expiry, None));
    /// assert_eq!(expired.expired(), None);
    /// # Ok::<(), ChangeError>(())
    /// ```
    #[must_use]
    pub fn expired(&self) -> Option<Self> {
        let time = self.expiry.filter(|_| self.gives())?;
        let lapse = |change: &StatusChange| StatusChange {
            id: change.id.clone(),
            before: change.after,
            after: if change.after.is_given() { Status::Expired } else { change.after },
        };
        Some(Self {
            time,
            method: Method::Expiry,
            actor: Actor::Visitor,
            device: DeviceType::Unknown,
            categories: self.categories.iter().map(lapse).collect(),
            providers: self.providers.iter().map(lapse).collect(),
            signals: Vec::new(),
            expiry: None,
            ..self.clone()
        })
    }
}

/// The spelling of signals in a record.
pub(crate) fn signal_words(signals: Signals) -> Vec<String> {
    let all = [(Signals::GPC, "gpc"), (Signals::DNT, "dnt")];
    all.into_iter().filter(|(signal, _)| signals.contains(*signal)).map(|(_, word)| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_and_as_str_spell_alike() {
        for status in [Status::Unknown, Status::Refused, Status::Given, Status::Renewed, Status::Withdrawn] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for method in [Method::Banner, Method::Settings, Method::Signal, Method::Override, Method::Account] {
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
        for actor in [Actor::Visitor, Actor::Parent] {
            assert_eq!(serde_json::to_value(actor).unwrap(), actor.as_str());
        }
    }

    #[test]
    fn a_state_is_named_by_what_it_follows() {
        use Status::{Expired, Given, Invalidated, Refused, Renewed, Unknown, Withdrawn};
        for (before, after, is_renewed, named) in [
            (Unknown, Given, true, Given),
            (Given, Given, false, Given),
            (Given, Given, true, Renewed),
            (Renewed, Refused, true, Withdrawn),
            (Expired, Given, true, Renewed),
            (Invalidated, Given, true, Renewed),
            (Expired, Refused, true, Refused),
            (Refused, Refused, true, Refused),
            (Refused, Given, true, Given),
            (Given, Unknown, false, Unknown),
        ] {
            assert_eq!(after.following(before, is_renewed), named, "{before} {after}");
        }
    }
}
