//! Looks for byte order marks within a page.
//!
//! Browsers heed one at the start of a page alone. The parser heeds one at the start of every attribute, too, and then reads
//! that attribute in another charset than browsers do. A page that holds such bytes is read with more care.

/// The last bytes of what was seen, so that a mark is found across the border of two chunks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    tail: [u8; 2],
}

impl Marks {
    /// Whether a mark ends in these bytes, which follow those of the last call. The mark of UTF-8 is harmless in UTF-8; those
    /// of UTF-16 are in no UTF-8 text at all.
    pub(super) fn meet(&mut self, bytes: &[u8], is_utf_8: bool) -> bool {
        // All bytes without a branch: few texts have any of these.
        let may_have = bytes.iter().chain(&self.tail).fold(false, |any, byte| any | (*byte >= 0xef));
        let is_mark =
            |three: &[u8]| matches!(three[1..], [0xfe, 0xff] | [0xff, 0xfe]) || (!is_utf_8 && three == b"\xef\xbb\xbf");
        let mut border = [0; 4];
        let ahead = bytes.len().min(2);
        border[..2].copy_from_slice(&self.tail);
        border[2..2 + ahead].copy_from_slice(&bytes[..ahead]);
        let border = &border[..2 + ahead];
        if bytes.len() >= 2 {
            self.tail.copy_from_slice(&bytes[bytes.len() - 2..]);
        } else {
            self.tail.copy_from_slice(&border[ahead..]);
        }
        may_have && (border.windows(3).any(is_mark) || bytes.windows(3).any(is_mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &[u8], is_utf_8: bool) -> bool {
        let found: Vec<bool> = (1..=text.len())
            .map(|size| {
                let mut marks = Marks::default();
                text.chunks(size).fold(false, |any, chunk| marks.meet(chunk, is_utf_8) | any)
            })
            .collect();
        assert!(found.iter().all(|one| *one == found[0]), "{text:?}");
        found[0]
    }

    #[test]
    fn a_mark_is_found_in_every_chunk_size() {
        for text in [&b"abc\xff\xfedef"[..], b"\xfe\xff", b"a\xfe\xff", b"\xff\xfe\xff"] {
            assert!(has(text, true) && has(text, false), "{text:?}");
        }
        assert!(has(b"ab\xef\xbb\xbf", false) && !has(b"ab\xef\xbb\xbf", true));
        for text in [&b"plain"[..], b"\xff\xff", b"\xfe-\xff", "p\u{fffe}\u{1F600}".as_bytes()] {
            assert!(!has(text, true), "{text:?}");
        }
    }
}
