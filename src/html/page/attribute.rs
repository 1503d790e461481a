//! What becomes of one attribute that is a door.

use super::Page;
use super::script::make_inert;
use crate::html::address::Denied;
use crate::html::css;
use crate::html::door::ElementDoor;
use crate::html::element::{HTML, decoded, withhold};
use crate::wire::addresses::{refresh, srcset, words};
use crate::wire::relation::{Load, most_by};
use lol_html::send::Element;

/// An attribute that is a door.
pub(super) struct DoorAttribute {
    pub(super) name: String,
    /// As it is written, character references included.
    pub(super) value: String,
    pub(super) door: ElementDoor,
}

impl Page {
    /// Judges an attribute, and puts it out of use when it may not load.
    pub(super) fn attribute(&mut self, element: &mut Element<'_, '_>, tag: &str, found: &DoorAttribute) {
        let DoorAttribute { name, value, door } = found;
        let text = htmlize::unescape_attribute(value.as_str());
        let denied = match door {
            ElementDoor::Address => self.address(&text),
            ElementDoor::Document => self.judge(&text, Load::Document),
            ElementDoor::Addresses => words(&text).find_map(|address| self.address(address)),
            ElementDoor::Srcset => srcset(&text).into_iter().find_map(|address| self.address(address)),
            ElementDoor::Link => most_by(&decoded(element, "rel")).and_then(|load| self.judge(&text, load)),
            ElementDoor::Refresh => {
                let is_refresh = decoded(element, "http-equiv").trim().eq_ignore_ascii_case("refresh");
                refresh(&text).filter(|_| is_refresh).and_then(|address| self.address(address))
            }
            ElementDoor::Base if element.namespace_uri() == HTML => self.bases.add_base(&self.context.visitor, &text),
            ElementDoor::Base => None,
            ElementDoor::Animation => {
                let is_address = decoded(element, "attributename").to_ascii_lowercase().ends_with("href");
                let values = text.split(';').map(str::trim);
                values
                    .filter(|_| is_address)
                    .find_map(|address| self.address(address))
                    .or_else(|| self.css_value(&text))
            }
            ElementDoor::Lazy if name.ends_with("set") || name.contains("srcset") => {
                srcset(&text).into_iter().find_map(|address| self.address(address))
            }
            ElementDoor::Lazy => self.address(&text).or_else(|| self.css_value(&text)),
            ElementDoor::Css => return self.declarations(element, tag, name, value, &text),
            ElementDoor::Page => return self.frame_page(element, value, &text),
        };
        if let Some(denied) = denied {
            self.refuse(element, tag, found, &denied);
        }
    }

    /// Takes from an element the power to load by an attribute.
    pub(super) fn refuse(&self, element: &mut Element<'_, '_>, tag: &str, found: &DoorAttribute, denied: &Denied) {
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
        let kept = css::rewrite(text, &mut |address, load| {
            let denied = self.judge(address, load);
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
        self.judge(text, Load::Resource)
    }

    pub(super) fn judge(&mut self, text: &str, load: Load) -> Option<Denied> {
        self.bases.judge(&self.context.visitor, text, load)
    }

    /// The first denied address of a value that may be CSS.
    fn css_value(&mut self, text: &str) -> Option<Denied> {
        let mut first = None;
        let read = css::rewrite(text, &mut |address, load| {
            first = first.take().or_else(|| self.judge(address, load));
            false
        });
        if read.is_err() { Some(Denied::unread()) } else { first }
    }
}
