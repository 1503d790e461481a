//! The ledger in one file, by `redb`.

mod compact;
mod file;
mod rights;
mod rows;
mod subjects;
#[cfg(test)]
mod tests;
mod threads;
mod write;

use super::chain::{Ends, Verifier};
use super::entry::{Draft, Entry, Prepared, SCHEMA_VERSION, checked, entry};
use super::scan::{Scan, StoredBody};
use super::sealed::{read_answer, read_name};
use super::secret::{Keys, Pseudonym, SubjectKey};
use super::terms::Terms;
use super::{Closure, ContentHash, Due, Ledger, LedgerError, Settings, Swept};
use crate::Answer;
use chrono::{DateTime, Utc};
use file::{File, failed};
use redb::{ReadTransaction, ReadableTable, ReadableTableMetadata};
use rows::{
    CLOSING, DUE, ENTRIES, Held, META, NOTICES, SHARD_COUNT, SHARDS, SUBJECTS, read_ends, read_entry, write_ends,
};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use threads::{Worker, guarded};
use tokio::sync::oneshot;
use uuid::Uuid;
use write::{Change, damaged};

/// A ledger in one file of this machine, or in memory: no server, and nothing but Rust.
///
/// One process has the file open at a time; several share a [`Postgres`](crate::ledger::Postgres). Clones are the same
/// ledger. When the last one is dropped, what was sent is finished and the file closed.
///
/// # Example
/// ```no_run
/// # use consent_gate::*;
/// # use consent_gate::ledger::{Embedded, Secret, Settings};
/// # let gate = testing::gate();
/// let secret: Secret = std::fs::read_to_string("/etc/shop/ledger.secret")?.parse()?;
/// let ledger = Embedded::open("/var/lib/shop/consent.redb", &Settings::of(gate.policy(), secret))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Embedded(Arc<Inner>);

struct Inner {
    store: Store,
    writer: Worker<Store>,
    reader: Worker<Store>,
}

/// What both threads have.
#[derive(Clone)]
struct Store {
    file: Arc<File>,
    keys: Keys,
    terms: Terms,
}

impl Embedded {
    /// Opens a file, or makes it, for its owner's eyes alone: the keys of subjects lie in it. Blocks for a few milliseconds: do
    /// it at start-up.
    ///
    /// # Errors
    /// [`LedgerError::InUse`] where another process has it open, [`LedgerError::ReadOnly`] and [`LedgerError::Full`],
    /// [`LedgerError::Damaged`] for a file that is no ledger, [`LedgerError::WrongSite`] and [`LedgerError::WrongSecret`]
    /// for another's, [`LedgerError::TooNew`] for one of a later version.
    pub fn open(path: impl AsRef<Path>, settings: &Settings) -> Result<Self, LedgerError> {
        let path = path.as_ref();
        guarded(|| {
            if !path.exists() {
                make(path, settings)?;
            }
            Self::over(File::open(path)?, settings)
        })
    }

    /// One that is gone when it is dropped: for tests.
    ///
    /// # Errors
    /// [`LedgerError::Failed`], where no thread can be started.
    pub fn in_memory(settings: &Settings) -> Result<Self, LedgerError> {
        Self::made(File::on(redb::backends::InMemoryBackend::new())?, settings)
    }

    /// One in a file that holds nothing yet.
    fn made(file: File, settings: &Settings) -> Result<Self, LedgerError> {
        let store = Store::new(file, settings);
        store.fill(&settings.site)?;
        Self::start(store)
    }

    fn over(file: File, settings: &Settings) -> Result<Self, LedgerError> {
        let store = Store::new(file, settings);
        store.found(&settings.site)?;
        Self::start(store)
    }

    fn start(store: Store) -> Result<Self, LedgerError> {
        let append = |store: &Store, drafts: &[Prepared]| {
            store.change(|_, change| drafts.iter().try_for_each(|draft| change.append(draft)))
        };
        let never = |_: &Store, _: &[Prepared]| Err(LedgerError::Closed);
        Ok(Self(Arc::new(Inner {
            writer: Worker::start("ledger-writer", store.clone(), append)?,
            reader: Worker::start("ledger-reader", store.clone(), never)?,
            store,
        })))
    }

    /// Writes the file anew, so that nothing that was deleted or erased is left in it. Writers wait meanwhile, and for a moment
    /// readers too, until walks over everything are done: do it when few write, after a [`sweep`](fn@super::sweep), and after erasures.
    ///
    /// # Errors
    /// [`LedgerError::Full`] where there is no room for a second file, and [`LedgerError::ReadOnly`] where none may be made beside
    /// it or be given to its owner; the old one stays then.
    pub async fn compact(&self) -> Result<(), LedgerError> {
        self.0.writer.ask(|store| store.file.compact()).await
    }

