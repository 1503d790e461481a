//! What becomes of the content of `<style>`, `<noscript>` and scripts that hold data, when it has come to its end.
//!
//! Each judgement returns the content that takes the place of the old one, or nothing when all stays.

use super::Page;
use super::data::Data;
use crate::DenyReason;
use crate::html::css;
use crate::html::edit::Action;
use crate::html::element::{HTML, decoded, offset};
use encoding_rs::Encoding;
use lol_html::send::Element;
use std::borrow::Cow;

/// Content that is judged when its element ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buffered {
    what: Content,
    at: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Content {
    Style,
    /// A style sheet within SVG, where markup and character references count.
    ForeignStyle,
    Noscript,
    Data(Data),
    /// Data within SVG.
    ForeignData(Data),
}

impl Page {
    /// Judges what has been buffered from an index on, and passes on what is left of it.
    pub(super) fn judge_buffered(&mut self, from: usize) {
        while self.buffered.len() > from
            && let Some(Buffered { what, at }) = self.buffered.pop()
        {
            let bytes = self.output.take_buffered().unwrap_or_default();
            let kept = match what {
                Content::Style => self.style(&bytes, at),
                Content::ForeignStyle => self.foreign_style(&bytes, at),
                Content::Noscript => self.noscript(&bytes, at),
                Content::Data(data) => self.script_data(data, &bytes, at),
                Content::ForeignData(_) if !is_bare(&bytes) => self.drop_content("script", at),
                Content::ForeignData(data) => self.script_data(data, &bytes, at),
            };
            match kept {
                Some(kept) if !self.context.options.is_report => self.output.push(&kept),
                _ => self.output.push(&bytes),
            }
        }
    }

    /// Buffers the content of an element that is judged as a whole. Returns its index in [`Page::buffered`].
    pub(super) fn buffer(&mut self, element: &mut Element<'_, '_>, tag: &str) -> Option<usize> {
        if !matches!(tag, "style" | "noscript" | "script") || !element.can_have_content() {
            return None;
        }
        let what = match (tag, element.namespace_uri() == HTML) {
            ("style", true) => Content::Style,
            ("style", false) => Content::ForeignStyle,
            ("noscript", true) => Content::Noscript,
            ("script", is_html) => {
                let data = Data::from_type(&decoded(element, "type"))?;
                if is_html { Content::Data(data) } else { Content::ForeignData(data) }
            }
            // Markup like any other.
            _ => return None,
        };
        self.buffered.push(Buffered { what, at: offset(element) });
        let output = self.output.clone();
        let start = move |_: &mut lol_html::html_content::StreamingHandlerSink<'_>| {
            output.start_buffer();
            Ok(())
        };
        element.start_tag().streaming_after(Box::new(start));
        Some(self.buffered.len() - 1)
    }

    /// A style sheet without what it may not load, or nothing when it stays.
    fn style(&mut self, bytes: &[u8], at: usize) -> Option<Vec<u8>> {
        let encoding = self.output.encoding();
        let text = decode(bytes, encoding);
        match self.sheet(&text, at) {
            Ok(kept) => kept.map(|kept| encoding.encode(&kept).0.into_owned()),
            Err(css::TooDeep) => self.drop_content("style", at),
        }
    }

    /// The same within SVG, where what counts is the text of the element: with markup in it, all stays or nothing does.
    fn foreign_style(&mut self, bytes: &[u8], at: usize) -> Option<Vec<u8>> {
        if is_bare(bytes) {
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
        css::rewrite(text, &mut |address, load| {
            let denied = self.judge(address, load);
            if let Some(denied) = &denied {
                self.report_denied(at, "style", None, denied);
            }
            denied.is_some()
        })
    }

    /// What browsers without script see. Content that they would read on beyond its end (an open comment, tag or style) is
    /// dropped: what follows it would be two different pages.
    fn noscript(&mut self, bytes: &[u8], at: usize) -> Option<Vec<u8>> {
        if !bytes.contains(&b'<') {
            return None;
        }
        match self.nested(bytes, self.output.encoding(), true) {
            Ok(kept) if kept == bytes => None,
            Ok(kept) => Some(kept),
            Err(_) => self.drop_content("noscript", at),
        }
    }

    fn script_data(&mut self, data: Data, bytes: &[u8], at: usize) -> Option<Vec<u8>> {
        let text = decode(bytes, self.output.encoding());
        self.data(data, &text, at).map(String::into_bytes)
    }

    fn drop_content(&self, tag: &str, at: usize) -> Option<Vec<u8>> {
        self.report(at, tag, None, "", Action::Deny(DenyReason::Undeclared));
        Some(Vec::new())
    }
}

fn decode<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Cow<'b, str> {
    encoding.decode_without_bom_handling(bytes).0
}

/// Whether text within SVG holds neither markup nor character references.
fn is_bare(bytes: &[u8]) -> bool {
    !bytes.iter().any(|byte| matches!(byte, b'<' | b'&'))
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
