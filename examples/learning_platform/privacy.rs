//! The pages where visitors choose and read what is stored, in the site's own frame, and the box that stands where
//! something was not loaded.
//!
//! Everything they say comes from the policy. The form, JSON, and the rest of the routes are `PrivacyLayer`'s: see
//! [`site`](crate::site).

use crate::language::Language;
use crate::layout::Page;
use crate::site::Site;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use consent_gate::DenyReason;
use consent_gate::html::PROVIDER_FIELD;
use maud::{Markup, PreEscaped, html};

/// The privacy settings.
pub(crate) async fn page(State(site): State<Site>, RawQuery(query): RawQuery, page: Page) -> Html<String> {
    let settings = site.privacy.settings(&page.visitor, page.language.code());
    let settings = if query.as_deref() == Some("saved") { settings.saved() } else { settings };
    let table = page.language.pick(
        "All cookies and similar technologies in one table",
        "Alle Cookies und ähnlichen Technologien in einer Tabelle",
    );
    page.render(
        &settings.title,
        html! {
            (PreEscaped(settings.to_html()))
            p { a href="/cookies" { (table) } }
        },
    )
}

/// The cookie table, as it belongs into a privacy policy.
pub(crate) async fn cookies(State(site): State<Site>, page: Page) -> Html<String> {
    let table = site.privacy.table(page.language.code());
    page.render(&table.title, html! { (PreEscaped(table.to_html())) })
}

/// The box in place of something that was not loaded: why, and how to change it.
pub(crate) fn blocked(page: &Page, title: &str, provider: &str, reason: DenyReason) -> Markup {
    let language = page.language;
    let name = page.gate().policy().providers.iter().find(|other| other.id == provider).map_or(provider, |p| &p.name);
    // Allowing one provider by name is a narrower click than its category; it cannot lift what the law or a signal says.
    let can_allow = matches!(
        reason,
        DenyReason::Undecided | DenyReason::Refused | DenyReason::NoticeChanged | DenyReason::ProviderRefused
    );
    html! {
        div.blocked {
            p {
                strong { (title) } ": "
                (language.pick("not loaded from ", "nicht geladen von ")) (name)
                (language.pick(", because ", ": ")) (why(reason, language)) "."
            }
            div.actions {
                @if can_allow {
                    form method="post" action=(page.action_back) {
                        button name=(PROVIDER_FIELD) value=(provider) {
                            (language.pick("Always load from ", "Immer laden von ")) (name)
                        }
                    }
                }
                a href="/privacy" { (language.pick("Privacy settings", "Datenschutz-Einstellungen")) }
            }
        }
    }
}

/// A reason in the visitor's words.
pub(crate) const fn why(reason: DenyReason, language: Language) -> &'static str {
    match reason {
        DenyReason::Undecided => language.pick("you have not chosen yet", "Sie haben noch nicht gewählt"),
        DenyReason::Refused | DenyReason::ProviderRefused => language.pick("you refused it", "Sie haben es abgelehnt"),
        DenyReason::Gpc | DenyReason::GpcThirdParty | DenyReason::Dnt => {
            language.pick("your browser asks sites not to", "Ihr Browser bittet darum, es zu lassen")
        }
        DenyReason::Unreadable => {
            language.pick("your earlier choice could not be read", "Ihre frühere Wahl war nicht lesbar")
        }
        DenyReason::Expired => language.pick("your choice has lapsed", "Ihre Wahl ist abgelaufen"),
        DenyReason::NoticeChanged => {
            language.pick("what you agreed to has changed since", "was Sie erlaubt haben, hat sich geändert")
        }
        DenyReason::Forbidden => language.pick("it is not for minors", "es ist nicht für Minderjährige"),
        _ => language.pick("the site does not declare it", "die Seite erklärt es nicht"),
    }
}
