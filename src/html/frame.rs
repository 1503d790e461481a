//! Frames: what stands in place of a denied one, and the page in a `srcdoc`.

use super::address::Denied;
use super::attribute::{Found, withhold};
use super::edit::Action;
use super::error::Error;
use super::nested;
use super::page::{Context, HTML, Page, decoded, place};
use super::placeholder::placeholder;
use crate::DenyReason;
use encoding_rs::{Encoding, UTF_8};
use lol_html::html_content::ContentType;
use lol_html::send::Element;

/// How deep `srcdoc` and `<noscript>` are followed.
const DEPTH_MAX: u8 = 4;
/// The attributes of a frame by which a page styles it and finds it, and their names on a placeholder.
const KEPT: [(&str, &str); 5] = [
    ("id", "id"),
    ("class", "class"),
    ("title", "title"),
    ("width", "data-consent-width"),
    ("height", "data-consent-height"),
];

impl Page {
    /// Puts a placeholder where a denied frame stands that would be seen. Returns whether it did.
    pub(super) fn replace_frame(
        &self,
        element: &mut Element<'_, '_>,
        tag: &str,
        found: &Found,
        denied: &Denied,
    ) -> bool {
        let is_frame = tag == "iframe" && found.name == "src" && element.namespace_uri() == HTML;
        if !is_frame || element.has_attribute("srcdoc") || !is_seen(element) {
            return false;
        }
        let mut kept: Vec<(&str, String)> =
            KEPT.into_iter().filter_map(|(name, kept)| Some((kept, element.get_attribute(name)?))).collect();
        // Without brackets and escapes a style loads nothing.
        kept.extend(
            element
                .get_attribute("style")
                .filter(|style| !style.contains(['(', '\\', '&']))
                .map(|style| ("style", style)),
        );
        kept.push(("data-consent-src", found.value.clone()));
        let Context { visitor, options } = &*self.context;
        element.before(&placeholder(visitor, options, denied, &kept, self.forms > 0), ContentType::Html);
        element.remove();
        true
    }

    /// Judges the page in a `srcdoc`.
    pub(super) fn frame_page(&mut self, element: &mut Element<'_, '_>, value: &str, text: &str) {
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
            None => withhold(element, "srcdoc", value, DenyReason::Undeclared.code()),
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
        let nested = nested::rewrite(self, bytes, encoding, must_end)?;
        if must_end {
            // A `<base>` in a `<noscript>` is one of the whole page where scripts are off.
            self.place = nested.1;
        }
        Ok(nested.0)
    }
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
