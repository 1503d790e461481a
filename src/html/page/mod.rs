//! What becomes of each element of a page.

mod attribute;
mod buffered;
mod data;
mod frame;
mod nested;
pub(super) mod parser;
mod script;

use crate::Visitor;
use crate::html::address::{BaseUrls, Denied};
use crate::html::charset;
use crate::html::door::{self, ElementDoor};
use crate::html::edit::{Action, Edit};
use crate::html::element::{HTML, is_read_as_written, offset};
use crate::html::error::Error;
use crate::html::marks::Marks;
use crate::html::options::Options;
use crate::html::output::Output;
use attribute::DoorAttribute;
use buffered::Buffered;
use encoding_rs::UTF_8;
use lol_html::html_content::ContentType;
use lol_html::send::Element;
use script::Mark;
use std::sync::Arc;

/// Whom a page is for, and what the host said about it.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) visitor: Visitor,
    pub(super) options: Options,
}

/// One page, or one page within a page, on its way through.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) context: Arc<Context>,
    bases: BaseUrls,
    output: Output,
    depth: u8,
    /// Whether the page's charset is known, so that a `<meta charset>` does not count.
    pub(super) has_charset: bool,
    /// Where bytes are that make the parser read a text in another charset, where they begin it: it obeys a byte order mark
    /// at the start of every attribute, and browsers at the start of the page alone.
    pub(super) marks: Marks,
    /// How many forms are open.
    forms: usize,
    /// How many templates are open: a `<body>` within one is not the page's.
    templates: usize,
    /// Whether the body has begun, or nothing is to be put into it.
    has_body: bool,
    /// What is being buffered, the innermost last.
    buffered: Vec<Buffered>,
}

/// What ends with an element.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// A form.
    Form,
    /// A template.
    Template,
    /// Content that was buffered, by its index in [`Page::buffered`].
    Buffered(usize),
}

impl Page {
    pub(super) fn new(context: Arc<Context>, bases: BaseUrls, output: Output, depth: u8, has_charset: bool) -> Self {
        let has_body = context.options.body_start.is_none() || depth > 0 || context.options.is_report;
        let (marks, buffered) = (Marks::default(), Vec::new());
        Self { context, bases, output, depth, has_charset, marks, forms: 0, templates: 0, has_body, buffered }
    }

    /// Judges one element. Returns what to give to [`end`](Self::end) when it ends.
    pub(super) fn element(&mut self, element: &mut Element<'_, '_>) -> Result<Option<End>, Error> {
        let tag = element.tag_name();
        let mut found: Vec<DoorAttribute> = Vec::new();
        let mut marked = None;
        let mut is_read = true;
        let is_utf_8 = self.output.encoding() == UTF_8;
        let is_after_mark = self.marks.is_before(element.source_location().bytes().end, is_utf_8);
        for attribute in element.attributes() {
            let name = attribute.name();
            is_read = is_read && (!is_after_mark || is_read_as_written(attribute));
            if let Some(door) = door::by_names(&tag, &name) {
                // Of attributes of one name, browsers take the first.
                if !found.iter().any(|other| other.name == name) {
                    found.push(DoorAttribute { value: attribute.value(), name, door });
                }
            } else if tag == "script"
                && let Some(mark) = Mark::from_attribute(&name)
                && marked.as_ref().is_none_or(|(other, _)| mark == Mark::Ours && *other == Mark::Theirs)
            {
                marked = Some((mark, attribute.value()));
            }
        }
        if tag == "meta" && !self.has_charset {
            charset::check(element)?;
        }
        // A frame is replaced by its address, and what else it has must have been judged before.
        found.sort_by_key(|found| found.door == ElementDoor::Document);
        for found in &found {
            if is_read {
                self.attribute(element, &tag, found);
            } else {
                self.refuse(element, &tag, found, &Denied::unread());
            }
        }
        if let Some((mark, categories)) = marked {
            self.marked_script(element, mark, &categories);
        }
        Ok(match tag.as_str() {
            "form" => {
                self.forms += 1;
                Some(End::Form)
            }
            "template" => {
                self.templates += 1;
                Some(End::Template)
            }
            "body" => {
                self.open_body(element);
                None
            }
            _ => self.buffer(element, &tag).map(End::Buffered),
        })
    }

    /// Puts what the host wants into the body, if this tag is the one that opens it.
    fn open_body(&mut self, element: &mut Element<'_, '_>) {
        if self.has_body || self.templates > 0 || element.namespace_uri() != HTML {
            return;
        }
        self.has_body = true;
        let Context { visitor, options } = &*self.context;
        if let Some(html) = &options.body_start {
            element.prepend(&html(visitor), ContentType::Html);
        }
    }

    /// Takes the end of an element.
    pub(super) fn end(&mut self, end: End) {
        match end {
            End::Form => self.forms = self.forms.saturating_sub(1),
            End::Template => self.templates = self.templates.saturating_sub(1),
            End::Buffered(index) => self.judge_buffered(index),
        }
    }

    /// Takes the end of the page.
    pub(super) fn finish(&mut self) {
        self.judge_buffered(0);
    }

    /// Reports that an attribute may not load.
    fn deny(&self, element: &Element<'_, '_>, tag: &str, attribute: &str, denied: &Denied) {
        self.report_denied(offset(element), tag, Some(attribute), denied);
    }

    fn report_denied(&self, at: usize, element: &str, attribute: Option<&str>, denied: &Denied) {
        self.report(at, element, attribute, denied.origin(), Action::Deny(denied.reason));
    }

    fn report(&self, at: usize, element: &str, attribute: Option<&str>, origin: &str, action: Action) {
        if let Some(observer) = &self.context.options.observer {
            observer(&Edit { at, element, attribute, origin, action });
        }
    }
}
