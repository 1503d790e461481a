//! What is kept as proof of one change of an answer.
//!
//! - Written only when an answer changes: by a grant, a refusal, a withdrawal, an override, an opt-out by signal, an account
//!   that joins, an import, an expiry.
//! - States are those of the W3C Data Privacy Vocabulary, for each category and for each provider named, before and after.
//!   What was asked about and how it was worded, the ledger keeps beside it.
//! - No address, no user agent, no cookie: a record says *what* was chosen, never *who*. Whose it is, the ledger keeps apart.
//!
//! The fields are those of ISO/IEC TS 27560 that a server knows.
//!
//! [`Stores`] are what a host puts behind it: a [`Proof`] that keeps records, an [`AccountStore`] that keeps the answers of
//! accounts. This module decides nothing, and stores nothing.

mod accounts;
mod circumstances;
mod proof;
mod status;
mod store;
mod stores;

pub use crate::terms::device::DeviceType;
pub use accounts::{AccountStore, LogIn, MemoryAccounts};
pub use circumstances::{Actor, Circumstances, Method};
pub use proof::Proof;
pub use status::Status;
pub use store::{StoreError, StoreFuture};
pub use stores::{SettleError, Stores};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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

/// The proof of one change: what was chosen, when, under which text, law and circumstances.
///
/// Made by [`Pending::record`](crate::Pending::record). It names nobody.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::record::{Circumstances, Method, Status};
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
    /// The signals that the browser sent: `gpc`, `dnt`.
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
    /// # use consent_gate::record::{Circumstances, Method, Status};
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
