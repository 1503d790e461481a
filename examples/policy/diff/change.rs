//! One change, and how much it weighs.

use consent_gate::Policy;
use std::fmt;

/// One difference between two policies.
pub(super) struct Change {
    pub(super) weight: Weight,
    /// The entry, as in `provider "lumen"`.
    pub(super) entry: String,
    /// What changed, in words.
    pub(super) what: String,
    /// What to know about it.
    pub(super) note: Option<&'static str>,
    /// Whether everybody notices, though nothing is wrong.
    pub(super) is_warning: bool,
    /// Whether it is part of what visitors are told.
    pub(super) is_published: bool,
}

impl Change {
    pub(super) fn new(weight: Weight, entry: impl Into<String>, what: impl Into<String>) -> Self {
        let (entry, what) = (entry.into(), what.into());
        Self { weight, entry, what, note: None, is_warning: false, is_published: true }
    }

    pub(super) fn note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }

    pub(super) fn warning(mut self, note: &'static str) -> Self {
        self.is_warning = true;
        self.note(note)
    }

    pub(super) fn unpublished(mut self) -> Self {
        self.is_published = false;
        self
    }
}

/// What a change means for earlier consent.
pub(super) enum Weight {
    /// Wrong, whatever `since` says. With the cure.
    Wrong(String),
    /// Earlier grants cannot have covered it: the owner's `since` must be raised.
    Material(Owner),
    /// A person must judge.
    Review,
    /// It changes nothing about consent.
    Editorial,
}

/// The entry whose `since` states that older grants do not cover a change.
pub(super) enum Owner {
    Category(String),
    Provider(String),
}

impl Owner {
    /// The entry's `since`; `None` for an entry that is not declared.
    pub(super) fn since(&self, policy: &Policy) -> Option<u32> {
        match self {
            Self::Category(id) => policy.categories.iter().find(|entry| entry.id == *id).map(|entry| entry.since),
            Self::Provider(id) => policy.providers.iter().find(|entry| entry.id == *id).map(|entry| entry.since),
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Category(id) => write!(f, "category {id:?}"),
            Self::Provider(id) => write!(f, "provider {id:?}"),
        }
    }
}

/// A value that may be left out, in words.
pub(super) fn stated(value: Option<impl fmt::Debug>) -> String {
    value.map_or_else(|| "nothing stated".to_owned(), |value| format!("{value:?}"))
}

/// What the first list lacks of the second, in the second's order.
pub(super) fn gained<'a>(old: &[String], new: &'a [String]) -> Vec<&'a String> {
    new.iter().filter(|item| !old.contains(item)).collect()
}
