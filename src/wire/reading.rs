//! All consent cookies of one request, merged by the strictest.
//!
//! 1. No cookie of the name: [`Reading::Absent`].
//! 2. Several of the name (a site that moved from one domain to another, or a tossed cookie): refusals and `-id` add
//!    up; grants, `+id` and the signals seen count only when they are in all; the oldest date and the lowest revision
//!    count.
//! 3. One that does not parse, or is dated more than 300 s ahead of the clock, leaves the refusals and `-id` of the
//!    others standing and makes everything else unreadable.

use super::{pairs::CookieFinder, parse::parse};
use crate::terms::answer::Exceptions;
use crate::{Answer, Category, ParseError, Signals};

/// How far ahead of our clock a visitor's answer may be dated, in seconds.
const CLOCK_SKEW: u64 = 300;

/// What a request says of the visitor's answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Reading {
    /// There is no cookie of the name.
    #[default]
    Absent,
    /// Every cookie of the name could be read. `count` is how many there were.
    Read { answer: Answer, count: usize },
    /// At least one could not. `refusals` holds what the others refused, if there were others.
    Unreadable { refusals: Option<Answer>, cause: ParseError },
}

impl Reading {
    /// Adds every such cookie in one header value, on a clock of `now` seconds since 1970.
    pub(crate) fn with_header(self, header: &[u8], cookie: &CookieFinder, now: i64) -> Self {
        cookie.values(header).fold(self, |reading, value| reading.with(value, now))
    }

    /// Adds an answer that was sent as text.
    pub(crate) fn with_text(self, text: Option<&str>, now: i64) -> Self {
        match text {
            Some(text) => self.with(text.as_bytes(), now),
            None => self,
        }
    }

    /// Adds one more cookie value.
    fn with(self, value: &[u8], now: i64) -> Self {
        let parsed = parse(value).and_then(|answer| match is_ahead(answer.decided, now) {
            true => Err(ParseError::Future(answer.decided)),
            false => Ok(answer),
        });
        match (self, parsed) {
            (Self::Absent, Ok(answer)) => Self::Read { answer, count: 1 },
            (Self::Absent, Err(cause)) => Self::Unreadable { refusals: None, cause },
            (Self::Read { answer, count }, Ok(other)) => match merge(answer, &other) {
                (answer, true) => Self::Read { answer, count: count + 1 },
                (answer, false) => {
                    Self::Unreadable { refusals: Some(only_refusals(answer)), cause: ParseError::TooManyExceptions }
                }
            },
            (Self::Read { answer, .. }, Err(cause)) => {
                Self::Unreadable { refusals: Some(only_refusals(answer)), cause }
            }
            (Self::Unreadable { refusals: Some(refusals), cause }, Ok(other)) => {
                Self::Unreadable { refusals: Some(only_refusals(merge(refusals, &other).0)), cause }
            }
            (Self::Unreadable { refusals: None, cause }, Ok(other)) => {
                Self::Unreadable { refusals: Some(only_refusals(other)), cause }
            }
            (unreadable @ Self::Unreadable { .. }, Err(_)) => unreadable,
        }
    }

    /// The merged answer, as far as it counts.
    pub(crate) const fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Absent => None,
            Self::Read { answer, .. } => Some(answer),
            Self::Unreadable { refusals, .. } => refusals.as_ref(),
        }
    }

    /// Whether a cookie of the name could not be read.
    pub(crate) const fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable { .. })
    }
}

/// Whether an answer is dated further ahead than clocks differ.
pub(crate) fn is_ahead(decided: u64, now: i64) -> bool {
    decided > u64::try_from(now).unwrap_or(0).saturating_add(CLOCK_SKEW)
}

/// Two answers of one visitor by the strictest, and whether the result fits one answer: no policy has so many providers
/// that honest answers do not.
fn merge(mut answer: Answer, other: &Answer) -> (Answer, bool) {
    answer.refused |= other.refused;
    answer.granted = answer.granted.intersection(other.granted).difference(answer.refused);
    answer.seen = answer.seen.intersection(other.seen);
    answer.decided = answer.decided.min(other.decided);
    answer.revision = answer.revision.min(other.revision);
    let fits = merge_exceptions(&mut answer.exceptions, &other.exceptions);
    (answer, fits)
}

