//! Edits behind the ledger's back, and that they are named.

use super::super::super::chain::{BrokenLink, Fault};
use super::super::super::{Notice, export_json, secret, sweep, verify};
use super::super::rows::{self, ENTRIES, SHARDS, read_entry, write_whole};
use super::super::*;
use super::{draft, edit, run, settings};

use crate::testing;
use std::future::ready;

/// A ledger of five records of one subject.
async fn of_ada() -> Embedded {
    let ledger = Embedded::in_memory(&settings()).unwrap();
    for _ in 0..5 {
        ledger.append(draft(Some("ada"))).await.unwrap();
    }
    verify(&ledger).await.unwrap().unwrap();
    ledger
}

/// What is found when such a one was edited.
#[track_caller]
fn edited(with: impl FnOnce(&redb::WriteTransaction) + Send + 'static, seq: u64, fault: Fault) {
    let broken = run(async {
        let ledger = of_ada().await;
        edit(&ledger, with).await;
        let broken = verify(&ledger).await.unwrap().unwrap_err();
        // Nothing that the ledger does afterwards makes it good.
        let _ = ledger.append(draft(Some("ada"))).await;
        assert!(verify(&ledger).await.unwrap().is_err(), "{broken}, and then another record");
        let _ = sweep(&ledger, testing::now() + chrono::TimeDelta::days(9_000), |_| ready(Ok::<(), ()>(()))).await;
        let _ = ledger.append(draft(Some("ada"))).await;
        assert!(verify(&ledger).await.unwrap().is_err(), "{broken}, and then a sweep");
        broken
    });
    assert_eq!((broken.seq, broken.fault), (seq, fault));
}

/// The third entry, with other bytes.
fn rewrite(write: &redb::WriteTransaction, change: impl Fn(&mut Vec<u8>, &mut Vec<u8>)) {
    let mut entries = write.open_table(ENTRIES).unwrap();
    let row = entries.get(3).unwrap().unwrap().value().to_vec();
    let stored = read_entry(&row).unwrap();
    let StoredBody::Whole { open, sealed } = stored.body else { panic!("it is whole") };
    let (mut open, mut sealed) = (open.to_vec(), sealed.to_vec());
    change(&mut open, &mut sealed);
    let row = write_whole(stored.shard, stored.seq, &stored.link, &open, &sealed);
    entries.insert(3, row.as_slice()).unwrap();
}

#[test]
fn gap_18_the_first_entry_that_was_edited_is_named() {
    edited(|write| rewrite(write, |open, _| open[90] ^= 1), 2, Fault::Edited);
    edited(|write| rewrite(write, |_, sealed| sealed[0] ^= 1), 2, Fault::Edited);
    edited(|write| rewrite(write, |_, sealed| sealed.clear()), 2, Fault::Edited);
    let unreadable = |write: &redb::WriteTransaction| {
        let mut entries = write.open_table(ENTRIES).unwrap();
        let mut row = entries.get(3).unwrap().unwrap().value().to_vec();
        row[0] = 9;
        entries.insert(3, row.as_slice()).unwrap();
    };
    edited(unreadable, 2, Fault::Edited);
    let given = |open: &mut Vec<u8>| {
        let place = memchr::memmem::find(open, b"\"refused\"]").unwrap();
        open.splice(place..place + 9, *b"\"given\"");
    };
    edited(move |write| rewrite(write, |open, _| given(open)), 2, Fault::Edited);
}

#[test]
fn gap_18_an_entry_that_was_taken_out_or_moved_is_named() {
    let remove = |position| {
        move |write: &redb::WriteTransaction| {
            drop(write.open_table(ENTRIES).unwrap().remove(position).unwrap().unwrap())
        }
    };
    edited(remove(3), 3, Fault::Missing);
    edited(remove(1), 1, Fault::Missing);
    edited(remove(5), 4, Fault::Truncated);
    let swap = |write: &redb::WriteTransaction| {
        let mut entries = write.open_table(ENTRIES).unwrap();
        let row = |position| entries.get(position).unwrap().unwrap().value().to_vec();
        let (second, third) = (row(2), row(3));
        entries.insert(2, third.as_slice()).unwrap();
        entries.insert(3, second.as_slice()).unwrap();
    };
    edited(swap, 2, Fault::Missing);
}

