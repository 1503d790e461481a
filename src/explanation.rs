//! Everything that led to a decision.

use crate::wire::reading::Reading;
use crate::{Category, Consent, Decision, Facts, Gate, Region, Signals};
use chrono::{DateTime, TimeDelta, Utc};

/// Whether a visitor has answered.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AnswerState {
    /// There is no answer.
    Undecided,
    /// There is one, whatever its age.
    Decided,
    /// There is one, and it could not be read.
    Unreadable,
}

impl AnswerState {
    pub(crate) const fn of(reading: &Reading) -> Self {
        match reading {
            Reading::Absent => Self::Undecided,
            Reading::Read { .. } => Self::Decided,
            Reading::Unreadable { .. } => Self::Unreadable,
        }
    }

    /// The stable code: `undecided`, `decided` or `unreadable`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Decided => "decided",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Where the answer behind a decision comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AnswerSource {
    /// There is none.
    Nowhere,
    /// The browser's cookie, or what an application sent in its place.
    Browser,
    /// The visitor's account.
    Account,
    /// Both, by the strictest.
    Both,
}

/// What was decided about a category, and everything that led to it.
///
/// It holds no cookie value: it may be logged and shown.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// # let now = testing::now();
/// let headers = [("cookie", "__Host-consent=1.4.1795000000.4.10.0")];
/// let visitor = gate.visitor(headers, Facts::in_region("PL".parse()?), now);
/// let why = visitor.explain(Category::ANALYTICS);
/// assert_eq!(why.decision.code(), "granted");
/// assert_eq!((why.preset, why.source), ("EU", AnswerSource::Browser));
/// assert_eq!(why.age.map(|age| age.num_days()), Some(5));
/// # Ok::<(), RegionError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// What was asked.
    pub categories: Category,
    /// The decision.
    pub decision: Decision,
    /// Where the visitor is.
    pub region: Region,
    /// Where the visitor lives, if that is known too: then the stricter of both regimes decided.
    pub residence: Region,
    /// The region of the preset that holds at `region`, such as `FR`, `EU`, `US` or `*`.
    pub preset: &'static str,
    /// The law behind that preset.
    pub law: &'static str,
    /// Whether the policy replaces values of the preset.
    pub is_replaced: bool,
    /// Whether there is an answer.
    pub answered: AnswerState,
    /// Where it comes from.
    pub source: AnswerSource,
    /// The policy revision that it was given under.
    pub revision: Option<u32>,
    /// How old it is: the older, of two.
    pub age: Option<TimeDelta>,
    /// The signals of this request.
    pub signals: Signals,
    /// Why the consent cookie could not be read, by the kind of fault and without its bytes.
    pub unreadable: Option<&'static str>,
}

impl Explanation {
    pub(crate) fn of(
        gate: &Gate,
        consent: &Consent,
        reading: &Reading,
        facts: &Facts,
        signals: Signals,
        categories: Category,
        now: DateTime<Utc>,
    ) -> Self {
        let holding = gate.compiled().regimes.at(facts.region, now.timestamp());
        let answers = [reading.answer(), facts.account.as_ref()];
        let oldest = answers.into_iter().flatten().min_by_key(|answer| answer.decided);
        Self {
            categories,
            decision: consent.decide(categories),
            region: facts.region,
            residence: facts.residence,
            preset: holding.preset,
            law: holding.law,
            is_replaced: holding.replaced_by.is_some(),
            answered: AnswerState::of(reading),
            source: match answers {
                [None, None] => AnswerSource::Nowhere,
                [Some(_), None] => AnswerSource::Browser,
                [None, Some(_)] => AnswerSource::Account,
                [Some(_), Some(_)] => AnswerSource::Both,
            },
            revision: oldest.map(crate::Answer::revision),
            age: oldest.map(|answer| now.signed_duration_since(answer.decided())),
            signals,
            unreadable: match reading {
                Reading::Unreadable { cause, .. } => Some(cause.code()),
                _ => None,
            },
        }
    }
}
