//! What becomes of each element of a page.

use super::address::{Denied, Place, Use};
use super::css::{self, Loads};
use super::door::{self, Door};
use super::edit::{Action, Edit};
use super::error::Error;
use super::list;
use super::options::Options;
use super::output::Output;
use super::placeholder::placeholder;
use super::rewriter;
use super::script::make_inert;
use crate::{DenyReason, Visitor};
use encoding_rs::{Encoding, UTF_8};
use lol_html::html_content::{Attribute, ContentType};
use lol_html::send::Element;
use std::sync::Arc;

/// How deep `srcdoc` and `<noscript>` are followed.
const DEPTH_MAX: u8 = 4;
/// The namespace of elements that are HTML's own.
const HTML: &str = "http://www.w3.org/1999/xhtml";

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
    pub(super) place: Place,
    pub(super) output: Output,
    pub(super) depth: u8,
    /// Whether the page's charset is known, so that a `<meta charset>` does not count.
    pub(super) has_charset: bool,
    /// Whether bytes have come that make the parser read a text in another charset, where they begin it: it heeds a byte
    /// order mark at the start of every attribute, and browsers at the start of the page alone.
    pub(super) has_marks: bool,
    /// How many forms are open.
    forms: usize,
    /// How many templates are open: a `<body>` within is none.
    templates: usize,
    /// Whether the body has begun, or nothing is to be put into it.
    has_body: bool,
    /// What is being held, the innermost last.
    held: Vec<Held>,
}

/// Content that is judged when its element ends.
#[derive(Clone, Copy, Debug)]
struct Held {
    what: Content,
    at: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Content {
    Style,
    /// A style sheet within SVG, where markup and character references count.
    ForeignStyle,
    Noscript,
}

/// What ends with an element.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// A form.
    Form,
    /// A template.
    Template,
    /// Content that was held, by its place among what is.
    Held(usize),
}

/// An attribute that is a door.
struct Found {
    name: String,
    /// As it is written, character references included.
    value: String,
    door: Door,
}

impl Page {
    pub(super) fn new(context: Arc<Context>, place: Place, output: Output, depth: u8, has_charset: bool) -> Self {
        let has_body = context.options.body_start.is_none() || depth > 0 || context.options.is_report;
        let (forms, templates) = (0, 0);
        let held = Vec::new();
        Self { context, place, output, depth, has_charset, has_marks: false, forms, templates, has_body, held }
    }

    /// Judges one element. Returns what to give to [`end`](Self::end) when it ends.
    pub(super) fn element(&mut self, element: &mut Element<'_, '_>) -> Result<Option<End>, Error> {
        let tag = element.tag_name();
        let mut found: Vec<Found> = Vec::new();
        let mut consent = None;
        let mut is_read = true;
        for attribute in element.attributes() {
            let name = attribute.name();
            is_read = is_read && (!self.has_marks || is_read_as_written(attribute));
            if let Some(door) = door::of(&tag, &name) {
                // Of attributes of one name, browsers take the first.
                if !found.iter().any(|other| other.name == name) {
                    found.push(Found { value: attribute.value(), name, door });
                }
            } else if tag == "script" && name == "data-consent" {
                consent = Some(attribute.value());
            }
        }
        if tag == "meta" && !self.has_charset {
            check_charset(element)?;
        }
        for found in &found {
            if is_read {
                self.attribute(element, &tag, found);
            } else {
                self.refuse(element, &tag, found, &Denied::unread());
            }
        }
        if let Some(categories) = consent {
            self.marked_script(element, &categories);
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
            _ => self.hold(element, &tag).map(End::Held),
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
            End::Held(place) => self.let_go(place),
        }
    }

    /// Takes the end of the page.
    pub(super) fn finish(&mut self) {
        self.let_go(0);
    }

    /// Judges what has been held from a place on, and lets it go.
    fn let_go(&mut self, from: usize) {
        while self.held.len() > from
            && let Some(Held { what, at }) = self.held.pop()
        {
            let bytes = self.output.take_held().unwrap_or_default();
            let kept = match what {
                Content::Style => self.style(&bytes, at),
                Content::ForeignStyle => self.foreign_style(&bytes, at),
                Content::Noscript => self.noscript(&bytes, at),
            };
            match kept {
                Some(kept) if !self.context.options.is_report => self.output.push(&kept),
                _ => self.output.push(&bytes),
            }
        }
    }

