//! The cookie table: everything that the policy declares, whoever looks at it.

use super::texts::Texts;
use crate::policy::{Technology, Tracker};
use serde::Serialize;

/// Everything that the policy declares, category by category: for a privacy policy.
///
/// It depends on no visitor, and may be cached as any other page.
///
/// # Example
/// ```
/// # use consent_gate::testing;
/// use consent_gate::ui::Privacy;
///
/// let table = Privacy::new(testing::gate()).table("en");
/// assert_eq!(table.groups[0].title, "Essential");
/// assert_eq!(table.groups[0].trackers[0].name, "sid");
/// assert_eq!(table.groups[2].trackers[0].lifetime, "395 days");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CookieTable {
    /// The BCP 47 tag of the language.
    pub language: String,
    /// The heading.
    pub title: String,
    /// The headings of the five columns: name, technology, provider, purpose, lifetime.
    pub columns: [String; 5],
    /// The categories that have trackers, essential first.
    pub groups: Vec<TrackerGroup>,
}

/// The trackers of one category.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TrackerGroup {
    /// The id of the category.
    pub category: String,
    /// Its title.
    pub title: String,
    /// What it declares, in the order of the policy.
    pub trackers: Vec<TrackerView>,
}

/// One row: a cookie or a similar technology.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TrackerView {
    /// Its name, its storage key or its address, as the policy spells it.
    pub name: String,
    /// By what means.
    pub technology: Technology,
    /// The same in words.
    pub technology_text: String,
    /// Whose it is: the name of the provider, or words for the site itself.
    pub provider: String,
    /// What it is for; empty where the policy does not say.
    pub purpose: String,
    /// How long it stays, in words.
    pub lifetime: String,
}

impl CookieTable {
    pub(super) fn new(texts: &Texts<'_>) -> Self {
        let words = texts.words;
        let essential = ("essential", &*words.essential_title);
        let declared = texts.policy.categories.iter().map(|declared| (&*declared.id, texts.category(&declared.id)));
        let groups = std::iter::once(essential).chain(declared).map(|(id, title)| TrackerGroup {
            category: id.to_owned(),
            title: title.to_owned(),
            trackers: trackers(texts, id),
        });
        Self {
            language: texts.language.to_owned(),
            title: words.trackers_title.clone(),
            columns: columns(texts),
            groups: groups.filter(|group| !group.trackers.is_empty()).collect(),
        }
    }
}

/// The headings of the columns.
pub(super) fn columns(texts: &Texts<'_>) -> [String; 5] {
    let words = texts.words;
    [
        &words.column_name,
        &words.column_technology,
        &words.column_provider,
        &words.column_purpose,
        &words.column_lifetime,
    ]
    .map(String::clone)
}

/// The trackers of a category, in the order of the policy.
pub(super) fn trackers(texts: &Texts<'_>, category: &str) -> Vec<TrackerView> {
    texts.policy.trackers.iter().filter(|tracker| tracker.category == category).map(|t| row(texts, t)).collect()
}

fn row(texts: &Texts<'_>, tracker: &Tracker) -> TrackerView {
    let words = texts.words;
    let provider = texts.policy.providers.iter().find(|provider| Some(&provider.id) == tracker.provider.as_ref());
    TrackerView {
        name: tracker.name.clone(),
        technology: tracker.technology,
        technology_text: words.technology(tracker.technology).to_owned(),
        provider: provider.map_or(&words.own, |provider| &provider.name).clone(),
        purpose: texts.of(&tracker.purpose).unwrap_or_default().to_owned(),
        lifetime: words.lifetime(tracker.technology, tracker.lifetime),
    }
}
