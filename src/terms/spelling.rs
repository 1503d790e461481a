//! The stable words of closed lists of values: `opt-in`, `gpc-third-party`, `withdrawn`.
//!
//! - A word is written by `as_str`, `Display` and `Serialize`, and read by `FromStr`.
//! - Only the exact word is read. [`SameSite`] alone is read without case, since headers and policies spell it differently.
//! - [`DenyReason`] is an error too: its `Display` is a sentence with the word in it.

use crate::terms::rule::{Exemption, Rule};
use crate::terms::same_site::SameSite;
use crate::{AllowReason, Choice, DenyReason};
use std::fmt;
use std::str::FromStr;

/// A text that is not one of the words of a list, such as [`Rule`]'s.
///
/// # Example
/// ```
/// use consent_gate::regime::Rule;
///
/// let error = "optin".parse::<Rule>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#""optin" is not a valid rule: write "exempt", "opt-out", "opt-in" or "forbidden""#
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{given:?} is not a valid {kind}: write {valid}")]
pub struct UnknownWord {
    given: String,
    kind: &'static str,
    valid: String,
}

/// A value of a closed list, in which each has one stable word.
pub(crate) trait Word: Copy + 'static {
    /// What a value is called in an error.
    const KIND: &'static str;
    /// Every value.
    const ALL: &'static [Self];

    fn as_str(self) -> &'static str;
}

/// The value with exactly this word.
pub(crate) fn find<W: Word>(text: &str) -> Option<W> {
    W::ALL.iter().copied().find(|value| value.as_str() == text)
}

pub(crate) fn read<W: Word>(text: &str) -> Result<W, UnknownWord> {
    find(text).ok_or_else(|| unknown::<W>(text))
}

fn unknown<W: Word>(text: &str) -> UnknownWord {
    let mut valid = String::new();
    for (place, value) in W::ALL.iter().enumerate() {
        let separator = match W::ALL.len() - place {
            _ if place == 0 => "",
            1 => " or ",
            _ => ", ",
        };
        valid = valid + separator + "\"" + value.as_str() + "\"";
    }
    UnknownWord { given: text.chars().take(64).collect(), kind: W::KIND, valid }
}

impl Word for AllowReason {
    const KIND: &'static str = "reason to allow";
    const ALL: &'static [Self] = Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl fmt::Display for AllowReason {
    /// The stable word.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for AllowReason {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text, also in another case.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

impl Word for DenyReason {
    const KIND: &'static str = "reason to deny";
    const ALL: &'static [Self] = Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl FromStr for DenyReason {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text, also in another case.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

impl Word for Rule {
    const KIND: &'static str = "rule";
    const ALL: &'static [Self] = &[Self::Exempt, Self::OptOut, Self::OptIn, Self::Forbidden];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl FromStr for Rule {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text: `opt_in`, `OptIn` and the empty text.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

impl Word for Exemption {
    const KIND: &'static str = "exemption";
    const ALL: &'static [Self] = Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl FromStr for Exemption {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text: `user_requested` and the empty text.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

impl Word for SameSite {
    const KIND: &'static str = "value of `SameSite`";
    const ALL: &'static [Self] = &[Self::None, Self::Lax, Self::Strict];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl FromStr for SameSite {
    type Err = UnknownWord;

    /// Reads the value of the attribute. Its case does not matter (RFC 6265bis §5.6.7), so the spelling of a policy is
    /// read too.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text: `no`, `Lax `, the empty text.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let found = <Self as Word>::ALL.iter().copied().find(|value| value.as_str().eq_ignore_ascii_case(text));
        found.ok_or_else(|| unknown::<Self>(text))
    }
}

impl Word for Choice {
    const KIND: &'static str = "choice";
    const ALL: &'static [Self] = &[Self::Unasked, Self::Granted, Self::Refused];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl fmt::Display for Choice {
    /// The stable word.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Choice {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text, also in another case.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Storage;
    use crate::compiled::imports::AnswerState;
    use crate::consent::{PromptState, SignalState};
    use crate::policy::{Role, Technology};
    use crate::record::{Actor, Method, Status};
    use serde::Serialize;
    use std::collections::BTreeSet;

    #[track_caller]
    fn spelt<W>(displays_word: bool, words: &str)
    where
        W: Word + fmt::Debug + fmt::Display + PartialEq + Serialize + FromStr<Err: fmt::Debug>,
    {
        let found: Vec<&str> = W::ALL.iter().map(|value| value.as_str()).collect();
        assert_eq!(found.join(" "), words);
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "a word has two values: {words}");
        for &value in W::ALL {
            let word = value.as_str();
            assert_eq!(word.parse::<W>().unwrap(), value);
            assert_eq!(serde_json::to_value(value).unwrap().as_str().map(str::to_lowercase), Some(word.to_lowercase()));
            assert_eq!(value.to_string() == word, displays_word, "{value}");
            assert!(value.to_string().contains(word), "{value}");
        }
        for other in ["", " ", "words", "NOBODY"] {
            assert!(other.parse::<W>().is_err(), "{other:?}");
        }
    }

    #[test]
    fn every_word_is_spelt_alike_by_as_str_display_from_str_and_serde() {
        spelt::<AllowReason>(true, "essential exempt granted no-objection first-party deletion undeclared");
        spelt::<DenyReason>(
            false,
            "unknown-category undeclared forbidden refused gpc dnt unreadable undecided expired notice-changed \
             provider-refused gpc-third-party reserved prefetch stamp too-old",
        );
        spelt::<Storage>(true, "local session indexed-db");
        spelt::<Technology>(
            true,
            "cookie local-storage session-storage indexed-db pixel script frame resource request",
        );
        spelt::<Rule>(true, "exempt opt-out opt-in forbidden");
        spelt::<Role>(true, "processor third-party");
        spelt::<Exemption>(true, "user-requested audience-measurement");
        spelt::<SameSite>(true, "None Lax Strict");
        spelt::<Method>(true, "banner settings signal override account import api expiry");
        spelt::<Actor>(true, "self parent");
        spelt::<Status>(true, "unknown refused given renewed withdrawn expired invalidated");
        spelt::<PromptState>(true, "ask wait none");
        spelt::<SignalState>(true, "absent honoured overridden not-applicable");
        spelt::<AnswerState>(true, "undecided decided unreadable");
        spelt::<Choice>(true, "unasked granted refused");
    }

    #[test]
    fn same_site_is_read_in_the_spelling_of_headers_and_of_policies() {
        for text in ["lax", "Lax", "LAX"] {
            assert_eq!(text.parse(), Ok(SameSite::Lax));
        }
    }

    #[test]
    fn a_denial_is_an_error_that_a_handler_can_return() {
        let handler = || -> Result<(), Box<dyn std::error::Error>> {
            crate::testing::undecided(&crate::testing::gate()).permit(crate::Category::ANALYTICS)?;
            Ok(())
        };
        assert_eq!(handler().unwrap_err().to_string(), "the visitor has not answered yet (undecided)");
    }
}
