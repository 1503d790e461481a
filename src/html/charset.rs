//! The charset that a page declares for itself.

use super::element::decoded;
use super::error::Error;
use encoding_rs::Encoding;
use lol_html::send::Element;

/// A charset that cannot be filtered, declared by the page itself.
pub(super) fn check(element: &Element<'_, '_>) -> Result<(), Error> {
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
