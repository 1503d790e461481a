//! The two languages of the site.

use crate::cookies;
use crate::site::local_path;
use axum::Form;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect};
use consent_gate::ui::preferred_language;
use consent_gate::{Decision, Visitor};
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
    /// What the visitor picked for this page, or once and for all, or else what the browser prefers.
    pub(crate) fn of(parts: &Parts) -> Self {
        let preferred = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let preferred = || preferred_language(preferred?, ["en", "de"]).map(str::to_owned);
        let kept = || cookies::read(&parts.headers, "lang");
        match once(parts).map(str::to_owned).or_else(kept).or_else(preferred).as_deref() {
            Some("de") => Self::German,
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

/// The language of this page alone, where it could not be remembered: `?lang=de`.
pub(crate) fn once(parts: &Parts) -> Option<&str> {
    parts.uri.query()?.split('&').find_map(|part| part.strip_prefix("lang="))
}

/// Remembers the language, blindly. Where it will not be kept, the next page alone is in it, and says why.
pub(crate) async fn switch(visitor: Visitor, Form(Switch { lang, back }): Form<Switch>) -> impl IntoResponse {
    let line = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.code());
    let back = local_path(&back);
    let next = match visitor.decide_cookie("lang") {
        Decision::Allow(_) => back.to_owned(),
        Decision::Deny(_) => format!("{back}?lang={}", lang.code()),
    };
    (cookies::set([line]), Redirect::to(&next))
}
