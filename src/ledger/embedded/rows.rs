//! The tables of the file, and what their rows are.
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | name | bytes |
//! | `notices` | hash | text |
//! | `shards` | shard | both ends |
//! | `entries` | position in the file, rising | one entry |
//! | `subjects` | pseudonym, 0 | the subject: the seed of its key, its hold, its name, the answer of its account |
//! | `subjects` | pseudonym (without one: the record's id), position | terms and id of one record |
//! | `due` | time, position: once a record, when it is to be looked at again | pseudonym, or nothing |
//! | `closing` | pseudonym | when the account was closed |
//!
//! Integers are big-endian, so that bytes order as they do.

use super::super::chain::Ends;
use super::super::scan::{Stored, StoredBody};
use super::super::sealed::seal_name;
use super::super::secret::{Hash, Keys, Pseudonym, SubjectKey};
use super::super::terms::NEVER;
use redb::TableDefinition;

pub(super) const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
pub(super) const NOTICES: TableDefinition<'_, &[u8], &str> = TableDefinition::new("notices");
pub(super) const SHARDS: TableDefinition<'_, u16, &[u8]> = TableDefinition::new("shards");
pub(super) const ENTRIES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("entries");
pub(super) const SUBJECTS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("subjects");
pub(super) const DUE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("due");
pub(super) const CLOSING: TableDefinition<'_, &[u8], i64> = TableDefinition::new("closing");

/// How many chains a file has: one process writes it, so that they wait for nobody.
pub(super) const SHARD_COUNT: u16 = 16;

const WHOLE: u8 = 1;
const REMOVED: u8 = 2;

/// Reads fields from the front of a row; `None` where it ends too soon.
struct Fields<'r>(&'r [u8]);

impl<'r> Fields<'r> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }

    fn u64(&mut self) -> Option<u64> {
        self.bytes().map(u64::from_be_bytes)
    }

    fn i64(&mut self) -> Option<i64> {
        self.bytes().map(i64::from_be_bytes)
    }

    fn slice(&mut self, length: usize) -> Option<&'r [u8]> {
        let (field, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(field)
    }
}

pub(super) fn write_whole(shard: u16, seq: u64, link: &Hash, open: &[u8], sealed: &[u8]) -> Vec<u8> {
    [&[WHOLE][..], &shard.to_be_bytes(), &seq.to_be_bytes(), link, &length(open), open, sealed].concat()
}

/// The length of a field that another one follows: far below 4 GB.
fn length(field: &[u8]) -> [u8; 4] {
    u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes()
}

pub(super) fn write_removed(shard: u16, seq: u64, link: &Hash, digest: &Hash, mac: &Hash) -> Vec<u8> {
    [&[REMOVED][..], &shard.to_be_bytes(), &seq.to_be_bytes(), link, digest, mac].concat()
}

pub(super) fn read_entry(row: &[u8]) -> Option<Stored<'_>> {
    let mut fields = Fields(row);
    let [tag] = fields.bytes()?;
    let (shard, seq, link) = (u16::from_be_bytes(fields.bytes()?), fields.u64()?, fields.bytes()?);
    Some(Stored { shard, seq, link, body: read_body(tag, fields).unwrap_or(StoredBody::Unreadable) })
}

fn read_body(tag: u8, mut fields: Fields<'_>) -> Option<StoredBody<'_>> {
    match tag {
        WHOLE => {
            let length = usize::try_from(u32::from_be_bytes(fields.bytes()?)).ok()?;
            Some(StoredBody::Whole { open: fields.slice(length)?, sealed: fields.0 })
        }
        REMOVED => Some(StoredBody::Removed { digest: fields.bytes()?, mac: fields.bytes()? }),
        _ => None,
    }
}

pub(super) fn write_ends(ends: &Ends) -> Vec<u8> {
    [&ends.first.to_be_bytes()[..], &ends.anchor, &ends.next.to_be_bytes(), &ends.head, &ends.mac].concat()
}

pub(super) fn read_ends(row: &[u8]) -> Option<Ends> {
    let mut f = Fields(row);
    Some(Ends { first: f.u64()?, anchor: f.bytes()?, next: f.u64()?, head: f.bytes()?, mac: f.bytes()? })
}

/// A subject.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) key: SubjectKey,
    /// Until when its records are held; 0 without a hold.
    pub(super) held: i64,
    /// The host's identifier and the reason of the hold, sealed.
    pub(super) name: Vec<u8>,
    /// The answer of its account, sealed; empty without one.
    pub(super) answer: Vec<u8>,
}

impl Subject {
    pub(super) fn new(keys: &Keys, pseudonym: &Pseudonym, name: &str) -> Self {
        let key = SubjectKey::generate(keys, pseudonym);
        Self { name: seal_name(&key, pseudonym, name, ""), key, held: 0, answer: Vec::new() }
    }

