//! Frames: what replaces a denied one, and the page in a `srcdoc`.

use super::attribute::DoorAttribute;
use super::nested;
use super::{Context, Page};
use crate::DenyReason;
use crate::html::address::Denied;
use crate::html::edit::Action;
use crate::html::element::{HTML, decoded, offset, withhold};
use crate::html::error::Error;
use crate::html::placeholder::placeholder;
use encoding_rs::{Encoding, UTF_8};
use lol_html::html_content::ContentType;
use lol_html::send::Element;
use std::collections::HashSet;

/// How deep `srcdoc` and `<noscript>` are followed.
const DEPTH_MAX: u8 = 4;
/// The attributes of a frame by which a page styles it and finds it: a placeholder bears them as they are.
const SHARED: [&str; 4] = ["id", "class", "title", "style"];

impl Page {
    /// Replaces a denied frame by a placeholder, if it would be seen. Returns whether it did.
    pub(super) fn replace_frame(
        &self,
        element: &mut Element<'_, '_>,
        tag: &str,
        found: &DoorAttribute,
        denied: &Denied,
    ) -> bool {
        let is_frame = tag == "iframe" && found.name == "src" && element.namespace_uri() == HTML;
        if !is_frame || element.has_attribute("srcdoc") || !is_seen(element) {
            return false;
        }
        let kept = kept(element);
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
            self.report(offset(element), "iframe", Some("srcdoc"), "", Action::Deny(DenyReason::Undeclared));
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
            self.bases = nested.1;
        }
        Ok(nested.0)
    }
}

/// What the placeholder of a frame bears, so that the guard can make the same frame of it: losing `sandbox` would widen what
/// it may do. What was withheld from the frame itself stays withheld, and `style` has been judged by now.
fn kept(frame: &Element<'_, '_>) -> Vec<(String, String)> {
    let mut met = HashSet::new();
    let attributes = frame.attributes().iter().map(|attribute| (attribute.name(), attribute.value()));
    attributes
        .filter(|(name, _)| is_plain(name) && !name.starts_with("data-consent-") && met.insert(name.clone()))
        .map(|(name, value)| (if SHARED.contains(&&*name) { name } else { format!("data-consent-{name}") }, value))
        .collect()
}

/// Whether the name of an attribute is one that somebody gave a meaning.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.'))
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
