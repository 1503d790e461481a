//! Finds what a style sheet would load.
//!
//! What counts as an address, by CSS Syntax Level 3 tokens, escapes and comments resolved:
//!
//! 1. `url(…)`, quoted or not, `src("…")`, in whatever property, `@import` and `@font-face` included.
//! 2. A string after `@import`.
//! 3. A string in `image-set(…)`, `image(…)` and their prefixed forms, `var(--x, "…")` within included.
//! 4. A string in a custom property that names a host: `image-set(var(--x))` loads it, wherever that is.
//!
//! `@namespace` names and loads nothing. A denied address becomes `about:invalid`, which CSS Values Level 4 §4.5.4 keeps
//! for this; every other byte stays.

use crate::wire::address::{Address, AddressError};
use crate::wire::relation::Load;
use cssparser::{ParseError, Parser, ParserInput, Token};

/// How deep brackets are followed. No sheet that people write comes near.
const DEPTH_MAX: u8 = 32;

/// The brackets nest deeper than is read: the sheet cannot be judged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct TooDeep;

/// The sheet without what `is_denied` denies, or nothing when all stays as it is.
pub(super) fn rewrite(css: &str, is_denied: &mut dyn FnMut(&str, Load) -> bool) -> Result<Option<String>, TooDeep> {
    if !may_load(css.as_bytes()) {
        return Ok(None);
    }
    let mut input = ParserInput::new(css);
    let mut walk = Walk { is_denied, denied: Vec::new() };
    walk.block(&mut Parser::new(&mut input), Strings::Idle, 0).map_err(|_| TooDeep)?;
    if walk.denied.is_empty() {
        return Ok(None);
    }
    let mut kept = String::with_capacity(css.len());
    let mut end = 0;
    for (start, stop, replacement) in walk.denied {
        kept.push_str(&css[end..start]);
        kept.push_str(replacement);
        end = stop;
    }
    kept.push_str(&css[end..]);
    Ok(Some(kept))
}

/// Whether a sheet could hold an address at all. An escape may spell any word.
fn may_load(css: &[u8]) -> bool {
    const WORDS: [&[u8]; 5] = [b"url(", b"src(", b"image(", b"image-set(", b"@import"];
    css.iter().enumerate().any(|(at, byte)| match byte {
        b'\\' => true,
        b'(' => WORDS.iter().any(|word| {
            (at + 1).checked_sub(word.len()).is_some_and(|start| css[start..=at].eq_ignore_ascii_case(word))
        }),
        // A custom property can hold an address in a mere string.
        b'/' => css.get(at + 1) == Some(&b'/'),
        b'@' => css[at..].get(..7).is_some_and(|word| word.eq_ignore_ascii_case(WORDS[4])),
        _ => false,
    })
}

/// What a string is.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Strings {
    /// Nothing that is loaded.
    Idle,
    /// An address of an image.
    Image,
    /// An address of the style sheet that an `@import` names.
    Import,
    /// Whatever a custom property is used for.
    Variable,
}

struct Walk<'d> {
    is_denied: &'d mut dyn FnMut(&str, Load) -> bool,
    /// Where denied addresses are, in order, and what replaces them.
    denied: Vec<(usize, usize, &'static str)>,
}

