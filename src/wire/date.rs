//! The two dates of a `Set-Cookie` line: read as browsers read them, written as servers should.
//!
//! A browser does not parse a date, it looks for its parts (RFC 6265 §5.1.1):
//!
//! 1. The text falls into tokens between delimiters: every ASCII character that is neither a control character,
//!    a letter, a digit nor a colon. TAB is a delimiter; a byte outside ASCII is not.
//! 2. Each token is tried as a time (`8:49:37`), a day of the month, a month (its first three letters) and a year
//!    of two to four digits, in this order, skipping what an earlier token gave. Other tokens are ignored, the time
//!    zone and the day of the week among them: every date is UTC.
//! 3. The years 70–99 mean 1970–1999, and 0–69 mean 2000–2069.
//! 4. A part that is missing or out of range, a year before 1601 or a day that its month lacks: no date at all.
//!
//! What is written is the one form that every reader knows, IMF-fixdate (RFC 9110 §5.6.7).

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The first and the last year of a cookie's date: earlier ones are no dates, later ones need a fifth digit.
const YEARS: RangeInclusive<i32> = 1601..=9999;

/// Reads the value of an `Expires` attribute; `None` where a browser would ignore the attribute.
pub(crate) fn cookie_date(text: &str) -> Option<DateTime<Utc>> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.as_bytes().split(|&byte| is_delimiter(byte)) {
        if time.is_none()
            && let Some(found) = hours_minutes_seconds(token)
        {
            time = Some(found);
        } else if day.is_none()
            && let Some(found) = leading_number(token, 1..=2)
        {
            day = Some(found);
        } else if month.is_none()
            && let Some(found) = month_number(token)
        {
            month = Some(found);
        } else if year.is_none()
            && let Some(found) = leading_number(token, 2..=4)
        {
            year = Some(found);
        }
    }
    let [hour, minute, second] = time?;
    let year = match i32::try_from(year?).ok()? {
        // Judged by value, not by digits: `0099` is 1999 too.
        late @ 70..=99 => late + 1900,
        early @ 0..=69 => early + 2000,
        full => full,
    };
    // A leap second is out of range here: chrono takes 60 for no second, as RFC 6265 does.
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    let date = NaiveDate::from_ymd_opt(year, month?, day?)?;
    YEARS.contains(&year).then(|| date.and_time(time).and_utc())
}

/// Writes a moment as an IMF-fixdate, `Thu, 01 Jan 1970 00:00:00 GMT`.
///
/// Parts of a second are cut off. A moment outside the years 1601 to 9999, which the form cannot hold, becomes the
/// first or the last second of them.
pub(crate) fn http_date(at: DateTime<Utc>) -> HttpDate {
    HttpDate(at)
}

/// A moment that prints as an IMF-fixdate: see [`http_date`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct HttpDate(DateTime<Utc>);

impl fmt::Display for HttpDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.0;
        if at.year() < *YEARS.start() {
            return formatter.write_str("Mon, 01 Jan 1601 00:00:00 GMT");
        }
        if at.year() > *YEARS.end() {
            return formatter.write_str("Fri, 31 Dec 9999 23:59:59 GMT");
        }
        let weekday = WEEKDAYS[at.weekday().num_days_from_monday() as usize];
        let month = MONTHS[at.month0() as usize];
        let (day, year, hour, minute, second) = (at.day(), at.year(), at.hour(), at.minute(), at.second());
        write!(formatter, "{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }
}

/// `delimiter = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E`
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2f | 0x3b..=0x40 | 0x5b..=0x60 | 0x7b..=0x7e)
}

/// `hms-time = time-field ":" time-field ":" time-field`, a non-digit and anything after it ignored.
fn hours_minutes_seconds(token: &[u8]) -> Option<[u32; 3]> {
    let mut fields = token.splitn(3, |&byte| byte == b':');
    let mut whole = || {
        let field = fields.next()?;
        field.iter().all(u8::is_ascii_digit).then(|| leading_number(field, 1..=2))?
    };
    let (hour, minute) = (whole()?, whole()?);
    Some([hour, minute, leading_number(fields.next()?, 1..=2)?])
}

/// The number at the start of a token, where it has that many digits; a non-digit and anything after it is ignored.
fn leading_number(token: &[u8], digits: RangeInclusive<usize>) -> Option<u32> {
    let length = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = || token[..length].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    digits.contains(&length).then(number)
}

