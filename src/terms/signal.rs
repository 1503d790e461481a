//! The opt-out signals that a browser sends with a request.
//!
//! - **GPC** is on only when a field value of `Sec-GPC` is exactly `1`, also when a proxy joined several with commas.
//!   Every other value is not a signal: never an opt-in, never an error (W3C Global Privacy Control, "The `Sec-GPC`
//!   Header Field").
//! - **DNT** is on when the first byte of the value is `1`; what follows are extensions (W3C Tracking Preference
//!   Expression, §5.2). `0` grants nothing.
//!
//! This module does not decide what a signal means: a [`Regime`](crate::regime::Regime) does.

use serde::{Serialize, Serializer};

bitflags::bitflags! {
    /// The opt-out signals that a request sends.
    ///
    /// The bits are those of the `seen` field of the consent cookie.
    ///
    /// # Example
    /// ```
    /// use consent_gate::Signals;
    ///
    /// let mut signals = Signals::empty();
    /// signals.read("Sec-GPC", b"1");
    /// signals.read("DNT", b"0");
    /// assert_eq!(signals, Signals::GPC);
    /// ```
    #[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
    pub struct Signals: u8 {
        /// Global Privacy Control: "do not sell or share my data".
        const GPC = 1;
        /// Do Not Track.
        const DNT = 2;
    }
}

impl Signals {
    /// Adds what one request header says. Names are compared without case; other headers are passed over.
    pub fn read(&mut self, name: &str, value: &[u8]) {
        if name.eq_ignore_ascii_case("sec-gpc") {
            self.set(Self::GPC, self.contains(Self::GPC) || gpc(value));
        } else if name.eq_ignore_ascii_case("dnt") {
            self.set(Self::DNT, self.contains(Self::DNT) || dnt(value));
        }
    }
}

impl Serialize for Signals {
    /// A list of `gpc` and `dnt`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(signal_words(*self))
    }
}

/// Returns whether a `Sec-GPC` field value asks for the opt-out.
fn gpc(value: &[u8]) -> bool {
    value.split(|byte| *byte == b',').any(|member| member.trim_ascii() == b"1")
}

/// Returns whether a `DNT` field value objects to tracking.
fn dnt(value: &[u8]) -> bool {
    value.first() == Some(&b'1')
}

/// The body of `/.well-known/gpc.json`, to be served as `application/json`.
///
/// `honoured` states that the site treats GPC as an opt-out; `updated` is the day of that statement (UTC).
/// Source: W3C Global Privacy Control, "GPC Support Resource".
///
/// # Example
/// ```
/// use chrono::NaiveDate;
///
/// let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
/// assert_eq!(consent_gate::signal::gpc_support(true, day), r#"{"gpc":true,"lastUpdate":"2026-11-23"}"#);
/// ```
#[must_use]
pub fn gpc_support(honoured: bool, updated: chrono::NaiveDate) -> String {
    format!(r#"{{"gpc":{honoured},"lastUpdate":"{}"}}"#, updated.format("%Y-%m-%d"))
}

/// The spelling of signals in a record.
pub(crate) fn signal_words(signals: Signals) -> Vec<String> {
    let all = [(Signals::GPC, "gpc"), (Signals::DNT, "dnt")];
    all.into_iter().filter(|(signal, _)| signals.contains(*signal)).map(|(_, word)| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&str, &[u8])]) -> Signals {
        let mut signals = Signals::empty();
        for (name, value) in headers {
            signals.read(name, value);
        }
        signals
    }

    #[test]
    fn r13_gpc_is_on_only_for_exactly_one() {
        for on in [&b"1"[..], b"1, 1", b"0,1", b" 1 ", b"1,x", b",1"] {
            assert_eq!(read(&[("sec-gpc", on)]), Signals::GPC, "{on:?}");
        }
        for off in [&b""[..], b"0", b"true", b"?1", b"1;x", b"11", b"01", b"+1", b"1.0", b"\"1\"", b"\xff", b"1 1"] {
            assert_eq!(read(&[("sec-gpc", off)]), Signals::empty(), "{off:?}");
        }
    }

    #[test]
    fn r13_one_exact_field_among_several_is_enough() {
        assert_eq!(read(&[("Sec-GPC", b"0"), ("SEC-GPC", b"1"), ("sec-gpc", b"x")]), Signals::GPC);
    }

    #[test]
    fn signals_are_serialized_as_words() {
        assert_eq!(serde_json::to_value(Signals::all()).unwrap(), serde_json::json!(["gpc", "dnt"]));
    }

    #[test]
    fn r21_dnt_is_read_by_its_first_byte() {
        for (value, on) in [(&b"1"[..], true), (b"1x;y", true), (b"0", false), (b"", false), (b" 1", false)] {
            assert_eq!(read(&[("dnt", value)]).contains(Signals::DNT), on, "{value:?}");
        }
    }
}
