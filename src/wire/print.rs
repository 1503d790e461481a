//! Prints an answer as the value of a consent cookie: the grammar of [`parse`](super::parse), one spelling per answer.

use crate::Answer;
use serde::{Serialize, Serializer};
use std::fmt;

impl fmt::Display for Answer {
    /// The value of the consent cookie.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { revision, decided, granted, refused, seen, exceptions } = self;
        write!(f, "1.{revision}.{decided}.{:x}.{:x}.{:x}", granted.bits(), refused.bits(), seen.bits())?;
        for (index, (id, granted)) in exceptions.iter().enumerate() {
            let before = if index == 0 { '.' } else { '~' };
            let sign = if granted { '+' } else { '-' };
            write!(f, "{before}{sign}{id}")?;
        }
        Ok(())
    }
}

impl Serialize for Answer {
    /// The value of the consent cookie.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
