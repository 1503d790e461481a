//! Scripts that wait for consent, by the convention of most banners: `type="text/plain" data-consent="analytics"`.
//!
//! The attributes of other banners are obeyed on scripts that are inert, and never make one inert: `data-category` is a
//! common name for other things.

use super::{Context, Page};
use crate::html::edit::Action;
use crate::html::element::{decoded, offset};
use crate::html::placeholder::escape;
use crate::wire::addresses::is_space;
use crate::{Category, Decision};
use lol_html::send::Element;

/// Words of other banners, and the categories that they are where the policy has none of the name.
const THEIR_WORDS: [(&str, Category); 4] = [
    ("necessary", Category::ESSENTIAL),
    ("preferences", Category::FUNCTIONAL),
    ("statistics", Category::ANALYTICS),
    ("marketing", Category::ADVERTISING),
];

/// How a script was marked with the categories that it waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mark {
    /// By `data-consent`.
    Ours,
    /// As another banner has it.
    Theirs,
}

impl Mark {
    pub(super) fn from_attribute(attribute: &str) -> Option<Self> {
        match attribute {
            "data-consent" => Some(Self::Ours),
            "data-category" | "data-cookiecategory" | "data-cookieconsent" => Some(Self::Theirs),
            _ => None,
        }
    }
}

impl Page {
    /// A script that its author marked with categories: it runs when all are allowed, and only then.
    pub(super) fn marked_script(&self, element: &mut Element<'_, '_>, mark: Mark, categories: &str) {
        let Context { visitor, options } = &*self.context;
        let text = htmlize::unescape_attribute(categories);
        let ids = text.split(|c| is_space(c) || c == ',').filter(|id| !id.is_empty());
        // What the policy does not declare has no bit, and the empty question is denied.
        let question = ids.map(|id| self.category(mark, id)).try_fold(Category::empty(), |all, one| Some(all | one?));
        let decision = visitor.decide(question.unwrap_or(Category::empty()));
        let is_inert = decoded(element, "type").trim().eq_ignore_ascii_case("text/plain");
        let is_denied = element.has_attribute("data-consent-denied");
        let action = match decision {
            Decision::Allow(_) if is_inert && !is_denied => Action::Release,
            Decision::Deny(reason) if !is_inert && mark == Mark::Ours => Action::Deny(reason),
            _ => return,
        };
        self.report(offset(element), "script", Some("data-consent"), "", action);
        match action {
            _ if options.is_report => {}
            Action::Release => release(element, options.nonce.as_deref()),
            Action::Deny(reason) => {
                make_inert(element);
                let _ = element.set_attribute("data-consent-denied", reason.code());
            }
        }
    }

    /// The category of a word, if it is one.
    fn category(&self, mark: Mark, word: &str) -> Option<Category> {
        let declared = match word {
            "essential" => Some(Category::ESSENTIAL),
            id => self.context.visitor.gate().category(id),
        };
        let theirs = || THEIR_WORDS.iter().find(|(other, _)| *other == word).map(|(_, category)| *category);
        declared.or_else(|| theirs().filter(|_| mark == Mark::Theirs))
    }
}

/// Keeps a script from running its content.
pub(super) fn make_inert(element: &mut Element<'_, '_>) {
    let is_inert = decoded(element, "type").trim().eq_ignore_ascii_case("text/plain");
    if let Some(kind) = element.get_attribute("type").filter(|_| !is_inert) {
        let _ = element.set_attribute("data-consent-type", &kind);
    }
    let _ = element.set_attribute("type", "text/plain");
}

/// Lets a script run that its author had made inert.
fn release(element: &mut Element<'_, '_>, nonce: Option<&str>) {
    let kind = element.get_attribute("data-type");
    element.remove_attribute("type");
    kind.map(|kind| element.set_attribute("type", &kind));
    if let Some(address) = element.get_attribute("data-src").filter(|_| !element.has_attribute("src")) {
        element.remove_attribute("data-src");
        let _ = element.set_attribute("src", &address);
    }
    nonce.map(|nonce| element.set_attribute("nonce", &escape(nonce)));
}