    fn hold(&mut self, element: &mut Element<'_, '_>, tag: &str) -> Option<usize> {
        if !matches!(tag, "style" | "noscript") || !element.can_have_content() {
            return None;
        }
        let what = match (tag, element.namespace_uri() == HTML) {
            ("style", true) => Content::Style,
            ("style", false) => Content::ForeignStyle,
            (_, true) => Content::Noscript,
            // Markup like any other.
            (_, false) => return None,
        };
        self.held.push(Held { what, at: place(element) });
        let output = self.output.clone();
        let start = move |_: &mut lol_html::html_content::StreamingHandlerSink<'_>| {
            output.hold();
            Ok(())
        };
        element.start_tag().streaming_after(Box::new(start));
        Some(self.held.len() - 1)
    }

    fn attribute(&mut self, element: &mut Element<'_, '_>, tag: &str, found: &Found) {
        let Found { name, value, door } = found;
        let text = htmlize::unescape_attribute(value.as_str());
        let denied = match door {
            Door::Address => self.address(&text),
            Door::Document => self.document(&text),
            Door::Addresses => list::words(&text).find_map(|address| self.address(address)),
            Door::Srcset => list::srcset(&text).into_iter().find_map(|address| self.address(address)),
            Door::Link => match door::of_link(&decoded(element, "rel")) {
                Some(Door::Document) => self.document(&text),
                Some(_) => self.address(&text),
                None => None,
            },
            Door::Refresh => {
                let is_refresh = decoded(element, "http-equiv").trim().eq_ignore_ascii_case("refresh");
                list::refresh(&text).filter(|_| is_refresh).and_then(|address| self.address(address))
            }
            Door::Base if element.namespace_uri() == HTML => self.place.add_base(&self.context.visitor, &text),
            Door::Base => None,
            Door::Animation => {
                let is_address = decoded(element, "attributename").to_ascii_lowercase().ends_with("href");
                let values = text.split(';').map(str::trim);
                values
                    .filter(|_| is_address)
                    .find_map(|address| self.address(address))
                    .or_else(|| self.css_value(&text))
            }
            Door::Lazy if name.ends_with("set") => {
                list::srcset(&text).into_iter().find_map(|address| self.address(address))
            }
            Door::Lazy => self.address(&text).or_else(|| self.css_value(&text)),
            Door::Css => return self.declarations(element, tag, name, value, &text),
            Door::Page => return self.frame_page(element, value, &text),
        };
        if let Some(denied) = denied {
            self.refuse(element, tag, found, &denied);
        }
    }

    /// Takes from an element the power to load by an attribute.
    fn refuse(&self, element: &mut Element<'_, '_>, tag: &str, found: &Found, denied: &Denied) {
        self.tell(place(element), tag, Some(&found.name), &denied.origin(), Action::Deny(denied.reason));
        if self.context.options.is_report {
            return;
        }
        let is_frame = tag == "iframe" && found.name == "src" && element.namespace_uri() == HTML;
        if is_frame && !element.has_attribute("srcdoc") && is_seen(element) {
            let mut kept: Vec<(String, String)> = ["id", "class", "title"]
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), element.get_attribute(name)?)))
                .collect();
            kept.push(("data-consent-src".to_owned(), found.value.clone()));
            let Context { visitor, options } = &*self.context;
            element.before(&placeholder(visitor, options, denied, &kept, self.forms > 0), ContentType::Html);
            element.remove();
            return;
        }
        withhold(element, &found.name, &found.value, denied.reason);
        if tag == "script" && matches!(found.name.as_str(), "src" | "href" | "xlink:href") {
            // Without an address the text inside would run.
            make_inert(element);
        }
    }

    fn declarations(&mut self, element: &mut Element<'_, '_>, tag: &str, name: &str, value: &str, text: &str) {
        let mut first: Option<Denied> = None;
        let kept = css::rewrite(text, &mut |address, loads| {
            let denied = self.css_address(address, loads);
            let is_denied = denied.is_some();
            first = first.take().or(denied);
            is_denied
        });
        let (kept, denied) = match (kept, first) {
            (Ok(kept), Some(denied)) => (kept, denied),
            (Ok(_), None) => return,
            (Err(_), _) => (None, Denied::unread()),
        };
        self.tell(place(element), tag, Some(name), &denied.origin(), Action::Deny(denied.reason));
        if !self.context.options.is_report {
            withhold(element, name, value, denied.reason);
            kept.map(|kept| element.set_attribute(name, &kept.replace('&', "&amp;")));
        }
    }

    fn frame_page(&mut self, element: &mut Element<'_, '_>, value: &str, text: &str) {
        let nested = self.nested(text.as_bytes(), UTF_8, false).map(String::from_utf8);
        let kept = match nested {
            Ok(Ok(kept)) if kept == text => return,
            Ok(Ok(kept)) => Some(kept),
            _ => None,
        };
        if kept.is_none() {
            self.tell(place(element), "iframe", Some("srcdoc"), "", Action::Deny(DenyReason::Undeclared));
        }
        match kept {
            _ if self.context.options.is_report => {}
            Some(kept) => drop(element.set_attribute("srcdoc", &kept.replace('&', "&amp;"))),
            None => withhold(element, "srcdoc", value, DenyReason::Undeclared),
        }
    }

    /// A page within this page.
    pub(super) fn nested(
        &mut self,
        bytes: &[u8],
        encoding: &'static Encoding,
        must_end: bool,
    ) -> Result<Vec<u8>, Error> {
        if self.depth >= DEPTH_MAX {
            return Err(Error::Ambiguous);
        }
        let nested = rewriter::nested(self, bytes, encoding, must_end)?;
        if must_end {
            // A `<base>` in a `<noscript>` is one of the whole page where scripts are off.
            self.place = nested.1;
        }
        Ok(nested.0)
    }

    fn address(&mut self, text: &str) -> Option<Denied> {
        self.place.judge(&self.context.visitor, text, Use::Resource)
    }

    fn document(&mut self, text: &str) -> Option<Denied> {
        self.place.judge(&self.context.visitor, text, Use::Document)
    }

    pub(super) fn css_address(&mut self, text: &str, loads: Loads) -> Option<Denied> {
        match loads {
            Loads::Resource => self.address(text),
            Loads::Sheet => self.document(text),
        }
    }

    /// The first denied address of a value that may be CSS.
    fn css_value(&mut self, text: &str) -> Option<Denied> {
        let mut first = None;
        let read = css::rewrite(text, &mut |address, loads| {
            first = first.take().or_else(|| self.css_address(address, loads));
            false
        });
        if read.is_err() { Some(Denied::unread()) } else { first }
    }

    pub(super) fn tell(&self, at: usize, element: &str, attribute: Option<&str>, origin: &str, action: Action) {
        if let Some(observer) = &self.context.options.observer {
            observer(&Edit { at, element, attribute, origin, action });
        }
    }
}

