//! Which preset holds for a region on a day, for a policy reviewed against an edition.
//!
//! 1. The most specific region with a row whose law has started holds; before that, the region around it.
//! 2. `US` without a state is the strictest of its states, `*` the strictest of all rows.
//! 3. The policy's edition holds. A newer row, or a law that starts after the edition was reviewed, may narrow at once;
//!    it widens only when the operator raises the edition. So updating the crate with the same policy never widens.

use super::{EDITIONS, Preset, Regime, presets};
use crate::Region;
use chrono::NaiveDate;

/// Presets with the editions in which they were reviewed.
#[derive(Clone, Copy)]
pub(crate) struct Table {
    pub(crate) editions: &'static [(&'static str, NaiveDate)],
    pub(crate) rows: &'static [Preset],
}

/// The built-in table.
pub(crate) const TABLE: Table = Table { editions: EDITIONS, rows: presets() };

/// What the built-in table says for one region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Resolved {
    /// The values.
    pub(crate) regime: Regime,
    /// The row that they come from, or the first of several.
    pub(crate) preset: &'static Preset,
}

/// The days on which some law starts, in order: between two of them nothing changes.
pub(crate) fn changes(table: Table) -> Vec<NaiveDate> {
    let mut days: Vec<_> = table.rows.iter().map(|preset| preset.valid_from).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// What holds in a region on a day. `None` only for a table without the row `*`.
pub(crate) fn preset_at(table: Table, edition: &str, region: Region, day: NaiveDate) -> Option<Resolved> {
    region
        .chain()
        .find_map(|region| in_force(table, edition, &region.to_string(), day))
        .or_else(|| anywhere(table, edition, day))
}

/// The strictest of every row in force.
fn anywhere(table: Table, edition: &str, day: NaiveDate) -> Option<Resolved> {
    strictest_of(table, edition, "*", "", day)
}

/// What the rows of exactly this region say, or `None` before their law has started.
fn in_force(table: Table, edition: &str, region: &str, day: NaiveDate) -> Option<Resolved> {
    if region == "US" {
        return strictest_of(table, edition, region, "US-", day);
    }
    own(table, edition, region, day)
}

/// The strictest of the rows of one region and of those whose code starts so.
fn strictest_of(table: Table, edition: &str, region: &str, start: &str, day: NaiveDate) -> Option<Resolved> {
    let first = own(table, edition, region, day)?;
    let others = table.rows.iter().filter(|row| row.region.starts_with(start) && row.valid_from <= day);
    let current = others.filter(|row| !table.rows.iter().any(|other| supersedes(table, other, row, edition)));
    let regime = current.fold(first.regime, |all, row| all.strictest(row.regime));
    Some(Resolved { regime, ..first })
}

/// One region's own rows under rule 3.
fn own(table: Table, edition: &str, region: &str, day: NaiveDate) -> Option<Resolved> {
    let rows = || table.rows.iter().filter(|row| row.region == region && row.valid_from <= day);
    let settled = rows().filter(|row| is_settled(table, row, edition)).max_by_key(|row| row.edition);
    let first = match settled {
        Some(preset) => Resolved { regime: preset.regime, preset },
        None => {
            let preset = rows().next()?;
            let around = region.parse::<Region>().ok()?.chain().nth(1);
            let before = match around {
                Some(around) => preset_at(table, edition, around, day),
                None => anywhere(table, edition, day),
            }?;
            Resolved { regime: before.regime.strictest(preset.regime), preset }
        }
    };
    let newer = rows().filter(|row| !is_settled(table, row, edition));
    Some(Resolved { regime: newer.fold(first.regime, |all, row| all.strictest(row.regime)), ..first })
}

/// Returns whether a row was reviewed by those who named this edition, and its law had started by then.
fn is_settled(table: Table, row: &Preset, edition: &str) -> bool {
    let reviewed = table.editions.iter().find(|(name, _)| *name == edition).map(|(_, day)| *day);
    row.edition <= edition && reviewed.is_some_and(|reviewed| row.valid_from <= reviewed)
}

/// Returns whether a reviewed row took the place of an older one.
fn supersedes(table: Table, newer: &Preset, older: &Preset, edition: &str) -> bool {
    newer.region == older.region && newer.edition > older.edition && is_settled(table, newer, edition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Category;
    use crate::terms::category::OPTIONAL;
    use crate::terms::rule::Rule;

    const EDITION: &str = "2026-11";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn at(region: &str, date: &str) -> Resolved {
        preset_at(TABLE, EDITION, region.parse().unwrap(), day(date)).unwrap()
    }

    #[test]
    fn every_row_has_a_real_day_a_real_edition_and_a_region_that_is_one() {
        for preset in presets() {
            assert!(preset.valid_from > NaiveDate::MIN, "{}", preset.region);
            assert!(EDITIONS.iter().any(|(name, _)| *name == preset.edition));
            assert!(preset.region == "*" || preset.region.parse::<Region>().is_ok(), "{}", preset.region);
            assert!(presets().iter().filter(|other| other.region == preset.region).count() == 1);
        }
    }

    #[test]
    fn the_most_specific_row_in_force_holds() {
        for (region, row) in [
            ("FR", "FR"),
            ("fr-75", "FR"),
            ("GP", "FR"),
            ("PL", "EU"),
            ("NO", "EEA"),
            ("EU", "EU"),
            ("US-CA", "US-CA"),
            ("US-WY", "US"),
            ("US", "US"),
            ("CA-QC", "CA-QC"),
            ("CA-ON", "CA"),
            ("UK", "GB"),
            ("MX", "*"),
            ("IN", "*"),
            ("US-OK", "US"),
        ] {
            assert_eq!(at(region, "2026-11-23").preset.region, row, "{region}");
        }
    }

    #[test]
    fn a_later_law_applies_from_its_day_and_never_widens() {
        for (region, last_day_before, first_day) in [
            ("US-OK", "2026-12-31", "2027-01-01"),
            ("US-AL", "2027-04-30", "2027-05-01"),
            ("US-VT", "2027-12-31", "2028-01-01"),
            ("IN", "2027-05-12", "2027-05-13"),
        ] {
            assert_ne!(at(region, last_day_before).preset.region, region);
            assert_eq!(at(region, first_day).preset.region, region);
            let (before, after) = (at(region, last_day_before).regime, at(region, first_day).regime);
            assert_eq!(after.looser_than(&before, |c| format!("{c:?}")), [""; 0], "{region}");
        }
    }

    #[test]
    fn r6_the_united_states_and_the_unknown_are_the_strictest_of_their_parts() {
        let us = at("US", "2026-11-23").regime;
        assert_eq!(us.ask_again_after.num_days(), 366);
        assert!(us.gpc_third_parties);
        let anywhere = anywhere(TABLE, EDITION, day("2026-11-23")).unwrap().regime;
        for preset in presets().iter().filter(|row| row.valid_from <= day("2026-11-23")) {
            assert_eq!(anywhere.looser_than(&preset.regime, |c| format!("{c:?}")), [""; 0], "{}", preset.region);
        }
        assert!(OPTIONAL.iter().all(|category| anywhere.rule(*category) == Rule::OptIn));
    }

    /// The built-in rows as an edition of 2026-10, and one of 2026-11 in which two rows changed.
    fn two_editions() -> Table {
        let older = presets().iter().map(|row| Preset { edition: "2026-10", ..*row });
        let newer = presets().iter().filter_map(|row| {
            let mut row = Preset { edition: "2026-11", ..*row };
            match row.region {
                "AU" => row.regime.set_rule(Category::ADVERTISING, Rule::OptIn),
                "FR" => row.regime.grant_lasts = chrono::TimeDelta::days(365),
                _ => return None,
            }
            Some(row)
        });
        let editions = [("2026-10", day("2026-10-01")), ("2026-11", day("2026-11-23"))];
        Table { editions: Vec::leak(editions.to_vec()), rows: Vec::leak(older.chain(newer).collect()) }
    }

    #[test]
    fn law_11_a_newer_edition_narrows_at_once_and_widens_only_when_the_operator_raises_it() {
        let table = two_editions();
        let regime = |edition, region: &str| {
            preset_at(table, edition, region.parse().unwrap(), day("2026-11-23")).unwrap().regime
        };
        assert_eq!(at("AU", "2026-11-23").regime.rule(Category::ADVERTISING), Rule::OptOut);
        assert_eq!(regime("2026-10", "AU").rule(Category::ADVERTISING), Rule::OptIn, "narrows at once");
        assert_eq!(regime("2026-10", "FR").grant_lasts.num_days(), 180, "does not widen by itself");
        assert_eq!(regime("2026-11", "FR").grant_lasts.num_days(), 365, "widens when the edition is raised");
        for row in presets().iter().filter(|row| row.region != "*") {
            let updated = regime("2026-10", row.region);
            let before = at(row.region, "2026-11-23").regime;
            assert_eq!(updated.looser_than(&before, |c| format!("{c:?}")), [""; 0], "{}", row.region);
        }
    }
}
