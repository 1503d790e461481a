//! Counts for a privacy officer: grants and refusals by category, region, revision and day.

use super::scan::{Scan, Stored};
use super::{Ledger, LedgerError};
use crate::record::Status;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How often what was said about one category, on one day, in one region, under one revision.
///
/// Only records that changed something about the category count, and terms that ended.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct StatsRow {
    /// Given, for the first time or again.
    pub given: u64,
    /// Refused.
    pub refused: u64,
    /// Withdrawn.
    pub withdrawn: u64,
    /// Expired.
    pub expired: u64,
}

/// Grants and refusals by day (UTC), region, revision and category.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::record::{Circumstances, Method};
/// # use consent_gate::ledger::{Draft, Embedded, Ledger, Notice, Secret, Settings, Stats};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let gate = testing::gate();
/// # let ledger = Embedded::in_memory(&Settings::of(gate.policy(), Secret::generate()))?;
/// # let visitor = testing::undecided(&gate);
/// # let record = visitor.prepare(&Change::answer(Category::ANALYTICS))?.record(&Circumstances::new(Method::Banner, "en"));
/// ledger.append(Draft::new(None, record.unwrap(), &Notice::of(gate.policy(), "en"))?).await?;
/// let stats = Stats::of(&ledger).await?;
/// assert!(stats.to_csv().contains("2026-11-23,DE,4,analytics,1,0,0,0"));
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct Stats {
    rows: BTreeMap<(NaiveDate, String, u32, String), StatsRow>,
    error: Option<LedgerError>,
}

impl Stats {
    /// Counts a whole ledger.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] where a record cannot be read; those of the store.
    pub async fn of<L: Ledger>(ledger: &L) -> Result<Self, LedgerError> {
        ledger.scan(Self::default()).await?.finish()
    }

    /// What was counted, after a [`scan`](Ledger::scan).
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] where a record could not be read.
    pub fn finish(mut self) -> Result<Self, LedgerError> {
        self.error.take().map_or(Ok(self), Err)
    }

    /// Every row: day, region, revision, category, and the counts.
    pub fn rows(&self) -> impl Iterator<Item = (NaiveDate, &str, u32, &str, &StatsRow)> {
        self.rows.iter().map(|((day, region, revision, id), row)| (*day, &**region, *revision, &**id, row))
    }

    /// As CSV (RFC 4180, with lines that end in a line feed), with a heading.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = "day,region,revision,category,given,refused,withdrawn,expired\n".to_owned();
        for (day, region, revision, id, row) in self.rows() {
            let StatsRow { given, refused, withdrawn, expired } = row;
            // Writing to a string does not fail.
            let _ = writeln!(csv, "{day},{region},{revision},{id},{given},{refused},{withdrawn},{expired}");
        }
        csv
    }
}

impl Scan for Stats {
    fn entry(&mut self, entry: &Stored<'_>) -> bool {
        let record = match entry.record() {
            Ok(Some((_, record, _))) => record,
            Ok(None) => return true,
            Err(error) => {
                self.error = Some(error);
                return false;
            }
        };
        for change in record.categories {
            let count: fn(&mut StatsRow) -> &mut u64 = match (change.before, change.after) {
                (before, after) if before == after && after != Status::Renewed => continue,
                (_, Status::Given | Status::Renewed) => |row| &mut row.given,
                (_, Status::Refused) => |row| &mut row.refused,
                (_, Status::Withdrawn) => |row| &mut row.withdrawn,
                (_, Status::Expired) => |row| &mut row.expired,
                _ => continue,
            };
            let key = (record.time.date_naive(), record.region.clone(), record.revision, change.id);
            *count(self.rows.entry(key).or_default()) += 1;
        }
        true
    }
}
