//! One `[[import]]` entry, made ready: the names to look for, and what each item is here.

use super::System;
use super::json::Value;
use crate::wire::pairs::CookieFinder;

/// One `[[import]]` entry, made ready.
#[derive(Debug)]
pub(crate) struct Site {
    pub(super) system: &'static System,
    finders: Vec<CookieFinder>,
    /// Whether the operator gave the name, so that no id follows it.
    is_whole: bool,
    /// Sorted; the place of an item is the number of its bit.
    items: Vec<Box<str>>,
    /// The words that mean yes and no, for a system that stores one word.
    words: Vec<(Box<str>, bool)>,
    revision: Option<Box<str>>,
}

impl Site {
    /// How many items a map can have.
    pub(crate) const ITEMS_MAX: usize = u128::BITS as usize;

    /// `items` are sorted, and at most [`ITEMS_MAX`](Self::ITEMS_MAX).
    pub(crate) fn new(
        system: &'static System,
        cookie: Option<&str>,
        items: Vec<Box<str>>,
        words: Vec<(Box<str>, bool)>,
        revision: Option<&str>,
    ) -> Self {
        let base = cookie.unwrap_or(system.cookie);
        let tails = system.tails.iter().map(|tail| format!("{base}{tail}"));
        let beside = system.beside.iter().map(|name| (*name).to_owned());
        let of_items = items.iter().filter(|_| system.has_cookie_per_item).map(|item| format!("{base}{item}"));
        let finders = tails.chain(beside).chain(of_items).map(|name| CookieFinder::new(&name)).collect();
        Self { system, finders, is_whole: cookie.is_some(), items, words, revision: revision.map(Into::into) }
    }

    /// The system, as policies name it.
    pub(crate) const fn system_name(&self) -> &'static str {
        self.system.name
    }

    /// Returns whether its name in the policy is only the start of the names of its cookies.
    pub(crate) const fn is_start(&self) -> bool {
        self.system.has_cookie_per_item || (self.system.is_id.is_some() && !self.is_whole)
    }

    /// Returns whether a value names every item that the visitor could choose.
    pub(crate) const fn names_all(&self) -> bool {
        self.system.names_all
    }

    /// The bit of an item; none for one that the map does not have.
    pub(super) fn bit(&self, item: &str) -> u128 {
        self.items.binary_search_by(|known| (**known).cmp(item)).map_or(0, |place| 1 << place)
    }

    /// The bits of all items.
    pub(super) fn all(&self) -> u128 {
        u128::MAX.checked_shr(u128::BITS - u32::try_from(self.items.len()).unwrap_or(0)).unwrap_or(0)
    }

    /// The bits of the items whose name starts so.
    pub(super) fn below(&self, start: &str) -> u128 {
        let bits = self.items.iter().enumerate().filter(|(_, item)| item.starts_with(start));
        bits.fold(0, |all, (place, _)| all | 1 << place)
    }

    /// The bit of an item whose name is in parts.
    pub(super) fn bit_of(&self, parts: &[&str]) -> u128 {
        let is_named = |item: &str| parts.iter().try_fold(item, |rest, part| rest.strip_prefix(part)) == Some("");
        self.items.iter().position(|item| is_named(item)).map_or(0, |place| 1 << place)
    }

    /// Returns whether the operator says which revision of the system's configuration is present.
    pub(super) const fn has_revision(&self) -> bool {
        self.revision.is_some()
    }

    /// Returns whether this names the present revision; each does where the operator says none.
    pub(super) fn is_present(&self, named: Value<'_>) -> bool {
        self.revision.as_deref().is_none_or(|present| match named {
            Value::Text(text) => text == present,
            Value::Number(number) => present.parse() == Ok(number),
            _ => false,
        })
    }

    /// What a word means, for a system that stores one. Where only words are known that mean yes, every other means no.
    pub(super) fn word(&self, word: &[u8]) -> Option<bool> {
        let known = self.words.iter().find(|(known, _)| known.as_bytes() == word).map(|(_, means)| *means);
        known.or_else(|| self.words.iter().all(|(_, means)| *means).then_some(false))
    }

    pub(super) fn finder(&self, place: usize) -> &CookieFinder {
        &self.finders[place]
    }

    /// What must follow the name at a place.
    pub(super) fn tail(&self, place: usize) -> fn(&[u8]) -> bool {
        match self.system.is_id {
            Some(is_id) if place == 0 && !self.is_whole => is_id,
            _ => <[u8]>::is_empty,
        }
    }

    /// The place of the first item's cookie, and how many there are.
    pub(super) fn item_places(&self) -> (usize, usize) {
        (self.system.tails.len() + self.system.beside.len(), self.items.len())
    }
}
