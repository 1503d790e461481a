//! The ledger, beside what it is built on: durable records a second, and what a million of them cost.
//!
//! `cargo bench --bench ledger --all-features` measures a file beside SQLite, and then a million records in one file; run by
//! `.ci/postgres`, it also measures a server beside bare batched INSERTs. With `-- --test` everything is done once and small;
//! `-- append`, `-- million` and `-- postgres` do one part.

#![allow(clippy::expect_used, clippy::cast_precision_loss)] // What cannot be set up cannot be measured.

#[cfg(feature = "ledger-postgres")]
mod postgres;
mod sqlite;

use chrono::TimeDelta;
use consent_gate::ledger::{Draft, Embedded, Ledger, Notice, Secret, Settings, Stats, export_json, sweep, verify};
use consent_gate::record::{Circumstances, Method, Record};
use consent_gate::{Category, Change, Facts, Gate, testing};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn main() {
    let given = |word: &str| std::env::args().any(|argument| argument == word);
    let is_test = given("--test");
    let all = !["append", "million", "postgres"].into_iter().any(given);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (few, many) = if is_test { (300, 2_000) } else { (60_000, 1_000_000) };
        let folder = Folder::new();
        if all || given("append") {
            for round in 1..=if is_test { 1 } else { 3 } {
                group_commit(&folder, few, 64).await;
                sqlite::group_commit(&folder.0.join(format!("{round}.sqlite")), few, 64);
            }
            group_commit(&folder, few, 256).await;
            sqlite::group_commit(&folder.0.join("256.sqlite"), few, 256);
        }
        if all || given("million") {
            a_million(&folder, many).await;
        }
        #[cfg(feature = "ledger-postgres")]
        if all || given("postgres") {
            postgres::measure(few * 4).await;
        }
    });
}

pub(crate) fn settings() -> Settings {
    Settings::of(&testing::policy(), Secret::new([7; 32]))
}

/// One record, as visitors make them.
pub(crate) fn record() -> Record {
    let gate: Gate = testing::gate();
    let visitor = gate.visitor([("host", "x")], Facts::in_region("DE".parse().expect("a region")), testing::now());
    let pending = visitor.prepare(&Change::answer(Category::ANALYTICS)).expect("a change");
    pending.record(&Circumstances::new(Method::Banner, "en")).expect("a record")
}

pub(crate) fn notice() -> Notice {
    Notice::of(&testing::policy(), "en")
}

/// Appends so many records by so many writers, and prints the rate and how long callers waited.
pub(crate) async fn appended<L: Ledger + Clone + 'static>(
    name: &str,
    ledger: &L,
    records: usize,
    writers: usize,
) -> f64 {
    let (record, notice, next) = (record(), notice(), Arc::new(AtomicUsize::new(0)));
    let started = Instant::now();
    let running: Vec<_> = (0..writers)
        .map(|_| {
            let (ledger, record, notice, next) = (ledger.clone(), record.clone(), notice.clone(), next.clone());
            tokio::spawn(async move {
                let mut waits = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= records {
                        return waits;
                    }
                    let started = Instant::now();
                    // Four records a subject.
                    let subject = format!("subject-{}", number / 4);
                    let draft = Draft::new(Some(&subject), record.clone(), &notice).expect("a draft");
                    ledger.append(draft).await.expect("appended");
                    waits.push(started.elapsed());
                }
            })
        })
        .collect();
    let mut waits = Vec::new();
    for writer in running {
        waits.extend(writer.await.expect("a writer"));
    }
    let rate = records as f64 / started.elapsed().as_secs_f64();
    shown(name, rate, waits);
    rate
}

pub(crate) fn shown(name: &str, rate: f64, mut waits: Vec<Duration>) {
    waits.sort_unstable();
    let at = |part: usize| waits.get(waits.len() * part / 100).copied().unwrap_or_default();
    println!("{name:<44} {rate:>9.0} records/s   p50 {:>8.1?}   p99 {:>8.1?}", at(50), at(99));
}

async fn group_commit(folder: &Folder, records: usize, writers: usize) {
    let path = folder.0.join("group.redb");
    let ledger = Embedded::open(&path, &settings()).expect("a ledger");
    appended(&format!("ledger/file/append/{writers}_writers"), &ledger, records, writers).await;
    let verified = verify(&ledger).await.expect("a walk").expect("a chain");
    assert_eq!(verified.records, records as u64);
    drop(ledger);
    std::fs::remove_file(path).expect("removed");
}

async fn a_million(folder: &Folder, records: usize) {
    let path = folder.0.join("million.redb");
    let ledger = Embedded::open(&path, &settings()).expect("a ledger");
    appended("ledger/file/append/1024_writers", &ledger, records, 1_024).await;
    println!("{:<44} {:>9} bytes/record", "ledger/file/size", size(&path) / records as u64);
    ledger.compact().await.expect("compacted");
    println!("{:<44} {:>9} bytes/record", "ledger/file/size/compacted", size(&path) / records as u64);

    let (rounds, subjects) = (2_000, records / 4);
    let started = Instant::now();
    for round in 0..rounds {
        let found = ledger.history(&format!("subject-{}", round * 7_919 % subjects), None, 100).await;
        assert_eq!(found.expect("a history").len(), 4);
    }
    println!("{:<44} {:>9.1?} each, of 4 records", "ledger/file/look_up", started.elapsed() / 2_000);

    let memory = resident();
    let started = Instant::now();
    let verified = verify(&ledger).await.expect("a walk").expect("a chain");
    assert_eq!(verified.records, records as u64);
    println!("{:<44} {:>9.0} records/s", "ledger/file/verify", records as f64 / started.elapsed().as_secs_f64());
    let started = Instant::now();
    let stats = Stats::of(&ledger).await.expect("stats");
    assert_eq!(stats.rows().count(), 4);
    println!("{:<44} {:>9.0} records/s", "ledger/file/stats", records as f64 / started.elapsed().as_secs_f64());
    let started = Instant::now();
    let mut out = std::io::sink();
    assert_eq!(export_json(&ledger, "subject-7", testing::now(), &mut out).await, Ok(4));
    println!("{:<44} {:>9.1?}", "ledger/file/export", started.elapsed());
    let started = Instant::now();
    // Three of four records were followed by another one.
    let swept = sweep(&ledger, testing::now() + TimeDelta::days(731), |_| std::future::ready(Ok::<(), ()>(()))).await;
    let swept = swept.expect("swept");
    assert!(swept.removed >= records as u64 / 2, "{swept:?}");
    let done = swept.removed + swept.expired;
    println!("{:<44} {:>9.0} records/s", "ledger/file/sweep", done as f64 / started.elapsed().as_secs_f64());
    verify(&ledger).await.expect("a walk").expect("a chain");
    println!("{:<44} {:>9} MB more than before", "ledger/file/memory", resident().saturating_sub(memory) >> 20);
    let started = Instant::now();
    ledger.compact().await.expect("compacted");
    println!("{:<44} {:>9.1?}, {} MB left", "ledger/file/compact", started.elapsed(), size(&path) >> 20);
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

/// The memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) << 10
}

/// A folder on the disk where this is built, since `/tmp` may be memory. It goes away with the bench.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("ledger-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
