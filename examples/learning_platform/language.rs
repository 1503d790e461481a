//! The two languages of the site.

use crate::cookies;
use crate::site::local_path;
use axum::Form;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

/// A language that pages are written in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
pub(crate) enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "de")]
    German,
}

impl Language {
    /// What the visitor picked, or else what the browser prefers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let picked = cookies::read(headers, "lang");
        let preferred = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        match picked.as_deref().or(preferred) {
            Some(text) if text.starts_with("de") => Self::German,
            _ => Self::English,
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        self.pick("en", "de")
    }

    /// The text in this language.
    pub(crate) const fn pick(self, english: &'static str, german: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::German => german,
        }
    }
}

/// What the switch sends.
#[derive(Deserialize)]
pub(crate) struct Switch {
    lang: Language,
    #[serde(default)]
    back: String,
}

/// Remembers the language, blindly.
pub(crate) async fn switch(Form(Switch { lang, back }): Form<Switch>) -> impl IntoResponse {
    let line = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.code());
    (cookies::set([line]), Redirect::to(local_path(&back)))
}
