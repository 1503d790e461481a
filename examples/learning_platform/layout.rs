//! What every page has around its own content.

use crate::account::Account;
use crate::language::Language;
use crate::site::Site;
use crate::tags;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Html;
use consent_gate::web::{MissingLayer, Mode};
use consent_gate::{Gate, PromptState, Visitor};
use maud::{DOCTYPE, Markup, html};

const STYLE: &str = "https://assets.fastedge.example/base.css";

/// One page in the making: who asks, in which language, and for what.
pub(crate) struct Page {
    pub(crate) visitor: Visitor,
    pub(crate) language: Language,
    pub(crate) account: Option<Account>,
    pub(crate) path: String,
    is_report: bool,
}

impl FromRequestParts<Site> for Page {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, MissingLayer> {
        Ok(Self {
            visitor: Visitor::from_request_parts(parts, site).await?,
            language: Language::of(&parts.headers),
            account: parts.extensions.get().copied(),
            path: parts.uri.path().to_owned(),
            is_report: site.mode == Mode::Report,
        })
    }
}

impl Page {
    pub(crate) fn gate(&self) -> &Gate {
        self.visitor.gate()
    }

    /// The whole document.
    pub(crate) fn render(&self, title: &str, main: Markup) -> Html<String> {
        let language = self.language;
        let document = html! {
            (DOCTYPE)
            html lang=(language.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) " · CalmInteraction" }
                    link rel="icon" href="data:,";
                    @if self.visitor.embed(STYLE).is_allow() {
                        link rel="stylesheet" href=(STYLE);
                    }
                    link rel="stylesheet" href="/style.css";
                }
                body {
                    a.skip href="#main" { (language.pick("Skip to content", "Zum Inhalt")) }
                    (self.header())
                    @if self.is_report {
                        p.notice { "Report mode: nothing is blocked. " a href="/report" { "What is not declared" } }
                    }
                    main #main { h1 { (title) } (main) }
                    (self.footer())
                    (tags::markup(&self.visitor, &self.path))
                }
            }
        };
        Html(document.into_string())
    }

    fn header(&self) -> Markup {
        let language = self.language;
        let other = if language == Language::English { Language::German } else { Language::English };
        let link = |path: &str, text: &str| {
            html! { a href=(path) aria-current=[(self.path == path).then_some("page")] { (text) } }
        };
        html! {
            header {
                a.brand href="/" { "CalmInteraction" }
                nav aria-label=(language.pick("Main", "Hauptmenü")) {
                    (link("/", language.pick("Courses", "Kurse")))
                    (link("/help", language.pick("Help", "Hilfe")))
                    (link("/checkout", language.pick("Subscribe", "Abonnieren")))
                    (link("/privacy", language.pick("Privacy", "Datenschutz")))
                }
                form method="post" action="/language" {
                    input type="hidden" name="back" value=(self.path);
                    button.link name="lang" value=(other.code()) lang=(other.code()) {
                        (other.pick("English", "Deutsch"))
                    }
                }
                @if let Some(account) = self.account {
                    form method="post" action="/log-out" {
                        button.link { (language.pick("Log out ", "Abmelden: ")) (account.name()) }
                    }
                } @else {
                    (link("/log-in", language.pick("Log in", "Anmelden")))
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        let language = self.language;
        let is_asking = self.visitor.prompt().state == PromptState::Ask;
        html! {
            footer {
                @if is_asking {
                    p {
                        (language.pick(
                            "You have not chosen yet what may be stored, so only what the site needs is. ",
                            "Sie haben noch nicht gewählt, was gespeichert werden darf: nur das Nötige wird es. ",
                        ))
                        a href="/privacy" { (language.pick("Choose", "Auswählen")) }
                    }
                } @else {
                    p { a href="/privacy" { (language.pick("Privacy settings", "Datenschutz-Einstellungen")) } }
                }
            }
        }
    }
}
