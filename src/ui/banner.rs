//! The banner as data: who is asked, about what, and how to answer.
//!
//! 1. A visitor is asked when [`Prompt`](crate::Prompt) says so: something is undecided, has lapsed, has changed, cannot be
//!    read, or was refused long enough ago; and when a provider of a granted category is newer than the grant.
//! 2. Nobody is asked within the window after a refusal, save about what is new.
//! 3. A visitor who has answered before is asked about what is open, and nothing else: accepting or refusing on such a
//!    banner leaves the rest of the answer as it is. The banner says what is new.
//! 4. Crawlers, and requests that fetch ahead of a visit, get no banner. The gate decides for them as for everybody.
//!
//! A banner always has its three answers: they are fields, not options, and nobody else can make one.

use super::category_view::{can_change, grantable};
use super::signal_view::{SignalView, signals};
use super::texts::Texts;
use super::words::fill;
use crate::consent::PromptState;
use crate::gate::visitor::Standing;
use crate::{Category, Decision, DenyReason, Gate, Visitor};
use serde::Serialize;

/// The banner of one visitor, in one language: the question, and three answers on one layer.
///
/// It cannot be made without a refusal beside the acceptance (11 CCR 7004(a)(2)); only [`Privacy`](super::Privacy) makes it.
///
/// # Example
/// ```
/// # use consent_gate::testing;
/// use consent_gate::ui::{Privacy, Request};
///
/// let gate = testing::gate();
/// let none: [(&str, &[u8]); 0] = [];
/// let request = Request::read("GET", "/lessons/1", None, none);
/// let privacy = Privacy::new(gate.clone());
/// let banner = privacy.banner(&testing::undecided(&gate), &request).unwrap();
/// assert_eq!((banner.accept.value, banner.refuse.value), ("accept", "refuse"));
/// assert!(privacy.banner(&testing::refused(&gate), &request).is_none(), "no question after a refusal");
/// ```
/// ```compile_fail
/// # use consent_gate::ui::*;
/// fn without_refusal(banner: Banner) -> Banner {
///     Banner { refuse: None, ..banner }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Banner {
    /// The BCP 47 tag of the language.
    pub language: String,
    /// Its direction: `ltr` or `rtl`.
    pub direction: &'static str,
    /// The heading.
    pub title: String,
    /// What it says.
    pub text: String,
    /// What is new since the visitor's last answer, in one sentence; `None` for a visitor who is asked for the first time.
    pub news: Option<String>,
    /// What it asks about: the titles of the categories, or the names of the providers that are new.
    pub names: Vec<String>,
    /// The same in one sentence.
    pub about_text: String,
    /// The values of the field `about`: empty where the answer is about everything.
    pub about: Vec<String>,
    /// Why it asks.
    pub why: Why,
    /// What became of the browser's signals.
    pub signals: Vec<SignalView>,
    /// Where the form posts to.
    pub action: String,
    /// The revision of the policy that is shown: the field `revision`.
    pub revision: u32,
    /// The page to come back to: the field `back`.
    pub back: String,
    /// Accepts what the banner is about.
    pub accept: Button,
    /// Refuses what the banner is about.
    pub refuse: Button,
    /// Leads to the privacy settings: its value is their address.
    pub choose: Link,
}

/// A button of the form: the field `action`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What the form sends.
    pub value: &'static str,
}

/// A link that looks like the buttons beside it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub address: String,
}

/// Why a visitor is asked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Why {
    /// For the first time.
    First,
    /// A category or a provider is new, or has changed since the answer.
    Changed,
    /// The answer cannot be read.
    Unreadable,
    /// A permission has lapsed.
    Expired,
    /// A refusal is so old that the law lets the site ask again.
    Again,
}

/// What is open, and why.
pub(super) struct Open {
    pub(super) categories: Category,
    /// The places of the providers that are newer than a grant which otherwise counts.
    providers: Vec<usize>,
}

