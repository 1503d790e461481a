//! What becomes of the content of `<style>` and `<noscript>`, when it has come to its end.
//!
//! Each judgement returns the content that takes the place of the old one, or nothing when all stays.

use super::css;
use super::edit::Action;
use super::page::Page;
use crate::DenyReason;
use encoding_rs::Encoding;
use std::borrow::Cow;

impl Page {
    /// A style sheet without what it may not load, or nothing when it stays.
    pub(super) fn style(&mut self, bytes: &[u8], at: usize) -> Option<Vec<u8>> {
        let encoding = self.output.encoding();
        let text = decode(bytes, encoding);
        match self.sheet(&text, at) {
            Ok(kept) => kept.map(|kept| encoding.encode(&kept).0.into_owned()),
            Err(css::TooDeep) => self.drop_content("style", at),
        }
    }

    /// The same within SVG, where what counts is the text of the element: with markup in it, all stays or nothing does.
    pub(super) fn foreign_style(&mut self, bytes: &[u8], at: usize) -> Option<Vec<u8>> {
        if !bytes.iter().any(|byte| matches!(byte, b'<' | b'&')) {
            return self.style(bytes, at);
        }
        let text = decode(bytes, self.output.encoding());
        let bare = htmlize::unescape(without_markup(&text)).into_owned();
        match (self.sheet(&text, at), self.sheet(&bare, at)) {
            (Ok(None), Ok(None)) => None,
            (Err(_), _) | (_, Err(_)) => self.drop_content("style", at),
            _ => Some(Vec::new()),
        }
    }

    fn sheet(&mut self, text: &str, at: usize) -> Result<Option<String>, css::TooDeep> {
        css::rewrite(text, &mut |address, loads| {
            let denied = self.css_address(address, loads);
            if let Some(denied) = &denied {
                self.tell(at, "style", None, &denied.origin(), Action::Deny(denied.reason));
            }
            denied.is_some()
        })
    }

    /// What browsers without script see. Content that they would read on beyond its end (an open comment, tag or style) is
    /// dropped: what follows it would be two different pages.
    pub(super) fn noscript(&mut self, bytes: &[u8], at: usize) -> Option<Vec<u8>> {
        if !bytes.contains(&b'<') {
            return None;
        }
        match self.nested(bytes, self.output.encoding(), true) {
            Ok(kept) if kept == bytes => None,
            Ok(kept) => Some(kept),
            Err(_) => self.drop_content("noscript", at),
        }
    }

    fn drop_content(&self, tag: &str, at: usize) -> Option<Vec<u8>> {
        self.tell(at, tag, None, "", Action::Deny(DenyReason::Undeclared));
        Some(Vec::new())
    }
}

fn decode<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Cow<'b, str> {
    encoding.decode_without_bom_handling(bytes).0
}

/// The text between tags and comments, the marks of `CDATA` left out.
fn without_markup(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        bare.push_str(before);
        rest = if let Some(data) = after.strip_prefix("![CDATA[") {
            let (data, after) = data.split_once("]]>").unwrap_or((data, ""));
            // Not to be unescaped later.
            bare.push_str(&data.replace('&', "&amp;"));
            after
        } else if let Some(comment) = after.strip_prefix("!--") {
            comment.split_once("-->").map_or("", |(_, after)| after)
        } else {
            after.split_once('>').map_or("", |(_, after)| after)
        };
    }
    bare + rest
}
