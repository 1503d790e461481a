//! Reads one consent cookie value.
//!
//! ```abnf
//! value      = "1." revision "." decided "." granted "." refused "." seen [ "." exceptions ]
//! revision   = number                              ; u32: the policy revision that the visitor was shown
//! decided    = number                              ; u64: seconds since the Unix epoch, UTC, at the click
//! granted    = hex    refused = hex                ; u32 sets of bits, disjoint; bits 0 and 5-15 never set
//! seen       = hex                                 ; signals in view at the click: 1 = GPC, 2 = DNT
//! exceptions = exception *( "~" exception )        ; sorted by id, no id twice, at most 64
//! exception  = ( "+" / "-" ) 1*32( a-z / 0-9 / "-" / "_" )
//! number     = "0" / ( %x31-39 *DIGIT )
//! hex        = "0" / ( ( %x31-39 / %x61-66 ) *( DIGIT / %x61-66 ) )
//! ```
//!
//! At most 1,024 bytes. There is one spelling per answer, and everything else is an error: no bit that the format does
//! not know is dropped, no number is trimmed. `*` stands reserved for a signed form.

use crate::terms::answer::Exceptions;
use crate::terms::category::NEVER_STORED;
use crate::{Answer, Category, Signals};
use serde::de::{Deserialize, Deserializer, Error};
use std::borrow::Cow;
use std::str::FromStr;

/// How long a consent cookie value may be, in bytes.
pub(crate) const VALUE_MAX: usize = 1024;

/// The format that this version reads and writes.
const FORMAT: &[u8] = b"1";

