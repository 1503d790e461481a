//! Where a visitor is, by what the host knows.
//!
//! Codes are those of ISO 3166-1 (`FR`) and ISO 3166-2 (`US-CA`), read without regard to case. Two groups are regions
//! too, for look-ups that know no more: `EU` and `EEA`. `UK` is read as `GB`, which ISO reserves it for.
//!
//! What geography services send for "no idea" (`XX`, `ZZ`, `T1` and other codes with a digit) is
//! [`Region::UNKNOWN`], as is an absent answer. What an unknown region means is the policy's to say.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A country, one of its subdivisions, a group of countries, or the unknown.
///
/// # Example
/// ```
/// use consent_gate::Region;
///
/// let california: Region = "us-ca".parse()?;
/// assert_eq!(california.to_string(), "US-CA");
/// assert_eq!(california.country().to_string(), "US");
/// assert!("T1".parse::<Region>()?.is_unknown());
/// # Ok::<(), consent_gate::error::RegionError>(())
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Region {
    /// Upper case, padded with zeros; all zero for the unknown.
    country: [u8; 3],
    /// Upper case, padded with zeros; all zero for a whole country.
    subdivision: [u8; 3],
}

/// The member states of the European Union.
const EU: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// The states of the European Economic Area that are not in the Union.
const EEA_ONLY: [&str; 3] = ["IS", "LI", "NO"];

/// Places with an ISO code of their own that are part of a member state, so that its law is theirs.
const PART_OF: [(&str, &str); 7] =
    [("AX", "FI"), ("GF", "FR"), ("GP", "FR"), ("MF", "FR"), ("MQ", "FR"), ("RE", "FR"), ("YT", "FR")];

impl Region {
    /// No one knows where the visitor is.
    pub const UNKNOWN: Self = Self { country: [0; 3], subdivision: [0; 3] };
    /// The European Union.
    pub const EU: Self = Self { country: *b"EU\0", subdivision: [0; 3] };
    /// The European Economic Area.
    pub const EEA: Self = Self { country: *b"EEA", subdivision: [0; 3] };
    /// The United States, without a state.
    pub const US: Self = Self { country: *b"US\0", subdivision: [0; 3] };

    /// Returns whether nothing is known.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }

    /// The whole country (or group) that this is, or lies in.
    #[must_use]
    pub const fn country(self) -> Self {
        Self { country: self.country, subdivision: [0; 3] }
    }

    /// A number that orders regions as they are ordered, and is quicker to compare.
    pub(crate) const fn number(self) -> u64 {
        let ([a, b, c], [d, e, f]) = (self.country, self.subdivision);
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }

    /// The smallest group of countries around it: `EU`, `EEA`, or nothing.
    pub(crate) fn group(self) -> Option<Self> {
        let country = text(&self.country);
        if self == Self::EU || EEA_ONLY.contains(&country) {
            Some(Self::EEA)
        } else if EU.contains(&country) {
            Some(Self::EU)
        } else {
            None
        }
    }

    /// This region and all around it, the most specific first.
    ///
    /// `FR-75`, `FR`, `EU`, `EEA`; `US-CA`, `US`; `GP`, `FR`, `EU`, `EEA`. The unknown has no chain.
    pub(crate) fn chain(self) -> impl Iterator<Item = Self> {
        let first = (!self.is_unknown()).then_some(self);
        std::iter::successors(first, |region| {
            if region.subdivision != [0; 3] {
                return Some(region.country());
            }
            let part_of = PART_OF.iter().find(|(part, _)| *part == text(&region.country));
            part_of.map_or_else(|| region.group(), |(_, whole)| whole.parse().ok())
        })
    }

    /// The member states of the Union and of the Area, and the places that are part of them.
    pub(crate) fn european() -> impl Iterator<Item = Self> {
        let parts = PART_OF.iter().map(|(part, _)| *part);
        EU.into_iter().chain(EEA_ONLY).chain(parts).filter_map(|code| code.parse().ok())
    }
}

/// The letters of a padded code.
fn text(code: &[u8; 3]) -> &str {
    let end = code.iter().position(|byte| *byte == 0).unwrap_or(code.len());
    std::str::from_utf8(&code[..end]).unwrap_or_default()
}

