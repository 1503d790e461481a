//! What only the inside can try: rows that cannot be read, a disk that fails, and the bytes of the file.

mod tampering;

use super::super::{Draft, Ledger, LedgerError, Notice, Secret, Settings, sweep, verify};
use super::file::File;
use super::*;
use crate::record::{Circumstances, Method};
use crate::{Category, Change as Choice, Gate, testing};
use redb::StorageBackend;
use redb::backends::InMemoryBackend;
use std::future::{Future, ready};
use std::io;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

fn settings() -> Settings {
    Settings::of(&testing::policy(), Secret::new([7; 32]))
}

fn draft(subject: Option<&str>) -> Draft {
    static GATE: LazyLock<Gate> = LazyLock::new(testing::gate);
    let pending = testing::undecided(&GATE).prepare(&Choice::answer(Category::ANALYTICS)).unwrap();
    let record = pending.record(&Circumstances::new(Method::Banner, "en")).unwrap();
    Draft::new(subject, record, &Notice::of(GATE.policy(), "en")).unwrap()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Edits a ledger behind its back.
async fn edit(ledger: &Embedded, edit: impl FnOnce(&redb::WriteTransaction) + Send + 'static) {
    let edit = |store: &Store| {
        store.file.write(|write| {
            edit(write);
            Ok(())
        })
    };
    ledger.0.writer.ask(edit).await.unwrap();
}

#[test]
fn what_cannot_be_read_keeps_nothing_else_from_going() {
    let ledger = Embedded::in_memory(&settings()).unwrap();
    run(async {
        for subject in ["ada", "bob", "eve"] {
            ledger.append(draft(Some(subject))).await.unwrap();
        }
        ledger.close_account("bob", testing::now()).await.unwrap();
        ledger.close_account("eve", testing::now()).await.unwrap();
        let damaged = ["ada", "bob"].map(|subject| ledger.pseudonym(subject).unwrap());
        let damage = move |write: &redb::WriteTransaction| {
            let mut subjects = write.open_table(SUBJECTS).unwrap();
            for pseudonym in damaged {
                subjects.insert(rows::subject_key(&pseudonym, 0).as_slice(), &b"x"[..]).unwrap();
            }
        };
        edit(&ledger, damage).await;
        let on = |days| testing::now() + chrono::TimeDelta::days(days);
        let swept = async |days| sweep(&ledger, on(days), |_| ready(Ok::<(), ()>(()))).await.unwrap();
        let first = swept(1_000).await;
        assert_eq!((first.closed, first.removed, first.unreadable), (1, 1, 2), "{first:?}");
        assert_eq!(swept(1_000).await.unreadable, 0, "they wait for another day");
        assert_eq!(swept(1_001).await.unreadable, 2);
        assert_eq!(ledger.due(on(1_000)).await.unwrap().overdue, 1, "it is not forgotten");
        verify(&ledger).await.unwrap().unwrap();
    });
}

#[test]
fn links_of_what_was_removed_go_in_batches_and_all_of_them() {
    let ledger = Embedded::in_memory(&settings()).unwrap();
    run(async {
        ledger.append(draft(Some("ada"))).await.unwrap();
        ledger.hold("ada", testing::now() + chrono::TimeDelta::days(3_000), "a claim").await.unwrap();
        for _ in 0..600 {
            ledger.append(draft(None)).await.unwrap();
        }
        let on = |days| testing::now() + chrono::TimeDelta::days(days);
        let swept = async |days| sweep(&ledger, on(days), |_| ready(Ok::<(), ()>(()))).await.unwrap();
        assert_eq!(swept(2_000).await.removed, 600);
        let verified = verify(&ledger).await.unwrap().unwrap();
        assert_eq!((verified.records, verified.removed), (2, 600), "what is held stands before them");
        swept(4_000).await;
        let verified = verify(&ledger).await.unwrap().unwrap();
        assert_eq!((verified.records, verified.removed), (1, 0), "her refusal stands");
    });
}

#[test]
fn a_ledger_of_a_later_version_is_left_alone() {
    let file = File::on(InMemoryBackend::new()).unwrap();
    let ledger = Embedded::made(file, &settings()).unwrap();
    let later = |write: &redb::WriteTransaction| {
        write.open_table(META).unwrap().insert("schema", &2u32.to_be_bytes()[..]).unwrap();
        Ok(())
    };
    let store = ledger.0.store.clone();
    store.file.write(later).unwrap();
    assert_eq!(store.found(&settings().site), Err(LedgerError::TooNew(2)));
    let mut open = Prepared::new(draft(None), &store.keys, &store.terms).open;
    open[0] = 2;
    assert_eq!(super::super::entry::read(&open).err(), Some(LedgerError::TooNew(2)));
}

#[test]
fn a_subject_that_cannot_be_read_keeps_no_other_from_being_recorded() {
    let ledger = Embedded::in_memory(&settings()).unwrap();
    run(async {
        ledger.append(draft(Some("ada"))).await.unwrap();
        let pseudonym = ledger.pseudonym("ada").unwrap();
        let damage = move |write: &redb::WriteTransaction| {
            let key = rows::subject_key(&pseudonym, 0);
            write.open_table(SUBJECTS).unwrap().insert(key.as_slice(), &b"x"[..]).unwrap();
        };
        edit(&ledger, damage).await;
        // In one batch: the writer is busy until all of them wait.
        let (started, start) = std::sync::mpsc::channel::<()>();
        let busy = ledger.0.writer.ask(move |_| {
            let _ = start.recv();
            Ok(())
        });
        let (_, ada, eve, bob, ()) = tokio::join!(
            biased;
            busy,
            ledger.append(draft(Some("ada"))),
            ledger.append(draft(Some("eve"))),
            ledger.append(draft(Some("bob"))),
            async { started.send(()).unwrap() },
        );
        assert!(matches!(ada, Err(LedgerError::Damaged(_))), "{ada:?}");
        assert_eq!((eve, bob), (Ok(()), Ok(())));
        assert_eq!(ledger.history("eve", None, 9).await.unwrap().len(), 1);
        assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 3);
    });
}