impl Open {
    pub(super) fn of(gate: &Gate, standing: &Standing) -> Self {
        let prompt = standing.consent.prompt();
        let asks = prompt.state == PromptState::Ask;
        let can = |category: &Category| can_change(standing.consent.decide(*category), standing.is_known);
        let categories = prompt.open.each().filter(|_| asks).filter(can).fold(Category::empty(), |all, one| all | one);
        let policy = gate.policy();
        let is_new = |place: &usize| {
            policy.trackers.iter().zip(&standing.trackers).any(|(tracker, decision)| {
                let category = gate.category(&tracker.category).unwrap_or_default();
                tracker.provider.as_deref() == Some(&*policy.providers[*place].id)
                    && *decision == Decision::Deny(DenyReason::NoticeChanged)
                    && standing.consent.may_track(category)
            })
        };
        Self { categories, providers: (0..policy.providers.len()).filter(is_new).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.categories.is_empty() && self.providers.is_empty()
    }
}

impl Banner {
    /// The banner of a visitor; `None` where nothing is open. `back` is the page that carries it.
    pub(super) fn new(visitor: &Visitor, texts: &Texts<'_>, action: &str, back: &str) -> Option<Self> {
        let gate = visitor.gate();
        let standing = visitor.standing();
        let open = Open::of(gate, &standing);
        if open.is_empty() {
            return None;
        }
        let (policy, words) = (gate.policy(), texts.words);
        let why = why(&standing, &open);
        let names = names(gate, texts, &open);
        // About everything that can be granted, it is a complete answer; otherwise only about what is open.
        let is_complete = open.categories == grantable(gate, &standing);
        let ids = open.categories.each().map(|category| gate.category_id(category).to_owned());
        let providers = open.providers.iter().map(|place| format!("provider.{}", policy.providers[*place].id));
        Some(Self {
            language: texts.language.to_owned(),
            direction: super::direction(texts.language),
            title: texts.notice(&policy.notice.banner_title, &words.banner_title),
            text: texts.notice(&policy.notice.banner_text, &words.banner_text),
            news: news(texts, &standing, why, &names),
            about_text: fill(&words.banner_about, &[("categories", &names.join(", "))]),
            names,
            about: if is_complete { Vec::new() } else { ids.chain(providers).collect() },
            why,
            signals: signals(words, standing.consent.signal_status()),
            action: action.to_owned(),
            revision: policy.revision,
            back: back.to_owned(),
            accept: Button { label: words.accept_all.clone(), value: "accept" },
            refuse: Button { label: words.refuse_all.clone(), value: "refuse" },
            choose: Link { label: words.choose.clone(), address: action.to_owned() },
        })
    }
}

/// What the banner asks about, by the names that visitors read.
fn names(gate: &Gate, texts: &Texts<'_>, open: &Open) -> Vec<String> {
    let policy = gate.policy();
    let is_open = |id: &str| gate.category(id).is_some_and(|category| open.categories.intersects(category));
    let categories = policy.categories.iter().filter(|declared| is_open(&declared.id));
    let titles = categories.map(|declared| texts.category(&declared.id).to_owned());
    titles.chain(open.providers.iter().map(|place| policy.providers[*place].name.clone())).collect()
}

fn why(standing: &Standing, open: &Open) -> Why {
    let is = |reason| open.categories.each().any(|c| standing.consent.decide(c) == Decision::Deny(reason));
    if is(DenyReason::Unreadable) {
        Why::Unreadable
    } else if standing.answers().next().is_none() {
        Why::First
    } else if !open.providers.is_empty() || is(DenyReason::NoticeChanged) {
        Why::Changed
    } else if is(DenyReason::Expired) {
        Why::Expired
    } else if is(DenyReason::Refused) {
        Why::Again
    } else {
        why_unasked(standing)
    }
}

/// Categories that an answer is silent about: new to it, or the answer was about something else.
fn why_unasked(standing: &Standing) -> Why {
    let is_blank = |answer: &crate::Answer| (answer.granted() | answer.refused()).is_empty();
    if standing.answers().all(is_blank) { Why::First } else { Why::Changed }
}

fn news(texts: &Texts<'_>, standing: &Standing, why: Why, names: &[String]) -> Option<String> {
    let words = texts.words;
    let date = standing.answers().map(crate::Answer::decided).min().map(|time| words.day(time)).unwrap_or_default();
    let text = match why {
        Why::First => return None,
        Why::Changed => &words.news_changed,
        Why::Unreadable => &words.news_unreadable,
        Why::Expired => &words.news_expired,
        Why::Again => &words.news_again,
    };
    Some(fill(text, &[("date", &date), ("names", &names.join(", "))]))
}
