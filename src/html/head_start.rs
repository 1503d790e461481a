//! Finds where the content of a page's head begins, before anything in the page could run.
//!
//! That is right after the `<head>` tag; in a page without one, right before the first element that is not `<html>`.
//! Until then a page holds text, comments, a doctype and end tags alone, so that none of the grammar's harder parts
//! matters: this follows the tokenization of the HTML Standard (§13.2.5) from the data state up to there.

/// Looks at a page's first bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeadStart {
    state: State,
    /// The first letters of the tag's name, in lower case, and how many letters it has.
    name: [u8; 4],
    letters: usize,
}

/// What the next byte is part of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Text,
    /// `<`, seen at this place of the bytes.
    Open,
    /// `</`.
    EndOpen,
    /// `<!`, and one dash or none.
    Markup {
        dashes: u8,
    },
    /// A comment that `>` ends, a doctype among them.
    Bogus,
    Comment(Comment),
    Name(Tag),
    Attributes(Tag, Attribute),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Comment {
    Start,
    StartDash,
    Inside,
    Dash,
    End,
    EndBang,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tag {
    Start,
    End,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Attribute {
    Before,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl HeadStart {
    pub(super) const fn new() -> Self {
        Self { state: State::Text, name: [0; 4], letters: 0 }
    }

    /// Where in these bytes, which follow those of the last call, the parser must stop, so that it has given out all that comes
    /// before the head's content and nothing of it; `None` when it is not in them. Before an element that is after its `<`,
    /// which a parser keeps until it knows the tag. It is never asked for again once it was found.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        // What follows the `<` of the tag that is open now.
        let mut opened = 0;
        for (place, byte) in bytes.iter().copied().enumerate() {
            if byte == b'<' && matches!(self.state, State::Text | State::Open) {
                opened = place + 1;
            }
            self.state = match self.state {
                State::Name(Tag::Start) if matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>') => {
                    match (self.letters, &self.name) {
                        (4, b"html") => after_name(Tag::Start, byte),
                        (4, b"head") if byte == b'>' => return Some(place + 1),
                        (4, b"head") => State::Attributes(Tag::Start, Attribute::Before),
                        _ => return Some(opened),
                    }
                }
                State::Name(Tag::Start) => {
                    self.letter(byte);
                    self.state
                }
                State::Attributes(tag, attribute) => match attribute.next(byte) {
                    Some(attribute) => State::Attributes(tag, attribute),
                    None if tag == Tag::Start && &self.name == b"head" => return Some(place + 1),
                    None => State::Text,
                },
                State::Open if byte.is_ascii_alphabetic() => {
                    self.letters = 0;
                    self.letter(byte);
                    State::Name(Tag::Start)
                }
                state => state.next(byte),
            };
        }
        None
    }

    fn letter(&mut self, byte: u8) {
        if let Some(letter) = self.name.get_mut(self.letters) {
            *letter = byte.to_ascii_lowercase();
        }
        self.letters = self.letters.saturating_add(1);
    }
}

impl State {
    /// The states that end in none of the page's head.
    const fn next(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Text | Self::Open, b'<') => Self::Open,
            (Self::Open, b'/') => Self::EndOpen,
            (Self::Open, b'!') => Self::Markup { dashes: 0 },
            (Self::Markup { dashes: 0 }, b'-') => Self::Markup { dashes: 1 },
            (Self::Markup { .. }, b'-') => Self::Comment(Comment::Start),
            (Self::EndOpen | Self::Markup { .. } | Self::Bogus, b'>') => Self::Text,
            (Self::EndOpen, b'a'..=b'z' | b'A'..=b'Z') => Self::Name(Tag::End),
            (Self::Open, b'?') | (Self::EndOpen | Self::Markup { .. } | Self::Bogus, _) => Self::Bogus,
            (Self::Comment(comment), _) => comment.next(byte),
            (Self::Name(tag), b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>') => after_name(tag, byte),
            (Self::Name(_) | Self::Attributes(..), _) => self,
            (Self::Text | Self::Open, _) => Self::Text,
        }
    }
}

