//! A page within a page: the content of a `srcdoc` or a `<noscript>`.

use super::Page;
use super::parser::{lock, parser, reason};
use crate::html::address::BaseUrls;
use crate::html::error::Error;
use crate::html::output::Output;
use encoding_rs::Encoding;
use lol_html::AsciiCompatibleEncoding;
use lol_html::errors::RewritingError;
use std::sync::{Arc, Mutex};

/// What follows the content of a `<noscript>` while it is judged: whoever sees this tag is outside of all tags.
const END: &str = "consent-gate-end";

/// Rewrites a page within a page. With `must_end`, content that is still within a tag, a comment or a text when it ends is
/// an error. Returns the page, and what addresses are resolved against by then.
pub(super) fn rewrite(
    outer: &Page,
    bytes: &[u8],
    encoding: &'static Encoding,
    must_end: bool,
) -> Result<(Vec<u8>, BaseUrls), Error> {
    let ascii = AsciiCompatibleEncoding::new(encoding).ok_or_else(|| Error::Charset(encoding.name().to_owned()))?;
    let max_memory = outer.context.options.max_memory;
    let output = Output::new(max_memory);
    let mut page = Page::new(outer.context.clone(), outer.bases.clone(), output.clone(), outer.depth + 1, true);
    page.marks.meet(bytes);
    let page = Arc::new(Mutex::new(page));
    let ended = Arc::new(Mutex::new(false));
    let end_at = must_end.then(|| (bytes.len(), ended.clone()));
    let mut parser = parser(&page, &output, ascii, false, end_at);
    let reason = |error: RewritingError| reason(&error, max_memory);
    parser.write(bytes).map_err(reason)?;
    if must_end {
        parser.write(format!("<{END}>").as_bytes()).map_err(reason)?;
    }
    parser.end().map_err(reason)?;
    if output.is_over() {
        return Err(Error::TooLarge(max_memory));
    }
    if must_end && !*lock(&ended) {
        return Err(Error::Ambiguous);
    }
    let mut page = lock(&page);
    page.finish();
    let mut kept = Vec::with_capacity(bytes.len());
    output.drain(&mut |bytes: &[u8]| kept.extend_from_slice(bytes));
    Ok((kept, page.bases.clone()))
}
