//! What the settings show of one outside party.

use super::texts::Texts;
use super::words::fill;
use crate::Choice;
use crate::gate::visitor::Snapshot;
use crate::policy::{Provider, Role};
use serde::Serialize;

/// What the settings show of one outside party, and the visitor's own switches for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProviderView {
    /// Its id, as the form sends it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The company behind it.
    pub company: String,
    /// For whose purposes it works.
    pub role: Role,
    /// The same in words.
    pub role_text: String,
    /// The kinds of data that it collects.
    pub collects: Vec<String>,
    /// What it does.
    pub purpose: String,
    /// Where the data goes, how long it is kept and what was agreed, as far as the policy says: label and text.
    pub facts: Vec<(String, String)>,
    /// Its privacy policy.
    pub policy_url: Option<String>,
    /// Its own opt-out.
    pub opt_out_url: Option<String>,
    /// Whether anything of it is on now.
    pub is_on: bool,
    /// Whether the visitor has opted out of it; `None` where there is no choice about it, as in the essential category.
    pub is_refused: Option<bool>,
    /// Whether the visitor has allowed it by name, beside its category.
    pub is_allowed: bool,
    /// The words of its switches and links.
    pub labels: ProviderLabels,
}

/// The words of a provider's switches and links.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProviderLabels {
    /// Of the switch that opts out of it: the field `refuse_provider`.
    pub refuse: String,
    /// Of the switch that keeps it allowed by name: the field `allow_provider`.
    pub allow: String,
    /// Of the link to its privacy policy.
    pub policy: String,
    /// Of the link to its own opt-out.
    pub opt_out: String,
    /// Before the kinds of data.
    pub collects: String,
}

impl ProviderView {
    /// The providers that take part in a category, in the order of the policy.
    pub(super) fn of(texts: &Texts<'_>, snapshot: &Snapshot, category: &str) -> Vec<Self> {
        let acts = |provider: &&Provider| {
            let own = |tracker: &crate::policy::Tracker| tracker.provider.as_deref() == Some(&*provider.id);
            texts.policy.trackers.iter().any(|tracker| tracker.category == category && own(tracker))
        };
        texts.policy.providers.iter().filter(acts).map(|p| Self::new(texts, snapshot, p, category)).collect()
    }

    fn new(texts: &Texts<'_>, snapshot: &Snapshot, provider: &Provider, category: &str) -> Self {
        let words = texts.words;
        let said = |choice| snapshot.answers().any(|answer| answer.provider(&provider.id) == choice);
        let named = |text: &str| fill(text, &[("name", &provider.name), ("category", texts.category(category))]);
        let facts = [
            (&words.country, &provider.country),
            (&words.retention, &provider.retention),
            (&words.agreement, &provider.agreement),
        ];
        let own = texts.policy.trackers.iter().zip(&snapshot.trackers);
        let mut own = own.filter(|(t, _)| t.category == category && t.provider.as_deref() == Some(&*provider.id));
        Self {
            id: provider.id.clone(),
            name: provider.name.clone(),
            company: provider.company_or_name().to_owned(),
            role: provider.role,
            role_text: match provider.role {
                Role::Processor => words.role_processor.clone(),
                Role::ThirdParty => words.role_third_party.clone(),
            },
            collects: texts.list(&provider.collects).to_vec(),
            purpose: texts.of(&provider.purpose).unwrap_or_default().to_owned(),
            facts: facts.into_iter().filter_map(|(label, fact)| Some((label.clone(), fact.clone()?))).collect(),
            policy_url: provider.policy_url.clone(),
            opt_out_url: provider.opt_out_url.clone(),
            is_on: own.any(|(_, decision)| decision.is_allow()),
            is_refused: (category != "essential").then(|| said(Choice::Refused)),
            is_allowed: category != "essential" && said(Choice::Granted),
            labels: ProviderLabels {
                refuse: named(&words.refuse_provider),
                allow: named(&words.allow_provider),
                policy: named(&words.policy_link),
                opt_out: named(&words.opt_out_link),
                collects: words.collects.clone(),
            },
        }
    }
}
