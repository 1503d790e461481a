//! Made-up records, as many as are wanted: to try a ledger out, to measure it, and to kill it while it writes.

use consent_gate::ledger::{AnyLedger, Draft, Ledger, Notice};
use consent_gate::record::{Circumstances, DeviceType, Method};
use consent_gate::{Category, Change, Facts, Gate, Policy, Region};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinSet;

/// Writes records by so many writers at once, and prints the subject and the id of each that is durable.
pub(crate) async fn run(ledger: &AnyLedger, policy: Policy, records: u64, writers: u64) -> Result<(), String> {
    let language = policy.default_language().unwrap_or("en").to_owned();
    let notice = Notice::of(&policy, &language);
    let gate = Gate::new(policy).map_err(|error| error.to_string())?;
    let number = Arc::new(AtomicU64::new(0));
    let mut running: JoinSet<Result<(), String>> = JoinSet::new();
    for _ in 0..writers {
        let (ledger, gate, notice, number, language) =
            (ledger.clone(), gate.clone(), notice.clone(), number.clone(), language.clone());
        running.spawn(async move {
            loop {
                let number = number.fetch_add(1, Ordering::Relaxed);
                if number >= records {
                    return Ok(());
                }
                let subject = format!("made-up-{}-{number}", std::process::id());
                let record = made_up(&gate, &language, number)?;
                let draft = Draft::new(Some(&subject), record, &notice).map_err(|error| error.to_string())?;
                let id = draft.id();
                ledger.append(draft).await.map_err(|error| error.to_string())?;
                let line = format!("{subject} {id}\n");
                std::io::stdout().write_all(line.as_bytes()).map_err(|error| error.to_string())?;
            }
        });
    }
    while let Some(done) = running.join_next().await {
        done.map_err(|error| error.to_string())??;
    }
    Ok(())
}

/// One of a few answers.
fn made_up(gate: &Gate, language: &str, number: u64) -> Result<consent_gate::record::Record, String> {
    let regions = ["DE", "FR", "US-CA", "BR"];
    let region: Region = regions[usize::try_from(number % 4).unwrap_or(0)].parse().unwrap_or(Region::UNKNOWN);
    let granted = match number % 3 {
        0 => Category::empty(),
        1 => gate.offered(),
        _ => gate.offered().intersection(Category::ANALYTICS),
    };
    let headers: [(&str, &str); 0] = [];
    let visitor = gate.visitor(headers, Facts::in_region(region), crate::now());
    let pending = visitor.prepare(&Change::answer(granted)).map_err(|error| error.to_string())?;
    let circumstances = Circumstances::new(Method::Banner, language).device(DeviceType::Phone);
    pending.record(&circumstances).ok_or_else(|| "a first answer changes something".to_owned())
}
