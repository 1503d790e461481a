//! The values of header fields, as far as lists go (RFC 9110 §5.6, RFC 8288 §3).
//!
//! A value is taken apart without a copy, so that what is kept of it stays byte for byte. What is malformed is taken apart
//! all the same: browsers differ in what they mend.

use std::borrow::Cow;

/// The value of a field as text: UTF-8 where it is, and otherwise byte by byte as ISO 8859-1, which loses nothing.
#[derive(Debug)]
pub(crate) struct FieldText<'v> {
    text: Cow<'v, str>,
    is_utf8: bool,
}

impl<'v> FieldText<'v> {
    pub(crate) fn new(bytes: &'v [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { text: text.into(), is_utf8: true },
            Err(_) => {
                Self { text: bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into(), is_utf8: false }
            }
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of a text that was made of this one.
    pub(crate) fn bytes(&self, made: &str) -> Vec<u8> {
        if self.is_utf8 { made.into() } else { made.chars().filter_map(|c| u8::try_from(c).ok()).collect() }
    }
}

/// The members of a list between `separator`s, as they stand, without the space around; empty ones are left out.
///
/// A separator in a quoted string or in `<…>` separates nothing. A quotation that nothing ends reaches to the end.
pub(crate) fn members(value: &str, separator: u8) -> impl Iterator<Item = &str> {
    split(value, move |text, place| text[place] == separator)
}

/// The objects of a list of JSON objects without the brackets around it, as they stand.
pub(crate) fn objects(value: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    split(value, move |text, place| {
        match text[place] {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && text[place] == b','
    })
}

/// The parts between the places at which `ends` holds; it is not asked within quotes and `<…>`.
fn split(value: &str, mut ends: impl FnMut(&[u8], usize) -> bool) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    let parts = std::iter::from_fn(move || {
        let text = rest?;
        let bytes = text.as_bytes();
        let mut place = 0;
        while place < bytes.len() && !ends(bytes, place) {
            place = match bytes[place] {
                b'"' => end_of_quotes(bytes, place),
                b'<' => bytes[place..].iter().position(|byte| *byte == b'>').map_or(bytes.len(), |end| place + end),
                _ => place,
            } + 1;
        }
        let end = place.min(bytes.len());
        rest = text.get(end + 1..);
        Some(text[..end].trim_matches([' ', '\t', '\r', '\n']))
    });
    parts.filter(|part| !part.is_empty())
}

/// Where the quoted string ends that begins here.
fn end_of_quotes(text: &[u8], start: usize) -> usize {
    let mut place = start + 1;
    while let Some(byte) = text.get(place) {
        match byte {
            b'"' => return place,
            b'\\' => place += 2,
            _ => place += 1,
        }
    }
    text.len()
}

/// The text of a quoted string, or of a token.
pub(crate) fn unquoted(text: &str) -> Cow<'_, str> {
    let Some(inner) = text.strip_prefix('"') else { return text.into() };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut characters = inner.chars();
    let next = || match characters.next() {
        Some('\\') => characters.next(),
        other => other,
    };
    std::iter::from_fn(next).collect::<String>().into()
}

/// One entry of a `Link` header: `<address>; name=value; …`.
#[derive(Debug)]
pub(crate) struct Link<'v> {
    /// What stands between the first angle brackets; `None` where there are none, so that no browser finds an address.
    pub(crate) address: Option<&'v str>,
    parameters: &'v str,
}

impl<'v> Link<'v> {
    pub(crate) fn new(entry: &'v str) -> Self {
        let Some(start) = entry.find('<') else { return Self { address: None, parameters: entry } };
        let inside = &entry[start + 1..];
        let (address, parameters) = inside.split_once('>').unwrap_or((inside, inside));
        Self { address: Some(address), parameters }
    }

    /// Every value of a parameter. A second one of the same name does not count (RFC 8288 §3.3), but browsers differ.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = Cow<'v, str>> {
        members(self.parameters, b';').filter_map(move |parameter| {
            let (found, value) = parameter.split_once('=')?;
            found.trim().eq_ignore_ascii_case(name).then(|| unquoted(value.trim()))
        })
    }

    /// Whether a quotation is never ended, so that a browser may find another entry in what looks like a text.
    pub(crate) fn is_broken(&self) -> bool {
        let text = self.parameters.as_bytes();
        let mut place = 0;
        while let Some(next) = text[place..].iter().position(|byte| *byte == b'"') {
            let end = end_of_quotes(text, place + next);
            if end >= text.len() {
                return true;
            }
            place = end + 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn splits(value: &str, separator: u8, expected: &[&str]) {
        assert_eq!(members(value, separator).collect::<Vec<_>>(), expected, "{value}");
    }

    #[test]
    fn a_list_is_split_outside_quotes_and_brackets() {
        splits("a, b ,,c", b',', &["a", "b", "c"]);
        splits("", b',', &[]);
        splits(r#"<a,b>; t="x,y", <c>"#, b',', &[r#"<a,b>; t="x,y""#, "<c>"]);
        splits(r#"a="x\",y", b"#, b',', &[r#"a="x\",y""#, "b"]);
        splits("<a>; t=b(, <c>", b',', &["<a>; t=b(", "<c>"]);
        splits("\"open, b", b',', &["\"open, b"]);
        splits("<open, b", b',', &["<open, b"]);
        splits("\"\\", b',', &["\"\\"]);
        splits("x; y=\";\"; z", b';', &["x", "y=\";\"", "z"]);
    }

    #[test]
    fn objects_are_split_outside_each_other() {
        for (value, expected) in [
            (r#"{"a":[1,2]}, {"b":"},{"}"#, &[r#"{"a":[1,2]}"#, r#"{"b":"},{"}"#][..]),
            ("{}},{}", &["{}}", "{}"]),
            ("{,{}", &["{,{}"]),
        ] {
            assert_eq!(objects(value).collect::<Vec<_>>(), expected, "{value}");
        }
    }

    #[test]
    fn a_link_has_an_address_and_parameters() {
        let link = Link::new(r#"<//x/a;b>; REL = "preload  next"; title="a; rel=canonical"; rel=prefetch"#);
        assert_eq!(link.address, Some("//x/a;b"));
        assert_eq!(link.values("rel").collect::<Vec<_>>(), ["preload  next", "prefetch"]);
        assert!(!link.is_broken());
        assert!(Link::new(r#"<a>; t="x"; u="y, <b>"#).is_broken());
        assert_eq!(Link::new("//x; rel=preload").address, None);
        assert_eq!(Link::new("<//x; rel=preload").address, Some("//x; rel=preload"));
    }

    #[test]
    fn a_quoted_string_loses_its_quotes_and_escapes() {
        for (text, bare) in
            [("a", "a"), ("\"a\"", "a"), (r#""a\"b\\c""#, r#"a"b\c"#), ("\"a", "a"), ("\"", ""), (r#""a\"#, "a")]
        {
            assert_eq!(unquoted(text), bare, "{text}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_written_back_as_it_came() {
        for bytes in [&b"a\xff\xfc"[..], "gr\u{fc}n".as_bytes(), b""] {
            let text = FieldText::new(bytes);
            assert_eq!(text.bytes(text.as_str()), bytes);
        }
    }
}
