//! What other systems' consent cookies say, as the policy's `[[import]]` entries have it.
//!
//! An imported answer is one more input of the fold, as an account's is. Without the feature `cmp` a policy cannot have
//! such entries: [`Gate::new`](crate::Gate::new) refuses it, so that no feature changes a decision.

#[cfg(not(feature = "cmp"))]
mod disabled;
#[cfg(feature = "cmp")]
mod enabled;

#[cfg(not(feature = "cmp"))]
pub(crate) use disabled::Imports;
#[cfg(feature = "cmp")]
pub(crate) use enabled::Imports;

use crate::terms::category;
use crate::terms::spelling::{UnknownWord, Word, read};
use crate::wire::reading::Reading;
use crate::{Answer, Category, Signals};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// What the other systems of one request say together, by the strictest.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Imported {
    /// What is folded together with the gate's own answer.
    pub(crate) beside: Option<Answer>,
    /// What becomes the gate's own answer, where it has none.
    pub(crate) own: Option<Answer>,
    /// Whether the visitor has answered to a system that counts.
    pub(crate) is_answered: bool,
    /// Whether a cookie could not be read.
    pub(crate) is_unreadable: bool,
    /// The signals that a system recorded.
    pub(crate) signals: Signals,
}

/// What one other system's cookies said in one request. It holds no cookie value.
///
/// # Example
/// ```
/// # #[cfg(feature = "cmp")] {
/// # use consent_gate::*;
/// # use consent_gate::explain::AnswerState;
/// # use consent_gate::policy::Import;
/// let mut policy = testing::policy();
/// policy.imports.push(Import::new("cookiebot"));
/// let gate = Gate::new(policy).unwrap();
/// let visitor = gate.visitor([("cookie", "CookieConsent=-1")], Facts::default(), testing::now());
/// let imports = visitor.explain(Category::ANALYTICS).imports;
/// assert_eq!((imports[0].state, imports[0].why), (AnswerState::Undecided, Some("implied")));
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ImportedCookie {
    /// The system, as the policy names it.
    pub system: &'static str,
    /// The name of its cookie, or what the names of its cookies start with.
    pub cookie: String,
    /// Whether the visitor has answered there. A cookie that exists is not an answer.
    pub state: AnswerState,
    /// Why there is no answer, or why it could not be read, as a stable code: `not-answered`, `implied`, `revision`,
    /// `incomplete`; `too-long`, `encoding`, `shape`, `version`, `duplicate`, `too-deep`, `future`. Nothing where there is no
    /// cookie, and where the answer counts.
    pub why: Option<&'static str>,
    /// The categories that it grants.
    #[serde(serialize_with = "category::serialize")]
    pub granted: Category,
    /// The categories that it refuses: also where the answer was given for another revision, and where it recorded an
    /// opt-out.
    #[serde(serialize_with = "category::serialize")]
    pub refused: Category,
    /// The signals that it recorded.
    pub signals: Signals,
    /// When it was answered, where it says.
    #[serde(with = "chrono::serde::ts_seconds_option")]
    pub decided: Option<DateTime<Utc>>,
}

/// Whether a visitor has answered.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AnswerState {
    /// There is no answer.
    Undecided,
    /// There is one, whatever its age.
    Decided,
    /// There is one, and it could not be read.
    Unreadable,
}

impl AnswerState {
    pub(crate) const fn new(reading: &Reading, imported: &Imported) -> Self {
        match reading {
            Reading::Unreadable { .. } => Self::Unreadable,
            _ if imported.is_unreadable => Self::Unreadable,
            Reading::Absent if !imported.is_answered => Self::Undecided,
            Reading::Absent | Reading::Read { .. } => Self::Decided,
        }
    }

    /// The stable code: `undecided`, `decided` or `unreadable`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Decided => "decided",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Word for AnswerState {
    const KIND: &'static str = "answer state";
    const ALL: &'static [Self] = &[Self::Undecided, Self::Decided, Self::Unreadable];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl fmt::Display for AnswerState {
    /// The stable word.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for AnswerState {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text, also in another case.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}
