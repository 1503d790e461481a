//! The privacy settings as data: what a page shows, and what its form sends.

use super::category_view::CategoryView;
use super::signal_view::{SignalView, signals};
use super::texts::Texts;
use super::words::fill;
use crate::gate::visitor::Standing;
use crate::{Answer, Category, DenyReason, Visitor};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// The privacy settings of one visitor, in one language.
///
/// [`to_html`](Self::to_html) draws them; for markup of one's own, everything is here as data. What the form must send is
/// in [`ui`](super).
///
/// # Example
/// ```
/// # use consent_gate::testing;
/// use consent_gate::ui::{Privacy, Source};
///
/// let gate = testing::gate();
/// let settings = Privacy::new(gate.clone()).settings(&testing::undecided(&gate), "en");
/// let analytics = &settings.categories[2];
/// assert_eq!((analytics.id.as_str(), analytics.is_on, analytics.source), ("analytics", false, Source::Undecided));
/// assert_eq!(settings.categories[0].source, Source::Essential);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Settings {
    /// The BCP 47 tag of the language.
    pub language: String,
    /// Its direction: `ltr` or `rtl`.
    pub direction: &'static str,
    /// The heading.
    pub title: String,
    /// The introduction.
    pub introduction: String,
    /// The revision of the policy that is shown: the field `revision`.
    pub revision: u32,
    /// Where the form posts to.
    pub action: String,
    /// What has just happened, as after a click: `None` otherwise.
    pub status: Option<String>,
    /// The categories, essential first, then in the order of the policy.
    pub categories: Vec<CategoryView>,
    /// What became of the signals that the browser sends.
    pub signals: Vec<SignalView>,
    /// When the visitor chose: the older, of browser and account.
    pub decided: Option<DateTime<Utc>>,
    /// Until when the grants hold, if any does.
    pub holds_until: Option<DateTime<Utc>>,
    /// Before when the visitor is not asked again about what was refused.
    pub asks_again: Option<DateTime<Utc>>,
    /// How far a choice reaches.
    pub reach: Reach,
    /// The last four in sentences.
    pub choice: Vec<String>,
    /// Who answers for the processing, and where to turn with questions.
    pub controller: Option<ControllerView>,
    /// What browsers and their extensions can do.
    pub help: HelpView,
    /// The law that the rules come from, in words.
    pub law: String,
    /// The labels of the form.
    pub labels: SettingsLabels,
    /// The headings of the columns of a table of trackers.
    pub columns: [String; 5],
    /// The level of the categories' headings in HTML.
    #[serde(skip)]
    pub(super) level: u8,
}

/// How far a choice reaches.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reach {
    /// This browser.
    Browser,
    /// This browser, and every device on which the visitor logs in to the account.
    Account,
}

/// Who answers for the processing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ControllerView {
    /// Name and contact in one sentence.
    pub text: String,
    /// The privacy policy: its address, and the words of the link.
    pub privacy_policy: Option<(String, String)>,
}

/// A short help.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HelpView {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// The labels of the settings' form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SettingsLabels {
    /// Of the button with the action `accept`.
    pub accept: String,
    /// Of the button with the action `refuse`.
    pub refuse: String,
    /// Of the button with the action `save`.
    pub save: String,
    /// What says that a choice was saved.
    pub saved: String,
    /// Of a category that is on.
    pub on: String,
    /// Of a category that is off.
    pub off: String,
    /// Of what is always on.
    pub always_on: String,
    /// Before what a refusal changes, with `{impact}` for it.
    pub impact: String,
    /// Of what unfolds a category's providers and technologies.
    pub details: String,
    /// The heading above providers.
    pub providers: String,
    /// The heading above trackers.
    pub trackers: String,
}

