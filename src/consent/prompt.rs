//! Whether to ask the visitor, and what to show about their signals.

use super::Consent;
use crate::terms::category;
use crate::terms::spelling::{UnknownWord, Word, read};
use crate::{Category, Decision, DenyReason, Signals};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// Whether the visitor is to be asked, and about what.
///
/// Only categories whose rule is opt-in are ever asked about. A signal that forbids asks nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Prompt {
    /// Whether to ask.
    pub state: PromptState,
    /// What is open: what to ask about, or, while waiting, what was refused.
    #[serde(serialize_with = "category::serialize")]
    pub open: Category,
}

/// Whether the visitor is to be asked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PromptState {
    /// Ask: something is undecided, expired, has changed, cannot be read, or was refused long enough ago.
    Ask,
    /// Do not ask: only refusals are open that are too young.
    Wait,
    /// Nothing is open.
    None,
}

impl PromptState {
    /// The stable code: `ask`, `wait` or `none`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Wait => "wait",
            Self::None => "none",
        }
    }
}

/// What became of the visitor's opt-out signals in this request.
///
/// Some laws require that it be shown: "Opt-Out Request Honored" (11 CCR 7025(c)(6)).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct SignalStatus {
    /// Global Privacy Control.
    pub gpc: SignalState,
    /// Do Not Track.
    pub dnt: SignalState,
}

/// What became of one signal.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SignalState {
    /// It was not sent.
    Absent,
    /// It was received and is honoured.
    Honoured,
    /// It was received, and a known visitor's later grants, made while it was sent, override it.
    Overridden,
    /// It was received, and the regime does not honour it for any category.
    NotApplicable,
}

impl SignalState {
    /// The stable code: `absent`, `honoured`, `overridden` or `not-applicable`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Honoured => "honoured",
            Self::Overridden => "overridden",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl Consent {
    /// Whether the visitor is to be asked, and about what.
    #[must_use]
    pub fn prompt(&self) -> Prompt {
        use Decision::Deny;
        use DenyReason::{Expired, NoticeChanged, Refused, Undecided, Unreadable};
        let (mut ask, mut wait) = (Category::empty(), Category::empty());
        for category in self.offered.intersection(self.regime.opt_in).difference(self.allowed).each() {
            match self.by_category(category) {
                Deny(Undecided | Expired | NoticeChanged | Unreadable) => ask |= category,
                Deny(Refused) if self.ask_again.contains(category) => ask |= category,
                Deny(Refused) => wait |= category,
                _ => {}
            }
        }
        if !ask.is_empty() {
            Prompt { state: PromptState::Ask, open: ask }
        } else if !wait.is_empty() {
            Prompt { state: PromptState::Wait, open: wait }
        } else {
            Prompt { state: PromptState::None, open: wait }
        }
    }

    /// What became of the visitor's signals.
    #[must_use]
    pub fn signal_status(&self) -> SignalStatus {
        let reach = self.regime.gpc & self.offered;
        let gpc = if !self.signals.contains(Signals::GPC) {
            SignalState::Absent
        } else if reach.is_empty() && !self.regime.gpc_third_parties {
            SignalState::NotApplicable
        } else if !reach.is_empty() && self.overriding.contains(reach) {
            SignalState::Overridden
        } else {
            SignalState::Honoured
        };
        let dnt = if !self.signals.contains(Signals::DNT) {
            SignalState::Absent
        } else if self.regime.dnt && self.offered.intersects(self.regime.opt_out) {
            SignalState::Honoured
        } else {
            SignalState::NotApplicable
        };
        SignalStatus { gpc, dnt }
    }
}

impl Word for PromptState {
    const KIND: &'static str = "prompt state";
    const ALL: &'static [Self] = &[Self::Ask, Self::Wait, Self::None];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl fmt::Display for PromptState {
    /// The stable word.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for PromptState {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text, also in another case.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

impl Word for SignalState {
    const KIND: &'static str = "signal state";
    const ALL: &'static [Self] = &[Self::Absent, Self::Honoured, Self::Overridden, Self::NotApplicable];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl fmt::Display for SignalState {
    /// The stable word.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for SignalState {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text, also in another case.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}
