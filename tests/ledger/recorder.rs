//! What a failure of the store means to a visitor.

use crate::world::{circumstances, day, gate, history, now, run, settings, visitor};
use chrono::{DateTime, Utc};
use consent_gate::ledger::{
    Closure, ContentHash, Draft, Due, Embedded, Entry, Ledger, LedgerError, Recorder, RecorderError, Scan, Swept,
    Verifier, verify,
};
use consent_gate::record::{Circumstances, Method, Proof, SettleError, Status, Stores};
use consent_gate::{Answer, Category, Change, ChangeError, Facts, Pending};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

const ANALYTICS: Category = Category::ANALYTICS;
const ADVERTISING: Category = Category::ADVERTISING;
pub(crate) const UP: u8 = 0;
pub(crate) const DOWN: u8 = 1;
const HANGS: u8 = 2;
const DAMAGED: u8 = 3;

/// A ledger that can be down, or hang.
#[derive(Clone)]
pub(crate) struct Store {
    inner: Embedded,
    state: Arc<AtomicU8>,
}

impl Store {
    pub(crate) fn new(state: u8) -> Self {
        Self { inner: Embedded::in_memory(&settings()).unwrap(), state: Arc::new(AtomicU8::new(state)) }
    }

    pub(crate) fn is(&self, state: u8) {
        self.state.store(state, Ordering::SeqCst);
    }
}

impl Ledger for Store {
    async fn append(&self, draft: Draft) -> Result<(), LedgerError> {
        match self.state.load(Ordering::SeqCst) {
            UP => self.inner.append(draft).await,
            DOWN => Err(LedgerError::Unreachable("it is down".to_owned())),
            DAMAGED => Err(LedgerError::Damaged("a subject cannot be read".to_owned())),
            _ => std::future::pending().await,
        }
    }

    async fn history(&self, subject: &str, after: Option<u64>, most: usize) -> Result<Vec<Entry>, LedgerError> {
        self.inner.history(subject, after, most).await
    }

    async fn last(&self, subject: &str) -> Result<Option<Entry>, LedgerError> {
        self.inner.last(subject).await
    }

    async fn notice(&self, hash: ContentHash) -> Result<Option<String>, LedgerError> {
        self.inner.notice(hash).await
    }

    async fn erase(&self, subject: &str, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        self.inner.erase(subject, now).await
    }

    async fn end_closure(&self, subject: &str, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        self.inner.end_closure(subject, now).await
    }

    async fn answer(&self, subject: &str) -> Result<Option<Answer>, LedgerError> {
        match self.state.load(Ordering::SeqCst) {
            UP => self.inner.answer(subject).await,
            DOWN => Err(LedgerError::Unreachable("it is down".to_owned())),
            _ => std::future::pending().await,
        }
    }

    async fn replace_answer(
        &self,
        subject: &str,
        before: Option<&Answer>,
        after: &Answer,
    ) -> Result<bool, LedgerError> {
        self.inner.replace_answer(subject, before, after).await
    }

    async fn hold(&self, subject: &str, until: DateTime<Utc>, reason: &str) -> Result<bool, LedgerError> {
        self.inner.hold(subject, until, reason).await
    }

    async fn held(&self, subject: &str) -> Result<Option<(DateTime<Utc>, String)>, LedgerError> {
        self.inner.held(subject).await
    }

