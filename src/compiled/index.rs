//! The look-up of a name among all declared trackers, in time that does not grow with their number.
//!
//! - A name is exact, or a literal and a final `*`. Exact comes before pattern, then the longer literal.
//! - An address is a prefix of scheme, host and path that ends in `/` or is followed by the end, `/` or `?`.
//! - Names are compared byte by byte, in upper and lower case as declared.
//!
//! One pass over the name hashes every prefix that some pattern is as long as, and looks each up in one table.
//! The table holds only what the operator declared, so that a visitor's name cannot fill its buckets.

use super::TrackerId;
use crate::policy::Technology;

/// What distinguishes trackers of the same name.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Kind {
    Cookie,
    LocalStorage,
    SessionStorage,
    IndexedDb,
    Address,
}

impl Kind {
    pub(crate) const COUNT: usize = 5;

    pub(crate) const fn from_technology(technology: Technology) -> Self {
        match technology {
            Technology::Cookie => Self::Cookie,
            Technology::LocalStorage => Self::LocalStorage,
            Technology::SessionStorage => Self::SessionStorage,
            Technology::IndexedDb => Self::IndexedDb,
            Technology::Pixel | Technology::Script | Technology::Frame | Technology::Resource | Technology::Request => {
                Self::Address
            }
        }
    }
}

/// Every declared name.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// Numbers of `entries`, counted from one so that zero is free; as many as a power of two.
    table: Vec<u32>,
    /// For each kind, the lengths of its patterns, in order and without repetition.
    lengths: [Vec<usize>; Kind::COUNT],
}

#[derive(Debug)]
struct Entry {
    key: Key,
    literal: Box<str>,
    tracker: TrackerId,
}

/// What a literal is looked up as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Key {
    kind: Kind,
    is_pattern: bool,
    hash: u64,
}

impl Index {
    /// Adds every tracker, in the order of the policy. The second of the same kind and literal is given to `twice`.
    pub(crate) fn new<'n>(
        names: impl ExactSizeIterator<Item = (Kind, &'n str)>,
        mut twice: impl FnMut(TrackerId),
    ) -> Self {
        let mut index = Self { table: vec![0; (names.len() * 2 + 1).next_power_of_two()], ..Self::default() };
        for (tracker, (kind, name)) in TrackerId::numbered(names) {
            let pattern = if kind == Kind::Address { Some(name) } else { name.strip_suffix('*') };
            let literal = pattern.unwrap_or(name);
            let hash = literal.bytes().fold(seed(kind), step);
            let key = Key { kind, is_pattern: pattern.is_some(), hash };
            if index.at(key, literal.as_bytes()).is_some() {
                twice(tracker);
                continue;
            }
            index.insert(Entry { key, literal: literal.into(), tracker });
        }
        index
    }

    fn insert(&mut self, entry: Entry) {
        if entry.key.is_pattern {
            let lengths = &mut self.lengths[entry.key.kind as usize];
            if let Err(after) = lengths.binary_search(&entry.literal.len()) {
                lengths.insert(after, entry.literal.len());
            }
        }
        let slot = self.probe(entry.key.hash).find(|slot| self.table[*slot] == 0);
        self.entries.push(entry);
        if let Some(slot) = slot {
            self.table[slot] = u32::try_from(self.entries.len()).unwrap_or(0);
        }
    }

    /// The tracker that covers a name.
    pub(crate) fn find(&self, kind: Kind, name: &str) -> Option<TrackerId> {
        let bytes = name.as_bytes();
        let mut found = None;
        let mut hash = seed(kind);
        let mut hashed = 0;
        for length in self.lengths[kind as usize].iter().copied().take_while(|length| *length <= bytes.len()) {
            hash = bytes[hashed..length].iter().copied().fold(hash, step);
            hashed = length;
            if kind == Kind::Address && !ends_at_boundary(bytes, length) {
                continue;
            }
            found = self.at(Key { kind, is_pattern: true, hash }, &bytes[..length]).or(found);
        }
        if kind == Kind::Address {
            return found;
        }
        hash = bytes[hashed..].iter().copied().fold(hash, step);
        self.at(Key { kind, is_pattern: false, hash }, bytes).or(found)
    }

