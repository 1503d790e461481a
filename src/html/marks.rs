//! Looks for byte order marks within a page.
//!
//! Browsers obey one at the start of a page alone. The parser obeys one at the start of every attribute, too, and then reads
//! that attribute in another charset than browsers do. What follows such bytes is read with more care. Where they first
//! occur is kept, and not whether they have come: that would depend on the border between two chunks.

/// Where the first marks of a page end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// The last bytes of what was seen, so that a mark is found across the border of two chunks.
    tail: [u8; 2],
    /// How many bytes were seen.
    seen: usize,
    /// The place of the last byte of the first mark of UTF-16.
    utf_16: Option<usize>,
    /// The same for UTF-8.
    utf_8: Option<usize>,
}

impl Marks {
    /// Takes the next bytes of the page.
    pub(super) fn meet(&mut self, bytes: &[u8]) {
        // All bytes without a branch: few texts have any of these.
        if bytes.iter().chain(&self.tail).fold(false, |any, byte| any | (*byte >= 0xef)) {
            let is_utf_16 = |three: &[u8]| matches!(three[1..], [0xfe, 0xff] | [0xff, 0xfe]);
            let is_utf_8 = |three: &[u8]| three == b"\xef\xbb\xbf";
            self.utf_16 = self.utf_16.or_else(|| self.first(bytes, is_utf_16));
            self.utf_8 = self.utf_8.or_else(|| self.first(bytes, is_utf_8));
        }
        match bytes {
            [.., one, two] => self.tail = [*one, *two],
            [one] => self.tail = [self.tail[1], *one],
            [] => {}
        }
        self.seen += bytes.len();
    }

    /// Whether a mark ends before a place that was seen. That of UTF-8 is harmless in UTF-8; those of UTF-16 are in no
    /// UTF-8 text at all.
    pub(super) fn is_before(&self, place: usize, is_utf_8: bool) -> bool {
        let is_before = |mark: Option<usize>| mark.is_some_and(|mark| mark < place);
        is_before(self.utf_16) || (!is_utf_8 && is_before(self.utf_8))
    }

    fn first(&self, bytes: &[u8], is_mark: impl Fn(&[u8]) -> bool) -> Option<usize> {
        let mut border = [self.tail[0], self.tail[1], 0, 0];
        let ahead = bytes.len().min(2);
        border[2..2 + ahead].copy_from_slice(&bytes[..ahead]);
        let across = border[..2 + ahead].windows(3).position(&is_mark);
        let place = across.or_else(|| Some(bytes.windows(3).position(&is_mark)? + 2));
        place.map(|place| self.seen + place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the first mark ends, the same in every chunk size.
    fn first(text: &[u8], is_utf_8: bool) -> Option<usize> {
        let found: Vec<Option<usize>> = (1..=text.len())
            .map(|size| {
                let mut marks = Marks::default();
                text.chunks(size).for_each(|chunk| marks.meet(chunk));
                (0..=text.len()).find(|place| marks.is_before(*place, is_utf_8)).map(|place| place - 1)
            })
            .collect();
        assert!(found.iter().all(|one| *one == found[0]), "{text:?}: {found:?}");
        found[0]
    }

    #[test]
    fn a_mark_is_found_in_every_chunk_size() {
        for (text, place) in [
            (&b"abc\xff\xfedef"[..], 4),
            (b"\xfe\xff", 1),
            (b"a\xfe\xff", 2),
            (b"\xff\xfe\xff", 1),
            (b"ab\xfe\xffc\xff\xfe", 3),
        ] {
            assert_eq!((first(text, true), first(text, false)), (Some(place), Some(place)), "{text:?}");
        }
        assert_eq!((first(b"ab\xef\xbb\xbf", false), first(b"ab\xef\xbb\xbf", true)), (Some(4), None));
        for text in [&b"plain"[..], b"\xff\xff", b"\xfe-\xff", "p\u{fffe}\u{1F600}".as_bytes()] {
            assert_eq!((first(text, true), first(text, false)), (None, None), "{text:?}");
        }
    }
}
