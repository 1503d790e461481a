//! What a regime asks of a category, and what it may waive for a single tracker.
//!
//! These are terms only. Which law sets which rule is the table of presets; what follows from a rule is the fold.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a regime asks before a category may be used.
///
/// Ordered by strictness: the stricter of two rules is their maximum.
///
/// In a policy: `exempt`, `opt-out`, `opt-in`, `forbidden`.
///
/// # Example
/// ```
/// use consent_gate::regime::Rule;
///
/// assert_eq!(Rule::OptOut.max(Rule::OptIn), Rule::OptIn);
/// assert_eq!(Rule::OptIn.to_string(), "opt-in");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Allowed without a question; an explicit refusal still counts.
    Exempt,
    /// Allowed until the visitor objects.
    OptOut,
    /// Denied until the visitor grants it.
    OptIn,
    /// Denied, whatever the visitor says.
    Forbidden,
}

impl Rule {
    /// The spelling in a policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::OptOut => "opt-out",
            Self::OptIn => "opt-in",
            Self::Forbidden => "forbidden",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A ground on which a regime may let a single tracker go without consent.
///
/// The policy claims it for a tracker; it takes effect only where the visitor's regime honours it. It is never stronger
/// than a refusal.
///
/// In a policy: `user-requested`, `audience-measurement`.
///
/// # Example
/// ```
/// use consent_gate::policy::Exemption;
///
/// assert_eq!(Exemption::AudienceMeasurement.as_str(), "audience-measurement");
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exemption {
    /// Remembers a setting that the visitor has chosen, such as a language.
    UserRequested,
    /// Counts visits for the site alone.
    AudienceMeasurement,
}

impl Exemption {
    /// Every ground.
    pub const ALL: &'static [Self] = &[Self::UserRequested, Self::AudienceMeasurement];

    /// The spelling in a policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserRequested => "user-requested",
            Self::AudienceMeasurement => "audience-measurement",
        }
    }
}

impl fmt::Display for Exemption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_ordered_by_strictness() {
        let by_strictness = [Rule::Exempt, Rule::OptOut, Rule::OptIn, Rule::Forbidden];
        assert!(by_strictness.is_sorted_by(|looser, stricter| looser < stricter));
    }

    #[test]
    fn serde_and_as_str_spell_alike() {
        for rule in [Rule::Exempt, Rule::OptOut, Rule::OptIn, Rule::Forbidden] {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
        }
        for &exemption in Exemption::ALL {
            assert_eq!(serde_json::to_value(exemption).unwrap(), exemption.as_str());
        }
    }
}