impl Settings {
    pub(super) fn new(visitor: &Visitor, texts: &Texts<'_>, action: &str) -> Self {
        let gate = visitor.gate();
        let (policy, words) = (gate.policy(), texts.words);
        let standing = visitor.standing();
        let declared = policy.categories.iter().map(|declared| CategoryView::new(gate, texts, &standing, declared));
        let clock = Clock::of(&standing);
        let law = visitor.explain(gate.offered()).law;
        Self {
            language: texts.language.to_owned(),
            direction: super::direction(texts.language),
            title: texts.notice(&policy.notice.page_title, &words.page_title),
            introduction: texts.notice(&policy.notice.page_text, &words.page_text),
            revision: policy.revision,
            action: action.to_owned(),
            status: None,
            categories: std::iter::once(CategoryView::essential(texts, &standing)).chain(declared).collect(),
            signals: signals(words, standing.consent.signal_status()),
            choice: clock.sentences(texts),
            decided: clock.decided,
            holds_until: clock.holds_until,
            asks_again: clock.asks_again,
            reach: clock.reach,
            controller: controller(texts),
            help: HelpView {
                title: words.help_title.clone(),
                text: texts.notice(&policy.notice.help, &words.help_text),
            },
            law: fill(&words.law, &[("law", law)]),
            labels: SettingsLabels::new(texts),
            columns: super::table::columns(texts),
            level: 2,
        }
    }
}

impl Settings {
    /// The same below a heading of this level, 1 to 4: the title of the settings, in a page about more. Default: 1.
    #[must_use]
    pub fn under(mut self, level: u8) -> Self {
        self.level = level.clamp(1, 4) + 1;
        self
    }

    /// The same, saying that a choice was saved.
    #[must_use]
    pub fn saved(mut self) -> Self {
        self.status = Some(self.labels.saved.clone());
        self
    }
}

impl SettingsLabels {
    fn new(texts: &Texts<'_>) -> Self {
        let words = texts.words.clone();
        Self {
            accept: words.accept_all,
            refuse: words.refuse_all,
            save: words.save,
            saved: words.saved,
            on: words.on,
            off: words.off,
            always_on: words.always_on,
            impact: words.impact,
            details: words.details,
            providers: words.providers_title,
            trackers: words.trackers_title,
        }
    }
}

fn controller(texts: &Texts<'_>) -> Option<ControllerView> {
    let controller = texts.policy.controller.as_ref()?;
    let text = fill(&texts.words.questions, &[("name", &controller.name), ("contact", &controller.contact)]);
    let address = controller.privacy_url.clone();
    Some(ControllerView { text, privacy_policy: address.map(|to| (to, texts.words.privacy_policy.clone())) })
}

/// When the visitor chose, and what follows from it.
struct Clock {
    decided: Option<DateTime<Utc>>,
    holds_until: Option<DateTime<Utc>>,
    asks_again: Option<DateTime<Utc>>,
    reach: Reach,
}

impl Clock {
    fn of(standing: &Standing) -> Self {
        let (consent, regime) = (&standing.consent, standing.consent.regime());
        let after = |answer: &Answer, term: TimeDelta| answer.decided().checked_add_signed(term);
        // A blank answer, as of an account that has not chosen yet, was no choice.
        let said =
            || standing.answers().filter(|a| !(a.granted() | a.refused()).is_empty() || a.exceptions().count() > 0);
        let live = |answer: &&Answer| answer.granted().intersects(consent.live());
        let waits = |category: &Category| {
            consent.decide(*category) == crate::Decision::Deny(DenyReason::Refused)
                && consent.prompt().state == crate::consent::PromptState::Wait
        };
        let waiting = consent.refused().each().filter(waits).fold(Category::empty(), |all, one| all | one);
        let refuses = |answer: &&Answer| answer.refused().intersects(waiting);
        Self {
            decided: said().map(Answer::decided).min(),
            holds_until: said().filter(live).filter_map(|answer| after(answer, regime.grant_lasts)).min(),
            asks_again: said().filter(refuses).filter_map(|answer| after(answer, regime.ask_again_after)).max(),
            reach: if standing.account.is_some() { Reach::Account } else { Reach::Browser },
        }
    }

    fn sentences(&self, texts: &Texts<'_>) -> Vec<String> {
        let words = texts.words;
        let on = |time: Option<DateTime<Utc>>, text: &str| time.map(|time| fill(text, &[("date", &words.day(time))]));
        let reach = match self.reach {
            Reach::Browser => &words.reach_browser,
            Reach::Account => &words.reach_account,
        };
        let dated = [
            on(self.decided, &words.decided),
            on(self.holds_until, &words.holds_until),
            on(self.asks_again, &words.asks_again),
        ];
        dated.into_iter().flatten().chain([reach.clone()]).collect()
    }
}
