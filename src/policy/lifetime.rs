//! How long something that was stored stays.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::period::{Period, PeriodError};
use super::serde_forms::from_text;

/// How long something that was stored stays.
///
/// Its text is `session`, or that of a [`Period`].
///
/// # Example
/// ```
/// use consent_gate::policy::{Lifetime, Period};
///
/// assert_eq!("session".parse(), Ok(Lifetime::Session));
/// assert_eq!("395d".parse(), Ok(Lifetime::For(Period::days(395))));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Lifetime {
    /// Until the browser, or for session storage the tab, is closed.
    Session,
    /// For a period from when it was last set.
    For(Period),
}

impl fmt::Display for Lifetime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session => formatter.pad("session"),
            Self::For(period) => period.fmt(formatter),
        }
    }
}

impl From<Period> for Lifetime {
    fn from(period: Period) -> Self {
        Self::For(period)
    }
}

impl FromStr for Lifetime {
    type Err = PeriodError;

    /// Reads `session` or a period.
    ///
    /// # Errors
    /// For `Session`, the empty text, and whatever [`Period`] refuses, such as `1 year`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "session" => Ok(Self::Session),
            _ => text.parse().map(Self::For),
        }
    }
}

impl Serialize for Lifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Lifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, "\"session\" or a period such as \"395d\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_round_trip_and_anything_else_is_refused() {
        for text in ["session", "395d", "24h", "90s"] {
            let lifetime: Lifetime = text.parse().unwrap();
            assert_eq!(lifetime.to_string().parse(), Ok(lifetime));
        }
        for text in ["Session", "sessions", "", "1 year", "0d"] {
            assert!(text.parse::<Lifetime>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_refused_lifetime_says_what_is_expected() {
        let error = serde_json::from_str::<Lifetime>("\"1 year\"").unwrap_err().to_string();
        assert!(error.contains("\"1 year\"") && error.contains("expected \"session\" or a period"), "{error}");
        let error = serde_json::from_str::<Lifetime>("30").unwrap_err().to_string();
        assert!(error.contains("`30`") && error.contains("expected \"session\" or a period"), "{error}");
    }
}