/// A disk that fails from a certain write on, and leaves half of that write behind.
#[derive(Clone, Debug)]
struct Disk {
    inner: Arc<InMemoryBackend>,
    /// How many writes it still takes.
    left: Arc<AtomicU64>,
}

impl Disk {
    fn new() -> Self {
        Self { inner: Arc::new(InMemoryBackend::new()), left: Arc::new(AtomicU64::new(u64::MAX)) }
    }

    /// Whether one more is taken.
    fn takes(&self) -> bool {
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }
}

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, io::Error> {
        self.inner.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.inner.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        if self.takes() { self.inner.set_len(len) } else { Err(full()) }
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        if self.takes() { self.inner.sync_data() } else { Err(full()) }
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        if self.takes() {
            return self.inner.write(offset, data);
        }
        self.inner.write(offset, &data[..data.len() / 2])?;
        Err(full())
    }
}

#[test]
fn whatever_write_a_full_disk_fails_at_nothing_acknowledged_is_lost() {
    for most in (0..160).step_by(3) {
        let disk = Disk::new();
        let ledger = Embedded::made(File::on(disk.clone()).unwrap(), &settings()).unwrap();
        let mut kept = Vec::new();
        run(async {
            ledger.append(draft(Some("ada"))).await.unwrap();
            disk.left.store(most, Ordering::SeqCst);
            for _ in 0..8 {
                let draft = draft(Some("eve"));
                let id = draft.id();
                match ledger.append(draft).await {
                    Ok(()) => kept.push(id),
                    Err(LedgerError::Full(_) | LedgerError::Failed(_) | LedgerError::Closed) => {}
                    Err(error) => panic!("after {most} writes: {error:?}"),
                }
            }
        });
        drop(ledger);
        disk.left.store(u64::MAX, Ordering::SeqCst);
        let ledger = Embedded::over(File::on(disk).unwrap(), &settings()).unwrap();
        run(async {
            let found: Vec<_> = ledger.history("eve", None, 99).await.unwrap().iter().map(|entry| entry.id).collect();
            assert!(kept.iter().all(|id| found.contains(id)), "after {most} writes: {kept:?}, {found:?}");
            assert_eq!(ledger.history("ada", None, 99).await.unwrap().len(), 1);
            verify(&ledger).await.unwrap().unwrap();
            ledger.append(draft(Some("bob"))).await.unwrap();
        });
    }
}

