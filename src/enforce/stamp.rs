//! What was allowed when an event happened, kept with the event until it is sent: [`Stamp`] states its format.

use crate::terms::answer::Exceptions;
use crate::terms::rule::Exemption;
use crate::wire::parse::canonical;
use crate::{Category, DenyReason};
use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// How long the text of a stamp may be, in bytes.
const TEXT_MAX: usize = 128;

/// The format that this version reads and writes.
const FORMAT: &str = "1";

/// Written where there is no provider, or no exemption. No id holds it.
const NONE: &str = "*";

/// The bits that no stamp may carry: those reserved for the crate.
const RESERVED: u32 = 0xffe0;

/// What was allowed when an event happened, for work that is done later: sent from a queue, retried, filled in.
///
/// It holds categories, at most one provider, the policy's revision and a time; never a person. A
/// [`Visitor`](crate::Visitor) makes one only of what it allows at that moment, and judges it again before the work is
/// done: what was allowed then **and** what is allowed now must agree.
///
/// It is stored as its text, by `to_string` and `parse` or by serde.
///
/// # Format
/// ```abnf
/// stamp      = "1." revision "." at "." categories "." provider "." exemption "." check
/// revision   = number                             ; u32: the policy's revision when it happened
/// at         = number                             ; u64: seconds since the Unix epoch, UTC, when it happened
/// categories = hex                                ; u32 set of bits, not empty; bits 5-15 never set
/// provider   = "*" / 1*32( a-z / 0-9 / "-" / "_" ); "*" for none
/// exemption  = "*" / "user-requested" / "audience-measurement"
/// check      = 8( DIGIT / %x61-66 )               ; CRC-32 (IEEE 802.3) of everything before its dot
/// ```
///
/// `number` and `hex` are those of the consent cookie. At most 128 bytes, one spelling per stamp, plain ASCII: it fits
/// into a row of a queue, a payload and the header of a message. It names no person.
///
/// The check finds a slip: no changed or missing character turns a stamp into one that allows something else. It is not a
/// signature, for the queue is the host's own, and a stamp alone allows nothing: see
/// [`Visitor::rejudge`](crate::Visitor::rejudge).
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use chrono::TimeDelta;
/// # let gate = testing::gate();
/// # let now = testing::now();
/// // In the request: the event goes into a queue, with its stamp.
/// let stamp = testing::accepted(&gate).stamp(Category::ANALYTICS).unwrap();
/// assert_eq!(stamp.to_string(), "1.4.1795435200.4.*.*.eb238bf4");
///
/// // In the worker, an hour later: the account holds the latest answer, and it withdraws.
/// let stamp: Stamp = "1.4.1795435200.4.*.*.eb238bf4".parse()?;
/// let later = now + TimeDelta::hours(1);
/// let latest = Answer::new(4, later).refuse(Category::ANALYTICS);
/// let person = gate.without_request(Facts::in_region("DE".parse()?).account(latest), Signals::empty(), later);
/// assert_eq!(person.rejudge(&stamp, TimeDelta::days(2)).code(), "refused"); // for the log: why it was not sent
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Stamp {
    pub(crate) revision: u32,
    /// Seconds since the Unix epoch.
    pub(crate) at: u64,
    /// One single category, where a provider or an exemption is named.
    pub(crate) categories: Category,
    pub(crate) provider: Option<Box<str>>,
    pub(crate) exemption: Option<Exemption>,
}

impl Stamp {
    /// The policy's revision when it happened.
    #[must_use]
    pub const fn revision(&self) -> u32 {
        self.revision
    }

    /// When it happened, UTC, in whole seconds. A date beyond what `chrono` can hold is its last.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        let seconds = i64::try_from(self.at).unwrap_or(i64::MAX);
        DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// What was allowed.
    #[must_use]
    pub const fn categories(&self) -> Category {
        self.categories
    }

    /// The provider that it was allowed for, by its id.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }

    /// The exemption that the stamped tracker claims.
    #[must_use]
    pub const fn exemption(&self) -> Option<Exemption> {
        self.exemption
    }
}

impl fmt::Display for Stamp {
    /// The text of the stamp.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { revision, at, categories, provider, exemption } = self;
        let provider = provider.as_deref().unwrap_or(NONE);
        let exemption = exemption.map_or(NONE, Exemption::as_str);
        let text = format!("{FORMAT}.{revision}.{at}.{:x}.{provider}.{exemption}", categories.bits());
        write!(f, "{text}.{:08x}", check(text.as_bytes()))
    }
}