/// Whether an attribute is certain not to have been read in another charset: ASCII, and as long as it is written.
fn is_read_as_written(attribute: &Attribute<'_>) -> bool {
    let value = attribute.value();
    let written = attribute.value_source_location().map_or(0, |location| location.bytes().len());
    value.is_ascii() && value.len() == written
}

/// Puts an attribute out of use and keeps its value for whoever restores it.
fn withhold(element: &mut Element<'_, '_>, name: &str, value: &str, reason: DenyReason) {
    // All of the name: else the second of two would take over.
    element.remove_attribute(name);
    // The names come from our own list, and are names.
    let _ = element.set_attribute(&format!("data-consent-{name}"), value);
    let _ = element.set_attribute("data-consent-denied", reason.code());
}

/// Whether a frame is meant to be seen. A hidden one needs no placeholder.
fn is_seen(element: &Element<'_, '_>) -> bool {
    let is_nothing = |name| matches!(decoded(element, name).trim().trim_end_matches("px"), "0" | "1");
    let style: String = decoded(element, "style").chars().filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    !element.has_attribute("hidden")
        && !is_nothing("width")
        && !is_nothing("height")
        && !style.contains("display:none")
        && !style.contains("visibility:hidden")
}

/// A charset that cannot be filtered, declared by the page itself.
fn check_charset(element: &Element<'_, '_>) -> Result<(), Error> {
    let label = match element.get_attribute("charset") {
        Some(charset) => charset,
        None if decoded(element, "http-equiv").trim().eq_ignore_ascii_case("content-type") => {
            let content = decoded(element, "content").to_ascii_lowercase();
            let label = content.split_once("charset").map_or("", |(_, rest)| rest.trim_start().trim_start_matches('='));
            label.trim().trim_matches(['"', '\'']).split(';').next().unwrap_or("").trim().to_owned()
        }
        None => return Ok(()),
    };
    match Encoding::for_label(label.as_bytes()) {
        // A page that can say so in ASCII is in no UTF-16; browsers take UTF-8 (HTML Standard, "prescan").
        Some(encoding) if !encoding.is_ascii_compatible() && !encoding.name().starts_with("UTF-16") => {
            Err(Error::Charset(encoding.name().to_owned()))
        }
        _ => Ok(()),
    }
}

pub(super) fn decoded(element: &Element<'_, '_>, name: &str) -> String {
    element.get_attribute(name).map_or_else(String::new, |value| htmlize::unescape_attribute(value).into_owned())
}

pub(super) fn place(element: &Element<'_, '_>) -> usize {
    element.source_location().bytes().start
}
