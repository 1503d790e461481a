//! What the tests of the ledger share: a site, visitors who choose, and folders that go away.

use chrono::{DateTime, TimeDelta, Utc};
use consent_gate::ledger::{Draft, Entry, Ledger, LedgerError, Notice, Secret, Settings, Sweep, sweep};
use consent_gate::record::{Circumstances, Method, Record};
use consent_gate::{Category, Change, Facts, Gate, Visitor, testing};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

pub(crate) const SECRET: [u8; 32] = [7; 32];

pub(crate) fn now() -> DateTime<Utc> {
    testing::now()
}

/// So many days after the beginning.
pub(crate) fn day(days: i64) -> DateTime<Utc> {
    now() + TimeDelta::days(days)
}

pub(crate) fn settings() -> Settings {
    Settings::of(&testing::policy(), Secret::new(SECRET))
}

pub(crate) fn notice() -> Notice {
    static NOTICE: LazyLock<Notice> = LazyLock::new(|| Notice::of(&testing::policy(), "en"));
    NOTICE.clone()
}

/// The site's gate: made once, since that takes its time.
pub(crate) fn gate() -> Gate {
    static GATE: LazyLock<Gate> = LazyLock::new(testing::gate);
    GATE.clone()
}

/// What becomes of an undecided visitor's answer when everything is refused but this.
pub(crate) fn record(granted: Category, at: DateTime<Utc>) -> Record {
    change(None, granted, at)
}

/// What becomes of an answer when everything is refused but this.
pub(crate) fn change(before: Option<(Category, DateTime<Utc>)>, granted: Category, at: DateTime<Utc>) -> Record {
    let visitor = visitor(&gate(), before, at);
    let pending = visitor.prepare(&Change::answer(granted)).unwrap();
    pending.record(&circumstances()).unwrap()
}

pub(crate) fn circumstances() -> Circumstances {
    Circumstances::new(Method::Settings, "en")
}

/// A visitor in Germany who answered before, or not.
pub(crate) fn visitor(gate: &Gate, before: Option<(Category, DateTime<Utc>)>, at: DateTime<Utc>) -> Visitor {
    let cookie = before.map(|(granted, decided)| ("cookie", testing::cookie(gate, granted, decided)));
    gate.visitor(cookie, Facts::in_region("DE".parse().unwrap()), at)
}

pub(crate) fn draft(subject: impl Into<Option<&'static str>>, granted: Category, at: DateTime<Utc>) -> Draft {
    Draft::new(subject.into(), record(granted, at), &notice()).unwrap()
}

pub(crate) fn draft_of(subject: &str, record: Record) -> Draft {
    Draft::new(Some(subject), record, &notice()).unwrap()
}

/// The whole history of a subject.
pub(crate) async fn history<L: Ledger>(ledger: &L, subject: &str) -> Vec<Entry> {
    ledger.history(subject, None, usize::MAX).await.unwrap()
}

/// Sweeps, with a host that has nothing to delete.
pub(crate) async fn swept<L: Ledger>(ledger: &L, at: DateTime<Utc>) -> Result<Sweep, LedgerError> {
    sweep(ledger, at, |_| std::future::ready(Ok::<(), ()>(()))).await
}

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("consent-gate-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("consent.redb")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs what a test awaits.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}