/// Why a text is not a valid stamp. Whoever finds one in a queue does not do the work: it is [`DenyReason::Stamp`].
///
/// The fields are `1.revision.at.categories.provider.exemption.check`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StampError {
    /// The text is longer than 128 bytes.
    #[error("a stamp of {0} bytes is above the limit of 128")]
    TooLong(usize),
    /// The first field names a format this version does not know, as in `9.4.…` or the empty text.
    #[error("unknown stamp format {0:?}")]
    UnknownFormat(String),
    /// A field is not there, as in `1.4.1795435200`.
    #[error("the field {0} is missing")]
    Missing(&'static str),
    /// A field is not spelt as that field is, as in `1.04.…`, or contradicts another field.
    #[error("{1:?} is not valid in the field {0}")]
    Field(&'static str, String),
    /// Something follows the last field.
    #[error("{0:?} follows the last field")]
    Trailing(String),
    /// The check does not belong to the rest: a character was changed or lost.
    #[error("the check is {found:?}, but the rest of the stamp needs {expected:?}")]
    Check {
        /// What the text says.
        found: String,
        /// What belongs there.
        expected: String,
    },
}

impl StampError {
    /// The kind of the fault as a short stable code, without a byte of the text.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong(_) => "too-long",
            Self::UnknownFormat(_) => "unknown-format",
            Self::Missing(_) => "missing-field",
            Self::Field(..) => "field",
            Self::Trailing(_) => "trailing",
            Self::Check { .. } => "check",
        }
    }
}

impl From<StampError> for DenyReason {
    /// A stamp that cannot be read allows nothing.
    fn from(_: StampError) -> Self {
        Self::Stamp
    }
}

impl FromStr for Stamp {
    type Err = StampError;

    /// Reads the text of a stamp.
    ///
    /// # Errors
    /// A [`StampError`] for everything that is not the one spelling of a stamp: the empty text, `1.4.1795435200` (fields
    /// are missing), `1.04.1795435200.4.*.*.…` (padded), `1.4.1795435200.0.*.*.…` (no category), `1.4.1795435200.20.*.*.…`
    /// (reserved), `1.4.1795435200.14.lumen.*.…` (a provider has one category), and a wrong check.
    fn from_str(text: &str) -> Result<Self, StampError> {
        if text.len() > TEXT_MAX {
            return Err(StampError::TooLong(text.len()));
        }
        let mut fields = text.split('.');
        let format = fields.next().unwrap_or_default();
        if format != FORMAT {
            return Err(StampError::UnknownFormat(format.to_owned()));
        }
        let mut field = |name| fields.next().map(|text| Field { name, text }).ok_or(StampError::Missing(name));
        let (revision, at, categories) = (field("revision")?, field("at")?, field("categories")?);
        let (provider, exemption, check) = (field("provider")?, field("exemption")?, field("check")?);
        if let Some(trailing) = fields.next() {
            return Err(StampError::Trailing(trailing.to_owned()));
        }
        let stamp = Self {
            revision: revision.number(10)?,
            at: at.number(10)?,
            categories: categories.categories()?,
            provider: provider.provider()?,
            exemption: exemption.exemption()?,
        };
        stamp.check_sole(&categories)?;
        // All fields have one spelling, so that only the check can differ.
        match stamp.to_string() {
            printed if printed == text => Ok(stamp),
            printed => {
                let expected = printed.rsplit('.').next().unwrap_or_default().to_owned();
                Err(StampError::Check { found: check.text.to_owned(), expected })
            }
        }
    }
}

impl Stamp {
    /// Whether there is one category where a provider or an exemption is named. What is essential needs no exemption.
    fn check_sole(&self, categories: &Field<'_>) -> Result<(), StampError> {
        let is_sole = self.categories.bits().is_power_of_two();
        let is_excused = self.exemption.is_some() && self.categories == Category::ESSENTIAL;
        let is_sound = is_sole && !is_excused || self.provider.is_none() && self.exemption.is_none();
        if is_sound { Ok(()) } else { Err(categories.error()) }
    }
}

impl Serialize for Stamp {
    /// Its text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    /// Its text, read as strictly as by `parse`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// One field of a text, to be read.
struct Field<'t> {
    name: &'static str,
    text: &'t str,
}

impl Field<'_> {
    fn error(&self) -> StampError {
        StampError::Field(self.name, self.text.to_owned())
    }

    fn number<N: TryFrom<u64>>(&self, base: u64) -> Result<N, StampError> {
        let number = canonical(self.text.as_bytes(), base);
        number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| self.error())
    }

    fn categories(&self) -> Result<Category, StampError> {
        match self.number(16)? {
            bits if bits == 0 || bits & RESERVED != 0 => Err(self.error()),
            bits => Ok(Category::from_bits_retain(bits)),
        }
    }

    fn provider(&self) -> Result<Option<Box<str>>, StampError> {
        match self.text {
            NONE => Ok(None),
            id if Exceptions::is_id(id) => Ok(Some(id.into())),
            _ => Err(self.error()),
        }
    }

    fn exemption(&self) -> Result<Option<Exemption>, StampError> {
        let known = Exemption::ALL.iter().copied().find(|exemption| exemption.as_str() == self.text);
        if known.is_none() && self.text != NONE { Err(self.error()) } else { Ok(known) }
    }
}

