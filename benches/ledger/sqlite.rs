//! The rival: SQLite with a write-ahead log and `synchronous = FULL`, one thread that commits what has gathered, and rows of
//! the same bytes with the same two ways to find them. It neither seals nor links.

use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

pub(crate) fn group_commit(path: &Path, records: usize, writers: usize) {
    let mut connection = Connection::open(path).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE records (seq INTEGER PRIMARY KEY, subject BLOB, open BLOB, sealed BLOB);
             CREATE INDEX by_subject ON records (subject, seq);",
        )
        .expect("tables");
    let open = serde_json::to_vec(&crate::record()).expect("a record");
    let (sender, waiting) = mpsc::sync_channel::<([u8; 16], mpsc::SyncSender<()>)>(4_096);
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    let waits = std::thread::scope(|scope| {
        let running: Vec<_> = (0..writers)
            .map(|_| {
                let (sender, next) = (sender.clone(), &next);
                scope.spawn(move || {
                    let (answer, answered) = mpsc::sync_channel(1);
                    let mut waits = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= records {
                            return waits;
                        }
                        let started = Instant::now();
                        let subject = ((number / 4) as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
                        sender.send((subject.to_be_bytes(), answer.clone())).expect("a committer");
                        answered.recv().expect("an answer");
                        waits.push(started.elapsed());
                    }
                })
            })
            .collect();
        drop(sender);
        scope.spawn(move || {
            while let Ok(first) = waiting.recv() {
                let batch: Vec<_> = std::iter::once(first).chain(waiting.try_iter().take(1_023)).collect();
                let transaction = connection.transaction().expect("a transaction");
                let mut insert = transaction
                    .prepare_cached("INSERT INTO records (subject, open, sealed) VALUES (?1, ?2, ?3)")
                    .expect("a statement");
                for (subject, _) in &batch {
                    insert.execute(params![&subject[..], &open, &[0u8; 80][..]]).expect("inserted");
                }
                drop(insert);
                transaction.commit().expect("committed");
                batch.into_iter().for_each(|(_, answer)| answer.send(()).expect("a writer"));
            }
        });
        running.into_iter().flat_map(|writer| writer.join().expect("a writer")).collect()
    });
    let rate = records as f64 / started.elapsed().as_secs_f64();
    crate::shown(&format!("sqlite/wal_full/append/{writers}_writers"), rate, waits);
}
