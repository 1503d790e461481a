//! The serde forms that several tables of the policy share.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// The `since` of an entry that has always meant what it means now.
pub(super) const FIRST_REVISION: u32 = 1;

pub(super) const fn first_revision() -> u32 {
    FIRST_REVISION
}

// Serde passes references to `skip_serializing_if`.
#[allow(clippy::trivially_copy_pass_by_ref)]
pub(super) const fn is_first_revision(revision: &u32) -> bool {
    *revision == FIRST_REVISION
}

/// Returns whether a value may be left out, because reading it back gives it again.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Reads a value from its text. `expected` completes the error message "…; expected".
pub(super) fn from_text<'de, T, D>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(FromText { expected, value: PhantomData })
}

struct FromText<T> {
    expected: &'static str,
    value: PhantomData<T>,
}

impl<T: FromStr<Err: Display>> Visitor<'_> for FromText<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|error| E::custom(format_args!("{error}; expected {}", self.expected)))
    }
}

/// Reads a table in which no key may be repeated.
///
/// TOML forbids a repeated key, JSON leaves it open (RFC 8259 §4) and serde's maps let the last one win: of two rules
/// for one category, that would silently drop one.
pub(super) fn unique_keys<'de, T, D>(deserializer: D, expected: &'static str) -> Result<BTreeMap<String, T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(UniqueKeys { expected, value: PhantomData })
}

struct UniqueKeys<T> {
    expected: &'static str,
    value: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for UniqueKeys<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut table = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            if table.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
            }
            table.insert(key, entries.next_value()?);
        }
        Ok(table)
    }
}