#[test]
fn r48_no_byte_of_an_erased_subject_is_left_in_the_file() {
    let folder = std::env::temp_dir().join(format!("consent-gate-erased-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("consent.redb");
    let has = |what: &[u8]| memchr::memmem::find(&std::fs::read(&path).unwrap(), what).is_some();
    let ledger = Embedded::open(&path, &settings()).unwrap();
    let name = "ada.lovelace@example.org";
    let (pseudonym, key, of_eve) = run(async {
        for number in 0..50 {
            ledger.append(draft(Some(&format!("other-{number}")))).await.unwrap();
            ledger.append(draft(Some(name))).await.unwrap();
        }
        let pseudonym = ledger.pseudonym(name).unwrap();
        let answer = "1.4.1795000000.4.1a.0.-lumen".parse().unwrap();
        assert_eq!(ledger.replace_answer(name, None, &answer).await, Ok(true));
        ledger.hold(name, testing::now(), "claim-of-ada").await.unwrap();
        ledger.close_account(name, testing::now()).await.unwrap();
        let row = ledger
            .read(move |read, store| subjects::subject(&read.open_table(SUBJECTS).unwrap(), &store.keys, &pseudonym))
            .await
            .unwrap()
            .unwrap();
        (pseudonym, row.key.seed, ledger.pseudonym("other-7").unwrap())
    });
    assert!(has(&pseudonym) && has(&key), "the test would see them");
    assert!(!has(name.as_bytes()) && !has(b"claim-of-ada"), "a name is never there in the clear");
    assert!(!has(b"1795000000.4.1a"), "nor is an answer");
    run(async {
        assert_eq!(ledger.erase(name, testing::now()).await, Ok(50));
        ledger.compact().await.unwrap();
        assert!(has(&pseudonym) && !has(&key), "the host has not deleted its data yet: only the name waits");
        assert_eq!(ledger.end_closure(name, testing::now()).await, Ok(0));
        ledger.compact().await.unwrap();
        assert!(!has(&pseudonym) && !has(&key) && !has(name.as_bytes()));
        assert!(has(&of_eve), "others are still there");
        assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 100);
        // And it goes on in the new file.
        ledger.append(draft(Some(name))).await.unwrap();
        assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 101);
    });
    drop(ledger);
    let again = Embedded::open(&path, &settings()).unwrap();
    run(async { assert_eq!(verify(&again).await.unwrap().unwrap().records, 101) });
    drop(again);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_caller_that_gave_up_leaves_no_record_and_no_answer() {
    let ledger = Embedded::in_memory(&settings()).unwrap();
    run(async {
        // The writer is busy while the caller gives up.
        let (started, start) = std::sync::mpsc::channel::<()>();
        let busy = ledger.0.writer.ask(move |_| {
            let _ = start.recv();
            Ok(())
        });
        let mut busy = Box::pin(busy);
        let mut append = Box::pin(ledger.append(draft(Some("ada"))));
        let answer = "1.4.1795000000.4.1a.0".parse().unwrap();
        let mut keep = Box::pin(ledger.replace_answer("ada", None, &answer));
        std::future::poll_fn(|context| {
            assert!(busy.as_mut().poll(context).is_pending());
            assert!(append.as_mut().poll(context).is_pending());
            assert!(keep.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        drop((append, keep));
        started.send(()).unwrap();
        busy.await.unwrap();
        assert_eq!(ledger.last("ada").await.unwrap(), None);
        assert_eq!(ledger.answer("ada").await, Ok(None));
    });
}
