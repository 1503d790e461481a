//! The texts of a JSON document (RFC 8259), with the keys that they stand under and how deep.
//!
//! No tree is built: what is read are reports of browsers and a header that holds JSON, and of both only addresses count.

use std::borrow::Cow;

/// How deep objects and arrays may stand in each other. Reports need four.
const DEEPEST: u8 = 16;

/// What is met on the way through a document. An array and an object each count one of depth.
#[derive(Debug, PartialEq)]
pub(crate) enum Token<'t> {
    /// A text. The depth is that of the object or array which holds it; the key is empty in an array.
    Text { depth: u8, key: &'t str, text: &'t str },
    /// An object ended, of this depth.
    End { depth: u8 },
}

/// Reads a document and tells what is met, in order. Gives whether it is JSON, to its end.
pub(crate) fn read(text: &str, mut met: impl FnMut(Token<'_>)) -> bool {
    let mut reader = Reader { rest: text };
    let is_read = reader.value(0, "", &mut met).is_some();
    reader.space();
    is_read && reader.rest.is_empty()
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: u8, key: &str, met: &mut impl FnMut(Token<'_>)) -> Option<()> {
        self.space();
        match self.rest.as_bytes().first()? {
            b'{' if depth < DEEPEST => self
                .list('{', '}', |reader| {
                    let key = unescaped(reader.raw_text()?)?;
                    reader.space();
                    reader.take(':')?;
                    reader.value(depth + 1, &key, met)
                })
                .map(|()| met(Token::End { depth: depth + 1 })),
            b'[' if depth < DEEPEST => self.list('[', ']', |reader| reader.value(depth + 1, "", met)),
            b'"' => {
                let text = unescaped(self.raw_text()?)?;
                met(Token::Text { depth, key, text: &text });
                Some(())
            }
            _ => {
                let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
                let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
                self.rest = rest;
                let is_number =
                    word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && word.parse::<f64>().is_ok();
                (is_number || matches!(word, "true" | "false" | "null")).then_some(())
            }
        }
    }

    fn list(&mut self, open: char, close: char, mut member: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(open)?;
        self.space();
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            self.space();
            member(self)?;
            self.space();
            if self.take(',').is_none() {
                return self.take(close);
            }
        }
    }

    /// What stands between quotes, escapes as they are.
    fn raw_text(&mut self) -> Option<&'t str> {
        self.take('"')?;
        let mut bytes = self.rest.bytes().enumerate();
        while let Some((place, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    let text = &self.rest[..place];
                    self.rest = &self.rest[place + 1..];
                    return Some(text);
                }
                b'\\' => drop(bytes.next()),
                0..=0x1f => return None,
                _ => {}
            }
        }
        None
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    fn take(&mut self, character: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(character)?;
        Some(())
    }
}

/// A text with its escapes resolved. A surrogate without its other half becomes U+FFFD.
fn unescaped(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('\\') {
        return Some(raw.into());
    }
    let mut units: Vec<u16> = Vec::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        let meant = match character {
            '\\' => match characters.next()? {
                'u' => {
                    let digits =
                        characters.as_str().get(..4).filter(|four| four.bytes().all(|b| b.is_ascii_hexdigit()))?;
                    characters = characters.as_str()[4..].chars();
                    units.push(u16::from_str_radix(digits, 16).ok()?);
                    continue;
                }
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                same @ ('"' | '\\' | '/') => same,
                _ => return None,
            },
            plain => plain,
        };
        units.extend_from_slice(meant.encode_utf16(&mut [0; 2]));
    }
    Some(String::from_utf16_lossy(&units).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Option<Vec<String>> {
        let mut found = Vec::new();
        let is_json = read(text, |token| {
            found.push(match token {
                Token::Text { depth, key, text } => format!("{depth} {key} {text}"),
                Token::End { depth } => format!("{depth} end"),
            });
        });
        is_json.then_some(found)
    }

    #[test]
    fn texts_are_found_with_their_keys_and_depth() {
        for (text, expected) in [
            (
                r#" {"a": {"b": "c"}, "d": [1, "e", {"f": "g"}]} "#,
                &["2 b c", "2 end", "2  e", "3 f g", "3 end", "1 end"][..],
            ),
            (r#""a\/\u00fc\ud83d\ude00\n""#, &["0  a/\u{fc}\u{1f600}\n"]),
            (r#"{"\u0075rl":"a"}"#, &["1 url a", "1 end"]),
            (r#"["\ud83d"]"#, &["1  \u{fffd}"]),
            ("[]", &[]),
            ("{}", &["1 end"]),
            ("-1.5e3", &[]),
            ("[true,false,null]", &[]),
        ] {
            assert_eq!(tokens(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_none() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "nul",
            "1 2",
            "\"\n\"",
            "+1",
            &deep,
        ] {
            assert_eq!(tokens(text), None, "{text:.20}");
        }
    }
}
