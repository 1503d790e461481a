//! The operator's own reading of the law.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::period::Period;
use super::serde_forms::{is_default, unique_keys};
use crate::terms::rule::{Exemption, Rule};

/// The operator's own reading of the law in some regions.
///
/// It replaces the values of the preset that it names, looser or stricter; what it leaves out keeps the
/// preset's value. So an absent list and an empty one differ: `gpc = []` honours GPC for no category.
///
/// # Example
/// ```
/// use consent_gate::policy::{Period, RegimeOverride};
/// use consent_gate::regime::Rule;
///
/// let france = RegimeOverride::new(["FR"]).rules([("analytics", Rule::OptIn)]).grant_lasts(Period::days(180));
/// assert_eq!(france.gpc, None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
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

    /// Sets the rule of each category, by the category's id.
    #[must_use]
    pub fn rules(mut self, rules: impl IntoIterator<Item = (impl Into<String>, Rule)>) -> Self {
        self.rules = rules.into_iter().map(|(id, rule)| (id.into(), rule)).collect();
        self
    }

    /// Sets the categories that Global Privacy Control denies.
    #[must_use]
    pub fn gpc(mut self, gpc: impl IntoIterator<Item: Into<String>>) -> Self {
        self.gpc = Some(gpc.into_iter().map(Into::into).collect());
        self
    }

    /// Sets whether Global Privacy Control also denies every provider that is not a processor.
    #[must_use]
    pub const fn gpc_third_parties(mut self, gpc_third_parties: bool) -> Self {
        self.gpc_third_parties = Some(gpc_third_parties);
        self
    }

    /// Sets whether Do Not Track objects.
    #[must_use]
    pub const fn dnt(mut self, dnt: bool) -> Self {
        self.dnt = Some(dnt);
        self
    }

    /// Sets the categories that are forbidden for known minors.
    #[must_use]
    pub fn forbidden_for_minors(mut self, forbidden_for_minors: impl IntoIterator<Item: Into<String>>) -> Self {
        self.forbidden_for_minors = Some(forbidden_for_minors.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the exemptions of trackers that are honoured.
    #[must_use]
    pub fn exemptions(mut self, exemptions: impl IntoIterator<Item = Exemption>) -> Self {
        self.exemptions = Some(exemptions.into_iter().collect());
        self
    }

    /// Sets how long a grant lasts from the click.
    #[must_use]
    pub const fn grant_lasts(mut self, grant_lasts: Period) -> Self {
        self.grant_lasts = Some(grant_lasts);
        self
    }

    /// Sets how long after a refusal the visitor may be asked again.
    #[must_use]
    pub const fn ask_again_after(mut self, ask_again_after: Period) -> Self {
        self.ask_again_after = Some(ask_again_after);
        self
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
        let none = RegimeOverride::new(["US"]).gpc([""; 0]).exemptions([]);
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