    /// Changes something, for one subject.
    async fn change<T: Send + 'static>(
        &self,
        subject: &str,
        work: impl FnOnce(&redb::WriteTransaction, &mut Change<'_>, &Pseudonym) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        self.0.writer.ask(move |store| store.change(|write, change| work(write, change, &pseudonym))).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ReadTransaction, &Store) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        self.0.reader.ask(move |store| store.file.read(|read| work(read, store))).await
    }

    /// Does something long on a thread of its own.
    async fn walk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let store = self.0.store.clone();
        let (answer, answered) = oneshot::channel();
        let walk = move || {
            let result = guarded(|| work(&store));
            // Whoever has the answer may want the file.
            drop(store);
            drop(answer.send(result));
        };
        let thread = std::thread::Builder::new().name("ledger-walk".to_owned()).spawn(walk);
        thread.map_err(|error| LedgerError::Failed(error.to_string()))?;
        answered.await.map_err(|_| LedgerError::Closed)?
    }

    fn pseudonym(&self, subject: &str) -> Result<Pseudonym, LedgerError> {
        Ok(self.0.store.keys.pseudonym(checked(subject)?))
    }
}

/// Makes a new file under a name that nothing has, and gives it its own when it is whole: a process that is killed meanwhile
/// leaves no half of a ledger. Where another process was quicker, its file stays.
fn make(path: &Path, settings: &Settings) -> Result<(), LedgerError> {
    let new = file::beside(path, &Uuid::new_v4().to_string());
    let made = File::create(&new).and_then(|file| Store::new(file, settings).fill(&settings.site));
    if let Err(error) = made {
        let _ = std::fs::remove_file(&new);
        return Err(error);
    }
    file::name(&new, path)
}

impl Store {
    fn new(file: File, settings: &Settings) -> Self {
        Self { file: Arc::new(file), keys: settings.keys(), terms: settings.terms() }
    }

