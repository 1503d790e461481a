//! A length of time, as a policy spells it.
//!
//! ```abnf
//! period = number unit
//! number = %x31-39 *DIGIT               ; no sign, no leading zero, not zero
//! unit   = "d" / "h" / "m" / "s"        ; days of 24 hours, hours, minutes, seconds; lower-case
//! ```
//!
//! Months and years are left out on purpose: they have no fixed length, and browsers count in seconds.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::serde_forms::from_text;

/// The units of a period and their lengths in seconds, the longest first.
const UNITS: [(char, u64); 4] = [('d', SECONDS_PER_DAY), ('h', 3_600), ('m', 60), ('s', 1)];

const SECONDS_PER_DAY: u64 = 86_400;

/// A length of time in whole seconds, from [`SHORTEST`](Self::SHORTEST) to [`LONGEST`](Self::LONGEST).
///
/// Never zero: a lifetime of zero would be a deletion (RFC 6265bis §5.6.2), and a grant that lasts no time is a
/// refusal. Its text is one number and one unit, as in `395d`, `24h`, `30m` or `45s`; it is printed in the longest unit
/// that divides it, so that `24h` is printed `1d`.
///
/// # Example
/// ```
/// use consent_gate::policy::Period;
///
/// let period: Period = "24h".parse()?;
/// assert_eq!(period, Period::days(1));
/// assert_eq!(period.as_seconds(), 86_400);
/// assert_eq!(period.to_string(), "1d");
/// # Ok::<(), consent_gate::policy::PeriodError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Period {
    seconds: u64,
}

impl Period {
    /// One second.
    pub const SHORTEST: Self = Self { seconds: 1 };

    /// 65,535 days, some 179 years: short enough that no date of our time plus a period overflows.
    pub const LONGEST: Self = Self::days(u16::MAX);

    /// A number of days of 24 hours. `days(0)`, since no period is empty, is [`SHORTEST`](Self::SHORTEST).
    #[must_use]
    pub const fn days(number: u16) -> Self {
        match number {
            0 => Self::SHORTEST,
            // Widening, which `From` does not yet do in a const function.
            _ => Self { seconds: number as u64 * SECONDS_PER_DAY },
        }
    }

    /// A number of seconds.
    ///
    /// # Errors
    /// [`PeriodError::Zero`] for `0`; [`PeriodError::TooLong`] for `u64::MAX` and whatever else is above
    /// [`LONGEST`](Self::LONGEST).
    pub fn from_seconds(seconds: u64) -> Result<Self, PeriodError> {
        Self::checked(seconds, || format!("{seconds}s"))
    }

    /// The length in seconds, never 0.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.seconds
    }

    /// The length as chrono's type, for sums with dates.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::policy::Period;
    /// assert_eq!(Period::days(180).to_delta(), chrono::TimeDelta::days(180));
    /// ```
    #[must_use]
    pub fn to_delta(self) -> TimeDelta {
        // Even the longest period is far below the limit of `TimeDelta`; a test guards it.
        TimeDelta::from_std(Duration::from_secs(self.seconds)).unwrap_or(TimeDelta::MAX)
    }

    fn checked(seconds: u64, text: impl FnOnce() -> String) -> Result<Self, PeriodError> {
        match (Self { seconds }) {
            period if period < Self::SHORTEST => Err(PeriodError::Zero(text())),
            period if period > Self::LONGEST => Err(PeriodError::TooLong(text())),
            period => Ok(period),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, length) =
            UNITS.into_iter().find(|(_, length)| self.seconds.is_multiple_of(*length)).unwrap_or(('s', 1));
        formatter.pad(&format!("{}{unit}", self.seconds / length))
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    /// Reads one number and one unit.
    ///
    /// # Errors
    /// - [`PeriodError::Malformed`] for the empty text, `30`, `d`, `1.5d`, `1 d`, `+1d`, `-1d`, `01d`, `1D`, `2w`,
    ///   `1d12h`, `1 year`;
    /// - [`PeriodError::Zero`] for `0d`;
    /// - [`PeriodError::TooLong`] for `65536d`, `99999999999999999999s`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || PeriodError::Malformed(text.to_owned());
        let too_long = || PeriodError::TooLong(text.to_owned());

        let (digits, length) = UNITS
            .into_iter()
            .find_map(|(unit, length)| Some((text.strip_suffix(unit)?, length)))
            .ok_or_else(malformed)?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || (digits.len() > 1 && digits.starts_with('0')) {
            return Err(malformed());
        }
        // Digits alone fail to parse only by overflow.
        let number: u64 = digits.parse().map_err(|_| too_long())?;
        let seconds = number.checked_mul(length).ok_or_else(too_long)?;
        Self::checked(seconds, || text.to_owned())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, "a period such as \"395d\"")
    }
}

