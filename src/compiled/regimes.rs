//! The regime of every region at every time, under the operator's own reading of the law.
//!
//! 1. The preset of the region, widened to the policy's own categories: one that is `like` a built-in category takes
//!    its rule, another takes the strictest of the four.
//! 2. The most specific of the operator's entries that cover the region replaces the values it names, as written.
//! 3. `US` is the strictest of its states as they then are, and the unknown the strictest of everything, or what the
//!    policy sets for it.
//!
//! Laws start on days that are known beforehand, so everything is worked out when the gate is built.

use super::Categories;
use crate::policy::{RegimeOverride, UnknownRegion};
use crate::regime::{Regime, TABLE, changes, preset_at};
use crate::terms::category::OPTIONAL;
use crate::terms::rule::{Exemption, Rule};
use crate::{Category, Policy, Region};
use chrono::NaiveDate;

/// Every regime that can hold.
#[derive(Debug)]
pub(crate) struct Regimes {
    /// Sorted by their start; the first starts before every law.
    epochs: Vec<Epoch>,
    regimes: Vec<SourcedRegime>,
}

/// The regimes between two days on which a law starts.
#[derive(Debug)]
struct Epoch {
    /// Seconds since 1970.
    starts: i64,
    /// Sorted by [`Region::number`]. Indices of `regimes`.
    regions: Vec<(u64, u16)>,
    anywhere: u16,
    unknown: u16,
}

/// A regime, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SourcedRegime {
    pub(crate) regime: Regime,
    /// The preset's region, such as `FR`, `EU`, `US` or `*`.
    pub(crate) preset: &'static str,
    /// The law behind the preset.
    pub(crate) law: &'static str,
    /// The operator's entry that replaced values of it, by its index in the policy.
    pub(crate) replaced_by: Option<usize>,
}

impl Regimes {
    pub(crate) fn new(policy: &Policy, names: &Categories) -> Self {
        let mut days = changes(TABLE);
        days.insert(0, NaiveDate::MIN);
        let mut regimes = Vec::new();
        let epochs =
            days.into_iter().map(|day| Builder { policy, names, day, regimes: &mut regimes }.epoch()).collect();
        Self { epochs, regimes }
    }

    /// The regime of a region at a time, in seconds since 1970.
    pub(crate) fn at(&self, region: Region, now: i64) -> &SourcedRegime {
        let epoch = &self.epochs[self.epochs.partition_point(|epoch| epoch.starts <= now).saturating_sub(1)];
        let find = |region: Region| epoch.regions.binary_search_by_key(&region.number(), |(known, _)| *known).ok();
        let index = if region.is_unknown() {
            epoch.unknown
        } else {
            let found = find(region).or_else(|| find(region.country()));
            found.map_or(epoch.anywhere, |found| epoch.regions[found].1)
        };
        &self.regimes[index as usize]
    }
}

/// What makes one epoch.
struct Builder<'a> {
    policy: &'a Policy,
    names: &'a Categories,
    day: NaiveDate,
    regimes: &'a mut Vec<SourcedRegime>,
}