    pub(super) fn read(keys: &Keys, pseudonym: &Pseudonym, row: &[u8]) -> Option<Self> {
        let mut fields = Fields(row);
        let (key, held) = (SubjectKey::of(keys, pseudonym, fields.bytes()?), fields.i64()?);
        let length = usize::try_from(u32::from_be_bytes(fields.bytes()?)).ok()?;
        Some(Self { key, held, name: fields.slice(length)?.to_vec(), answer: fields.0.to_vec() })
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let length = length(&self.name);
        [&self.key.seed[..], &self.held.to_be_bytes(), &length, &self.name, &self.answer].concat()
    }
}

/// The terms of one record, beside its subject.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) position: u64,
    /// When it was written.
    pub(super) time: i64,
    /// When the record goes, if nothing follows.
    pub(super) due: i64,
    /// When what it gives lapses, if nothing follows.
    pub(super) expiry: i64,
    /// When it is looked at next: the time of its key in `due`.
    pub(super) wake: i64,
    pub(super) id: [u8; 16],
}

impl Held {
    pub(super) fn read(key: &[u8], row: &[u8]) -> Option<Self> {
        let position = u64::from_be_bytes(*key.last_chunk()?);
        let mut f = Fields(row);
        Some(Self { position, time: f.i64()?, due: f.i64()?, expiry: f.i64()?, wake: f.i64()?, id: f.bytes()? })
    }

    pub(super) fn write(&self) -> [u8; 48] {
        let mut row = [0; 48];
        for (field, time) in row.chunks_exact_mut(8).zip([self.time, self.due, self.expiry, self.wake]) {
            field.copy_from_slice(&time.to_be_bytes());
        }
        row[32..].copy_from_slice(&self.id);
        row
    }
}

/// A key of `subjects`. Position 0 is the subject itself.
pub(super) fn subject_key(key: &[u8; 16], position: u64) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..16].copy_from_slice(key);
    bytes[16..].copy_from_slice(&position.to_be_bytes());
    bytes
}

/// A key of `due`; `None` where nothing ever falls due.
pub(super) fn due_key(time: i64, position: u64) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&u64::try_from(time).unwrap_or(0).to_be_bytes());
    bytes[8..].copy_from_slice(&position.to_be_bytes());
    (time != NEVER).then_some(bytes)
}

/// The position in a key of `due`.
pub(super) fn read_due(key: &[u8]) -> Option<u64> {
    Fields(key.get(8..)?).u64()
}

/// The end of what is due by a time.
pub(super) fn due_by(now: i64) -> [u8; 16] {
    let mut bytes = [0xff; 16];
    bytes[..8].copy_from_slice(&u64::try_from(now).unwrap_or(0).to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written_and_no_shorter() {
        let whole = write_whole(3, 9, &[1; 32], b"open", b"sealed");
        let read = read_entry(&whole).unwrap();
        assert_eq!((read.shard, read.seq, read.link), (3, 9, [1; 32]));
        assert!(matches!(read.body, StoredBody::Whole { open: b"open", sealed: b"sealed" }));
        let removed = write_removed(3, 9, &[1; 32], &[2; 32], &[3; 32]);
        let body = read_entry(&removed).unwrap().body;
        assert!(matches!(body, StoredBody::Removed { digest, mac } if (digest, mac) == ([2; 32], [3; 32])));
        let is_unreadable = |row: &[u8]| matches!(read_entry(row).unwrap().body, StoredBody::Unreadable);
        for end in 0..49 {
            for row in [&whole[..end], &removed[..end]] {
                assert!(if end < 43 { read_entry(row).is_none() } else { is_unreadable(row) }, "{end}");
            }
        }
        assert!(is_unreadable(&[9; 80]));

        let keys = Keys::new(&super::super::super::Secret::new([7; 32]), "a");
        let subject = Subject { held: 5, answer: b"answer".to_vec(), ..Subject::new(&keys, &[4; 16], "ada") };
        let read = Subject::read(&keys, &[4; 16], &subject.write()).unwrap();
        assert_eq!((read.held, &read.name, &read.answer), (5, &subject.name, &subject.answer));
        for end in 0..44 + subject.name.len() {
            assert!(Subject::read(&keys, &[4; 16], &subject.write()[..end]).is_none(), "{end}");
        }
    }

    #[test]
    fn what_is_due_earlier_comes_first() {
        let key = |time, position| due_key(time, position).unwrap();
        let sorted = [key(1, 9), key(2, 0), key(2, 1), due_by(2), key(3, 0)];
        assert!(sorted.is_sorted());
        assert_eq!(due_key(NEVER, 1), None);
        assert_eq!(read_due(&sorted[2]), Some(1));
    }
}
