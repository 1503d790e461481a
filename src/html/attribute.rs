//! What becomes of one attribute that is a door.

use super::address::{Denied, Use};
use super::css::{self, Loads};
use super::door::Door;
use super::list;
use super::page::{HTML, Page, decoded};
use super::script::make_inert;
use crate::wire::relation::most_by;
use lol_html::html_content::Attribute;
use lol_html::send::Element;

/// An attribute that is a door.
pub(super) struct Found {
    pub(super) name: String,
    /// As it is written, character references included.
    pub(super) value: String,
    pub(super) door: Door,
}

impl Page {
    /// Judges an attribute, and puts it out of use when it may not load.
    pub(super) fn attribute(&mut self, element: &mut Element<'_, '_>, tag: &str, found: &Found) {
        let Found { name, value, door } = found;
        let text = htmlize::unescape_attribute(value.as_str());
        let denied = match door {
            Door::Address => self.address(&text),
            Door::Document => self.document(&text),
            Door::Addresses => list::words(&text).find_map(|address| self.address(address)),
            Door::Srcset => list::srcset(&text).into_iter().find_map(|address| self.address(address)),
            Door::Link => most_by(&decoded(element, "rel")).and_then(|used| self.judge(&text, used)),
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
            Door::Lazy if name.ends_with("set") || name.contains("srcset") => {
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
    pub(super) fn refuse(&self, element: &mut Element<'_, '_>, tag: &str, found: &Found, denied: &Denied) {
        self.deny(element, tag, &found.name, denied);
        if self.context.options.is_report || self.replace_frame(element, tag, found, denied) {
            return;
        }
        withhold(element, &found.name, &found.value, denied.reason.code());
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
        self.deny(element, tag, name, &denied);
        if !self.context.options.is_report {
            withhold(element, name, value, denied.reason.code());
            kept.map(|kept| element.set_attribute(name, &kept.replace('&', "&amp;")));
        }
    }

    fn address(&mut self, text: &str) -> Option<Denied> {
        self.judge(text, Use::Resource)
    }

    fn document(&mut self, text: &str) -> Option<Denied> {
        self.judge(text, Use::Document)
    }

    fn judge(&mut self, text: &str, used: Use) -> Option<Denied> {
        self.place.judge(&self.context.visitor, text, used)
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
}

/// Whether an attribute is certain not to have been read in another charset: ASCII, and as long as it is written.
pub(super) fn is_read_as_written(attribute: &Attribute<'_>) -> bool {
    let value = attribute.value();
    let written = attribute.value_source_location().map_or(0, |location| location.bytes().len());
    value.is_ascii() && value.len() == written
}

/// Puts an attribute out of use and keeps its value for whoever restores it.
pub(super) fn withhold(element: &mut Element<'_, '_>, name: &str, value: &str, code: &str) {
    // All of the name: else the second of two would take over.
    element.remove_attribute(name);
    // The names come from our own list, and are names.
    let _ = element.set_attribute(&format!("data-consent-{name}"), value);
    let _ = element.set_attribute("data-consent-denied", code);
}