impl Builder<'_> {
    fn epoch(mut self) -> Epoch {
        let mut regions: Vec<(Region, SourcedRegime)> =
            self.distinguished().into_iter().map(|region| (region, self.sourced(region))).collect();
        let states: Vec<_> = regions
            .iter()
            .filter(|(r, _)| *r != Region::US && r.country() == Region::US)
            .map(|(_, h)| h.regime)
            .collect();
        if let Some((_, us)) = regions.iter_mut().find(|(region, _)| *region == Region::US) {
            us.regime = states.into_iter().fold(us.regime, Regime::strictest);
        }
        let anywhere = self.sourced(Region::UNKNOWN);
        let unknown = self.unknown(&anywhere, &regions);
        let starts = self.day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        let (anywhere, unknown) = (self.index_of(anywhere), self.index_of(unknown));
        let regions = regions.into_iter().map(|(region, sourced)| (region.number(), self.index_of(sourced))).collect();
        Epoch { starts, regions, anywhere, unknown }
    }

    /// Every region that a preset or an entry of the operator names, sorted.
    fn distinguished(&self) -> Vec<Region> {
        let presets = TABLE.rows.iter().map(|row| row.region);
        let own = self.policy.regimes.iter().flat_map(|entry| entry.regions.iter().map(String::as_str));
        let mut regions: Vec<Region> = presets.chain(own).filter_map(|code| code.parse().ok()).collect();
        regions.extend(Region::european());
        regions.retain(|region| !region.is_unknown());
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    fn sourced(&self, region: Region) -> SourcedRegime {
        let resolved = preset_at(TABLE, &self.policy.presets, region, self.day);
        let (mut regime, preset, law) = match resolved {
            Some(resolved) => (resolved.regime, resolved.preset.region, resolved.preset.law),
            None => (TABLE.rows[0].regime, TABLE.rows[0].region, TABLE.rows[0].law),
        };
        widen_to_custom(&mut regime, self.policy, self.names);
        let replaced_by = entry_for(self.policy, region);
        if let Some(index) = replaced_by {
            replace(&mut regime, &self.policy.regimes[index], self.names);
        }
        SourcedRegime { regime, preset, law, replaced_by }
    }

    fn unknown(&self, anywhere: &SourcedRegime, regions: &[(Region, SourcedRegime)]) -> SourcedRegime {
        let strictest = regions.iter().fold(anywhere.regime, |all, (_, sourced)| all.strictest(sourced.regime));
        let with_rule = |rule| {
            let mut regime = strictest;
            regime.set_rule(self.names.offered, rule);
            SourcedRegime { regime, ..anywhere.clone() }
        };
        match &self.policy.enforce.unknown_region {
            UnknownRegion::Strictest => SourcedRegime { regime: strictest, ..anywhere.clone() },
            UnknownRegion::OptIn => with_rule(Rule::OptIn),
            UnknownRegion::OptOut => with_rule(Rule::OptOut),
            UnknownRegion::Like(code) => {
                let region: Region = code.parse().unwrap_or(Region::UNKNOWN);
                let find = |wanted| regions.iter().find(|(known, _)| *known == wanted);
                let known = find(region).or_else(|| find(region.country()));
                known.map_or_else(|| anywhere.clone(), |(_, sourced)| sourced.clone())
            }
        }
    }

    fn index_of(&mut self, sourced: SourcedRegime) -> u16 {
        let index = self.regimes.iter().position(|known| *known == sourced).unwrap_or_else(|| {
            self.regimes.push(sourced);
            self.regimes.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }
}

/// The operator's most specific entry that covers a region, by its index in the policy.
pub(super) fn entry_for(policy: &Policy, region: Region) -> Option<usize> {
    let entry =
        |code: &dyn Fn(&str) -> bool| policy.regimes.iter().position(|entry| entry.regions.iter().any(|r| code(r)));
    let specific = region.chain().find_map(|region| entry(&|code| code.parse() == Ok(region)));
    specific.or_else(|| entry(&|code| code == "*"))
}

/// Gives the policy's own categories their rules.
pub(super) fn widen_to_custom(regime: &mut Regime, policy: &Policy, names: &Categories) {
    for declared in &policy.categories {
        let Some(custom) = declared.custom.and_then(Category::custom).filter(|bit| names.offered.contains(*bit)) else {
            continue;
        };
        let models = match declared.like.as_deref().and_then(Category::built_in) {
            Some(model) => model,
            None => OPTIONAL.into_iter().fold(Category::empty(), Category::union),
        };
        let rule = regime.rule(models);
        regime.set_rule(custom, rule);
        regime.gpc.set(custom, regime.gpc.intersects(models));
        regime.forbidden_for_minors.set(custom, regime.forbidden_for_minors.intersects(models));
    }
}

/// Replaces the values that an entry names.
fn replace(regime: &mut Regime, entry: &RegimeOverride, names: &Categories) {
    let set = |ids: &Vec<String>| ids.iter().filter_map(|id| names.bit(id)).fold(Category::empty(), Category::union);
    for (id, rule) in &entry.rules {
        if let Some(category) = names.bit(id) {
            regime.set_rule(category, *rule);
        }
    }
    if let Some(ids) = &entry.gpc {
        regime.gpc = set(ids);
    }
    if let Some(ids) = &entry.forbidden_for_minors {
        regime.forbidden_for_minors = set(ids);
    }
    if let Some(exemptions) = &entry.exemptions {
        regime.user_requested = exemptions.contains(&Exemption::UserRequested);
        regime.audience_measurement = exemptions.contains(&Exemption::AudienceMeasurement);
    }
    regime.gpc_third_parties = entry.gpc_third_parties.unwrap_or(regime.gpc_third_parties);
    regime.dnt = entry.dnt.unwrap_or(regime.dnt);
    regime.grant_lasts = entry.grant_lasts.map_or(regime.grant_lasts, |period| period.to_delta());
    regime.ask_again_after = entry.ask_again_after.map_or(regime.ask_again_after, |period| period.to_delta());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{CategoryDeclaration, Period};

    const NOW: i64 = 1_795_478_400;

    fn regimes(change: impl FnOnce(&mut Policy)) -> Regimes {
        let mut policy = Policy::new("shop", 1, "2026-11", ["en"], ["shop.example"]);
        for id in ["functional", "analytics", "personalization", "advertising"] {
            policy.categories.push(CategoryDeclaration::new(id));
        }
        for (id, custom, like) in [("chat", 0, Some("functional")), ("other", 1, None)] {
            let mut category = CategoryDeclaration::new(id).custom(custom);
            category.like = like.map(str::to_owned);
            policy.categories.push(category);
        }
        change(&mut policy);
        let names = Categories::new(&policy);
        Regimes::new(&policy, &names)
    }

    fn at(regimes: &Regimes, region: &str) -> Regime {
        regimes.at(region.parse().unwrap(), NOW).regime
    }

    fn custom(index: u8) -> Category {
        Category::custom(index).unwrap()
    }

    #[test]
    fn a_custom_category_is_like_its_model_or_the_strictest_of_the_four() {
        let regimes = regimes(|_| {});
        assert_eq!(at(&regimes, "CH").rule(custom(0)), Rule::Exempt);
        assert_eq!(at(&regimes, "CH").rule(custom(1)), Rule::OptIn);
        assert!(!at(&regimes, "CH").gpc.contains(custom(0)) && at(&regimes, "CH").gpc.contains(custom(1)));
        assert!(at(&regimes, "CH").forbidden_for_minors.contains(custom(1)));
    }

    #[test]
    fn the_most_specific_entry_of_the_operator_wins_alone() {
        let entry = |region: &str, days| RegimeOverride::new([region]).grant_lasts(Period::days(days));
        let regimes = regimes(|policy| {
            let dnt = entry("*", 10).dnt(false);
            policy.regimes = vec![dnt, entry("EU", 20), entry("FR", 30), entry("DE-BY", 40)];
        });
        let days = |region| at(&regimes, region).grant_lasts.num_days();
        assert_eq!((days("FR"), days("DE"), days("DE-BY"), days("NO"), days("US-CA")), (30, 20, 40, 10, 10));
        assert!(at(&regimes, "FR").dnt && !at(&regimes, "NO").dnt);
    }

    #[test]
    fn r6_unknown_is_what_the_policy_sets_and_else_the_strictest() {
        let with = |unknown: UnknownRegion| regimes(|policy| policy.enforce.unknown_region = unknown);
        let rule = |regimes: &Regimes| regimes.at(Region::UNKNOWN, NOW).regime.rule(Category::ANALYTICS);
        assert_eq!(rule(&with(UnknownRegion::Strictest)), Rule::OptIn);
        assert_eq!(rule(&with(UnknownRegion::OptOut)), Rule::OptOut);
        assert_eq!(rule(&with(UnknownRegion::OptIn)), Rule::OptIn);
        assert_eq!(rule(&with(UnknownRegion::Like("US-CA".into()))), Rule::OptOut);
        assert_eq!(rule(&with(UnknownRegion::Like("CA".into()))), Rule::OptOut);
        assert_eq!(rule(&with(UnknownRegion::Like("CA-QC".into()))), Rule::OptIn);
        let loosened = regimes(|policy| {
            policy.regimes = vec![RegimeOverride::new(["FR"]).rules([("analytics", Rule::Forbidden)])];
        });
        assert_eq!(rule(&loosened), Rule::Forbidden, "the visitor may be in France");
    }

    #[test]
    fn the_united_states_without_a_state_are_as_strict_as_their_strictest_state() {
        let regimes = regimes(|policy| {
            policy.regimes = vec![RegimeOverride::new(["US-CA"]).rules([("analytics", Rule::OptIn)])];
        });
        assert_eq!(at(&regimes, "US").rule(Category::ANALYTICS), Rule::OptIn);
        assert_eq!(at(&regimes, "US-TX").rule(Category::ANALYTICS), Rule::OptOut);
        assert_eq!(at(&regimes, "US-WY"), at(&regimes, "US"));
    }
}
