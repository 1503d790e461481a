//! The states of consent.

use crate::terms::spelling::{UnknownWord, Word, read};
use crate::{Category, Consent};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

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

    /// Whether it is a refusal.
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

    /// What a state is called when it follows another. `is_renewed` is whether the term of what is given
    /// begins anew.
    pub(crate) const fn following(self, before: Self, is_renewed: bool) -> Self {
        match (before, self) {
            (Self::Given | Self::Renewed, Self::Refused) => Self::Withdrawn,
            (Self::Given | Self::Renewed | Self::Expired | Self::Invalidated, Self::Given) if is_renewed => {
                Self::Renewed
            }
            (_, after) => after,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Word for Status {
    const KIND: &'static str = "status";
    const ALL: &'static [Self] =
        &[Self::Unknown, Self::Refused, Self::Given, Self::Renewed, Self::Withdrawn, Self::Expired, Self::Invalidated];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl FromStr for Status {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text: `Given` and the empty text.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_and_as_str_spell_alike() {
        use Status::{Expired, Given, Invalidated, Refused, Renewed, Unknown, Withdrawn};
        for status in [Unknown, Refused, Given, Renewed, Withdrawn, Expired, Invalidated] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
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
