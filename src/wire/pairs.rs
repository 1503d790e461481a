//! The pairs of a `Cookie` header, as a server receives them (RFC 6265 §5.4).
//!
//! Split at `;` only, and at the first `=`: values of other software hold `=`, `,`, quotes and braces. White space
//! around a name and around a value belongs to neither. A part without `=` is a pair with an empty value, so that a
//! bare name is never mistaken for an absent one.

/// Every name and value of one header, in order.
pub(crate) fn pairs(header: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    parts(header).map(|part| match part.iter().position(|byte| *byte == b'=') {
        Some(place) => (part[..place].trim_ascii_end(), part[place + 1..].trim_ascii()),
        None => (part.trim_ascii_end(), &[][..]),
    })
}

/// Every value of a cookie of this name in one header, in order.
pub(crate) fn values<'h>(header: &'h [u8], name: &[u8]) -> impl Iterator<Item = &'h [u8]> {
    parts(header).filter_map(move |part| {
        let after = part.strip_prefix(name)?.trim_ascii();
        match after.split_first() {
            None => Some(&[][..]),
            Some((b'=', value)) => Some(value.trim_ascii_start()),
            Some(_) => None,
        }
    })
}

/// The parts between semicolons, without leading white space; empty ones are left out.
fn parts(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    header.split(|byte| *byte == b';').map(<[u8]>::trim_ascii_start).filter(|part| !part.is_empty())
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
    fn values_agrees_with_pairs_for_every_name() {
        for header in
            ["c=1", "c=1; cc=2; c", "c =1;c= 1 ; c\t=\t2", "bc=1; c=2", "c;", "", ";;", "c==", "C=1; c=3", "c x=1"]
        {
            let slow: Vec<&[u8]> = pairs(header.as_bytes()).filter(|(name, _)| *name == b"c").map(|(_, v)| v).collect();
            let fast: Vec<&[u8]> = values(header.as_bytes(), b"c").collect();
            assert_eq!(fast, slow, "{header}");
        }
    }
}