impl fmt::Display for Region {
    /// The code in upper case; `unknown` for the unknown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (text(&self.country), text(&self.subdivision)) {
            ("", _) => f.write_str("unknown"),
            (country, "") => f.write_str(country),
            (country, subdivision) => write!(f, "{country}-{subdivision}"),
        }
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({self})")
    }
}

impl From<Option<Region>> for Region {
    /// A look-up that found nothing is the unknown.
    fn from(found: Option<Region>) -> Self {
        found.unwrap_or(Self::UNKNOWN)
    }
}

/// Why a text is not a valid region code.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0:?} is not a valid region: write an ISO 3166 code such as \"FR\" or \"US-CA\", or \"EU\" or \"EEA\"")]
pub struct RegionError(String);

impl FromStr for Region {
    type Err = RegionError;

    /// Reads a code, in upper or lower case.
    ///
    /// # Errors
    /// [`RegionError`] for what does not have the form of a code: `France`, `USA`, `US-`, `US-CALI`, `US_CA`, the empty
    /// text.
    fn from_str(code: &str) -> Result<Self, RegionError> {
        let error = || RegionError(code.chars().take(64).collect());
        let (country, subdivision) = match code.split_once('-') {
            Some((country, subdivision)) => (country, padded(subdivision).ok_or_else(error)?),
            None => (code, [0; 3]),
        };
        let country = padded(country).ok_or_else(error)?;
        if country == *b"EEA" {
            return if subdivision == [0; 3] { Ok(Self::EEA) } else { Err(error()) };
        }
        if country[1] == 0 || country[2] != 0 {
            return Err(error());
        }
        Ok(match &country[..2] {
            b"XX" | b"ZZ" => Self::UNKNOWN,
            letters if letters.iter().any(u8::is_ascii_digit) => Self::UNKNOWN,
            b"UK" => Self { country: *b"GB\0", subdivision },
            _ => Self { country, subdivision },
        })
    }
}

impl Serialize for Region {
    /// Its text, as `Display` writes it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Region {
    /// Its text, as `parse` reads it, or `unknown`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "unknown" => Ok(Self::UNKNOWN),
            code => code.parse().map_err(D::Error::custom),
        }
    }
}

/// One to three letters or digits in upper case, padded with zeros.
fn padded(code: &str) -> Option<[u8; 3]> {
    let mut out = [0; 3];
    let fits = (1..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then(|| {
        out[..code.len()].copy_from_slice(code.as_bytes());
        out.make_ascii_uppercase();
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(code: &str) -> Vec<String> {
        code.parse::<Region>().unwrap().chain().map(|r| r.to_string()).collect()
    }

    #[test]
    fn serde_reads_what_it_writes() {
        for region in [Region::UNKNOWN, Region::EU, "US-CA".parse().unwrap()] {
            let json = serde_json::to_value(region).unwrap();
            assert_eq!(json, region.to_string());
            assert_eq!(serde_json::from_value::<Region>(json).unwrap(), region);
        }
        assert!(serde_json::from_str::<Region>("\"Gaul\"").is_err());
    }

    #[test]
    fn regions_nest() {
        assert_eq!(chain("FR"), ["FR", "EU", "EEA"]);
        assert_eq!(chain("de-by"), ["DE-BY", "DE", "EU", "EEA"]);
        assert_eq!(chain("GP"), ["GP", "FR", "EU", "EEA"]);
        assert_eq!(chain("NO"), ["NO", "EEA"]);
        assert_eq!(chain("EU"), ["EU", "EEA"]);
        assert_eq!(chain("EEA"), ["EEA"]);
        assert_eq!(chain("US-CA"), ["US-CA", "US"]);
        assert_eq!(chain("uk"), ["GB"]);
        assert_eq!(chain("XX"), [""; 0]);
    }

    #[test]
    fn no_idea_is_unknown_and_nonsense_is_an_error() {
        for unknown in ["XX", "xx", "ZZ", "T1", "A1", "O1", "99"] {
            assert_eq!(unknown.parse(), Ok(Region::UNKNOWN), "{unknown}");
        }
        for nonsense in ["", "F", "France", "USA", "US-", "US-CALI", "US_CA", "-CA", "US--CA", "FR ", "É", "EEA-1", "*"]
        {
            assert!(nonsense.parse::<Region>().is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_code_prints_as_it_is_read() {
        for code in ["FR", "US-CA", "GB-ENG", "EU", "EEA", "FR-75"] {
            assert_eq!(code.parse::<Region>().unwrap().to_string(), code);
        }
    }
}
