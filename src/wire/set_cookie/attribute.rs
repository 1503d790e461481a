//! The attributes of a line, one by one.

use std::fmt::Write;

use memchr::memchr;

use crate::terms::same_site::SameSite;

/// The longest value of an attribute that browsers heed, in octets (RFC 6265bis §5.6).
const LONGEST: usize = 1024;

/// One attribute of a line.
pub(super) struct Attribute<'a> {
    /// As it stands, with the semicolon before it.
    pub(super) text: &'a str,
    name: &'a str,
    pub(super) value: &'a str,
    /// Where the value starts in `text`.
    value_start: usize,
}

/// The attributes that matter here.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Domain,
    Expires,
    HttpOnly,
    MaxAge,
    Partitioned,
    Path,
    SameSite,
    Secure,
}

impl<'a> Attribute<'a> {
    /// Reads a text that starts with a semicolon and holds no other.
    fn read(text: &'a str) -> Self {
        let name_end = text.bytes().position(|byte| byte == b'=').unwrap_or(text.len());
        let value = trim_start(text.get(name_end + 1..).unwrap_or_default());
        Self {
            text,
            name: trim_start(trim_end(&text[1..name_end])),
            value: trim_end(value),
            value_start: text.len() - value.len(),
        }
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        const KINDS: [(&str, Kind); 8] = [
            ("Path", Kind::Path),
            ("Max-Age", Kind::MaxAge),
            ("Expires", Kind::Expires),
            ("Secure", Kind::Secure),
            ("HttpOnly", Kind::HttpOnly),
            ("SameSite", Kind::SameSite),
            ("Domain", Kind::Domain),
            ("Partitioned", Kind::Partitioned),
        ];
        KINDS.iter().find(|(name, _)| self.name.eq_ignore_ascii_case(name)).map(|&(_, kind)| kind)
    }

    pub(super) fn is_heeded(&self) -> bool {
        self.value.len() <= LONGEST
    }

    /// Copies the attribute with another value, and the white space around it as it stands.
    pub(super) fn write_with(&self, value: impl std::fmt::Display, mended: &mut String) {
        mended.push_str(&self.text[..self.value_start]);
        // Writing to a `String` cannot fail.
        let _ = write!(mended, "{value}");
        mended.push_str(&self.text[self.value_start + self.value.len()..]);
    }
}

/// Without the white space before it, which belongs to no name and no value.
pub(super) fn trim_start(text: &str) -> &str {
    let start = text.bytes().position(|byte| !is_white_space(byte));
    &text[start.unwrap_or(text.len())..]
}

/// Without the white space after it.
pub(super) fn trim_end(text: &str) -> &str {
    let last = text.bytes().rposition(|byte| !is_white_space(byte));
    &text[..last.map_or(0, |last| last + 1)]
}

const fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The part before the first semicolon.
pub(super) fn pair(line: &str) -> &str {
    &line[..memchr(b';', line.as_bytes()).unwrap_or(line.len())]
}

/// The parts from the first semicolon on, each with the semicolon before it.
pub(super) fn attributes(line: &str) -> impl Iterator<Item = Attribute<'_>> {
    let mut rest = &line[pair(line).len()..];
    std::iter::from_fn(move || {
        let after = rest.strip_prefix(';')?;
        let length = memchr(b';', after.as_bytes()).unwrap_or(after.len()) + 1;
        let (attribute, following) = rest.split_at(length);
        rest = following;
        Some(Attribute::read(attribute))
    })
}

/// The three values of `SameSite`, in any case (RFC 6265bis §5.6.7).
pub(super) fn same_site(value: &str) -> Option<SameSite> {
    [SameSite::None, SameSite::Lax, SameSite::Strict]
        .into_iter()
        .find(|same_site| value.eq_ignore_ascii_case(same_site.as_str()))
}

/// The seconds of a `Max-Age`, an optional `-` and digits (RFC 6265bis §5.6.2); too many digits stop at the bounds.
pub(super) fn max_age(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds =
        digits.bytes().fold(0_i64, |seconds, digit| seconds.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Some(if digits.len() < value.len() { -seconds } else { seconds })
}
