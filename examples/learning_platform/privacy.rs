//! The plain page where visitors choose, and the box that stands where something was not loaded.
//!
//! Everything it says comes from the policy. A form of another site cannot answer for a visitor: the gate refuses to
//! change anything then, and `?` turns that into a response with status 403.

use crate::account::Account;
use crate::language::Language;
use crate::layout::Page;
use crate::proof::{self, Chooser};
use crate::site::{Site, local_path};
use axum::extract::{Query, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{Html, Redirect, Response};
use axum::{Extension, Form};
use consent_gate::html::{PROVIDER_FIELD, Texts};
use consent_gate::{Category, CategoryDeclaration, Change, DenyReason, Provider, SignalState, Visitor};
use maud::{Markup, html};

/// The fields of a form, in order; a name may come several times.
type Fields = Form<Vec<(String, String)>>;

/// Stores a complete answer: everything, nothing, or the ticked categories.
pub(crate) async fn save(
    State(site): State<Site>,
    visitor: Visitor,
    account: Option<Extension<Account>>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Result<Redirect, Response> {
    let gate = visitor.gate();
    let ticked = fields.iter().filter(|(name, _)| name == "category").filter_map(|(_, id)| gate.category(id));
    let granted = match value(&fields, "action") {
        Some("accept") => gate.offered(),
        Some("save") => ticked.collect(),
        _ => Category::empty(),
    };
    let chooser = Chooser { visitor: &visitor, account: account.map(|Extension(account)| account), headers: &headers };
    site.proof.save(chooser, &Change::answer(granted)).await?;
    Ok(Redirect::to("/privacy?saved"))
}

/// Allows one provider by name: "load this video".
pub(crate) async fn allow_provider(
    State(site): State<Site>,
    visitor: Visitor,
    account: Option<Extension<Account>>,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
    Form(fields): Fields,
) -> Result<Redirect, Response> {
    let provider = value(&fields, PROVIDER_FIELD).unwrap_or_default();
    let chooser = Chooser { visitor: &visitor, account: account.map(|Extension(account)| account), headers: &headers };
    site.proof.save(chooser, &Change::grant(Category::empty()).provider(provider, true)).await?;
    Ok(Redirect::to(local_path(value(&query, "back").unwrap_or_default())))
}

/// Where the button of a placeholder posts to, to lead back to this page.
pub(crate) fn back_to(path: &str) -> String {
    format!("/privacy/provider?back={}", path.replace('%', "%25").replace('&', "%26").replace('+', "%2B"))
}

/// The words of the placeholders in old pages.
pub(crate) fn texts(language: Language) -> Texts {
    match language {
        Language::English => Texts::default(),
        Language::German => Texts {
            withheld: "Hierher gehört etwas von {name}. Es wurde nicht geladen: {reason}.".to_owned(),
            allow: "Inhalt von {name} laden".to_owned(),
            settings: "Datenschutz-Einstellungen".to_owned(),
            reason: |reason| why(reason, Language::German),
        },
    }
}

fn value<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

/// The page itself.
pub(crate) async fn page(RawQuery(query): RawQuery, page: Page) -> Html<String> {
    let language = page.language;
    let why = page.visitor.explain(page.gate().offered());
    page.render(
        language.pick("Privacy settings", "Datenschutz-Einstellungen"),
        html! {
            @if query.as_deref() == Some("saved") {
                p.notice role="status" { (language.pick("Your choice is saved.", "Ihre Auswahl ist gespeichert.")) }
            }
            (signals(&page))
            p {
                (language.pick(
                    "What the site needs to work, such as your log-in and payments, is always on. The rest is up to you.",
                    "Was die Seite braucht, etwa Anmeldung und Zahlung, ist immer an. Über alles andere entscheiden Sie.",
                ))
            }
            form method="post" action="/privacy" {
                @for declared in &page.gate().policy().categories { (category(&page, declared)) }
                p.actions {
                    button name="action" value="save" { (language.pick("Save my choices", "Auswahl speichern")) }
                    button name="action" value="accept" { (language.pick("Accept all", "Alle erlauben")) }
                    button name="action" value="refuse" { (language.pick("Refuse all", "Alle ablehnen")) }
                }
            }
            (proof::links(&page))
            p { small {
                (language.pick("Rules applied: ", "Angewandte Regeln: ")) (why.law) " (" (why.preset) "). "
                (language.pick("Your region: ", "Ihre Region: ")) (why.region.to_string()) "."
            } }
        },
    )
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
                    form method="post" action=(back_to(&page.path)) {
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

/// What became of the browser's opt-out signal; some laws require that it be shown.
fn signals(page: &Page) -> Markup {
    let language = page.language;
    let text = match page.visitor.signal_status().gpc {
        SignalState::Honoured => language.pick(
            "Opt-out request honoured: your browser sends Global Privacy Control.",
            "Widerspruch beachtet: Ihr Browser sendet Global Privacy Control.",
        ),
        SignalState::Overridden => language.pick(
            "Your browser sends Global Privacy Control; you allowed exceptions while it did.",
            "Ihr Browser sendet Global Privacy Control; Sie haben dennoch Ausnahmen erlaubt.",
        ),
        _ => return html! {},
    };
    html! { p.notice { (text) } }
}

fn category(page: &Page, declared: &CategoryDeclaration) -> Markup {
    let language = page.language;
    let text = |text: &consent_gate::Text| text.in_language(language.code(), "en").unwrap_or_default().to_owned();
    let decision = page.gate().category(&declared.id).map(|bit| page.visitor.decide(bit));
    let is_on = decision.is_some_and(|decision| decision.is_allow());
    let providers = providers(page, &declared.id);
    html! {
        fieldset id=(declared.id) {
            legend {
                label {
                    input type="checkbox" name="category" value=(declared.id) checked[is_on]
                        aria-describedby={ (declared.id) "-purpose" };
                    " " (text(&declared.title))
                }
            }
            p id={ (declared.id) "-purpose" } { (text(&declared.purpose)) }
            p { small { (language.pick("Without it: ", "Ohne: ")) (text(&declared.impact)) } }
            @if !providers.is_empty() {
                ul {
                    @for provider in providers {
                        li {
                            (provider.name) ": " (text(&provider.purpose))
                            @if let Some(address) = &provider.policy_url { " " a href=(address) { (language.pick("Its privacy notice", "Datenschutzhinweise")) } }
                        }
                    }
                }
            }
            @if let Some(consent_gate::Decision::Deny(reason)) = decision {
                p.state { (language.pick("Off: ", "Aus: ")) (why(reason, language)) "." }
            } @else {
                p.state { (language.pick("On", "An")) "." }
            }
        }
    }
}

/// The outside parties that do something in a category.
fn providers<'p>(page: &'p Page, category: &str) -> Vec<&'p Provider> {
    let policy = page.gate().policy();
    let acts = |provider: &&Provider| {
        policy.trackers.iter().any(|t| t.category == category && t.provider.as_deref() == Some(&*provider.id))
    };
    policy.providers.iter().filter(acts).collect()
}