impl Walk<'_> {
    fn block<'i>(
        &mut self,
        parser: &mut Parser<'i, '_>,
        strings: Strings,
        depth: u8,
    ) -> Result<(), ParseError<'i, TooDeep>> {
        if depth > DEPTH_MAX {
            return Err(parser.new_custom_error(TooDeep));
        }
        let mut here = strings;
        let mut is_namespace = false;
        loop {
            let start = parser.position().byte_index();
            let Ok(token) = parser.next_including_whitespace_and_comments() else { return Ok(()) };
            let mut inner = None;
            match token {
                Token::AtKeyword(name) => {
                    is_namespace = name.eq_ignore_ascii_case("namespace");
                    here = if name.eq_ignore_ascii_case("import") { Strings::Import } else { strings };
                }
                Token::Ident(name) if here == Strings::Idle && name.starts_with("--") => here = Strings::Variable,
                Token::Semicolon => (here, is_namespace) = (strings, false),
                Token::UnquotedUrl(address) if !is_namespace => {
                    let address = address.clone();
                    let strings = if here == Strings::Import { here } else { Strings::Image };
                    self.judge(&address, strings, (start, parser.position().byte_index()), "url(about:invalid)");
                }
                Token::QuotedString(address) if here != Strings::Idle && !is_namespace => {
                    let address = address.clone();
                    self.judge(&address, here, (start, parser.position().byte_index()), "\"about:invalid\"");
                }
                Token::Function(name) => {
                    let is = |other: &str| name.eq_ignore_ascii_case(other);
                    let is_image_set = name.len() >= 9
                        && name.get(name.len() - 9..).is_some_and(|end| end.eq_ignore_ascii_case("image-set"));
                    inner = Some(match here {
                        Strings::Import if is("url") || is("src") => Strings::Import,
                        _ if is("url") || is("src") || is("image") || is_image_set => Strings::Image,
                        // `type("image/png")` within an image-set is not an address.
                        Strings::Image | Strings::Variable if !is("type") => here,
                        _ => Strings::Idle,
                    });
                }
                Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => {
                    // A block ends the prelude of a rule.
                    (here, is_namespace) = (strings, is_namespace && !matches!(token, Token::CurlyBracketBlock));
                    inner = Some(Strings::Idle);
                }
                _ => {}
            }
            if let Some(inner) = inner {
                let strings = if is_namespace { Strings::Idle } else { inner };
                parser.parse_nested_block(|parser| self.block(parser, strings, depth + 1))?;
            }
        }
    }

    fn judge(&mut self, address: &str, strings: Strings, (start, end): (usize, usize), replacement: &'static str) {
        let loads = if strings == Strings::Import { Load::Document } else { Load::Resource };
        let is_text = || matches!(Address::parse(address), Ok(Address::Relative { .. }) | Err(AddressError::Scheme));
        if strings == Strings::Variable && is_text() {
            return;
        }
        if (self.is_denied)(address, loads) {
            self.denied.push((start, end, replacement));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Denies what holds `bad`.
    #[track_caller]
    fn becomes(css: &str, expected: &str) {
        let rewritten = rewrite(css, &mut |address, _| address.contains("bad")).unwrap();
        assert_eq!(rewritten.as_deref().unwrap_or(css), expected, "{css}");
    }

    #[test]
    fn a_denied_address_becomes_invalid_and_the_rest_stays() {
        for (css, expected) in [
            ("a{background:url(//bad/x.png) no-repeat}", "a{background:url(about:invalid) no-repeat}"),
            ("a{background:url( '//bad' )}", "a{background:url( \"about:invalid\" )}"),
            ("a{background:URL(//bad)}", "a{background:url(about:invalid)}"),
            ("@import '//bad/a.css' screen;b{}", "@import \"about:invalid\" screen;b{}"),
            ("@import/**/url(//bad);", "@import/**/url(about:invalid);"),
            ("@import url('//bad');", "@import url(\"about:invalid\");"),
            ("@\\69mport '//bad';", "@\\69mport \"about:invalid\";"),
            ("a{b:u\\72l(//bad)}", "a{b:url(about:invalid)}"),
            ("a{b:url(//b\\61 d)}", "a{b:url(about:invalid)}"),
            ("a{b:image-set('//bad' 1x, '//ok' 2x)}", "a{b:image-set(\"about:invalid\" 1x, '//ok' 2x)}"),
            ("a{b:-webkit-image-set(url(//bad) 1x)}", "a{b:-webkit-image-set(url(about:invalid) 1x)}"),
            ("a{b:src('//bad')}", "a{b:src(\"about:invalid\")}"),
            ("@font-face{src:url(//bad) format('x')}", "@font-face{src:url(about:invalid) format('x')}"),
            (
                "@media print{@import '//bad';a{b:url(//bad)}}",
                "@media print{@import \"about:invalid\";a{b:url(about:invalid)}}",
            ),
            ("a{--x:url(//bad)}", "a{--x:url(about:invalid)}"),
            ("a{b:image-set(var(--x, '//bad') 1x)}", "a{b:image-set(var(--x, \"about:invalid\") 1x)}"),
            ("a{--x:'' url(bad)}", "a{--x:'' url(about:invalid)}"),
            ("a{--x:'//bad'}", "a{--x:\"about:invalid\"}"),
            ("--x: 1 , f(' HTTPS://bad');c:'//bad'", "--x: 1 , f(\"about:invalid\");c:'//bad'"),
            ("a{--x:'\\2f/bad'}", "a{--x:\"about:invalid\"}"),
            ("a{b:url(//bad", "a{b:url(about:invalid)"),
            ("a{b:url('//bad", "a{b:url(\"about:invalid\""),
        ] {
            becomes(css, expected);
        }
    }

    #[test]
    fn what_loads_nothing_stays() {
        for css in [
            "",
            "a{color:red}",
            "/* url(//bad) */",
            "a{content:'url(//bad)'}",
            "@namespace url(//bad);",
            "@namespace x '//bad';",
            "a{b:image-set(url(//ok) type('bad/png'))}",
            "a{b:curl(bad)}",
            "a{--x:'bad';--y:'/bad';--z:'note:bad';c:'//bad'}",
            "@media x{content:'bad'} a{content:'\\62 ad'}",
        ] {
            becomes(css, css);
        }
    }

    #[test]
    fn an_import_is_a_sheet() {
        for (css, loads) in
            [("@import 'x'", Load::Document), ("@import url('x')", Load::Document), ("a{b:url(x)}", Load::Resource)]
        {
            let mut seen = Vec::new();
            rewrite(css, &mut |_, loads| {
                seen.push(loads);
                false
            })
            .unwrap();
            assert_eq!(seen, [loads], "{css}");
        }
    }

    #[test]
    fn brackets_without_end_are_an_error_and_no_overflow() {
        for bracket in ["(", "[", "{", "a("] {
            let css = format!("{}url(x)", bracket.repeat(100_000));
            assert_eq!(rewrite(&css, &mut |_, _| true), Err(TooDeep));
        }
    }
}
