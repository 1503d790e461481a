//! Every row of the corpus, and how each system is read.
//!
//! `expected` of a row is what its value grants, verbatim: what a gate may act on is that, where `decided`.

use crate::cmp::row::{Row, rows};
use consent_gate::explain::AnswerState;
use consent_gate::policy::ProblemKind;
use consent_gate::testing;
use std::collections::BTreeMap;

/// How the rows of one system were read.
#[derive(Default)]
struct Tally {
    right: usize,
    too_strict: usize,
    too_permissive: usize,
    wrongly_decided: usize,
    not_read: usize,
}

const CATEGORIES: [&str; 4] = ["functional", "analytics", "personalization", "advertising"];

#[test]
fn no_row_is_read_too_permissively_nor_too_strictly() {
    let gate = testing::gate();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in rows() {
        let tally = tallies.entry(row.text("cmp").to_owned()).or_default();
        let read = match row.read() {
            Ok(read) => read,
            Err(ProblemKind::UnknownSystem(_) | ProblemKind::UnknowableSystem { .. }) => {
                tally.not_read += 1;
                continue;
            }
            Err(problem) => panic!("{}: {problem}", row.text("id")),
        };
        let grants = |id: &str| read.granted.contains(gate.category(id).unwrap());
        let is_permissive = CATEGORIES.iter().any(|id| grants(id) && !row.grants(id));
        let is_strict = CATEGORIES.iter().any(|id| !grants(id) && row.grants(id));
        let is_wrong = (read.state == AnswerState::Decided) != row.is_decided();
        tally.too_permissive += usize::from(is_permissive);
        tally.too_strict += usize::from(is_strict);
        tally.wrongly_decided += usize::from(is_wrong);
        tally.right += usize::from(!(is_permissive || is_strict || is_wrong));
        if is_permissive || is_strict || is_wrong {
            wrong.push(format!("{} {} {:?}: {read:?}", row.text("id"), row.text("cmp"), row.text("action")));
        }
    }
    print(&tallies);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The table, for whoever runs the test with `--nocapture`.
fn print(tallies: &BTreeMap<String, Tally>) {
    println!(
        "{:30} {:>6} {:>10} {:>14} {:>15} {:>8}",
        "system", "right", "too strict", "too permissive", "wrongly decided", "not read"
    );
    for (system, tally) in tallies {
        let Tally { right, too_strict, too_permissive, wrongly_decided, not_read } = tally;
        println!("{system:30} {right:6} {too_strict:10} {too_permissive:14} {wrongly_decided:15} {not_read:8}");
    }
}

#[test]
fn what_a_gate_in_germany_allows_is_what_was_decided_and_granted() {
    for row in rows() {
        let Ok(visitor) = row.visitor(row.import()) else { continue };
        for id in CATEGORIES {
            let is_allowed = visitor.may_track(visitor.gate().category(id).unwrap());
            assert!(!is_allowed || row.grants(id), "{} {}: {id}", row.text("id"), row.text("cmp"));
        }
    }
}

#[test]
fn a_product_that_only_bears_a_known_name_is_unreadable() {
    let look_alikes: Vec<Row> = rows().filter(Row::is_look_alike).collect();
    assert!(!look_alikes.is_empty());
    for row in look_alikes {
        assert_eq!(row.read().unwrap().state, AnswerState::Unreadable, "{}", row.text("id"));
    }
}