    fn change<T>(
        &self,
        work: impl FnOnce(&redb::WriteTransaction, &mut Change<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.file.write(|transaction| {
            let mut change = Change::begin(transaction, &self.keys, &self.terms)?;
            let result = work(transaction, &mut change)?;
            change.end()?;
            Ok(result)
        })
    }

    fn sweep(&self, now: i64, most: usize) -> Result<Swept, LedgerError> {
        match self.change(|write, change| change.sweep(write, now, most)) {
            Err(LedgerError::Damaged(_)) => self.sweep_apart(now, most),
            result => result,
        }
    }

    /// Does what is due one by one: a record that cannot be read must not keep all others for ever.
    fn sweep_apart(&self, now: i64, most: usize) -> Result<Swept, LedgerError> {
        let mut all = Swept::default();
        for _ in 0..most {
            match self.change(|write, change| change.sweep(write, now, 1)) {
                Ok(swept) => {
                    all.add(Swept { is_done: false, ..swept });
                    if swept.is_done {
                        return Ok(Swept { is_done: true, ..all });
                    }
                }
                Err(error @ LedgerError::Damaged(_)) => {
                    if !self.change(|_, change| change.defer(now))? {
                        return Err(error);
                    }
                    all.unreadable += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// Makes the tables of a new file, and writes whose it is.
    fn fill(&self, site: &str) -> Result<(), LedgerError> {
        self.file.write(|write| {
            let mut meta = write.open_table(META).map_err(failed)?;
            let (schema, check) = (SCHEMA_VERSION.to_be_bytes(), self.keys.check());
            for (key, value) in [("schema", &schema[..]), ("site", site.as_bytes()), ("check", &check)] {
                meta.insert(key, value).map_err(failed)?;
            }
            write.open_table(NOTICES).map_err(failed)?;
            let mut shards = write.open_table(SHARDS).map_err(failed)?;
            for shard in 0..SHARD_COUNT {
                let ends = Ends::new(&self.keys, shard);
                shards.insert(shard, write_ends(&ends).as_slice()).map_err(failed)?;
            }
            write.open_table(ENTRIES).map_err(failed)?;
            write.open_table(SUBJECTS).map_err(failed)?;
            write.open_table(DUE).map_err(failed)?;
            write.open_table(CLOSING).map_err(failed)?;
            Ok(())
        })
    }

    /// Looks whose ledger a file is.
    fn found(&self, site: &str) -> Result<(), LedgerError> {
        let (schema, found, check) = self.file.read(|read| match read.open_table(META) {
            Ok(meta) => {
                let value = |key| Ok(meta.get(key).map_err(failed)?.map(|row| row.value().to_vec()));
                Ok((value("schema")?, value("site")?, value("check")?))
            }
            Err(redb::TableError::Storage(error)) => Err(failed(error)),
            Err(_) => {
                let path = self.file.path().unwrap_or(Path::new("the database"));
                Err(LedgerError::Damaged(format!("{} is no ledger", path.display())))
            }
        })?;
        let schema = schema.and_then(|bytes| Some(u32::from_be_bytes(bytes.try_into().ok()?)));
        super::found(schema, found.as_deref(), check.as_deref(), site, &self.keys)
    }

    fn scan<S: Scan>(&self, mut scan: S) -> Result<S, LedgerError> {
        self.file.read(|read| {
            let entries = read.open_table(ENTRIES).map_err(failed)?;
            scan.total(entries.len().map_err(failed)?);
            for row in read.open_table(NOTICES).map_err(failed)?.iter().map_err(failed)? {
                let (hash, text) = row.map_err(failed)?;
                scan.notice(ContentHash(hash.value().try_into().map_err(|_| damaged("a notice"))?), text.value());
            }
            for row in read.open_table(SHARDS).map_err(failed)?.iter().map_err(failed)? {
                let (shard, ends) = row.map_err(failed)?;
                scan.shard(shard.value(), &read_ends(ends.value()).ok_or_else(|| damaged("the ends of a shard"))?);
            }
            for row in entries.iter().map_err(failed)? {
                let (position, row) = row.map_err(failed)?;
                let entry = read_entry(row.value());
                if !scan.entry(&entry.ok_or_else(|| damaged(&format!("entry {} of the file", position.value())))?) {
                    break;
                }
            }
            Ok(())
        })?;
        Ok(scan)
    }
}

/// The records of a subject that lie after a position.
fn history(
    read: &ReadTransaction,
    keys: &Keys,
    pseudonym: &Pseudonym,
    after: u64,
    most: usize,
) -> Result<Vec<Entry>, LedgerError> {
    let table = read.open_table(SUBJECTS).map_err(failed)?;
    let Some(subject) = subjects::subject(&table, keys, pseudonym)? else { return Ok(Vec::new()) };
    entries(read, &subject.key, subjects::records(&table, pseudonym, after)?.take(most))
}

/// The entries of a subject's records.
fn entries(
    read: &ReadTransaction,
    key: &SubjectKey,
    records: impl IntoIterator<Item = Result<Held, LedgerError>>,
) -> Result<Vec<Entry>, LedgerError> {
    let entries = read.open_table(ENTRIES).map_err(failed)?;
    let records = records.into_iter().map(|held| {
        let position = held?.position;
        let row = entries.get(position).map_err(failed)?.ok_or_else(|| damaged("an entry"))?;
        match read_entry(row.value()).map(|stored| stored.body) {
            Some(StoredBody::Whole { open, sealed }) => entry(key, position, open, sealed),
            _ => Err(damaged("an entry")),
        }
    });
    records.collect()
}

impl Ledger for Embedded {
    async fn append(&self, draft: Draft) -> Result<(), LedgerError> {
        let Store { keys, terms, .. } = &self.0.store;
        self.0.writer.append(Prepared::new(draft, keys, terms)).await
    }

    async fn history(&self, subject: &str, after: Option<u64>, most: usize) -> Result<Vec<Entry>, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        self.read(move |read, store| history(read, &store.keys, &pseudonym, after.unwrap_or(0), most)).await
    }

    async fn last(&self, name: &str) -> Result<Option<Entry>, LedgerError> {
        let pseudonym = self.pseudonym(name)?;
        self.read(move |read, store| {
            let table = read.open_table(SUBJECTS).map_err(failed)?;
            let Some(subject) = subjects::subject(&table, &store.keys, &pseudonym)? else { return Ok(None) };
            let last = subjects::records(&table, &pseudonym, 0)?.next_back();
            Ok(entries(read, &subject.key, last)?.pop())
        })
        .await
    }

    async fn notice(&self, hash: ContentHash) -> Result<Option<String>, LedgerError> {
        self.read(move |read, _| {
            let notices = read.open_table(NOTICES).map_err(failed)?;
            let text = notices.get(hash.0.as_slice()).map_err(failed)?;
            text.map(|row| hash.checked(row.value().to_owned())).transpose()
        })
        .await
    }

    async fn erase(&self, subject: &str, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        let erase = move |write: &_, change: &mut Change<'_>, pseudonym: &_| {
            change.erase(write, pseudonym, now.timestamp(), false)
        };
        self.change(subject, erase).await
    }

    async fn end_closure(&self, subject: &str, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        let erase = move |write: &_, change: &mut Change<'_>, pseudonym: &_| {
            change.erase(write, pseudonym, now.timestamp(), true)
        };
        self.change(subject, erase).await
    }

    async fn hold(&self, subject: &str, until: DateTime<Utc>, reason: &str) -> Result<bool, LedgerError> {
        let reason = reason.to_owned();
        self.change(subject, move |_, change, pseudonym| change.hold(pseudonym, until.timestamp(), &reason)).await
    }

    async fn held(&self, name: &str) -> Result<Option<(DateTime<Utc>, String)>, LedgerError> {
        let pseudonym = self.pseudonym(name)?;
        self.read(move |read, store| {
            let subject = subjects::subject(&read.open_table(SUBJECTS).map_err(failed)?, &store.keys, &pseudonym)?;
            let Some(subject) = subject.filter(|subject| subject.held != 0) else { return Ok(None) };
            let (_, reason) = read_name(&subject.key, &pseudonym, &subject.name)?;
            Ok(DateTime::from_timestamp(subject.held, 0).map(|until| (until, reason)))
        })
        .await
    }

    async fn answer(&self, subject: &str) -> Result<Option<Answer>, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        self.read(move |read, store| {
            let subject = subjects::subject(&read.open_table(SUBJECTS).map_err(failed)?, &store.keys, &pseudonym)?;
            subject.map_or(Ok(None), |subject| read_answer(&subject.key, &pseudonym, &subject.answer))
        })
        .await
    }

    async fn replace_answer(
        &self,
        subject: &str,
        before: Option<&Answer>,
        after: &Answer,
    ) -> Result<bool, LedgerError> {
        let (name, before, after) = (subject.to_owned(), before.cloned(), after.clone());
        let replaced = move |_: &_, change: &mut Change<'_>, pseudonym: &_| {
            change.replace_answer(pseudonym, &name, before.as_ref(), &after)
        };
        self.change(subject, replaced).await
    }

