//! Whole pages, and the link that is always there.

use crate::ui::words::Words;
use crate::ui::{Settings, direction};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page for the host to put its own frame around: see [`Privacy::layout`](crate::ui::Privacy::layout).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Document {
    /// The BCP 47 tag of the language.
    pub language: String,
    /// Its direction: `ltr` or `rtl`.
    pub direction: &'static str,
    /// The title, as text: the heading, after what has just happened.
    pub title: String,
    /// What belongs into `<head>`: the style sheet.
    pub head: String,
    /// What belongs into `<main>`, its `<h1>` included.
    pub main: String,
}

impl Document {
    /// The document in a plain frame.
    pub(in crate::ui) fn framed(&self) -> String {
        let document = html! {
            (DOCTYPE)
            html lang=(self.language) dir=(self.direction) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    link rel="icon" href="data:,";
                    (PreEscaped(&self.head))
                }
                body.consent-page { main { (PreEscaped(&self.main)) } }
            }
        };
        document.into_string()
    }
}

/// The page of the privacy settings.
pub(in crate::ui) fn page(settings: &Settings, head: String) -> Document {
    let title = match &settings.status {
        Some(status) => format!("{status} {}", settings.title),
        None => settings.title.clone(),
    };
    document(&settings.language, title, head, &html! { h1 { (settings.title) } (settings.markup()) })
}

/// The page that says why nothing was stored, and leads to where it can be.
pub(in crate::ui) fn error_page(words: &Words, language: &str, problem: &str, action: &str, head: String) -> Document {
    let title = &words.error_title;
    let main = html! {
        h1 { (title) }
        div.consent.consent-settings {
            p.consent-note role="alert" { (problem) }
            p { a.consent-button href=(action) { (words.settings) } }
        }
    };
    document(language, title.clone(), head, &main)
}

fn document(language: &str, title: String, head: String, main: &Markup) -> Document {
    let direction = direction(language);
    Document { language: language.to_owned(), direction, title, head, main: main.clone().into_string() }
}

/// The link that is always there, so that taking back is as easy as giving.
pub(in crate::ui) fn link(words: &Words, action: &str) -> String {
    html! { a.consent-link href=(action) { (words.settings) } }.into_string()
}