/// `-id` from either, `+id` only from both. Says whether all fit.
fn merge_exceptions(ours: &mut Exceptions, theirs: &Exceptions) -> bool {
    ours.retain(|id, granted| !granted || theirs.of(id) == Some(true));
    let mut refused = theirs.iter().filter(|(_, granted)| !granted);
    refused.all(|(id, granted)| ours.set(id, granted).is_ok())
}

/// What an answer refuses, and nothing that it grants.
pub(crate) fn only_refusals(mut answer: Answer) -> Answer {
    answer.granted = Category::empty();
    answer.seen = Signals::empty();
    answer.exceptions.retain(|_, granted| !granted);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000;

    fn read(header: &str) -> Reading {
        Reading::Absent.with_header(header.as_bytes(), &CookieFinder::new("c"), NOW)
    }

    #[track_caller]
    fn merges(header: &str, expected: &str) {
        match read(header) {
            Reading::Read { answer, .. } => assert_eq!(answer.to_string(), expected, "{header}"),
            other => panic!("{header}: {other:?}"),
        }
    }

    #[track_caller]
    fn unreadable(header: &str, refusals: Option<&str>) {
        match read(header) {
            Reading::Unreadable { refusals: found, .. } => {
                assert_eq!(found.map(|a| a.to_string()).as_deref(), refusals, "{header}");
            }
            other => panic!("{header}: {other:?}"),
        }
    }

    #[test]
    fn r5_several_cookies_merge_to_the_strictest() {
        merges("c=1.4.100.4.10.1; c=1.4.100.4.10.1", "1.4.100.4.10.1");
        merges("c=1.4.100.1c.0.3; c=1.3.90.14.8.1", "1.3.90.14.8.1");
        merges("c=1.4.100.4.0.0; c=1.4.100.0.4.0", "1.4.100.0.4.0");
        merges("c=1.4.100.4.0.0; c=1.4.100.0.0.0", "1.4.100.0.0.0");
        merges("c=1.4.100.0.0.0.+a~-b~+c; c=1.4.100.0.0.0.-a~+b~+c", "1.4.100.0.0.0.-a~-b~+c");
        merges("c=1.4.100.0.0.0.+a; c=1.4.100.0.0.0", "1.4.100.0.0.0");
    }

    #[test]
    fn the_order_of_cookies_does_not_matter() {
        let values = ["1.4.100.1c.2.3.+a", "1.3.90.14.8.1.-a~+b", "1.5.80.10.0.0.+b", "garbage", ""];
        for one in values {
            for other in values {
                assert_eq!(
                    read(&format!("c={one}; c={other}")).answer(),
                    read(&format!("c={other}; c={one}")).answer(),
                    "{one} {other}"
                );
            }
        }
    }

    #[test]
    fn r4_one_malformed_cookie_leaves_only_refusals() {
        unreadable("c=", None);
        unreadable("c", None);
        unreadable("c=garbage", None);
        unreadable("c=1.4.100.4.10.1.+a~-b; c=x", Some("1.4.100.0.10.0.-b"));
        unreadable("c=x; c=1.4.100.4.10.1.+a~-b; c=1.3.100.4.2.0", Some("1.3.100.0.12.0.-b"));
    }

    #[test]
    fn r4_an_answer_from_the_future_is_malformed() {
        merges(&format!("c=1.4.{}.4.0.0", NOW + 300), "1.4.1795000300.4.0.0");
        unreadable(&format!("c=1.4.{}.4.10.0", NOW + 301), None);
        unreadable(&format!("c=1.4.{}.4.10.0", u64::MAX), None);
    }

    #[test]
    fn more_refused_providers_than_one_answer_holds_are_unreadable() {
        let list = |letter: char| (0..40).map(|i| format!("-{letter}{i:02}")).collect::<Vec<_>>().join("~");
        let header = format!("c=1.4.100.4.10.0.{}; c=1.4.100.4.10.0.{}", list('a'), list('b'));
        assert!(read(&header).is_unreadable());
        assert_eq!(read(&header).answer().map(|a| a.refused.bits()), Some(0x10));
    }

    #[test]
    fn cookies_of_other_names_do_not_matter() {
        assert_eq!(read("cc=1; C=1.4.100.4.0.0; xc=1; =c"), Reading::Absent);
        merges("a=b=c; c=1.4.100.4.0.0; d", "1.4.100.4.0.0");
    }
}
