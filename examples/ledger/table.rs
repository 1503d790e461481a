//! Counts as a table to read.

use consent_gate::ledger::Stats;

/// Columns as wide as their widest cell; numbers to the right.
pub(crate) fn of(stats: &Stats) -> String {
    let csv = stats.to_csv();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or(0);
    let cell = |(column, text): (usize, &&str)| match column {
        0 | 1 | 3 => format!("{text:<width$}", width = width(column)),
        _ => format!("{text:>width$}", width = width(column)),
    };
    let line =
        |line: &Vec<&str>| line.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned();
    lines.iter().map(|cells| line(cells) + "\n").collect()
}