/// Why a consent cookie could not be read. Always the fault of the bytes, never of the caller.
///
/// The fields of a value are `1.revision.decided.granted.refused.seen` and, where there are any, `.exceptions`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The value is longer than 1,024 bytes.
    #[error("a consent cookie of {0} bytes is above the limit of 1024")]
    TooLong(usize),
    /// The value holds a byte outside printable ASCII, at this place.
    #[error("byte {0:#04x} at place {1} is not printable ASCII")]
    NotAscii(u8, usize),
    /// The first field names a format this version does not know, as in `9.4.…`, `*1.4.…` or an empty value.
    #[error("unknown consent cookie format {0:?}")]
    UnknownFormat(String),
    /// A field is not there, as in `1.4.1795000000`.
    #[error("the field {0} is missing")]
    Missing(&'static str),
    /// A number is empty, signed, padded, not decimal or too large, as in `1.04.…`.
    #[error("{1:?} is no number for {0}")]
    Number(&'static str, String),
    /// A set of bits is empty, padded, not lower-case hexadecimal or too large, as in `1.4.1795000000.0x4.…`.
    #[error("{1:?} is no set of bits for {0}")]
    Bits(&'static str, String),
    /// A set carries bits that no answer may carry: essential, reserved, or an unknown signal.
    #[error("the bits {1:#x} cannot stand in {0}")]
    ForbiddenBits(&'static str, u32),
    /// A category is both granted and refused.
    #[error("the bits {0:#x} are both granted and refused")]
    Contradiction(u32),
    /// An exception is no `+id` or `-id`, as in `…​.+Lumen`, `….lumen` or an empty last field.
    #[error("{0:?} is no exception")]
    Exception(String),
    /// The exceptions are not sorted by id, or an id stands twice.
    #[error("the exception {0:?} stands out of order")]
    ExceptionOrder(String),
    /// There are more than 64 exceptions.
    #[error("more than 64 exceptions")]
    TooManyExceptions,
    /// The answer is dated further ahead of the server's clock than clocks differ, in seconds since 1970.
    #[error("the answer is dated {0}, in the future")]
    Future(u64),
    /// Something follows the last field.
    #[error("{0:?} follows the last field")]
    Trailing(String),
}

impl ParseError {
    /// The kind of the fault as a short stable code. It holds no byte of the cookie, so that it can be logged.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong(_) => "too-long",
            Self::NotAscii(..) => "not-ascii",
            Self::UnknownFormat(_) => "unknown-format",
            Self::Missing(_) => "missing-field",
            Self::Number(..) => "number",
            Self::Bits(..) => "bits",
            Self::ForbiddenBits(..) => "forbidden-bits",
            Self::Contradiction(_) => "contradiction",
            Self::Exception(_) => "exception",
            Self::ExceptionOrder(_) => "exception-order",
            Self::TooManyExceptions => "too-many-exceptions",
            Self::Trailing(_) => "trailing",
            Self::Future(_) => "future",
        }
    }
}

impl FromStr for Answer {
    type Err = ParseError;

    /// Reads a consent cookie value.
    ///
    /// # Errors
    /// A [`ParseError`] for everything that is not the one spelling of an answer: the empty value,
    /// `9.4.1795000000.4.10.0` (another format), `1.04.1795000000.4.10.0` (padded), `1.4.1795000000.4.4.0` (granted and
    /// refused), `1.4.1795000000.1.0.0` (essential), `1.4.1795000000.20.0.0` (reserved), `1.4.1795000000.4.10.0.` (an
    /// empty exception), and `%31.4…` (percent-encoded).
    fn from_str(value: &str) -> Result<Self, ParseError> {
        parse(value.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Answer {
    /// The value of a consent cookie, read as strictly as by `parse`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Reads a consent cookie value from the bytes of a header.
pub(crate) fn parse(bytes: &[u8]) -> Result<Answer, ParseError> {
    if bytes.len() > VALUE_MAX {
        return Err(ParseError::TooLong(bytes.len()));
    }
    printable(bytes)?;
    let mut fields = bytes.split(|byte| *byte == b'.');
    let format = fields.next().unwrap_or_default();
    if format != FORMAT {
        return Err(ParseError::UnknownFormat(text(format).into_owned()));
    }
    let mut field = |name| fields.next().ok_or(ParseError::Missing(name));

    let revision = number("revision", field("revision")?)?;
    let decided = number("decided", field("decided")?)?;
    let granted = categories("granted", field("granted")?)?;
    let refused = categories("refused", field("refused")?)?;
    let seen = signals(field("seen")?)?;
    if granted.intersects(refused) {
        return Err(ParseError::Contradiction(granted.intersection(refused).bits()));
    }
    let exceptions = fields.next().map(exceptions).transpose()?.unwrap_or_default();
    if let Some(trailing) = fields.next() {
        return Err(ParseError::Trailing(text(trailing).into_owned()));
    }
    let revision = u32::try_from(revision).map_err(|_| ParseError::Number("revision", revision.to_string()))?;
    Ok(Answer { revision, decided, granted, refused, seen, exceptions })
}

fn printable(bytes: &[u8]) -> Result<(), ParseError> {
    match bytes.iter().position(|byte| !byte.is_ascii_graphic()) {
        Some(place) => Err(ParseError::NotAscii(bytes[place], place)),
        None => Ok(()),
    }
}

/// A field as text; nothing is lost, for all bytes are printable.
fn text(field: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(field)
}

fn number(name: &'static str, field: &[u8]) -> Result<u64, ParseError> {
    canonical(field, 10).ok_or_else(|| ParseError::Number(name, text(field).into_owned()))
}

fn bits(name: &'static str, field: &[u8]) -> Result<u32, ParseError> {
    let bits = canonical(field, 16).and_then(|bits| u32::try_from(bits).ok());
    bits.ok_or_else(|| ParseError::Bits(name, text(field).into_owned()))
}

/// The value of the one spelling of a number: no sign, no leading zero, hexadecimal digits in lower case.
pub(crate) fn canonical(field: &[u8], base: u64) -> Option<u64> {
    if field.is_empty() || (field.len() > 1 && field[0] == b'0') {
        return None;
    }
    field.iter().try_fold(0_u64, |value, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' if base == 16 => byte - b'a' + 10,
            _ => return None,
        };
        value.checked_mul(base)?.checked_add(u64::from(digit))
    })
}

fn categories(name: &'static str, field: &[u8]) -> Result<Category, ParseError> {
    let set = Category::from_bits_retain(bits(name, field)?);
    match set.intersection(NEVER_STORED) {
        none if none.is_empty() => Ok(set),
        forbidden => Err(ParseError::ForbiddenBits(name, forbidden.bits())),
    }
}

fn signals(field: &[u8]) -> Result<Signals, ParseError> {
    let bits = bits("seen", field)?;
    let known = u8::try_from(bits).ok().and_then(Signals::from_bits);
    known.ok_or(ParseError::ForbiddenBits("seen", bits))
}

fn exceptions(field: &[u8]) -> Result<Exceptions, ParseError> {
    let mut out = Exceptions::default();
    for exception in text(field).split('~') {
        let malformed = || ParseError::Exception(exception.to_owned());
        let (granted, id) = match exception.split_at_checked(1) {
            Some(("+", id)) => (true, id),
            Some(("-", id)) => (false, id),
            _ => return Err(malformed()),
        };
        if out.len() == Exceptions::MAX {
            return Err(ParseError::TooManyExceptions);
        }
        if out.last_id().is_some_and(|last| last >= id) {
            return Err(ParseError::ExceptionOrder(exception.to_owned()));
        }
        out.set(id, granted).map_err(|_| malformed())?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(value: &str, expected: &ParseError) {
        assert_eq!(value.parse::<Answer>().as_ref(), Err(expected), "{value}");
    }

    #[test]
    fn serde_reads_and_writes_the_text_of_an_answer() {
        let text = "1.4.1795000000.4.10.0.-lumen";
        let answer: Answer = serde_json::from_value(text.into()).unwrap();
        assert_eq!(serde_json::to_value(&answer).unwrap(), text);
        assert!(serde_json::from_str::<Answer>("\"1.04.1795000000.4.10.0\"").is_err());
    }

    #[test]
    fn every_cause_has_an_error_of_its_own() {
        use ParseError as E;
        refused("", &E::UnknownFormat(String::new()));
        refused("9.4.1795000000.4.10.0", &E::UnknownFormat("9".into()));
        refused("*1.4.1795000000.4.10.0", &E::UnknownFormat("*1".into()));
        refused("1", &E::Missing("revision"));
        refused("1.4.1795000000.4.10", &E::Missing("seen"));
        refused("1.04.1795000000.4.10.0", &E::Number("revision", "04".into()));
        refused("1.+4.1795000000.4.10.0", &E::Number("revision", "+4".into()));
        refused("1..1795000000.4.10.0", &E::Number("revision", String::new()));
        refused("1.4294967296.1.4.10.0", &E::Number("revision", "4294967296".into()));
        refused("1.4.18446744073709551616.4.10.0", &E::Number("decided", "18446744073709551616".into()));
        refused("1.4.-1.4.10.0", &E::Number("decided", "-1".into()));
        refused("1.4.1795000000.0x4.10.0", &E::Bits("granted", "0x4".into()));
        refused("1.4.1795000000.04.10.0", &E::Bits("granted", "04".into()));
        refused("1.4.1795000000.4.1F.0", &E::Bits("refused", "1F".into()));
        refused("1.4.1795000000.100000000.0.0", &E::Bits("granted", "100000000".into()));
        refused("1.4.1795000000.1.0.0", &E::ForbiddenBits("granted", 1));
        refused("1.4.1795000000.0.8020.0", &E::ForbiddenBits("refused", 0x8020));
        refused("1.4.1795000000.4.10.4", &E::ForbiddenBits("seen", 4));
        refused("1.4.1795000000.4.10.101", &E::ForbiddenBits("seen", 0x101));
        refused("1.4.1795000000.4.14.0", &E::Contradiction(4));
        refused("1.4.1795000000.4.10.0.", &E::Exception(String::new()));
        refused("1.4.1795000000.4.10.0.lumen", &E::Exception("lumen".into()));
        refused("1.4.1795000000.4.10.0.+Lumen", &E::Exception("+Lumen".into()));
        refused("1.4.1795000000.4.10.0.+a~", &E::Exception(String::new()));
        refused("1.4.1795000000.4.10.0.+b~-a", &E::ExceptionOrder("-a".into()));
        refused("1.4.1795000000.4.10.0.+a~-a", &E::ExceptionOrder("-a".into()));
        refused("1.4.1795000000.4.10.0.+a.+b", &E::Trailing("+b".into()));
        refused("1.4.1795000000.4.10.0 ", &E::NotAscii(b' ', 21));
        refused("1.4.1795000000.4.10.0\u{e9}", &E::NotAscii(0xc3, 21));
    }

    #[test]
    fn a_value_at_the_limit_is_read_and_one_above_is_not() {
        let many: Vec<String> = (0..64).map(|i| format!("+{i:02}{}", "x".repeat(10))).collect();
        let value = format!("1.4.1795000000.4.10.0.{}", many.join("~"));
        assert!(value.len() <= VALUE_MAX);
        assert!(value.parse::<Answer>().is_ok());
        refused(&format!("{value}~+zz"), &ParseError::TooManyExceptions);
        refused(&"1".repeat(1025), &ParseError::TooLong(1025));
    }
}
