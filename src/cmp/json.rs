//! JSON, walked through without being kept: each value with the path to it.
//!
//! A key that is repeated in one object is a fault, at any depth: parsers differ about which of the two counts
//! (RFC 8259 §4). Nothing is allocated except for keys and texts that hold escapes, and objects of more than 32 keys.

use super::decode::{Buffer, number, percent, stamp, time};
use super::fault::Fault;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// How deep a value may be nested. The deepest format takes six.
const DEPTH: usize = 8;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step<'a> {
    /// Into the value of a key.
    Key(&'a str),
    /// Into an entry of a list, counted from zero.
    Entry(usize),
}

/// A value, without what is in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// A whole number that is not negative.
    Number(u64),
    /// Any other number.
    OtherNumber,
    Text(&'a str),
    /// The start of a list.
    List,
    /// The start of an object.
    Object,
}

impl Value<'_> {
    /// A yes or no.
    pub(super) const fn bool(self) -> Result<bool, Fault> {
        match self {
            Self::Bool(value) => Ok(value),
            _ => Err(Fault::Shape),
        }
    }

    /// A time as a number, be it quoted or not, or as a text.
    pub(super) fn time(self) -> Result<u64, Fault> {
        match self {
            Self::Number(number) => Ok(stamp(number)),
            Self::Text(text) => number(text).map(stamp).or_else(|_| time(text)),
            _ => Err(Fault::Shape),
        }
    }
}

/// Walks through a value of JSON, be it raw, or encoded by `encodeURIComponent`, `encodeURI` or js-cookie, which leaves
/// braces raw and encodes quotes.
pub(super) fn json(value: &[u8], each: impl FnMut(&[Step<'_>], Value<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut buffer = Buffer::new();
    read(if is_raw_json(value) { value } else { percent(value, &mut buffer)? }, each)
}

/// Whether a value starts as JSON does that nobody has encoded: it may hold percent signs of its own.
fn is_raw_json(value: &[u8]) -> bool {
    let mut start = value.iter().filter(|byte| !byte.is_ascii_whitespace());
    matches!(start.next(), Some(b'{' | b'[')) && start.next() != Some(&b'%')
}

/// Walks through a text from its start to its end. `each` sees the object or list itself before what is in it.
pub(super) fn read(
    text: &[u8],
    mut each: impl FnMut(&[Step<'_>], Value<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut fault = Fault::Shape;
    let mut walk = Walk { each: &mut each, fault: &mut fault };
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let path = Path { steps: [Step::Entry(0); DEPTH], length: 0 };
    let read = Node { path, walk: &mut walk }.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    read.map_err(|_| fault)
}

/// What is done with each value.
type Each<'w> = dyn FnMut(&[Step<'_>], Value<'_>) -> Result<(), Fault> + 'w;

struct Walk<'w> {
    each: &'w mut Each<'w>,
    /// What stopped the walk; the text is not JSON where nothing else did.
    fault: &'w mut Fault,
}

impl Walk<'_> {
    fn stop<E: Error>(&mut self, fault: Fault) -> E {
        *self.fault = fault;
        E::custom("refused")
    }
}

#[derive(Clone, Copy)]
struct Path<'p> {
    steps: [Step<'p>; DEPTH],
    length: usize,
}

impl<'p> Path<'p> {
    fn deeper(mut self, step: Step<'p>) -> Option<Self> {
        *self.steps.get_mut(self.length)? = step;
        self.length += 1;
        Some(self)
    }
}

/// One value and its path.
struct Node<'p, 'n, 'w> {
    path: Path<'p>,
    walk: &'n mut Walk<'w>,
}