    fn at(&self, key: Key, literal: &[u8]) -> Option<TrackerId> {
        let mut entries =
            self.probe(key.hash).map_while(|slot| self.entries.get((self.table[slot] as usize).checked_sub(1)?));
        let entry = entries.find(|entry| entry.key == key && entry.literal.as_bytes() == literal)?;
        Some(entry.tracker)
    }

    /// Each slot of the table once, from the one that the hash names.
    fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let mask = self.table.len() - 1;
        let first = (hash ^ (hash >> 32)) as usize;
        (0..=mask).map(move |step| (first + step) & mask)
    }
}

/// FNV-1a, 64 bits: every prefix of a name has its hash on the way.
const fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

const fn seed(kind: Kind) -> u64 {
    step(0xcbf2_9ce4_8422_2325, kind as u8)
}

/// Whether a declared address of this length ends where a path segment of the address does.
fn ends_at_boundary(address: &[u8], length: usize) -> bool {
    address[..length].last() == Some(&b'/') || matches!(address.get(length), None | Some(b'/' | b'?'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Kind::{Address, Cookie, LocalStorage};

    const NAMES: [(Kind, &str); 9] = [
        (Cookie, "sid"),
        (Cookie, "_lum*"),
        (Cookie, "_lum_session*"),
        (Cookie, "_lumx"),
        (LocalStorage, "sid*"),
        (Address, "https://px.example/v.gif"),
        (Address, "https://px.example/"),
        (Address, "https://px.example/videos/"),
        (Cookie, "sid"),
    ];

    #[track_caller]
    fn finds(kind: Kind, name: &str, tracker: Option<usize>) {
        let number = |tracker: TrackerId| *tracker.entry_in(&[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        let mut twice = Vec::new();
        let index = Index::new(NAMES.into_iter(), |tracker| twice.push(number(tracker)));
        assert_eq!(index.find(kind, name).map(number), tracker, "{name}");
        assert_eq!(twice, [8]);
    }

    #[test]
    fn exact_comes_before_pattern_and_the_longer_literal_wins() {
        finds(Cookie, "sid", Some(0));
        finds(Cookie, "_lum", Some(1));
        finds(Cookie, "_lum1", Some(1));
        finds(Cookie, "_lum_session_2", Some(2));
        finds(Cookie, "_lumx", Some(3));
        finds(Cookie, "_lumxy", Some(1));
    }

    #[test]
    fn kinds_case_and_chunks_are_told_apart() {
        finds(Cookie, "sid.0", None);
        finds(Cookie, "SID", None);
        finds(Cookie, "_lu", None);
        finds(Cookie, "", None);
        finds(LocalStorage, "sid", Some(4));
        finds(LocalStorage, "sid.0", Some(4));
        finds(LocalStorage, "_lum1", None);
    }

    #[test]
    fn a_declared_path_is_a_prefix_up_to_a_boundary() {
        finds(Address, "https://px.example/v.gif", Some(5));
        finds(Address, "https://px.example/v.gif?id=1", Some(5));
        finds(Address, "https://px.example/v.gif/x", Some(5));
        finds(Address, "https://px.example/v.gifx", Some(6));
        finds(Address, "https://px.example/videos", Some(6));
        finds(Address, "https://px.example/videos/1", Some(7));
        finds(Address, "https://px.example.evil/", None);
        finds(Address, "http://px.example/", None);
    }

    #[test]
    fn ten_thousand_names_are_each_found_as_themselves() {
        let names: Vec<String> =
            (0..10_000).map(|i| if i % 2 == 0 { format!("cookie{i}") } else { format!("pat{i}_*") }).collect();
        let index = Index::new(names.iter().map(|name| (Cookie, &**name)), |_| unreachable!());
        for (tracker, name) in TrackerId::numbered(&names) {
            assert_eq!(index.find(Cookie, &name.replace('*', "tail")), Some(tracker), "{name}");
        }
    }
}