    async fn close_account(&self, subject: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, LedgerError> {
        let (name, closure) = (subject.to_owned(), self.0.store.terms.account_closure);
        let closed = move |write: &_, change: &mut Change<'_>, pseudonym: &_| {
            change.close(write, pseudonym, &name, at.timestamp())
        };
        let closed = self.change(subject, closed).await?;
        Ok(super::time(closed.saturating_add(closure)))
    }

    async fn closures(
        &self,
        now: DateTime<Utc>,
        after: Option<&Closure>,
        most: usize,
    ) -> Result<Vec<Closure>, LedgerError> {
        let after = after.map(|closure| closure.pseudonym);
        self.read(move |read, store| {
            let closing = read.open_table(CLOSING).map_err(failed)?;
            let table = read.open_table(SUBJECTS).map_err(failed)?;
            let first = after.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
            let first = first.as_ref().map(<[u8; 16]>::as_slice);
            let mut closures = Vec::new();
            for row in closing.range::<&[u8]>((first, std::ops::Bound::Unbounded)).map_err(failed)? {
                let (pseudonym, at) = row.map_err(failed)?;
                let (at, pseudonym) = (at.value(), pseudonym.value());
                let pseudonym: Pseudonym = pseudonym.try_into().map_err(|_| damaged("a closed account"))?;
                if at <= now.timestamp() {
                    // One that cannot be read stays due, and keeps no other.
                    let Ok(Some(subject)) = subjects::subject(&table, &store.keys, &pseudonym) else { continue };
                    let Ok((name, _)) = read_name(&subject.key, &pseudonym, &subject.name) else { continue };
                    closures.push(Closure::new(name, at, store.terms.account_closure, pseudonym));
                }
                if closures.len() == most {
                    break;
                }
            }
            Ok(closures)
        })
        .await
    }

    async fn sweep_batch(&self, now: DateTime<Utc>, most: usize) -> Result<Swept, LedgerError> {
        self.0.writer.ask(move |store| store.sweep(now.timestamp(), most)).await
    }

    async fn due(&self, now: DateTime<Utc>) -> Result<Due, LedgerError> {
        self.walk(move |store| store.file.read(|read| rights::due(read, now.timestamp(), &store.keys, &store.terms)))
            .await
    }

    async fn scan<S: Scan>(&self, scan: S) -> Result<S, LedgerError> {
        self.walk(move |store| store.scan(scan)).await
    }

    fn verifier(&self) -> Verifier {
        Verifier::new(&self.0.store.keys, SHARD_COUNT)
    }
}

impl fmt::Debug for Embedded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Embedded").field("path", &self.0.store.file.path()).finish_non_exhaustive()
    }
}