impl<'p, 'w> Node<'p, '_, 'w> {
    fn emit<E: Error>(&mut self, value: Value<'_>) -> Result<(), E> {
        (self.walk.each)(&self.path.steps[..self.path.length], value).map_err(|fault| self.walk.stop(fault))
    }

    /// The value one step further in.
    fn inner<'s, E: Error>(&'s mut self, step: Step<'s>) -> Result<Node<'s, 's, 'w>, E>
    where
        'p: 's,
    {
        let path: Path<'s> = self.path;
        match path.deeper(step) {
            Some(path) => Ok(Node { path, walk: self.walk }),
            None => Err(self.walk.stop(Fault::TooDeep)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.emit(Value::Null)
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.emit(Value::Bool(value))
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.emit(Value::Number(value))
    }

    fn visit_i64<E: Error>(mut self, _: i64) -> Result<(), E> {
        self.emit(Value::OtherNumber)
    }

    fn visit_f64<E: Error>(mut self, _: f64) -> Result<(), E> {
        self.emit(Value::OtherNumber)
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<(), E> {
        self.emit(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        self.emit(Value::List)?;
        let mut place = 0;
        while entries.next_element_seed(self.inner(Step::Entry(place))?)?.is_some() {
            place += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        self.emit(Value::Object)?;
        let mut keys = Keys::default();
        while let Some(key) = entries.next_key_seed(KeySeed)? {
            if !keys.insert(&key) {
                return Err(self.walk.stop(Fault::Duplicate));
            }
            entries.next_value_seed(self.inner(Step::Key(&key))?)?;
        }
        Ok(())
    }
}

/// A key, borrowed where it holds no escape.
struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// The keys of one object, by their hashes: two keys of one hash are taken for one, which denies.
#[derive(Default)]
struct Keys {
    first: [u64; 32],
    count: usize,
    more: HashSet<u64>,
}

impl Keys {
    /// Returns whether the key is new.
    fn insert(&mut self, key: &str) -> bool {
        // FNV-1a, 64 bits.
        let hash = key
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        if self.first[..self.count].contains(&hash) {
            return false;
        }
        match self.first.get_mut(self.count) {
            Some(place) => {
                (*place, self.count) = (hash, self.count + 1);
                true
            }
            None => self.more.insert(hash),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> Result<Vec<String>, Fault> {
        let mut seen = Vec::new();
        read(text.as_bytes(), |path, value| {
            seen.push(format!("{path:?} {value:?}"));
            Ok(())
        })?;
        Ok(seen)
    }

    #[test]
    fn each_value_comes_with_its_path() {
        let seen = walk(r#"{"a":[true,{"b":"\u0063"}],"d":null,"e":7,"f":-1}"#).unwrap();
        let expected = [
            "[] Object",
            "[Key(\"a\")] List",
            "[Key(\"a\"), Entry(0)] Bool(true)",
            "[Key(\"a\"), Entry(1)] Object",
            "[Key(\"a\"), Entry(1), Key(\"b\")] Text(\"c\")",
            "[Key(\"d\")] Null",
            "[Key(\"e\")] Number(7)",
            "[Key(\"f\")] OtherNumber",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_key_that_stands_twice_is_a_fault_wherever_it_stands() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"x":[{"b":1,"c":2,"b":3}]}"#, r#"{"a":1,"\u0061":2}"#] {
            assert_eq!(walk(text), Err(Fault::Duplicate), "{text}");
        }
        let many = |last: &str| {
            let keys: Vec<String> = (0..100).map(|place| format!("\"k{place}\":0")).collect();
            walk(&format!("{{{},\"{last}\":0}}", keys.join(","))).map(|seen| seen.len())
        };
        assert_eq!(many("new"), Ok(102));
        assert_eq!((many("k5"), many("k77")), (Err(Fault::Duplicate), Err(Fault::Duplicate)));
    }

    #[test]
    fn raw_json_is_told_from_encoded_json() {
        for (value, is_raw) in [
            ("{\"a\":1}", true),
            ("{}", true),
            ("[\"a\"]", true),
            ("{ \"a\":1}", true),
            ("{%22a%22:1}", false),
            ("%7B%22a%22:1%7D", false),
            ("[%22a%22]", false),
            ("", false),
        ] {
            assert_eq!(is_raw_json(value.as_bytes()), is_raw, "{value}");
        }
    }

    #[test]
    fn what_is_no_json_or_nested_too_deep_is_a_fault() {
        for text in ["", "{", "{}x", "{'a':1}", "{\"a\":01}", "[1,]", "{\"a\":1}{\"a\":1}"] {
            assert_eq!(walk(text), Err(Fault::Shape), "{text}");
        }
        let deep = |depth: usize| walk(&format!("{}{}", "[".repeat(depth), "]".repeat(depth))).map(|seen| seen.len());
        assert_eq!((deep(DEPTH), deep(DEPTH + 1), deep(10_000)), (Ok(DEPTH), Err(Fault::TooDeep), Err(Fault::TooDeep)));
    }
}
