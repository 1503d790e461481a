//! What every page has around its own content.

use crate::account::Account;
use crate::language::{self, Language};
use crate::site::Site;
use crate::tags;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Html;
use consent_gate::ui::{Banner, Request};
use consent_gate::web::{MissingLayer, Mode};
use consent_gate::{Gate, Visitor};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "https://assets.fastedge.example/base.css";

/// One page in the making: who asks, in which language, and for what.
pub(crate) struct Page {
    pub(crate) visitor: Visitor,
    pub(crate) language: Language,
    pub(crate) account: Option<Account>,
    pub(crate) path: String,
    /// Where the button of a placeholder posts to.
    pub(crate) action_back: String,
    banner: Option<Banner>,
    link: String,
    style: String,
    /// What logging in changed, told once.
    news: Vec<String>,
    /// Whether the language is that of this page alone, because it may not be remembered.
    forgets_language: bool,
    is_report: bool,
}

impl FromRequestParts<Site> for Page {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, MissingLayer> {
        let visitor = Visitor::from_request_parts(parts, site).await?;
        let (language, path) = (Language::of(parts), parts.uri.path().to_owned());
        let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let request = Request::read(parts.method.as_str(), &path, None, headers).language(language.code());
        let log_in = site.sessions.take_news(&parts.headers);
        Ok(Self {
            banner: site.privacy.banner(&visitor, &request),
            link: site.privacy.link(&request),
            style: site.privacy.style_link(),
            action_back: site.privacy.action_back_to(&path),
            news: log_in.map(|log_in| site.privacy.log_in_text(&log_in, language.code())).unwrap_or_default(),
            forgets_language: language::once(parts).is_some() && visitor.decide_cookie("lang").is_deny(),
            account: parts.extensions.get().copied(),
            is_report: site.mode == Mode::Report,
            visitor,
            language,
            path,
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
                    @if self.visitor.decide_address(STYLE).is_allow() {
                        link rel="stylesheet" href=(STYLE);
                    }
                    link rel="stylesheet" href="/style.css";
                    (PreEscaped(&self.style))
                }
                body {
                    a.skip href="#main" { (language.pick("Skip to content", "Zum Inhalt")) }
                    @if let Some(banner) = &self.banner { (PreEscaped(banner.to_html())) }
                    (self.header())
                    @if self.is_report {
                        p.notice { "Report mode: nothing is blocked. " a href="/report" { "What is not declared" } }
                    }
                    (self.notices())
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
                    (link("/account", language.pick("Account", "Konto")))
                    form method="post" action="/log-out" {
                        button.link { (language.pick("Log out ", "Abmelden: ")) (account.name()) }
                    }
                } @else {
                    (link("/log-in", language.pick("Log in", "Anmelden")))
                }
            }
        }
    }

    /// What has happened that the visitor did not ask for in so many words, and why.
    fn notices(&self) -> Markup {
        let language = self.language;
        html! {
            @if !self.news.is_empty() {
                p.notice role="status" {
                    @for sentence in &self.news { (sentence) " " }
                    a href="/privacy" { (language.pick("Privacy settings", "Datenschutz-Einstellungen")) }
                }
            }
            @if self.forgets_language {
                p.notice role="status" {
                    (language.pick(
                        "This page is in English, and the next will be in the language of your browser again: you refused what remembers a language. ",
                        "Diese Seite ist auf Deutsch, und die nächste wieder in der Sprache Ihres Browsers: Sie haben abgelehnt, was sich eine Sprache merkt. ",
                    ))
                    a href="/privacy#consent-functional" { (language.pick("Change this", "Ändern")) }
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        let language = self.language;
        html! {
            footer {
                p {
                    (PreEscaped(&self.link)) " · "
                    a href="/cookies" { (language.pick("Cookies and similar technologies", "Cookies und ähnliche Technologien")) }
                }
            }
        }
    }
}
