//! What replaces a denied frame.
//!
//! A `<fieldset>`, which browsers draw and read out as a group, named after who would be loaded; a text that says why it was
//! not; and a button that grants that one provider: an ordinary form post, no script and no style of our own, which a page's
//! `Content-Security-Policy` could forbid. There is no button where it could not help (an objection by the browser, something
//! that is not declared), and a link to the settings in its place inside a form, where browsers drop a second form.
//!
//! Every attribute of the frame stays, for the guard to make the frame of again, and for the style sheet of a site that wants
//! to keep the place as large: `width` is `data-consent-width`, `sandbox` is `data-consent-sandbox`.

use super::PROVIDER_FIELD;
use super::address::Denied;
use super::options::Options;
use crate::{DenyReason, Visitor};
use std::fmt::Write;

/// The placeholder, with attributes (name and value, undecoded) that keep the frame's place.
pub(super) fn placeholder(
    visitor: &Visitor,
    options: &Options,
    denied: &Denied,
    kept: &[(String, String)],
    is_in_form: bool,
) -> String {
    let provider = denied.provider(visitor);
    let host = denied.host();
    let name = provider.map_or(if host.is_empty() { "another site" } else { host }, |provider| &provider.name);
    let texts = &options.texts;
    let fill = |text: &str| {
        let text = text.replace("{reason}", (texts.reason)(denied.reason)).replace("{name}", name);
        escape(&text)
    };
    let mut html = "<fieldset".to_owned();
    for (attribute, value) in kept {
        let _ = write!(html, " {attribute}=\"{}\"", value.replace('"', "&quot;"));
    }
    let (code, name, text) = (denied.reason.code(), escape(name), fill(&texts.withheld));
    let _ = write!(html, " data-consent-denied=\"{code}\"><legend>{name}</legend><p>{text}</p>");
    if let Some(provider) = provider.filter(|_| can_be_granted(denied.reason)) {
        let action = escape(&options.action);
        let _ = match is_in_form {
            true => write!(html, "<p><a href=\"{action}\">{}</a></p>", fill(&texts.settings)),
            false => write!(
                html,
                "<form method=\"post\" action=\"{action}\"><button name=\"{PROVIDER_FIELD}\" value=\"{}\">{}</button></form>",
                escape(&provider.id),
                fill(&texts.allow),
            ),
        };
    }
    html.push_str("</fieldset>");
    html
}

/// Whether a click that grants the one provider changes the verdict.
const fn can_be_granted(reason: DenyReason) -> bool {
    matches!(
        reason,
        DenyReason::Undecided
            | DenyReason::Refused
            | DenyReason::ProviderRefused
            | DenyReason::NoticeChanged
            | DenyReason::Expired
    )
}

/// A text, escaped for an element or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