    async fn close_account(&self, subject: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, LedgerError> {
        self.inner.close_account(subject, at).await
    }

    async fn closures(
        &self,
        now: DateTime<Utc>,
        after: Option<&Closure>,
        most: usize,
    ) -> Result<Vec<Closure>, LedgerError> {
        self.inner.closures(now, after, most).await
    }

    async fn sweep_batch(&self, now: DateTime<Utc>, most: usize) -> Result<Swept, LedgerError> {
        self.inner.sweep_batch(now, most).await
    }

    async fn due(&self, now: DateTime<Utc>) -> Result<Due, LedgerError> {
        self.inner.due(now).await
    }

    async fn scan<S: Scan>(&self, scan: S) -> Result<S, LedgerError> {
        self.inner.scan(scan).await
    }

    fn verifier(&self) -> Verifier {
        self.inner.verifier()
    }
}

pub(crate) fn recorder(store: &Store) -> Recorder<Store> {
    Recorder::with_timeout(&gate(), store.clone(), Duration::from_millis(100))
}

/// Settles a change with the recorder as the proof.
async fn save(recorder: &Recorder<Store>, pending: Pending, subject: Option<&str>) -> Result<(), SettleError> {
    pending.settle(&Stores::new().proof(recorder.clone()), subject, &circumstances()).await
}

#[test]
fn r44_a_grant_takes_effect_when_it_is_recorded() {
    run(async {
        let store = Store::new(UP);
        let recorder = recorder(&store);
        let visitor = visitor(&gate(), None, now());
        let pending = visitor.prepare(&Change::answer(ANALYTICS)).unwrap();
        save(&recorder, pending, Some("ada")).await.unwrap();
        assert!(visitor.may_track(ANALYTICS));
        let again = visitor.prepare(&Change::answer(ANALYTICS)).unwrap();
        save(&recorder, again, Some("ada")).await.unwrap();
        assert_eq!(history(&store, "ada").await.len(), 1, "the same answer is recorded once");
    });
}

#[test]
fn r44_a_grant_that_cannot_be_recorded_does_not_take_effect_and_the_visitor_is_told() {
    for state in [DOWN, HANGS] {
        run(async {
            let store = Store::new(state);
            let recorder = recorder(&store);
            let visitor = visitor(&gate(), None, now());
            let pending = visitor.prepare(&Change::grant(ANALYTICS)).unwrap();
            let started = Instant::now();
            let error = save(&recorder, pending, Some("ada")).await.unwrap_err();
            assert!(matches!(error, SettleError::NotRecorded(_)), "{error:?}");
            assert_eq!(error.to_string(), "your choice was not saved: it could not be recorded");
            assert!(started.elapsed() < Duration::from_secs(20), "and the site goes on");
            assert_eq!(visitor.decide(ANALYTICS).code(), "undecided");
            assert!(visitor.finish().is_empty(), "no cookie says otherwise");
            // What was given up is not recorded later.
            store.is(UP);
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(history(&store, "ada").await.is_empty());
        });
    }
}

#[test]
fn r44_a_refusal_takes_effect_while_the_store_is_down_and_is_recorded_when_it_is_up() {
    for state in [DOWN, HANGS] {
        run(async {
            let store = Store::new(state);
            let recorder = recorder(&store);
            let visitor = visitor(&gate(), Some((ANALYTICS, day(-1))), now());
            let pending = visitor.prepare(&Change::refuse(ANALYTICS)).unwrap();
            save(&recorder, pending, Some("ada")).await.unwrap();
            assert_eq!(visitor.decide(ANALYTICS).code(), "refused");
            if state == DOWN {
                assert_eq!((recorder.waiting(), recorder.lost()), (1, 0));
                store.is(UP);
                recorder.flush().await;
                assert_eq!(store.last("ada").await.unwrap().unwrap().record.status("analytics"), Status::Withdrawn);
            }
        });
    }
}

#[test]
fn r44_what_a_form_refuses_holds_though_what_it_grants_could_not_be_recorded() {
    run(async {
        let store = Store::new(DOWN);
        let recorder = recorder(&store);
        let visitor = visitor(&gate(), Some((ANALYTICS, day(-1))), now());
        let pending = visitor.prepare(&Change::answer(ADVERTISING)).unwrap();
        let error = save(&recorder, pending, Some("ada")).await.unwrap_err();
        assert!(matches!(error, SettleError::NotRecorded(_)));
        assert_eq!(visitor.decide(ANALYTICS).code(), "refused", "withdrawn");
        assert!(visitor.decide(ADVERTISING).is_deny(), "and not granted");
        store.is(UP);
        recorder.flush().await;
        let record = store.last("ada").await.unwrap().unwrap().record;
        assert_eq!(record.status("analytics"), Status::Withdrawn);
        assert!(!record.gives());
    });
}

#[test]
fn the_records_of_a_subject_keep_the_order_of_the_clicks() {
    run(async {
        let store = Store::new(DOWN);
        let recorder = recorder(&store);
        let first = visitor(&gate(), None, now());
        let refusal = first.prepare(&Change::answer(Category::empty())).unwrap();
        save(&recorder, refusal, Some("ada")).await.unwrap();
        // The grant waits behind the refusal, and gives up with it.
        let second = visitor(&gate(), Some((Category::empty(), now())), day(1));
        let grant = || second.prepare(&Change::grant(ANALYTICS)).unwrap();
        assert!(save(&recorder, grant(), Some("ada")).await.is_err());
        store.is(UP);
        recorder.flush().await;
        save(&recorder, grant(), Some("ada")).await.unwrap();
        let states: Vec<Status> =
            history(&store, "ada").await.iter().map(|entry| entry.record.status("analytics")).collect();
        assert_eq!(states, [Status::Refused, Status::Given]);
    });
}

#[test]
fn the_queue_is_bounded_and_what_does_not_fit_holds_without_a_record() {
    run(async {
        let store = Store::new(DOWN);
        let recorder = recorder(&store);
        for _ in 0..200 {
            let visitor = visitor(&gate(), None, now());
            let pending = visitor.prepare(&Change::answer(Category::empty())).unwrap();
            save(&recorder, pending, Some("ada")).await.unwrap();
            assert_eq!(visitor.decide(ANALYTICS).code(), "refused");
        }
        let unrecorded = recorder.lost();
        assert!(unrecorded > 100, "{unrecorded}");
        assert_eq!(recorder.waiting() as u64, 200 - unrecorded);
        store.is(UP);
        recorder.flush().await;
        assert_eq!(history(&store, "ada").await.len() as u64, 200 - unrecorded);
        verify(&store).await.unwrap().unwrap();
    });
}

#[test]
fn r17_a_signal_that_the_host_settles_is_stored_in_the_browser_and_recorded_once() {
    run(async {
        for (region, is_opt_out) in [("DE", false), ("FR", false), ("US-CA", true)] {
            let store = Store::new(UP);
            let recorder = recorder(&store);
            let facts = Facts::in_region(region.parse().unwrap()).known(true);
            let visitor = gate().visitor([("sec-gpc", "1")], facts, now());
            let stores = Stores::new().proof(recorder.clone());
            let by_signal = Circumstances::new(Method::Signal, "en");
            for _ in 0..2 {
                if let Some(change) = visitor.signal_opt_out() {
                    let pending = visitor.prepare(&change).unwrap();
                    assert_eq!(pending.answer().refused(), ADVERTISING);
                    pending.settle(&stores, Some("ada"), &by_signal).await.unwrap();
                }
            }
            recorder.flush().await;
            let found = history(&store, "ada").await;
            assert_eq!(found.len(), usize::from(is_opt_out), "{region}");
            assert!(found.iter().all(|entry| entry.record.method == Method::Signal));
            assert_eq!(visitor.finish().len(), usize::from(is_opt_out), "{region}");
        }
    });
}

#[test]
fn r47_closing_an_account_expires_its_trackers_at_once() {
    run(async {
        let store = Store::new(UP);
        let recorder = recorder(&store);
        let cookie = format!("{}; _lum1=a", consent_gate::testing::cookie(&gate(), ANALYTICS, day(-1)));
        let visitor = gate().visitor([("cookie", cookie)], Facts::in_region("DE".parse().unwrap()), now());
        let deadline = recorder.close_account(&visitor, "ada", now(), &circumstances()).await.unwrap();
        assert_eq!(deadline, day(90));
        let lines: Vec<String> = visitor.finish().into_iter().map(String::from).collect();
        assert!(lines.iter().any(|line| line.starts_with("_lum1=; ")), "{lines:?}");
        recorder.flush().await;
        assert_eq!(store.last("ada").await.unwrap().unwrap().record.status("analytics"), Status::Withdrawn);
        let swept = crate::world::swept(&store, now()).await.unwrap();
        assert_eq!(swept.closed, 1);
        assert!(history(&store, "ada").await.is_empty());
    });
}

#[test]
fn a_closed_accounts_answer_refuses_on_its_other_devices_too() {
    run(async {
        let store = Store::new(UP);
        let recorder = recorder(&store);
        for (kept, told) in [(true, true), (true, false), (false, true), (false, false)] {
            let subject = format!("{kept}-{told}");
            let answer: Answer = format!("1.4.{}.4.1a.0", day(-1).timestamp()).parse().unwrap();
            if kept {
                assert_eq!(store.replace_answer(&subject, None, &answer).await, Ok(true));
            }
            let visitor = visitor(&gate(), None, now());
            if told {
                visitor.learn(|facts| (facts.known, facts.account) = (true, Some(answer))).unwrap();
            }
            recorder.close_account(&visitor, &subject, now(), &circumstances()).await.unwrap();
            assert!(
                store.last(&subject).await.unwrap().is_some(),
                "its record is there, and cannot come after an erasure"
            );
            let after = store.answer(&subject).await.unwrap();
            assert_eq!(after.is_some(), kept, "where nothing was kept, nothing is: {subject}");
            assert!(after.is_none_or(|answer| answer.granted().is_empty() && answer.refused().contains(ANALYTICS)));
        }
    });
}

#[test]
fn an_account_is_not_closed_before_its_refusal_is_recorded() {
    run(async {
        let store = Store::new(DOWN);
        let recorder = recorder(&store);
        let visitor = visitor(&gate(), Some((ANALYTICS, day(-1))), now());
        let error = recorder.close_account(&visitor, "ada", now(), &circumstances()).await.unwrap_err();
        assert_eq!(error.to_string(), "the store cannot be reached: it is down");
        assert!(!visitor.may_track(ANALYTICS), "the refusal holds");
        assert_eq!(store.closures(now(), None, 9).await, Ok(Vec::new()));
        store.is(UP);
        recorder.flush().await;
        assert_eq!(history(&store.inner, "ada").await.len(), 1, "and is recorded");
    });
}

#[test]
fn closing_an_account_refuses_even_where_the_ledger_cannot_take_its_name() {
    run(async {
        let recorder = recorder(&Store::new(UP));
        let visitor = visitor(&gate(), Some((ANALYTICS, day(-1))), now());
        let error = recorder.close_account(&visitor, "", now(), &circumstances()).await.unwrap_err();
        assert_eq!(error, RecorderError::Ledger(LedgerError::Subject(0)));
        assert_eq!(visitor.decide(ANALYTICS).code(), "refused");
    });
}

#[test]
fn what_a_damaged_store_cannot_take_is_counted_and_holds_nothing_up() {
    run(async {
        let store = Store::new(DAMAGED);
        let recorder = recorder(&store);
        let visitor = visitor(&gate(), None, now());
        let pending = visitor.prepare(&Change::answer(Category::empty())).unwrap();
        save(&recorder, pending, Some("ada")).await.unwrap();
        recorder.flush().await;
        assert_eq!((recorder.waiting(), recorder.lost()), (0, 1));
    });
}

#[test]
fn a_change_that_comes_too_late_is_told() {
    run(async {
        let store = Store::new(UP);
        let recorder = recorder(&store);
        let visitor = visitor(&gate(), None, now());
        let pending = visitor.prepare(&Change::answer(Category::empty())).unwrap();
        assert!(visitor.finish().is_empty());
        let late = save(&recorder, pending, None).await;
        assert!(matches!(late, Err(SettleError::Change(ChangeError::Late))), "{late:?}");
        recorder.flush().await;
        assert_eq!(verify(&store).await.unwrap().unwrap().records, 0);
    });
}

#[cfg(feature = "cmp")]
#[test]
fn a_migration_is_recorded_when_its_answer_leaves() {
    use consent_gate::policy::Import;
    use consent_gate::{Gate, testing};
    run(async {
        let mut policy = testing::policy();
        policy.imports.push(Import::new("c15t").migrate(true));
        let gate = Gate::new(policy).unwrap();
        let store = Store::new(UP);
        let recorder = Recorder::with_timeout(&gate, store.clone(), Duration::from_millis(100));
        let cookie = ("cookie", "c15t=c.necessary:1,c.measurement:1,i.t:1795000000123");
        let visitor = gate.visitor([cookie], Facts::in_region("DE".parse().unwrap()), now());
        let stores = Stores::new().proof(recorder.clone());
        visitor.record_migration(&stores, Some("ada"));
        let undecided = gate.visitor([("host", "x")], Facts::default(), now());
        undecided.record_migration(&stores, Some("eve"));
        assert!(undecided.finish().is_empty());
        assert_eq!(recorder.waiting(), 0, "nothing has left yet");
        assert_eq!(visitor.finish().len(), 1);
        recorder.flush().await;
        let found = history(&store.inner, "ada").await;
        assert_eq!(found.len(), 1);
        let record = &found[0].record;
        let analytics = record.categories.iter().find(|change| change.id == "analytics").unwrap();
        assert_eq!((analytics.before, analytics.after), (Status::Unknown, Status::Given));
        assert_eq!((record.method, record.status("advertising")), (Method::Import, Status::Refused));
        let decided = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        assert_eq!(record.expiry, Some(decided + chrono::TimeDelta::days(180)), "from the day it was given");
        assert!(history(&store.inner, "eve").await.is_empty());
        recorder.refusal(record.clone(), Some(""));
        assert_eq!(recorder.lost(), 1, "a subject that is not valid is counted");
    });
}

#[test]
fn accounts_on_a_store_that_is_down_or_hangs_fail_in_time() {
    use consent_gate::ledger::Accounts;
    use consent_gate::record::AccountStore;
    run(async {
        let store = Store::new(DOWN);
        let accounts = Accounts::new(store.clone());
        let error = accounts.load("ada").await.unwrap_err();
        assert_eq!(error.to_string(), "the store cannot be reached: it is down");
        store.is(HANGS);
        let error = accounts.load("ada").await.unwrap_err();
        assert_eq!(error.to_string(), "the store did not answer in time");
        store.is(UP);
        assert_eq!(accounts.load("ada").await.unwrap(), None);
    });
}
