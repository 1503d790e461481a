//! Everything that led to a decision.

use crate::compiled::imports::Imported;
use crate::compiled::imports::{AnswerState, ImportedCookie};
use crate::terms::category;
use crate::wire::reading::Reading;
use crate::{Category, Consent, Decision, Facts, Gate, Region, Signals};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Serialize, Serializer};

/// Where the answer behind a decision comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AnswerSource {
    /// There is none.
    Nowhere,
    /// The browser's cookie, or what an application sent in its place.
    Browser,
    /// The visitor's account.
    Account,
    /// The browser's and the account's, by the strictest.
    Both,
    /// The cookies of other systems alone: see [`Explanation::imports`].
    Imported,
    /// Those of other systems and one or both of the others, by the strictest.
    Several,
}

/// What was decided about a category, and everything that led to it.
///
/// It holds no cookie value: it may be logged and shown. Serialized, `age` and `decided` are in seconds, and a category of
/// the site's own is `custom-` with its number.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::error::RegionError;
/// # use consent_gate::explain::AnswerSource;
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// What was asked.
    #[serde(serialize_with = "category::serialize")]
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
    #[serde(serialize_with = "whole_seconds")]
    pub age: Option<TimeDelta>,
    /// The signals of this request.
    pub signals: Signals,
    /// Why the consent cookie could not be read, by the kind of fault and without its bytes.
    pub unreadable: Option<&'static str>,
    /// What each other system's cookie said, of those that the policy imports and that count: what was read, what was
    /// refused, and why.
    pub imports: Vec<ImportedCookie>,
}

/// Everything that was said, by whom.
pub(crate) struct Grounds<'a> {
    pub(crate) reading: &'a Reading,
    pub(crate) imported: &'a Imported,
    pub(crate) imports: Vec<ImportedCookie>,
    pub(crate) facts: &'a Facts,
    pub(crate) signals: Signals,
}

impl Explanation {
    pub(crate) fn of(
        gate: &Gate,
        consent: &Consent,
        grounds: Grounds<'_>,
        categories: Category,
        now: DateTime<Utc>,
    ) -> Self {
        let Grounds { reading, imported, imports, facts, signals } = grounds;
        let holding = gate.compiled().regimes.at(facts.region, now.timestamp());
        // One that migrates is read as the browser's own, and came from elsewhere.
        let is_migrating = imported.own.is_some();
        let elsewhere = if is_migrating { reading.answer() } else { imported.beside.as_ref() };
        let answers = [reading.answer().filter(|_| !is_migrating), facts.account.as_ref(), elsewhere];
        let oldest = answers.into_iter().flatten().min_by_key(|answer| answer.decided);
        Self {
            categories,
            decision: consent.decide(categories),
            region: facts.region,
            residence: facts.residence,
            preset: holding.preset,
            law: holding.law,
            is_replaced: holding.replaced_by.is_some(),
            answered: AnswerState::new(reading, imported),
            source: match answers {
                [None, None, None] => AnswerSource::Nowhere,
                [Some(_), None, None] => AnswerSource::Browser,
                [None, Some(_), None] => AnswerSource::Account,
                [Some(_), Some(_), None] => AnswerSource::Both,
                [None, None, Some(_)] => AnswerSource::Imported,
                [_, _, Some(_)] => AnswerSource::Several,
            },
            revision: oldest.map(crate::Answer::revision),
            age: oldest.map(|answer| now.signed_duration_since(answer.decided())),
            signals,
            unreadable: match reading {
                Reading::Unreadable { cause, .. } => Some(cause.code()),
                _ => None,
            },
            imports,
        }
    }
}

// Serde passes a reference to the field.
#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)]
fn whole_seconds<S: Serializer>(age: &Option<TimeDelta>, serializer: S) -> Result<S::Ok, S::Error> {
    age.map(|age| age.num_seconds()).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use crate::{Category, testing};

    #[test]
    fn an_explanation_is_serialized_in_words_and_seconds() {
        let visitor = testing::granted(&testing::gate(), Category::ANALYTICS);
        let json = serde_json::to_value(visitor.explain(Category::ANALYTICS | Category::ADVERTISING)).unwrap();
        assert_eq!(json["categories"], serde_json::json!(["analytics", "advertising"]));
        assert_eq!(json["decision"], serde_json::json!({"allow": false, "code": "refused"}));
        assert_eq!((&json["answered"], &json["source"]), (&"decided".into(), &"browser".into()));
        assert!(json["age"].is_i64() || json["age"].is_u64(), "{json}");
        let prompt = serde_json::to_value(testing::undecided(&testing::gate()).prompt()).unwrap();
        assert_eq!(prompt["state"], "ask");
        assert_eq!(prompt["open"][0], "functional");
    }
}