/// CRC-32 as of IEEE 802.3: it finds every change of up to four neighbouring bytes.
fn check(bytes: &[u8]) -> u32 {
    let shift = |crc: u32| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| shift(crc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "1.4.1795435200.4.lumen.*.";

    /// A text with the check that belongs to it.
    fn checked(text: &str) -> String {
        format!("{text}.{:08x}", check(text.as_bytes()))
    }

    #[track_caller]
    fn refused(text: &str, expected: &StampError) {
        assert_eq!(text.parse::<Stamp>().as_ref(), Err(expected), "{text}");
    }

    #[test]
    fn the_check_is_the_one_that_everybody_computes() {
        assert_eq!(check(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn every_cause_has_an_error_that_names_the_field() {
        use StampError as E;
        refused("", &E::UnknownFormat(String::new()));
        refused("2.4.1.4.*.*.00000000", &E::UnknownFormat("2".into()));
        refused("1", &E::Missing("revision"));
        refused("1.4.1795435200", &E::Missing("categories"));
        refused(&TEXT[..TEXT.len() - 1], &E::Missing("check"));
        refused(&"1".repeat(129), &E::TooLong(129));
        refused(&format!("{}.x", checked("1.4.1.4.*.*")), &E::Trailing("x".into()));
        for (text, field, found) in [
            ("1.04.1.4.*.*", "revision", "04"),
            ("1.4294967296.1.4.*.*", "revision", "4294967296"),
            ("1.-4.1.4.*.*", "revision", "-4"),
            ("1.4.18446744073709551616.4.*.*", "at", "18446744073709551616"),
            ("1.4. 1.4.*.*", "at", " 1"),
            ("1.4.1.0.*.*", "categories", "0"),
            ("1.4.1.1F.*.*", "categories", "1F"),
            ("1.4.1.20.*.*", "categories", "20"),
            ("1.4.1.100000000.*.*", "categories", "100000000"),
            ("1.4.1.14.lumen.*", "categories", "14"),
            ("1.4.1.14.*.user-requested", "categories", "14"),
            ("1.4.1.1.*.user-requested", "categories", "1"),
            ("1.4.1.4.Lumen.*", "provider", "Lumen"),
            ("1.4.1.4..*", "provider", ""),
            ("1.4.1.4.é.*", "provider", "é"),
            ("1.4.1.4.*.", "exemption", ""),
            ("1.4.1.4.*.none", "exemption", "none"),
        ] {
            refused(&checked(text), &E::Field(field, found.into()));
        }
        let expected = checked("1.4.1.4.*.*")[12..].to_owned();
        for found in ["", "0", "00000000", &expected.to_uppercase(), &expected[1..]] {
            if found != expected {
                refused(&format!("1.4.1.4.*.*.{found}"), &E::Check { found: found.into(), expected: expected.clone() });
            }
        }
    }

    #[test]
    fn the_longest_stamp_fits() {
        let stamp = Stamp {
            revision: u32::MAX,
            at: u64::MAX,
            categories: Category::from_bits_retain(1 << 31),
            provider: Some("x".repeat(32).into()),
            exemption: Some(Exemption::AudienceMeasurement),
        };
        assert!(stamp.to_string().len() <= TEXT_MAX);
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
    }

    #[test]
    fn no_changed_lost_added_or_swapped_character_makes_another_stamp() {
        for text in ["1.4.1795435200.4.*.*", "1.14.1795435200.4.lumen.audience-measurement", "1.4.1.1001e.*.*"] {
            let text = checked(text);
            assert!(text.parse::<Stamp>().is_ok());
            for place in 0..text.len() {
                let (before, after) = (&text[..place], &text[place + 1..]);
                assert!(before.parse::<Stamp>().is_err() && format!("{before}{after}").parse::<Stamp>().is_err());
                for byte in (0x20..0x7f).map(char::from) {
                    let changed = format!("{before}{byte}{after}");
                    assert!(changed == text || changed.parse::<Stamp>().is_err(), "{changed}");
                    assert!(format!("{before}{byte}{}", &text[place..]).parse::<Stamp>().is_err());
                }
                if let Some(next) = after.chars().next() {
                    let swapped = format!("{before}{next}{}{}", &text[place..=place], &after[1..]);
                    assert!(swapped == text || swapped.parse::<Stamp>().is_err(), "{swapped}");
                }
            }
        }
    }
}
