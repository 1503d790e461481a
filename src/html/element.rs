//! Reads and edits one element of the parser's.

use lol_html::html_content::Attribute;
use lol_html::send::Element;

/// The namespace of elements that are HTML's own.
pub(super) const HTML: &str = "http://www.w3.org/1999/xhtml";

/// An attribute with its character references resolved; empty where there is none.
pub(super) fn decoded(element: &Element<'_, '_>, name: &str) -> String {
    element.get_attribute(name).map_or_else(String::new, |value| htmlize::unescape_attribute(value).into_owned())
}

/// Where the element begins, in bytes from the start of the page.
pub(super) fn offset(element: &Element<'_, '_>) -> usize {
    element.source_location().bytes().start
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
