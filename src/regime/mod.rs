//! What the law of a region asks of the gate, as values.
//!
//! A [`Regime`] gives each category a [`Rule`] and says what signals, minors and declared exemptions change, and how
//! long a grant lives. The built-in ones are a dated, sourced table: [`presets()`]. A site's own reading replaces their
//! values, region by region, in its policy.
//!
//! Nothing here is legal advice.

pub(crate) mod presets;
mod resolve;

pub use crate::terms::rule::Rule;
pub use presets::{EDITIONS, Preset, presets};
pub(crate) use resolve::{TABLE, changes, preset_at};

use crate::Category;
use crate::terms::rule::Exemption;
use chrono::TimeDelta;

/// What a region's law asks: a rule for each category, and what modifies it.
///
/// Categories outside the four built-in ones and the policy's own have the rule [`Rule::Forbidden`].
///
/// # Example
/// ```
/// use consent_gate::regime::{Rule, presets};
/// use consent_gate::Category;
///
/// let california = presets().iter().find(|preset| preset.region == "US-CA").unwrap();
/// assert_eq!(california.regime.rule(Category::ADVERTISING), Rule::OptOut);
/// assert!(california.regime.gpc.contains(Category::ADVERTISING));
/// assert_eq!(california.regime.ask_again_after.num_days(), 366);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Regime {
    pub(crate) exempt: Category,
    pub(crate) opt_out: Category,
    pub(crate) opt_in: Category,
    /// The categories that Global Privacy Control denies.
    pub gpc: Category,
    /// Whether Global Privacy Control also denies every provider that is not a processor.
    pub gpc_third_parties: bool,
    /// Whether Do Not Track objects where a category is allowed until objection.
    pub dnt: bool,
    /// The categories that are forbidden for known minors.
    pub forbidden_for_minors: Category,
    /// Whether a tracker declared as requested by the user needs no consent.
    pub user_requested: bool,
    /// Whether a tracker declared as audience measurement within the law's conditions needs no consent.
    pub audience_measurement: bool,
    /// How long a grant lives, from the click.
    pub grant_lasts: TimeDelta,
    /// How long after a refusal the visitor may be asked again.
    pub ask_again_after: TimeDelta,
}

impl Regime {
    /// The rule of a single category; of several, the strictest of them.
    #[must_use]
    pub const fn rule(&self, category: Category) -> Rule {
        let strict = category.difference(self.exempt);
        let stricter = strict.difference(self.opt_out);
        if !stricter.difference(self.opt_in).is_empty() {
            Rule::Forbidden
        } else if !stricter.is_empty() {
            Rule::OptIn
        } else if !strict.is_empty() {
            Rule::OptOut
        } else {
            Rule::Exempt
        }
    }

    /// Returns whether a declared exemption is honoured.
    #[must_use]
    pub const fn honours(&self, exemption: Exemption) -> bool {
        match exemption {
            Exemption::UserRequested => self.user_requested,
            Exemption::AudienceMeasurement => self.audience_measurement,
        }
    }

    /// The regime that asks whatever one of the two asks.
    #[must_use]
    pub fn strictest(self, other: Self) -> Self {
        let allowed_by_rule =
            |a: &Self, b: &Self| (a.exempt & b.exempt, (a.exempt | a.opt_out) & (b.exempt | b.opt_out));
        let (exempt, up_to_opt_out) = allowed_by_rule(&self, &other);
        let up_to_opt_in = self.not_forbidden() & other.not_forbidden();
        Self {
            exempt,
            opt_out: up_to_opt_out.difference(exempt),
            opt_in: up_to_opt_in.difference(up_to_opt_out),
            gpc: self.gpc | other.gpc,
            gpc_third_parties: self.gpc_third_parties || other.gpc_third_parties,
            dnt: self.dnt || other.dnt,
            forbidden_for_minors: self.forbidden_for_minors | other.forbidden_for_minors,
            user_requested: self.user_requested && other.user_requested,
            audience_measurement: self.audience_measurement && other.audience_measurement,
            grant_lasts: self.grant_lasts.min(other.grant_lasts),
            ask_again_after: self.ask_again_after.max(other.ask_again_after),
        }
    }

    pub(crate) const fn not_forbidden(&self) -> Category {
        self.exempt.union(self.opt_out).union(self.opt_in)
    }

    /// Gives the categories of the set this rule.
    pub(crate) fn set_rule(&mut self, categories: Category, rule: Rule) {
        self.exempt.set(categories, rule == Rule::Exempt);
        self.opt_out.set(categories, rule == Rule::OptOut);
        self.opt_in.set(categories, rule == Rule::OptIn);
    }

    /// The values in which this regime is looser than another, by the names that a policy gives them.
    pub(crate) fn looser_than(&self, other: &Self, name: impl Fn(Category) -> String) -> Vec<String> {
        let mut out = Vec::new();
        let all = self.not_forbidden() | other.not_forbidden();
        out.extend(all.each().filter(|c| self.rule(*c) < other.rule(*c)).map(|c| format!("rules.{}", name(c))));
        let mut note = |looser: bool, key: &str| {
            if looser {
                out.push(key.to_owned());
            }
        };
        note(!self.gpc.contains(other.gpc), "gpc");
        note(other.gpc_third_parties && !self.gpc_third_parties, "gpc_third_parties");
        note(other.dnt && !self.dnt, "dnt");
        note(!self.forbidden_for_minors.contains(other.forbidden_for_minors), "forbidden_for_minors");
        note(self.user_requested && !other.user_requested, "exemptions.user-requested");
        note(self.audience_measurement && !other.audience_measurement, "exemptions.audience-measurement");
        note(self.grant_lasts > other.grant_lasts, "grant_lasts");
        note(self.ask_again_after < other.ask_again_after, "ask_again_after");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::category::OPTIONAL;

    #[test]
    fn the_strictest_of_two_is_at_least_as_strict_as_each() {
        for one in presets() {
            for other in presets() {
                let both = one.regime.strictest(other.regime);
                assert_eq!(both, other.regime.strictest(one.regime));
                for regime in [one.regime, other.regime] {
                    assert_eq!(
                        both.looser_than(&regime, |c| format!("{c:?}")),
                        [""; 0],
                        "{} {}",
                        one.region,
                        other.region
                    );
                }
            }
        }
    }

    #[test]
    fn each_category_has_one_rule() {
        for rule in [Rule::Exempt, Rule::OptOut, Rule::OptIn, Rule::Forbidden] {
            let mut regime = presets()[0].regime;
            regime.set_rule(Category::ANALYTICS, rule);
            assert_eq!(regime.rule(Category::ANALYTICS), rule);
            for category in OPTIONAL.into_iter().filter(|c| *c != Category::ANALYTICS) {
                assert_eq!(regime.rule(category), presets()[0].regime.rule(category));
            }
        }
    }
}
