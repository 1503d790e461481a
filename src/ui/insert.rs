//! The banner put into pages that know nothing of it, by the rewriter.

use super::{Banner, Privacy, Request};
use crate::DenyReason;
use crate::html::{Options, Texts};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What would end a value in a query.
const VALUE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'>');

impl Privacy {
    /// Options for the rewriter that put the banner and its style after `<body>`, where there is something to ask. A page without a `<body>` tag, and a page of a visitor who is not asked, stay as they are. Placeholders speak the
    /// visitor's language, and their button leads back to the page.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use consent_gate::web::tower::{ConsentLayer, HtmlLayer, PrivacyLayer};
    /// use axum::{Router, response::Html, routing::get};
    /// use consent_gate::html::Options;
    /// use consent_gate::ui::{Privacy, Request};
    ///
    /// # let gate = testing::gate();
    /// let privacy = Privacy::new(gate.clone());
    /// let pages = privacy.clone();
    /// let app = Router::new()
    ///     .route("/", get(async || Html("<html><body><h1>Courses</h1>")))
    ///     .layer(PrivacyLayer::new(privacy))
    ///     .layer(HtmlLayer::with(move |parts| pages.into_pages(&Request::from(parts), Options::new())))
    ///     .layer(ConsentLayer::new(gate));
    /// # let _: Router = app;
    /// ```
    #[must_use]
    pub fn into_pages(&self, request: &Request<'_>, options: Options) -> Options {
        let (language, back) = (self.language(request).to_owned(), request.local_target().to_owned());
        let options = options.texts(self.placeholder_texts(&language)).action(self.action_back_to(&back));
        if request.is_bot() || request.is_ahead() || request.path() == self.path() {
            return options;
        }
        let privacy = self.clone();
        options.body_start(move |visitor| {
            let banner = Banner::new(visitor, &privacy.texts(&language), privacy.path(), &back);
            // A style sheet may stand in the body, and holds back what comes after it: nothing is shown unstyled.
            banner.map(|banner| privacy.style_link() + &banner.to_html()).unwrap_or_default()
        })
    }

    /// Where a form of a page posts to, to lead back to that page: for the button of a placeholder, which has no field for it.
    #[must_use]
    pub fn action_back_to(&self, page: &str) -> String {
        format!("{}?back={}", self.path(), utf8_percent_encode(page, VALUE))
    }

    /// The words of placeholders, in German or else in English.
    #[must_use]
    pub fn placeholder_texts(&self, language: &str) -> Texts {
        if language.split('-').next() != Some("de") {
            return Texts::default();
        }
        Texts {
            withheld: "Hierher gehört etwas von {name}. Es wurde nicht geladen: {reason}.".to_owned(),
            allow: "Inhalt von {name} laden".to_owned(),
            settings: "Datenschutz-Einstellungen".to_owned(),
            reason: german,
        }
    }
}

const fn german(reason: DenyReason) -> &'static str {
    match reason {
        DenyReason::Undecided => "Sie haben noch nicht gesagt, ob es sein darf",
        DenyReason::Refused => "Sie haben solche Inhalte abgelehnt",
        DenyReason::ProviderRefused => "Sie haben diesen Anbieter abgelehnt",
        DenyReason::Expired => "Ihre Erlaubnis ist abgelaufen",
        DenyReason::NoticeChanged => "was es tut, hat sich geändert, seit Sie es erlaubt haben",
        DenyReason::Gpc | DenyReason::GpcThirdParty | DenyReason::Dnt => "Ihr Browser bittet, Sie nicht zu verfolgen",
        DenyReason::Unreadable => "Ihre Auswahl war nicht lesbar",
        DenyReason::Forbidden => "es ist für Sie hier nicht zulässig",
        _ => "diese Website hat es nicht erklärt",
    }
}