/// The month, from 1, that the first three letters of a token name in any case.
fn month_number(token: &[u8]) -> Option<u32> {
    let name = token.get(..3)?;
    (1..).zip(MONTHS).find(|(_, month)| month.as_bytes().eq_ignore_ascii_case(name)).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn read(text: &str, expected: &str) {
        let at = cookie_date(text).map(|at| at.to_rfc3339());
        assert_eq!(at, Some(format!("{expected}+00:00")), "{text:?}");
    }

    #[test]
    fn every_spelling_that_browsers_know_is_read() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "sun, 6 nOVember 94 8:49:37 PST",
            "06 Nov 1994 08:49:37",
            "08:49:37 6 Nov 94",
            "1994 08:49:37 Nov 6",
            "Nov/6/1994\t08:49:37",
            "\"Sun, 06 Nov 1994 08:49:37 GMT\"",
            "6th Nov 1994AD 08:49:37Z",
            "6é Novembré 1994é 08:49:37é",
            "Sun, 06 Nov 1994 08:49:37 +0200",
            "Sun, 06 Nov 1994 08:49:37 GMT 07 Dec 1995 09:50:38",
            "6 Nov 1994 08:49:37.999",
            "6 Nov 1994 08:49:37:12",
            ",;~ 6 ||| Nov {} 1994 ___ 8:49:37 ;;",
        ] {
            read(text, "1994-11-06T08:49:37");
        }
    }

    #[test]
    fn two_digit_years_lie_between_1970_and_2069() {
        for (year, expected) in [
            ("70", "1970"),
            ("99", "1999"),
            ("00", "2000"),
            ("69", "2069"),
            ("0000", "2000"),
            ("069", "2069"),
            ("0099", "1999"),
            ("1601", "1601"),
            ("9999", "9999"),
        ] {
            read(&format!("31 Dec {year} 23:59:59"), &format!("{expected}-12-31T23:59:59"));
        }
    }

    #[test]
    fn a_date_that_browsers_ignore_is_none() {
        for text in [
            "",
            " ",
            "0",
            "-1",
            "never",
            "1794",
            "Thu, 01 Jan 1970",
            "01 1970 00:00:00",
            "Jan 1970 00:00:00",
            "01 Jan 00:00:00",
            "1 Jan 1600 0:0:0",
            "1 Jan 100 0:0:0",
            "1 Jan 12345 0:0:0",
            "1 Jan 1 0:0:0",
            "0 Jan 1970 0:0:0",
            "32 Jan 1970 0:0:0",
            "001 Jan 1970 0:0:0",
            "29 Feb 1900 0:0:0",
            "29 Feb 2025 0:0:0",
            "31 Apr 2026 0:0:0",
            "1 Jan 1970 24:0:0",
            "1 Jan 1970 0:60:0",
            "1 Jan 1970 0:0:60",
            "1 Jan 1970 0:0",
            "1 Jan 1970 0:0:",
            "1 Jan 1970 0::0",
            "1 Jan 1970 :0:0",
            "1 Jan 1970 000:0:0",
            "1 Jan 1970 0:0:000",
            "1 Jan 1970 0:0x:0",
            "1 Ja 1970 0:0:0",
            "1 XJan 1970 0:0:0",
            "1 01 1970 0:0:0",
            "1é Jané 1970",
            // The first number of one or two digits is the day, whatever it was meant to be.
            "94-06 08:49:37 Nov 1994",
            "1970-01-01T00:00:00Z",
            "1 Jan 1970\u{b}0:0:0",
        ] {
            assert_eq!(cookie_date(text), None, "{text:?}");
        }
        assert!(cookie_date("29 Feb 2000 0:0:0").is_some());
    }

    #[test]
    fn the_delimiters_are_those_of_the_rfc() {
        let delimiters: Vec<u8> = (0..=255).filter(|&byte| is_delimiter(byte)).collect();
        let expected: Vec<u8> = b"\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~".to_vec();
        assert_eq!(delimiters, expected);
    }

    #[test]
    fn a_moment_prints_as_an_imf_fixdate() {
        for (seconds, expected) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (-11_644_473_600, "Mon, 01 Jan 1601 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            let at = DateTime::from_timestamp(seconds, 999_999_999).unwrap();
            assert_eq!(http_date(at).to_string(), expected);
        }
    }

    #[test]
    fn a_moment_that_does_not_fit_prints_as_the_nearest_that_does() {
        for (at, expected) in [
            (DateTime::<Utc>::MIN_UTC, "Mon, 01 Jan 1601 00:00:00 GMT"),
            (DateTime::from_timestamp(-11_644_473_601, 0).unwrap(), "Mon, 01 Jan 1601 00:00:00 GMT"),
            (DateTime::from_timestamp(253_402_300_800, 0).unwrap(), "Fri, 31 Dec 9999 23:59:59 GMT"),
            (DateTime::<Utc>::MAX_UTC, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            assert_eq!(http_date(at).to_string(), expected);
            assert!(cookie_date(expected).is_some());
        }
    }

    #[test]
    fn a_long_date_is_read_in_linear_time() {
        for piece in ["1", "1:", "Jan", " ", "é"] {
            let long = piece.repeat(1_000_000);
            assert_eq!(cookie_date(&long), None);
            // The long token gives at most one part, and the others stand before it.
            read(&format!("06 Nov 1994 08:49:37 {long}"), "1994-11-06T08:49:37");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            seconds in -11_644_473_600_i64..=253_402_300_799,
            nanoseconds in 0..1_000_000_000_i64,
        ) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            let written = http_date(at + TimeDelta::nanoseconds(nanoseconds)).to_string();
            prop_assert_eq!(written.len(), 29);
            prop_assert_eq!(cookie_date(&written), Some(at));
            prop_assert_eq!(DateTime::parse_from_rfc2822(&written).map(|date| date.to_utc()), Ok(at));
        }

        #[test]
        fn no_text_panics(text in any::<String>(), tokens in "([0-9]{0,5}[:a-zé -]?|Jan|Feb){0,12}") {
            let _ = (cookie_date(&text), cookie_date(&tokens));
        }
    }
}
