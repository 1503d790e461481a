//! What the settings show of one category.

use super::provider_view::ProviderView;
use super::table::{TrackerView, trackers};
use super::texts::Texts;
use super::words::fill;
use crate::gate::visitor::Standing;
use crate::policy::CategoryDeclaration;
use crate::{AllowReason, Answer, Category, Choice, Decision, DenyReason, Gate};
use serde::Serialize;

/// What the settings show of one category.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CategoryView {
    /// Its id, as the form sends it.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// What a refusal changes; empty for the essential.
    pub impact: String,
    /// Whether it is on now.
    pub is_on: bool,
    /// Where that comes from.
    pub source: Source,
    /// The same in words, as in `you chose so on 23 November 2026`.
    pub source_text: String,
    /// The stable code of the decision, as in `refused`.
    pub code: &'static str,
    /// Whether the visitor can change it here.
    pub can_change: bool,
    /// A warning that switching it on goes against a signal of the browser.
    pub conflict: Option<String>,
    /// The outside parties that take part in it.
    pub providers: Vec<ProviderView>,
    /// What is stored, read or loaded in it.
    pub trackers: Vec<TrackerView>,
}

/// Where the state of a category comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Source {
    /// The site needs it.
    Essential,
    /// The visitor chose so in this browser.
    Choice,
    /// The visitor chose so in the account.
    Account,
    /// The browser sends Global Privacy Control.
    Gpc,
    /// The browser sends Do Not Track.
    Dnt,
    /// The law allows it until the visitor objects.
    Objection,
    /// The law allows it without a question.
    Exempt,
    /// The visitor was not asked, and the law wants a question.
    Undecided,
    /// The visitor's permission has lapsed.
    Expired,
    /// What the visitor permitted has changed.
    Changed,
    /// The visitor's answer could not be read.
    Unreadable,
    /// The law forbids it for this visitor.
    Forbidden,
}

impl CategoryView {
    /// What is always on.
    pub(super) fn essential(texts: &Texts<'_>, standing: &Standing) -> Self {
        let words = texts.words;
        Self {
            id: "essential".to_owned(),
            title: words.essential_title.clone(),
            purpose: texts.notice(&texts.policy.notice.essential, &words.essential_text),
            impact: String::new(),
            is_on: true,
            source: Source::Essential,
            source_text: words.source_essential.clone(),
            code: AllowReason::Essential.code(),
            can_change: false,
            conflict: None,
            providers: ProviderView::of(texts, standing, "essential"),
            trackers: trackers(texts, "essential"),
        }
    }

    pub(super) fn new(gate: &Gate, texts: &Texts<'_>, standing: &Standing, declared: &CategoryDeclaration) -> Self {
        let category = gate.category(&declared.id).unwrap_or_default();
        let decision = standing.consent.decide(category);
        let (source, answer) = origin(standing, category, decision);
        let text = |text| texts.of(text).unwrap_or_default().to_owned();
        let date = answer.map(|answer| texts.words.day(answer.decided())).unwrap_or_default();
        let is_gpc = decision == Decision::Deny(DenyReason::Gpc);
        Self {
            id: declared.id.clone(),
            title: texts.category(&declared.id).to_owned(),
            purpose: text(&declared.purpose),
            impact: text(&declared.impact),
            is_on: decision.is_allow(),
            source,
            source_text: fill(words_of(texts, source), &[("date", &date)]),
            code: decision.code(),
            can_change: can_change(decision, standing.is_known),
            conflict: (is_gpc && standing.is_known).then(|| texts.words.gpc_conflict.clone()),
            providers: ProviderView::of(texts, standing, &declared.id),
            trackers: trackers(texts, &declared.id),
        }
    }
}

/// Whether a click can change what is decided. Against Global Privacy Control, only a known visitor's can
/// (11 CCR 7025(c)(3)).
pub(super) const fn can_change(decision: Decision, is_known: bool) -> bool {
    match decision {
        Decision::Deny(DenyReason::Forbidden) => false,
        Decision::Deny(DenyReason::Gpc) => is_known,
        _ => true,
    }
}

/// Where a decision comes from, and the answer that it goes back to.
fn origin(standing: &Standing, category: Category, decision: Decision) -> (Source, Option<&Answer>) {
    let said = |choice: Choice| {
        let has = |answer: &&Answer| answer.choice(category) == choice;
        let (browser, account) = (standing.browser.as_ref().filter(has), standing.account.as_ref().filter(has));
        match (browser, account) {
            (Some(browser), Some(account)) if account.decided() < browser.decided() => (Source::Choice, Some(account)),
            (Some(browser), _) => (Source::Choice, Some(browser)),
            (None, account) => (Source::Account, account),
        }
    };
    let granted = || said(Choice::Granted).1;
    match decision {
        Decision::Allow(AllowReason::Granted) => said(Choice::Granted),
        Decision::Allow(AllowReason::NoObjection) => (Source::Objection, None),
        Decision::Allow(AllowReason::Essential) => (Source::Essential, None),
        Decision::Allow(_) => (Source::Exempt, None),
        Decision::Deny(DenyReason::Refused) => said(Choice::Refused),
        Decision::Deny(DenyReason::Gpc) => (Source::Gpc, None),
        Decision::Deny(DenyReason::Dnt) => (Source::Dnt, None),
        Decision::Deny(DenyReason::Expired) => (Source::Expired, granted()),
        Decision::Deny(DenyReason::NoticeChanged) => (Source::Changed, granted()),
        Decision::Deny(DenyReason::Unreadable) => (Source::Unreadable, None),
        Decision::Deny(DenyReason::Undecided) => (Source::Undecided, None),
        Decision::Deny(_) => (Source::Forbidden, None),
    }
}

fn words_of<'t>(texts: &Texts<'t>, source: Source) -> &'t str {
    let words = texts.words;
    match source {
        Source::Essential => &words.source_essential,
        Source::Choice => &words.source_choice,
        Source::Account => &words.source_account,
        Source::Gpc => &words.source_gpc,
        Source::Dnt => &words.source_dnt,
        Source::Objection => &words.source_objection,
        Source::Exempt => &words.source_exempt,
        Source::Undecided => &words.source_undecided,
        Source::Expired => &words.source_expired,
        Source::Changed => &words.source_changed,
        Source::Unreadable => &words.source_unreadable,
        Source::Forbidden => &words.source_forbidden,
    }
}

/// The categories that a click of this visitor can grant now: offered, neither forbidden nor denied by a signal that only
/// a known visitor can override.
pub(super) fn grantable(gate: &Gate, standing: &Standing) -> Category {
    let can = |category: &Category| can_change(standing.consent.decide(*category), standing.is_known);
    gate.offered().each().filter(can).fold(Category::empty(), |all, one| all | one)
}
