//! The parser of `lol_html`, which gives its elements to a [`Page`].

use super::Page;
use crate::html::door::DOORS;
use crate::html::element::offset;
use crate::html::error::Error;
use crate::html::output::Output;
use lol_html::errors::RewritingError;
use lol_html::html_content::EndTag;
use lol_html::send::{Element, ElementContentHandlers, HtmlRewriter, Settings};
use lol_html::{AsciiCompatibleEncoding, MemorySettings, Selector};
use std::borrow::Cow;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

/// Every element: in the few tags of a page within a page, looking at each costs less than to make a matcher.
#[allow(clippy::expect_used)] // A constant, that every test of a `<noscript>` parses.
static ALL: LazyLock<Selector> = LazyLock::new(|| "*".parse().expect("a selector"));

pub(in crate::html) type Parser = HtmlRewriter<'static, Output>;

pub(in crate::html) fn parser(
    page: &Arc<Mutex<Page>>,
    output: &Output,
    encoding: AsciiCompatibleEncoding,
    follows_meta: bool,
    end_at: Option<(usize, Arc<Mutex<bool>>)>,
) -> Parser {
    let (max_memory, selector) = {
        let page = lock(page);
        (page.context.options.max_memory, if page.depth == 0 { &*DOORS } else { &*ALL })
    };
    let page = page.clone();
    let handler = move |element: &mut Element<'_, '_>| {
        if let Some((end_offset, ended)) = &end_at
            && offset(element) == *end_offset
        {
            element.remove();
            *lock(ended) = true;
            return Ok(());
        }
        let end = lock(&page).element(element)?;
        if let (Some(end), Some(handlers)) = (end, element.end_tag_handlers()) {
            let page = page.clone();
            handlers.push(Box::new(move |_: &mut EndTag<'_>| {
                lock(&page).end(end);
                Ok(())
            }));
        }
        Ok(())
    };
    let settings = Settings::new_send()
        .with_encoding(encoding)
        .with_adjust_charset_on_meta_tag(follows_meta)
        .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(max_memory))
        .append_element_content_handler((Cow::Borrowed(selector), ElementContentHandlers::default().element(handler)));
    HtmlRewriter::new(settings, output.clone())
}

/// Why a parser gave up.
pub(in crate::html) fn reason(error: &RewritingError, max_memory: usize) -> Error {
    match error {
        RewritingError::MemoryLimitExceeded(_) => Error::TooLarge(max_memory),
        RewritingError::ContentHandlerError(error) => error.downcast_ref().cloned().unwrap_or(Error::Ambiguous),
        _ => Error::Ambiguous,
    }
}

pub(in crate::html) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    // Only an observer of the host's can panic while it is held, and then the page is not read on.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
