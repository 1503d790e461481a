//! From a `Cookie` header to a verdict by another system's cookie, system by system: the longest real value of each in the
//! corpus of `tests/data/cmp`.
//!
//! The rival is what a handler would write for the same cookie with what is at hand: it takes the percent-encoding off the
//! whole value and looks for a word. It decides nothing, and is wrong for the reasons that `tests/cmp/traps.rs` shows.

#![allow(clippy::expect_used)] // What cannot be set up cannot be measured.

use consent_gate::explain::AnswerState;
use consent_gate::policy::{Import, Targets};
use consent_gate::{Category, Facts, Gate, testing};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::Value;
use std::collections::BTreeMap;
use std::hint::black_box;

const CORPUS: &str = include_str!("../tests/data/cmp/corpus.jsonl");

/// Where the corpus calls a system otherwise.
const NAMES: [(&str, &str); 7] = [
    ("civic-cookie-control", "civic"),
    ("govuk-cookies-policy", "govuk"),
    ("liferay-consent-state", "liferay"),
    ("moove-gdpr", "moove"),
    ("nhsuk-cookie-consent", "nhsuk"),
    ("osano-legacy-cookieconsent", "osano-legacy"),
    ("segment-consent-manager", "segment"),
];

/// The longest decided header of each system that can be read, with the site's own names mapped. Two cookies of one name
/// are read twice: those rows are left out.
fn longest() -> BTreeMap<String, (Import, String)> {
    let mut longest: BTreeMap<String, (Import, String)> = BTreeMap::new();
    for line in CORPUS.lines() {
        let row: Value = serde_json::from_str(line).expect("a row");
        let (name, header) = (row["cmp"].as_str().expect("a name"), row["cookie_header"].as_str().expect("a header"));
        let name = NAMES.iter().find(|(theirs, _)| *theirs == name).map_or(name, |(_, ours)| ours);
        let mut names: Vec<&str> = header.split("; ").filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        if names.len() < count {
            continue;
        }
        let mut import = Import::new(name);
        for key in ["categories", "services", "custom", "vendors", "optional", "purposes"] {
            for (item, id) in row["config"][key].as_object().into_iter().flatten() {
                if let Some(id) = id.as_str() {
                    import.map.insert(item.clone(), Targets::from(id));
                }
            }
        }
        import.cookie = row["config"]["cookie_name"].as_str().map(str::to_owned);
        let gate = Gate::new(testing::policy().imports([import.clone()]));
        let is_read = gate.is_ok_and(|gate| {
            let visitor =
                gate.visitor([("cookie", header)], Facts::default(), testing::now() + chrono::TimeDelta::days(9));
            visitor.explain(Category::ANALYTICS).imports[0].state == AnswerState::Decided
        });
        if is_read && longest.get(name).is_none_or(|(_, before)| before.len() < header.len()) {
            longest.insert(name.to_owned(), (import, header.to_owned()));
        }
    }
    longest
}

fn by_hand(header: &str) -> bool {
    percent_encoding::percent_decode_str(header).decode_utf8_lossy().contains("analytics")
}

fn systems(criterion: &mut Criterion) {
    let facts = Facts::in_region("DE".parse().expect("a region"));
    let now = testing::now() + chrono::TimeDelta::days(9);
    let mut group = criterion.benchmark_group("cmp/read");
    for (system, (import, header)) in longest() {
        let gate = Gate::new(testing::policy().imports([import])).expect("a gate");
        let consent = || gate.consent([("cookie", header.as_str())], &facts, now);
        assert!(consent().decide(Category::ANALYTICS).code() != "unreadable", "{system}");
        group.bench_function(format!("{system}/{}_bytes", header.len()), |b| b.iter(|| black_box(consent())));
    }
    group.finish();
}

fn rival(criterion: &mut Criterion) {
    let longest = longest();
    let (_, header) = &longest["vanilla-cookieconsent"];
    assert!(by_hand(header));
    let mut group = criterion.benchmark_group("cmp/by_hand");
    group.bench_function("vanilla-cookieconsent", |b| b.iter(|| by_hand(black_box(header))));
    group.finish();
}

criterion_group!(benches, systems, rival);
criterion_main!(benches);
