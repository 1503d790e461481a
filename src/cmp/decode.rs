//! The decodings that values need: once, bounded, and only after the value was split at its own delimiters.

use super::fault::Fault;
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, Encoding};
use std::io::Read;

/// How long a value may be, in bytes.
pub(super) const LONGEST: usize = 8192;

/// What a compressed value may inflate to, in bytes.
const LONGEST_INFLATED: u64 = 65_536;

/// The place on the stack to which a value is decoded.
pub(super) struct Buffer([u8; LONGEST]);

impl Buffer {
    pub(super) const fn new() -> Self {
        Self([0; LONGEST])
    }
}

/// A value without its percent-encoding. One that has none is itself.
pub(super) fn percent<'v>(value: &'v [u8], buffer: &'v mut Buffer) -> Result<&'v [u8], Fault> {
    if !value.contains(&b'%') {
        return Ok(value);
    }
    let is_sound = |rest: &[u8]| rest.len() > 2 && rest[1].is_ascii_hexdigit() && rest[2].is_ascii_hexdigit();
    let places = memchr::memchr_iter(b'%', value);
    if value.len() > LONGEST || !places.clone().all(|place| is_sound(&value[place..])) {
        return Err(Fault::Encoding);
    }
    let mut length = 0;
    for (place, byte) in percent_encoding::percent_decode(value).enumerate() {
        buffer.0[place] = byte;
        length = place + 1;
    }
    Ok(&buffer.0[..length])
}

/// The same as text.
pub(super) fn percent_text<'v>(value: &'v [u8], buffer: &'v mut Buffer) -> Result<&'v str, Fault> {
    text(percent(value, buffer)?)
}

/// Bytes as text.
pub(super) fn text(value: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(value).map_err(|_| Fault::Encoding)
}

/// A value as a number: digits alone.
pub(super) fn number(value: &str) -> Result<u64, Fault> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_number).ok_or(Fault::Shape)
}

/// Base64 of the standard alphabet, with or without its padding.
pub(super) fn base64<'v>(value: &[u8], buffer: &'v mut Buffer) -> Result<&'v [u8], Fault> {
    let encoding = if value.contains(&b'=') { BASE64 } else { BASE64_NOPAD };
    base(&encoding, value, buffer)
}

/// Base64 of the alphabet for addresses, without padding.
pub(super) fn base64_url<'v>(value: &[u8], buffer: &'v mut Buffer) -> Result<&'v [u8], Fault> {
    base(&BASE64URL_NOPAD, value, buffer)
}

fn base<'v>(encoding: &Encoding, value: &[u8], buffer: &'v mut Buffer) -> Result<&'v [u8], Fault> {
    let length = encoding.decode_len(value.len()).map_err(|_| Fault::Encoding)?;
    let place = buffer.0.get_mut(..length).ok_or(Fault::TooLong)?;
    let length = encoding.decode_mut(value, place).map_err(|_| Fault::Encoding)?;
    Ok(&buffer.0[..length])
}

/// Gzip, up to the limit.
pub(super) fn gunzip(value: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut inflated = Vec::with_capacity(LONGEST);
    let mut reader = flate2::bufread::GzDecoder::new(value).take(LONGEST_INFLATED + 1);
    reader.read_to_end(&mut inflated).map_err(|_| Fault::Encoding)?;
    if inflated.len() as u64 > LONGEST_INFLATED { Err(Fault::TooLong) } else { Ok(inflated) }
}

/// A time as ISO 8601 and RFC 3339 write it, as in `2026-11-23T17:46:53.003Z`, in seconds since 1970.
pub(super) fn time(text: &str) -> Result<u64, Fault> {
    let time = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| Fault::Shape)?;
    Ok(u64::try_from(time.timestamp()).unwrap_or(0))
}

/// A time as a number: of milliseconds since 1970, or of seconds where it would otherwise lie before April 1973.
pub(super) const fn stamp(number: u64) -> u64 {
    if number < 100_000_000_000 { number } else { number / 1000 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn unquotes(value: &str, expected: Result<&str, Fault>) {
        let mut buffer = Buffer::new();
        assert_eq!(percent(value.as_bytes(), &mut buffer), expected.map(str::as_bytes), "{value}");
    }

    #[test]
    fn percent_encoding_is_taken_off_once() {
        unquotes("a%2Cb", Ok("a,b"));
        unquotes("%252C", Ok("%2C"));
        unquotes("plain", Ok("plain"));
        for malformed in ["%", "a%2", "%zz", "%2", "100%"] {
            unquotes(malformed, Err(Fault::Encoding));
        }
    }

    #[test]
    fn numbers_are_digits_alone() {
        assert_eq!(number("1795455510655"), Ok(1_795_455_510_655));
        for text in ["", "+1", "-1", " 1", "1e3", "99999999999999999999999"] {
            assert_eq!(number(text), Err(Fault::Shape), "{text}");
        }
        assert_eq!((stamp(1_795_455_510_655), stamp(1_728_728_251)), (1_795_455_510, 1_728_728_251));
    }
}
