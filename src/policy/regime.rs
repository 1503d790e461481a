//! The operator's own reading of the law.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::period::Period;
use super::serde_forms::{is_default, unique_keys};
use crate::terms::rule::{Exemption, Rule};

/// The operator's own reading of the law in some regions.
///
/// It replaces the values of the preset that it names, looser or stricter, as they stand; what it leaves out keeps the
/// preset's value. So an absent list and an empty one differ: `gpc = []` honours GPC for no category.
///
/// # Example
/// ```
/// use consent_gate::policy::{Period, RegimeOverride};
/// use consent_gate::regime::Rule;
///
/// let france = RegimeOverride {
///     rules: [("analytics".to_owned(), Rule::OptIn)].into(),
///     grant_lasts: Some(Period::days(180)),
///     ..RegimeOverride::new(["FR"])
/// };
/// assert_eq!(france.gpc, None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegimeOverride {
    /// Where it holds: ISO 3166 codes (`FR`, `US-CA`), the groups `EU`, `EEA` and `US`, or `*`. The most specific
    /// entry wins. Required.
    pub regions: Vec<String>,
    /// The rule of each category, by the category's id.
    #[serde(default, deserialize_with = "rules", skip_serializing_if = "is_default")]
    pub rules: BTreeMap<String, Rule>,
    /// The categories that Global Privacy Control denies, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpc: Option<Vec<String>>,
    /// Whether Global Privacy Control also denies every provider that is not a processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpc_third_parties: Option<bool>,
    /// Whether Do Not Track objects where a category is allowed until objection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dnt: Option<bool>,
    /// The categories that are forbidden for visitors known to be minors, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forbidden_for_minors: Option<Vec<String>>,
    /// The exemptions of trackers that are honoured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemptions: Option<Vec<Exemption>>,
    /// How long a grant lasts from the click.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_lasts: Option<Period>,
    /// How long after a refusal the visitor may be asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_again_after: Option<Period>,
}

impl RegimeOverride {
    /// An override that keeps every value of the preset.
    #[must_use]
    pub fn new(regions: impl IntoIterator<Item: Into<String>>) -> Self {
        Self {
            regions: regions.into_iter().map(Into::into).collect(),
            rules: BTreeMap::new(),
            gpc: None,
            gpc_third_parties: None,
            dnt: None,
            forbidden_for_minors: None,
            exemptions: None,
            grant_lasts: None,
            ask_again_after: None,
        }
    }
}

fn rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Rule>, D::Error> {
    unique_keys(deserializer, "a rule for each category, as in `{ analytics = \"opt-in\" }`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_is_kept_apart_from_an_absent_one() {
        let none = RegimeOverride { gpc: Some(vec![]), exemptions: Some(vec![]), ..RegimeOverride::new(["US"]) };
        let text = serde_json::to_string(&none).unwrap();
        assert_eq!(text, r#"{"regions":["US"],"gpc":[],"exemptions":[]}"#);
        assert_eq!(serde_json::from_str::<RegimeOverride>(&text).unwrap(), none);
    }

    #[test]
    fn two_rules_for_one_category_are_refused() {
        let text = r#"{"regions": ["FR"], "rules": {"analytics": "opt-in", "analytics": "exempt"}}"#;
        let error = serde_json::from_str::<RegimeOverride>(text).unwrap_err();
        assert!(error.to_string().contains("duplicate key `analytics`"), "{error}");
    }
}
