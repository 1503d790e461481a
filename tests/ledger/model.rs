//! Any sequence of answers, erasures, holds, closures, sweeps, restarts and crashes leaves the state that folding the events by
//! hand leaves.

use crate::world::{Folder, change, day, draft_of, gate, history, run, settings, swept};
use consent_gate::Category;
use consent_gate::ledger::{AnyLedger, Embedded, Ledger, verify};
use consent_gate::record::Status;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// One of three subjects grants these and refuses the others.
    Answer(usize, u32),
    Erase(usize),
    /// Until so many days from then.
    Hold(usize, i64),
    Close(usize),
    /// So many days pass, and a sweep.
    Sweep(i64),
    /// The process ends and another one begins.
    Restart,
    /// The machine stops, and another process finds what is stored at that moment.
    Crash,
    Compact,
}

pub(crate) const SUBJECTS: [&str; 3] = ["ada@example.org", "bob@example.org", "eve@example.org"];

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..3usize, 0..16u32).prop_map(|(subject, set)| Step::Answer(subject, set << 1)),
        2 => (0..3usize).prop_map(Step::Erase),
        1 => (0..3usize, 0..1_500i64).prop_map(|(subject, days)| Step::Hold(subject, days)),
        1 => (0..3usize).prop_map(Step::Close),
        3 => (0..400i64).prop_map(Step::Sweep),
        1 => Just(Step::Restart),
        1 => Just(Step::Crash),
        1 => Just(Step::Compact),
    ];
    prop::collection::vec(step, 1..40)
}

/// What one subject's state must be.
#[derive(Clone, Copy)]
struct Expected {
    granted: Category,
    decided: i64,
    is_expired: bool,
    held: i64,
}

impl Expected {
    fn status(self, category: Category) -> Status {
        match self.granted.contains(category) {
            true if self.is_expired => Status::Expired,
            true => Status::Given,
            false => Status::Refused,
        }
    }

    /// What a sweep leaves of it.
    fn swept(mut self, today: i64) -> Option<Self> {
        self.is_expired |= !self.granted.is_empty() && today >= self.decided + 180;
        // Nothing given and nothing refused any more: evidence, and then nothing.
        let is_evidence = self.is_expired && self.granted == gate().offered();
        (!is_evidence || today < (self.decided + 180 + 730).max(self.held)).then_some(self)
    }
}

/// What folding the events by hand leaves.
#[derive(Default)]
pub(crate) struct Model {
    today: i64,
    expected: BTreeMap<&'static str, Expected>,
    closed: BTreeSet<&'static str>,
}

impl Model {
    /// Does a step, here and in the ledger.
    pub(crate) async fn take(&mut self, step: &Step, ledger: &AnyLedger) {
        match *step {
            Step::Answer(subject, bits) => {
                let (subject, granted) = (SUBJECTS[subject], Category::from_bits_retain(bits));
                let record = change(None, granted, day(self.today));
                ledger.append(draft_of(subject, record)).await.unwrap();
                let held = self.expected.get(subject).map_or(0, |expected| expected.held);
                self.expected.insert(subject, Expected { granted, decided: self.today, is_expired: false, held });
            }
            Step::Erase(subject) => {
                ledger.erase(SUBJECTS[subject], day(self.today)).await.unwrap();
                self.expected.remove(SUBJECTS[subject]);
            }
            Step::Hold(subject, days) => {
                let (subject, until) = (SUBJECTS[subject], self.today + days);
                let is_known = ledger.hold(subject, day(until), "a claim").await.unwrap();
                assert_eq!(is_known, self.expected.contains_key(subject) || self.closed.contains(subject));
                if let Some(expected) = self.expected.get_mut(subject) {
                    expected.held = expected.held.max(until);
                }
            }
            Step::Close(subject) => {
                ledger.close_account(SUBJECTS[subject], day(self.today)).await.unwrap();
                self.closed.insert(SUBJECTS[subject]);
            }
            Step::Sweep(days) => {
                self.today += days;
                swept(ledger, day(self.today)).await.unwrap();
                for subject in std::mem::take(&mut self.closed) {
                    self.expected.remove(subject);
                }
                let left = self.expected.iter().filter_map(|(s, e)| Some((*s, e.swept(self.today)?)));
                self.expected = left.collect();
            }
            Step::Compact => ledger.compact().await.unwrap(),
            Step::Restart | Step::Crash => {}
        }
    }

    /// That the ledger is in the same state.
    pub(crate) async fn check(&self, ledger: &AnyLedger) {
        verify(ledger).await.unwrap().unwrap();
        for subject in SUBJECTS {
            let last = ledger.last(subject).await.unwrap();
            assert_eq!(last.is_some(), self.expected.contains_key(subject), "{subject}");
            let (Some(last), Some(expected)) = (last, self.expected.get(subject)) else { continue };
            for (category, id) in gate().categories() {
                assert_eq!(last.record.status(id), expected.status(category), "{subject}: {id}");
            }
            let all = history(ledger, subject).await;
            assert_eq!(all.last(), Some(&last), "the last event is the state");
            assert!(all.windows(2).all(|pair| pair[1].previous == Some(pair[0].id)), "{subject}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_state_of_a_file_is_the_fold_of_the_events(steps in steps()) {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let folder = Folder::new(&format!("model-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        let open = || AnyLedger::Embedded(Embedded::open(folder.file(), &settings()).unwrap());
        let (mut ledger, mut model) = (Some(open()), Model::default());
        for step in &steps {
            run(model.take(step, ledger.as_ref().unwrap()));
            if matches!(step, Step::Restart | Step::Crash) {
                let found = folder.path().join("found");
                std::fs::copy(folder.file(), &found).unwrap();
                drop(ledger.take());
                if matches!(step, Step::Crash) {
                    std::fs::rename(found, folder.file()).unwrap();
                }
                ledger = Some(open());
            }
            run(model.check(ledger.as_ref().unwrap()));
        }
        drop(ledger);
        let bytes = std::fs::read(folder.file()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(SUBJECTS.iter().all(|subject| !text.contains(subject)), "no name stands in the file");
    }
}
