//! The same views as HTML, by `maud`. Nothing here knows more than the views do.
//!
//! Everything works without a script. Styles are classes alone, so that a `Content-Security-Policy` needs no
//! `'unsafe-inline'`.

mod banner;
mod document;
mod providers;
mod settings;
mod table;

pub use document::Document;
pub(super) use document::{error_page, link, page};
