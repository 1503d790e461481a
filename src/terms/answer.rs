//! What one visitor said: granted, refused, or not asked.

use crate::terms::category::NEVER_STORED;
use crate::{Category, Signals};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What a visitor said about one category.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// The visitor was not asked, or did not answer.
    Unasked,
    /// The visitor agreed.
    Granted,
    /// The visitor refused or withdrew.
    Refused,
}

impl Choice {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unasked => "unasked",
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }
}

/// What one visitor has granted and refused, and when.
///
/// A category is never in both sets, and no set holds the essential or a reserved bit. An answer says nothing about
/// whether its grants still count: that is [`Consent`](crate::Consent)'s to decide, under a regime and a clock.
///
/// Its text form is the value of the consent cookie; see [`ParseError`](crate::ParseError) for its grammar.
///
/// # Example
/// ```
/// # use consent_gate::{Answer, Category, Choice};
/// let answer: Answer = "1.4.1795000000.4.10.0".parse()?;
/// assert_eq!(answer.choice(Category::ANALYTICS), Choice::Granted);
/// assert_eq!(answer.choice(Category::ADVERTISING), Choice::Refused);
/// assert_eq!(answer.choice(Category::FUNCTIONAL), Choice::Unasked);
/// assert_eq!(answer.to_string(), "1.4.1795000000.4.10.0");
/// # Ok::<(), consent_gate::ParseError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    pub(crate) revision: u32,
    /// Seconds since the Unix epoch.
    pub(crate) decided: u64,
    pub(crate) granted: Category,
    pub(crate) refused: Category,
    pub(crate) seen: Signals,
    pub(crate) exceptions: Exceptions,
}

impl Answer {
    /// An answer that grants and refuses nothing yet.
    ///
    /// `revision` is the policy revision that the visitor was shown; `decided` is the time of the click, cut to whole
    /// seconds, and not before 1970.
    #[must_use]
    pub fn new(revision: u32, decided: DateTime<Utc>) -> Self {
        Self {
            revision,
            decided: u64::try_from(decided.timestamp()).unwrap_or(0),
            granted: Category::empty(),
            refused: Category::empty(),
            seen: Signals::empty(),
            exceptions: Exceptions::default(),
        }
    }

    /// Adds grants; a category refused before is granted now. Essential and reserved bits are left out.
    #[must_use]
    pub fn grant(mut self, categories: Category) -> Self {
        let categories = categories.difference(NEVER_STORED);
        self.granted |= categories;
        self.refused = self.refused.difference(categories);
        self
    }

    /// Adds refusals; a category granted before is refused now. Essential and reserved bits are left out.
    #[must_use]
    pub fn refuse(mut self, categories: Category) -> Self {
        let categories = categories.difference(NEVER_STORED);
        self.refused |= categories;
        self.granted = self.granted.difference(categories);
        self
    }

    /// Sets the signals that were sent at the click.
    #[must_use]
    pub fn seen_signals(mut self, seen: Signals) -> Self {
        self.seen = seen.intersection(Signals::all());
        self
    }

    /// Grants (`true`) or refuses (`false`) one provider by its id.
    ///
    /// # Errors
    /// [`ExceptionError`] for an id that the cookie cannot hold (`Lumen`, the empty text, one above 32 characters) and
    /// for the 65th exception.
    pub fn except(mut self, provider: &str, granted: bool) -> Result<Self, ExceptionError> {
        self.exceptions.set(provider, granted)?;
        Ok(self)
    }

    /// What was said about a single category. A set of several bits is granted when all are, refused when one is.
    #[must_use]
    pub fn choice(&self, category: Category) -> Choice {
        if self.refused.intersects(category) {
            Choice::Refused
        } else if !category.is_empty() && self.granted.contains(category) {
            Choice::Granted
        } else {
            Choice::Unasked
        }
    }

    /// What was said about one provider, apart from its category.
    #[must_use]
    pub fn provider(&self, id: &str) -> Choice {
        match self.exceptions.of(id) {
            Some(true) => Choice::Granted,
            Some(false) => Choice::Refused,
            None => Choice::Unasked,
        }
    }

    /// The policy revision that the visitor was shown.
    #[must_use]
    pub const fn revision(&self) -> u32 {
        self.revision
    }