/// Why a text or a number is not a valid [`Period`], with that text, or the number in seconds.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PeriodError {
    /// Not one whole number and one unit, as in `1 year`.
    #[error("{0:?} is not a valid period: write one whole number and one of the units d, h, m, s, as in \"395d\"")]
    Malformed(String),
    /// No time at all, as in `0d`.
    #[error("{0:?} is not a valid period: the shortest is {shortest}", shortest = Period::SHORTEST)]
    Zero(String),
    /// Longer than [`Period::LONGEST`], as in `65536d`.
    #[error("{0:?} is not a valid period: the longest is {longest}", longest = Period::LONGEST)]
    TooLong(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_texts_are_read_in_seconds_and_printed_in_the_longest_unit_that_divides() {
        for (text, seconds, printed) in [
            ("395d", 34_128_000, "395d"),
            ("1d", 86_400, "1d"),
            ("24h", 86_400, "1d"),
            ("25h", 90_000, "25h"),
            ("30m", 1_800, "30m"),
            ("1440m", 86_400, "1d"),
            ("90m", 5_400, "90m"),
            ("45s", 45, "45s"),
            ("60s", 60, "1m"),
            ("3601s", 3_601, "3601s"),
            ("1s", 1, "1s"),
            ("65535d", 5_662_224_000, "65535d"),
            ("5662224000s", 5_662_224_000, "65535d"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.as_seconds(), seconds, "{text}");
            assert_eq!(period.to_string(), printed, "{text}");
            assert_eq!(printed.parse(), Ok(period), "{text}");
            assert_eq!(Period::from_seconds(seconds), Ok(period), "{text}");
        }
    }

    #[test]
    fn bad_texts_are_refused_with_their_cause() {
        #[track_caller]
        fn refused(text: &str, cause: fn(String) -> PeriodError) {
            let error = text.parse::<Period>().unwrap_err();
            assert_eq!(error, cause(text.to_owned()));
            assert!(error.to_string().contains(&format!("{text:?}")));
        }

        for text in [
            "", " ", "30", "d", "dd", "1.5d", "1e3s", "1_000s", "1 d", " 1d", "1d ", "1d\n", "+1d", "-1d", "01d",
            "00d", "1D", "2w", "1y", "1d12h", "1dd", "1 year", "0x1d", "P1D", "١d", "1ｄ", "session",
        ] {
            refused(text, PeriodError::Malformed);
        }
        for text in ["0d", "0h", "0m", "0s"] {
            refused(text, PeriodError::Zero);
        }
        for text in [
            "65536d",
            "5662224001s",
            "18446744073709551615s",
            "18446744073709551616s",
            "18446744073709551615d",
            "213503982334602d", // wraps to a short period in 64 bits
            "99999999999999999999s",
        ] {
            refused(text, PeriodError::TooLong);
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused_and_no_days_are_the_shortest_period() {
        assert_eq!(Period::from_seconds(0), Err(PeriodError::Zero("0s".to_owned())));
        assert_eq!(Period::from_seconds(u64::MAX), Err(PeriodError::TooLong(format!("{}s", u64::MAX))));
        assert_eq!(Period::days(0), Period::SHORTEST);
    }

    #[test]
    fn every_period_fits_chrono_and_a_date_of_our_time() {
        for period in [Period::SHORTEST, Period::LONGEST] {
            assert_eq!(period.to_delta().num_seconds().unsigned_abs(), period.as_seconds());
        }
        let far = chrono::DateTime::from_timestamp(32_503_680_000, 0).unwrap(); // the year 3000
        assert!(far.checked_add_signed(Period::LONGEST.to_delta()).is_some());
    }
}