#[test]
fn gap_18_the_ends_of_a_shard_cannot_be_moved_without_the_secret() {
    let cut = |write: &redb::WriteTransaction| {
        write.open_table(ENTRIES).unwrap().remove(5).unwrap().unwrap();
        let fourth = write.open_table(ENTRIES).unwrap().get(4).unwrap().unwrap().value().to_vec();
        let fourth = read_entry(&fourth).unwrap();
        let mut shards = write.open_table(SHARDS).unwrap();
        let mut ends = read_ends(shards.get(fourth.shard).unwrap().unwrap().value()).unwrap();
        (ends.next, ends.head) = (4, fourth.link);
        shards.insert(fourth.shard, rows::write_ends(&ends).as_slice()).unwrap();
    };
    edited(cut, 0, Fault::Ends);
    let behead = |write: &redb::WriteTransaction| {
        let first = write.open_table(ENTRIES).unwrap().remove(1).unwrap().unwrap().value().to_vec();
        let first = read_entry(&first).unwrap();
        let mut shards = write.open_table(SHARDS).unwrap();
        let mut ends = read_ends(shards.get(first.shard).unwrap().unwrap().value()).unwrap();
        (ends.first, ends.anchor) = (1, first.link);
        shards.insert(first.shard, rows::write_ends(&ends).as_slice()).unwrap();
    };
    edited(behead, 1, Fault::Ends);
    let forget = |write: &redb::WriteTransaction| {
        let mut shards = write.open_table(SHARDS).unwrap();
        shards.retain(|_, _| false).unwrap();
    };
    edited(forget, 0, Fault::Ends);
    // One that is empty, too: what it held may have been taken away with it.
    let forget_one = |write: &redb::WriteTransaction| {
        let mut shards = write.open_table(SHARDS).unwrap();
        let is_empty = |_, row: &[u8]| read_ends(row).unwrap().next == 0;
        let empty =
            shards.iter().unwrap().map(Result::unwrap).find(|(shard, row)| is_empty(shard.value(), row.value()));
        let empty = empty.unwrap().0.value();
        shards.remove(empty).unwrap().unwrap();
    };
    edited(forget_one, 0, Fault::Ends);
}

#[test]
fn gap_18_what_was_emptied_before_its_time_is_named() {
    let empty = |position| {
        move |write: &redb::WriteTransaction| {
            let mut entries = write.open_table(ENTRIES).unwrap();
            let row = entries.get(position).unwrap().unwrap().value().to_vec();
            let stored = read_entry(&row).unwrap();
            let StoredBody::Whole { open, sealed } = stored.body else { panic!() };
            // Whoever has the store can work the digest out, and cannot vouch for the removal.
            let digest = secret::digest(open, sealed);
            let row = rows::write_removed(stored.shard, stored.seq, &stored.link, &digest, &digest);
            entries.insert(position, row.as_slice()).unwrap();
        }
    };
    edited(empty(3), 2, Fault::Removed);
    // A sweep that came across it at the front would drop the link too.
    edited(empty(1), 0, Fault::Removed);
}

#[test]
fn gap_18_what_visitors_were_told_cannot_be_told_otherwise() {
    let reword = |write: &redb::WriteTransaction| {
        let mut notices = write.open_table(NOTICES).unwrap();
        let (hash, text) = {
            let row = notices.iter().unwrap().next().unwrap().unwrap();
            (row.0.value().to_vec(), row.1.value().replace("What it does for us.", "Nothing."))
        };
        notices.insert(hash.as_slice(), text.as_str()).unwrap();
    };
    edited(reword, 0, Fault::Notice);
    run(async {
        let ledger = of_ada().await;
        let forget = |write: &redb::WriteTransaction| write.open_table(NOTICES).unwrap().retain(|_, _| false).unwrap();
        edit(&ledger, forget).await;
        assert_eq!(verify(&ledger).await.unwrap().unwrap_err().fault, Fault::Notice);
        // The same words again are the same.
        ledger.append(draft(Some("ada"))).await.unwrap();
        verify(&ledger).await.unwrap().unwrap();
        edit(&ledger, reword).await;
        let hash = Notice::of(&testing::policy(), "en").hash();
        let damaged = LedgerError::Damaged(format!("the notice {hash} was edited"));
        assert_eq!(ledger.notice(hash).await, Err(damaged.clone()));
        let exported = export_json(&ledger, "ada", testing::now(), &mut Vec::new()).await;
        assert_eq!(exported, Err(damaged));
    });
}

#[test]
fn a_broken_link_says_where_and_what() {
    let broken = BrokenLink { shard: 9, seq: 17, fault: Fault::Edited };
    assert_eq!(broken.to_string(), "the chain is broken at entry 17 of shard 9: it was edited");
}
