//! The pairs of a `Cookie` header, as a server receives them (RFC 6265 §5.4).
//!
//! Split at `;` only, and at the first `=`: values of other software hold `=`, `,`, quotes and braces. White space
//! around a name and around a value belongs to neither. A part without `=` is a pair with an empty value, so that a
//! bare name is never mistaken for an absent one.

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter};

/// Every name and value of one header, in order.
pub(crate) fn pairs(header: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    parts(header).map(|part| match part.iter().position(|byte| *byte == b'=') {
        Some(place) => (part[..place].trim_ascii_end(), part[place + 1..].trim_ascii()),
        None => (part.trim_ascii_end(), &[][..]),
    })
}

/// The name of a cookie, made ready to be looked for in many headers.
///
/// It looks for the name and then at what stands around it: most bytes of a header belong to other cookies, and are
/// passed over many at a time. A name holds neither semicolons nor white space, so that of hits which overlap only the
/// first can stand where a name stands.
#[derive(Clone, Debug)]
pub(crate) struct CookieFinder(Finder<'static>);

impl CookieFinder {
    pub(crate) fn new(name: &str) -> Self {
        Self(Finder::new(name).into_owned())
    }

    /// Every value of a cookie of this name in one header, in order.
    pub(crate) fn values<'h>(&self, header: &'h [u8]) -> impl Iterator<Item = &'h [u8]> {
        self.values_below(header, <[u8]>::is_empty)
    }

    /// Every value of a cookie whose name starts so and ends in such a tail, in order.
    pub(crate) fn values_below<'h>(
        &self,
        header: &'h [u8],
        is_tail: impl Fn(&[u8]) -> bool,
    ) -> impl Iterator<Item = &'h [u8]> {
        self.0.find_iter(header).filter_map(move |place| {
            let before = header[..place].trim_ascii_end();
            if !matches!(before.last(), None | Some(b';')) {
                return None;
            }
            let after = &header[place + self.0.needle().len()..];
            let after = after[..memchr(b';', after).unwrap_or(after.len())].trim_ascii_end();
            let (tail, value) = match memchr(b'=', after) {
                Some(end) => (after[..end].trim_ascii_end(), after[end + 1..].trim_ascii_start()),
                None => (after, &[][..]),
            };
            is_tail(tail).then_some(value)
        })
    }
}

/// A header without the pairs whose names are `hidden`; `None` when none is. What is kept stays byte for byte.
pub(crate) fn without(header: &[u8], mut hidden: impl FnMut(&[u8]) -> bool) -> Option<Vec<u8>> {
    let mut hides = |part: &[u8]| pairs(part).any(|(name, _)| hidden(name));
    let first = parts(header).position(&mut hides)?;
    let (before, after) = (parts(header).take(first), parts(header).skip(first + 1));
    let mut kept = Vec::with_capacity(header.len());
    before.for_each(|part| join(&mut kept, part));
    after.filter(|part| !hides(part)).for_each(|part| join(&mut kept, part));
    Some(kept)
}

/// The parts between semicolons, without leading white space; empty ones are left out.
fn parts(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = memchr_iter(b';', header).chain([header.len()]);
    let parts = ends.map(move |end| &header[std::mem::replace(&mut start, end + 1)..end]);
    parts.map(<[u8]>::trim_ascii_start).filter(|part| !part.is_empty())
}

/// Adds one more `Cookie` header to those before it: several are one list (RFC 9113 §8.2.3).
pub(crate) fn join(cookies: &mut Vec<u8>, header: &[u8]) {
    cookies.extend_from_slice(if cookies.is_empty() { b"" } else { b"; " });
    cookies.extend_from_slice(header);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_and_values(header: &str) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        pairs(header.as_bytes()).map(|(name, value)| (text(name), text(value))).collect()
    }

    #[test]
    fn pairs_split_at_semicolons_and_the_first_equals_sign() {
        let read = names_and_values(" a=1;b=x=y ;; c ; d = \"q;\t=e");
        let expected = [("a", "1"), ("b", "x=y"), ("c", ""), ("d", "\"q"), ("", "e")];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_is_not_hidden_stays_byte_for_byte() {
        for (header, kept) in [
            ("a=1; h=2; b = \"3;\t c", Some("a=1; b = \"3; c")),
            ("h", Some("")),
            ("h=1; h=2;h =3", Some("")),
            ("a=h;  hh=1", None),
            ("", None),
            (" a=1 ;b;h=", Some("a=1 ; b")),
        ] {
            let found = without(header.as_bytes(), |name| name == b"h");
            assert_eq!(found.as_deref(), kept.map(str::as_bytes), "{header}");
        }
    }

    #[test]
    fn the_finder_finds_what_the_pairs_hold() {
        for header in [
            "c=1",
            "c=1; cc=2; c",
            "c =1;c= 1 ; c\t=\t2",
            "bc=1; c=2",
            "c;",
            "",
            ";;",
            "c==",
            "C=1; c=3",
            "c x=1",
            "b c=1; b=c=2;c=3",
            "ccc=1; c c=2; \t c=3",
            "  c  ",
            "c=c;c",
            "cccc",
            "c;c;c",
            ";c",
            "c\x0b=1; \x0bc=2",
        ] {
            for name in ["c", "cc", "cbc"] {
                let is_named = |(found, _): &(&[u8], &[u8])| *found == name.as_bytes();
                let slow: Vec<&[u8]> = pairs(header.as_bytes()).filter(is_named).map(|(_, value)| value).collect();
                let fast: Vec<&[u8]> = CookieFinder::new(name).values(header.as_bytes()).collect();
                assert_eq!(fast, slow, "{header} {name}");
            }
        }
    }
}
