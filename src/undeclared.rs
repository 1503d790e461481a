//! The names that were met and are not declared: how a running site gets to a complete policy.
//!
//! The set is bounded, and what looks like an identifier is cut off: `_hjSession_1234567` is kept as `_hjSession_*`, an
//! address as its origin. So it can be shown to anybody and printed as `[[tracker]]` entries to paste.

use crate::Thing;
use crate::address::Address;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many names are remembered.
const NAMES_MAX: usize = 256;

/// How long a remembered name may be, in bytes.
const NAME_MAX: usize = 96;

/// As many digits, or hexadecimal digits with a decimal one among them, in a row are taken for an identifier.
const IDENTIFIER_DIGITS: usize = 4;
const IDENTIFIER_HEX: usize = 8;

/// A name that was met and is not declared.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UndeclaredName {
    /// What it was met as.
    pub thing: Thing,
    /// The name, or the origin of the address.
    pub name: String,
    /// How often it was met.
    pub count: u64,
}

/// The bounded set.
#[derive(Debug, Default)]
pub(crate) struct Undeclared {
    names: Mutex<BTreeMap<(Thing, String), u64>>,
}

impl Undeclared {
    /// Remembers a name. Gives it as it is remembered, and whether it is new.
    pub(crate) fn meet<'n>(&self, thing: Thing, name: &'n str) -> (Cow<'n, str>, bool) {
        let name = presentable(thing, name);
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = names.get_mut(&(thing, name.clone().into_owned())) {
            *count = count.saturating_add(1);
            return (name, false);
        }
        let is_new = names.len() < NAMES_MAX;
        if is_new {
            names.insert((thing, name.clone().into_owned()), 1);
        }
        (name, is_new)
    }

    /// What was met, by kind and name.
    pub(crate) fn list(&self) -> Vec<UndeclaredName> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .iter()
            .map(|((thing, name), count)| UndeclaredName { thing: *thing, name: name.clone(), count: *count })
            .collect()
    }

    /// `[[tracker]]` entries for what was met. What only a person can know is left to fill in: the text stays as it is
    /// refused by the gate until then.
    pub(crate) fn declarations(&self, language: &str) -> String {
        let entry = |met: UndeclaredName| {
            let technology = met.thing.technology();
            let lifetime = if met.thing == Thing::Cookie { "lifetime = \"\"\n" } else { "" };
            format!(
                "[[tracker]]  # met {} times\nname = {}\ntechnology = \"{technology}\"\ncategory = \"\"\n{lifetime}purpose.{language} = \"\"\n",
                met.count,
                toml_string(&met.name),
            )
        };
        self.list().into_iter().map(entry).collect::<Vec<_>>().join("\n")
    }
}

/// A TOML basic string. Names hold no control characters any more.
fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name as it may be kept and shown.
fn presentable(thing: Thing, name: &str) -> Cow<'_, str> {
    if thing == Thing::Address {
        return match Address::parse(name) {
            Ok(address) => match address.origin() {
                None => Cow::Borrowed("(relative)"),
                Some(origin) if origin.len() < NAME_MAX => format!("{origin}/").into(),
                Some(origin) => cut(origin).into(),
            },
            Err(_) => Cow::Borrowed("(not an address)"),
        };
    }
    // Long names first: looking for identifiers in them would take time that grows faster than they do.
    if name.len() > NAME_MAX || name.chars().any(char::is_control) {
        return cut(name).into();
    }
    match identifier_starts(name) {
        None => Cow::Borrowed(name),
        Some(start) => format!("{}*", &name[..start]).into(),
    }
}

/// A text without control characters, and not too long.
fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NAME_MAX / 4).chain(['*']).collect()
}

/// Where the first run of digits begins that looks like an identifier.
fn identifier_starts(name: &str) -> Option<usize> {
    let bytes = name.as_bytes();
    let run = |from: usize, belongs: fn(&u8) -> bool| bytes[from..].iter().take_while(|byte| belongs(byte)).count();
    (0..bytes.len()).filter(|place| name.is_char_boundary(*place)).find(|place| {
        let hex = run(*place, u8::is_ascii_hexdigit);
        let is_hex_id = hex >= IDENTIFIER_HEX && bytes[*place..*place + hex].iter().any(u8::is_ascii_digit);
        is_hex_id || run(*place, u8::is_ascii_digit) >= IDENTIFIER_DIGITS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_10_identifiers_and_query_strings_are_not_kept() {
        for (thing, name, kept) in [
            (Thing::Cookie, "_ga", "_ga"),
            (Thing::Cookie, "_hjSession_1234567", "_hjSession_*"),
            (Thing::Cookie, "amp_9f3ac1b2d4", "amp_*"),
            (Thing::Cookie, "deadbeef", "deadbeef"),
            (Thing::Cookie, "a\u{7}b", "ab*"),
            (Thing::LocalStorage, "cart.v2", "cart.v2"),
            (Thing::Address, "https://px.example/u/4711?id=9#x", "https://px.example/"),
            (
                Thing::Address,
                "https://measurement.a-rather-long-name.example/v",
                "https://measurement.a-rather-long-name.example/",
            ),
            (Thing::Address, "data:text/html,secret", "(not an address)"),
        ] {
            assert_eq!(presentable(thing, name).trim_end_matches("*/"), kept.trim_end_matches("*/"), "{name}");
        }
    }

    #[test]
    fn law_7_a_long_name_is_cut_before_it_is_searched() {
        let long = "a".repeat(4_000_000);
        assert_eq!(presentable(Thing::Cookie, &long), format!("{}*", "a".repeat(NAME_MAX / 4)));
    }

    #[test]
    fn the_set_is_bounded_and_counts() {
        let undeclared = Undeclared::default();
        assert!(undeclared.meet(Thing::Cookie, "_ga").1);
        assert!(!undeclared.meet(Thing::Cookie, "_ga").1);
        for letter in 'a'..='z' {
            for other in 'a'..='z' {
                undeclared.meet(Thing::Cookie, &format!("x{letter}{other}"));
            }
        }
        let list = undeclared.list();
        assert_eq!(list.len(), NAMES_MAX);
        assert_eq!((list[0].name.as_str(), list[0].count), ("_ga", 2));
    }

    #[test]
    fn a_declaration_names_what_is_left_to_fill_in() {
        let undeclared = Undeclared::default();
        undeclared.meet(Thing::Cookie, "a\"b");
        let expected = "[[tracker]]  # met 1 times\nname = \"a\\\"b\"\ntechnology = \"cookie\"\ncategory = \"\"\nlifetime = \"\"\npurpose.en = \"\"\n";
        assert_eq!(undeclared.declarations("en"), expected);
    }
}