const fn after_name(tag: Tag, byte: u8) -> State {
    if byte == b'>' { State::Text } else { State::Attributes(tag, Attribute::Before) }
}

impl Comment {
    const fn next(self, byte: u8) -> State {
        State::Comment(match (self, byte) {
            (Self::Start, b'-') => Self::StartDash,
            (Self::Inside | Self::EndBang, b'-') => Self::Dash,
            (Self::StartDash | Self::Dash | Self::End, b'-') => Self::End,
            (Self::End, b'!') => Self::EndBang,
            (Self::Start | Self::StartDash | Self::End | Self::EndBang, b'>') => return State::Text,
            _ => Self::Inside,
        })
    }
}

impl Attribute {
    /// What follows; nothing at the end of the tag.
    const fn next(self, byte: u8) -> Option<Self> {
        let is_space = matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ');
        Some(match (self, byte) {
            (Self::Quoted(quote), _) => {
                if byte == quote {
                    Self::Before
                } else {
                    self
                }
            }
            (_, b'>') => return None,
            (Self::BeforeValue, b'"' | b'\'') => Self::Quoted(byte),
            (Self::BeforeValue, _) => {
                if is_space {
                    self
                } else {
                    Self::Unquoted
                }
            }
            (Self::Unquoted, _) => {
                if is_space {
                    Self::Before
                } else {
                    self
                }
            }
            (_, b'/') => Self::Before,
            (Self::Name | Self::AfterName, b'=') => Self::BeforeValue,
            (Self::Before, _) if is_space => Self::Before,
            (Self::Name | Self::AfterName, _) if is_space => Self::AfterName,
            _ => Self::Name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::HeadStart;

    /// The place of `|` is found, in every chunk size.
    #[track_caller]
    fn found(page: &str) {
        let place = page.find('|').map(|place| if page[place..].starts_with("|<") { place + 1 } else { place });
        let page = page.replacen('|', "", 1);
        for size in 1..=page.len() {
            let mut head = HeadStart::new();
            let mut before = 0;
            let mut found = None;
            for chunk in page.as_bytes().chunks(size) {
                found = head.find(chunk).map(|at| before + at);
                if found.is_some() {
                    break;
                }
                before += chunk.len();
            }
            // A `<` that came earlier is in the parser already.
            assert_eq!(found, place.map(|place| place.max(before)), "{page} in {size}");
        }
    }

    #[test]
    fn the_head_begins_after_its_tag_or_before_the_first_element() {
        for page in [
            "<head>| <title>",
            "<!doctype html>\n<html lang=en>\n<HEAD>|1</HEAD>",
            "<!DOCTYPE html PUBLIC \"a\">|<title>x</title><head>",
            "<html><head\n>|1<script>",
            "<head profile='>' a=\">\" b=c/>|",
            "<html a='>' =\"> b><head>|",
            "<html>|<script>",
            "</ <p> text |<p>",
            "text|<b>",
            "|<header>",
            "|<hea>",
            "|<htmlx>",
            "<!--> -->|<p><head>",
            "<!-- <head> <!-- --><head>|",
            "<!-- --!><head>|",
            "<!---><head>|",
            "<!--!><p> -- > --><head>|",
            "<!-- <p> --- ></p>--><head>|",
            "<!-><head>|",
            "<!><head>|",
            "<?xml <p><head>|",
            "</><//><//p><head>|",
            "</p a='>'><head>|",
            "</head></html x><head>|",
            "< p> << <3 |<p>",
            "<![CDATA[<p>]]><head>|",
            "\u{feff}<html/><head/>|",
        ] {
            found(page);
        }
    }

    #[test]
    fn a_page_without_elements_has_no_head() {
        for page in ["", "text", "<", "<html", "<html>", "<!-- <p>", "<head", "<head a='>", "</p>", "<!doctype html"] {
            found(page);
        }
    }
}