    /// The time of the click, UTC, in whole seconds. A date beyond what `chrono` can hold is its last.
    #[must_use]
    pub fn decided(&self) -> DateTime<Utc> {
        let seconds = i64::try_from(self.decided).unwrap_or(i64::MAX);
        DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The granted categories, live or lapsed.
    #[must_use]
    pub const fn granted(&self) -> Category {
        self.granted
    }

    /// The refused categories.
    #[must_use]
    pub const fn refused(&self) -> Category {
        self.refused
    }

    /// The signals that were sent at the click.
    #[must_use]
    pub const fn seen(&self) -> Signals {
        self.seen
    }

    /// Each provider granted or refused by name, in the order of their ids.
    pub fn exceptions(&self) -> impl Iterator<Item = (&str, bool)> {
        self.exceptions.iter()
    }

    /// Whether it says nothing, as the answer of an account that has not chosen.
    pub(crate) fn is_blank(&self) -> bool {
        (self.granted | self.refused).is_empty() && self.exceptions.is_empty()
    }
}

/// Providers granted (`+id`) and refused (`-id`) by name, sorted by id, at most 64.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Exceptions(Vec<(Box<str>, bool)>);

/// Why a provider cannot be granted or refused by name.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExceptionError {
    /// The id is empty, above 32 characters, or holds more than `a-z`, `0-9`, `-` and `_`.
    #[error("{0:?} is not a valid provider id: use 1 to 32 of a-z, 0-9, - and _")]
    Id(String),
    /// The answer already holds 64 exceptions.
    #[error("an answer holds at most {max} exceptions", max = Exceptions::MAX)]
    TooMany,
}

impl Exceptions {
    pub(crate) const MAX: usize = 64;
    const ID_MAX: usize = 32;

    pub(crate) fn is_id(id: &str) -> bool {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        (1..=Self::ID_MAX).contains(&id.len()) && id.bytes().all(allowed)
    }

    pub(crate) fn set(&mut self, id: &str, granted: bool) -> Result<(), ExceptionError> {
        if !Self::is_id(id) {
            return Err(ExceptionError::Id(id.chars().take(64).collect()));
        }
        match self.0.binary_search_by(|(known, _)| (**known).cmp(id)) {
            Ok(place) => self.0[place].1 = granted,
            Err(_) if self.0.len() >= Self::MAX => return Err(ExceptionError::TooMany),
            Err(place) => self.0.insert(place, (id.into(), granted)),
        }
        Ok(())
    }

    pub(crate) fn of(&self, id: &str) -> Option<bool> {
        let place = self.0.binary_search_by(|(known, _)| (**known).cmp(id)).ok()?;
        Some(self.0[place].1)
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&str, bool) -> bool) {
        self.0.retain(|(id, granted)| keep(id, *granted));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|(id, granted)| (&**id, *granted))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn last_id(&self) -> Option<&str> {
        self.0.last().map(|(id, _)| &**id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        Answer::new(1, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_category_is_never_granted_and_refused() {
        let answer = answer().grant(Category::ANALYTICS | Category::ADVERTISING).refuse(Category::ANALYTICS);
        assert_eq!((answer.granted(), answer.refused()), (Category::ADVERTISING, Category::ANALYTICS));
        let answer = answer.grant(Category::ANALYTICS);
        assert_eq!((answer.granted().bits(), answer.refused().bits()), (0x14, 0));
    }

    #[test]
    fn r2_essential_and_reserved_bits_are_never_stored() {
        assert_eq!(answer().grant(Category::all()).granted().bits(), 0xffff_001e);
        assert_eq!(answer().refuse(Category::all()).refused().bits(), 0xffff_001e);
    }

    #[test]
    fn a_provider_is_excepted_once_and_ids_are_checked() {
        let answer = answer().except("b", true).unwrap().except("a", false).unwrap().except("b", false).unwrap();
        assert_eq!(answer.exceptions().collect::<Vec<_>>(), [("a", false), ("b", false)]);
        for id in ["", "Lumen", "a b", "a.b", "é", &"x".repeat(33)] {
            assert!(answer.clone().except(id, true).is_err(), "{id}");
        }
    }

    #[test]
    fn the_sixty_fifth_exception_is_refused() {
        let full = (0..64).fold(answer(), |answer, i| answer.except(&format!("p{i}"), true).unwrap());
        assert_eq!(full.clone().except("one-more", true), Err(ExceptionError::TooMany));
        assert!(full.except("p7", false).is_ok());
    }
}
