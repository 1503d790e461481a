//! The open database: shared by the thread that writes and those that read, and opened again after it failed.

use super::super::LedgerError;
use redb::{Database, DatabaseError, ReadTransaction, ReadableDatabase, StorageError, WriteTransaction};
use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How much of the file is kept in memory.
const CACHE: usize = 64 << 20;

/// The database, where it is open.
pub(super) struct File {
    database: RwLock<Option<Database>>,
    /// Where it is; `None` in memory.
    path: Option<PathBuf>,
}

impl File {
    /// Opens a file that is there, by its own name: one that is written anew takes the place of the file, and not of a link to
    /// it.
    pub(super) fn open(path: &Path) -> Result<Self, LedgerError> {
        let path = std::fs::canonicalize(path).map_err(|error| opening(Some(path), error.into()))?;
        Ok(Self { database: RwLock::new(Some(existing(&path)?)), path: Some(path) })
    }

    /// Makes a file.
    pub(super) fn create(path: &Path) -> Result<Self, LedgerError> {
        Ok(Self { database: RwLock::new(Some(create(path)?)), path: Some(path.to_owned()) })
    }

    /// One that is not a file.
    pub(super) fn on(backend: impl redb::StorageBackend) -> Result<Self, LedgerError> {
        let database = redb::Builder::new().create_with_backend(backend).map_err(|error| opening(None, error))?;
        Ok(Self { database: RwLock::new(Some(database)), path: None })
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Reads one consistent state.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&ReadTransaction) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.reopened()?;
        let shared = self.shared();
        let database = shared.as_ref().ok_or(LedgerError::Closed)?;
        work(&database.begin_read().map_err(failed)?)
    }

    /// Writes, and makes it durable: all of it or nothing. After a failure of the storage the file is opened anew: what
    /// failed may not fail again, as when a disk was full.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let result = self.reopened().and_then(|()| self.try_write(work));
        if matches!(result, Err(LedgerError::Full(_) | LedgerError::ReadOnly(_) | LedgerError::Failed(_))) {
            // Where it cannot be opened, the next write tries again and says why.
            if let Some(path) = &self.path {
                let mut exclusive = self.exclusive();
                *exclusive = None;
                *exclusive = existing(path).ok();
            }
        }
        result
    }

    fn try_write<T>(&self, work: impl FnOnce(&WriteTransaction) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        let shared = self.shared();
        let database = shared.as_ref().ok_or(LedgerError::Closed)?;
        let mut transaction = database.begin_write().map_err(failed)?;
        // Opening after a crash takes a millisecond instead of seconds, for a tenth of the rate.
        transaction.set_quick_repair(true);
        let result = work(&transaction)?;
        transaction.commit().map_err(failed)?;
        Ok(result)
    }

    /// Opens what an earlier failure has closed.
    fn reopened(&self) -> Result<(), LedgerError> {
        if self.shared().is_some() {
            return Ok(());
        }
        let path = self.path.as_ref().ok_or(LedgerError::Closed)?;
        let mut exclusive = self.exclusive();
        if exclusive.is_none() {
            *exclusive = Some(existing(path)?);
        }
        Ok(())
    }

    /// Puts another file in the place of this one, which stays open until then: no other process can come between. Readers
    /// finish first.
    pub(super) fn replace(&self, path: &Path, new: &Path, database: Database) -> Result<(), LedgerError> {
        let mut exclusive = self.exclusive();
        std::fs::rename(new, path).map_err(failed)?;
        *exclusive = Some(database);
        sync_folder(path).map_err(failed)
    }

    fn shared(&self) -> RwLockReadGuard<'_, Option<Database>> {
        // A reader that panicked has changed nothing.
        self.database.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn exclusive(&self) -> RwLockWriteGuard<'_, Option<Database>> {
        self.database.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a database that is there: where there is none, a new one would hide that what was kept is gone.
pub(super) fn existing(path: &Path) -> Result<Database, LedgerError> {
    redb::Builder::new().set_cache_size(CACHE).open(path).map_err(|error| opening(Some(path), error))
}

/// Makes a database. It is its owner's alone: subjects' keys lie in it.
pub(super) fn create(path: &Path) -> Result<Database, LedgerError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path).map_err(DatabaseError::from).and_then(redb::backends::FileBackend::new);
    let database = opened.and_then(|file| redb::Builder::new().set_cache_size(CACHE).create_with_backend(file));
    database.map_err(|error| opening(Some(path), error))
}

/// Makes a file as open to others as another is, and whose that one is.
pub(super) fn like(path: &Path, new: &Path) -> Result<(), LedgerError> {
    let copied = std::fs::metadata(path).and_then(|old| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, chown};
            let made = std::fs::metadata(new)?;
            if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
                chown(new, Some(old.uid()), Some(old.gid()))?;
            }
        }
        std::fs::set_permissions(new, old.permissions())
    });
    copied.map_err(failed)
}

/// The name of a file beside another that is not whole yet.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut new = path.as_os_str().to_owned();
    new.push(".");
    new.push(end);
    PathBuf::from(new)
}

/// Gives a file that is whole its own name, where nothing has that name.
pub(super) fn name(new: &Path, path: &Path) -> Result<(), LedgerError> {
    match std::fs::hard_link(new, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
        _ => {}
    }
    std::fs::remove_file(new).and_then(|()| sync_folder(path)).map_err(failed)
}

/// Makes a new name durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn opening(path: Option<&Path>, error: DatabaseError) -> LedgerError {
    let path = path.map_or_else(|| "the ledger".to_owned(), |path| path.display().to_string());
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => LedgerError::InUse(path),
        DatabaseError::Storage(error) => match storage(error) {
            LedgerError::Full(text) => LedgerError::Full(format!("{path}: {text}")),
            LedgerError::ReadOnly(text) => LedgerError::ReadOnly(format!("{path}: {text}")),
            LedgerError::Damaged(text) => LedgerError::Damaged(format!("{path}: {text}")),
            other => LedgerError::Failed(format!("{path}: {other}")),
        },
        DatabaseError::UpgradeRequired(version) => {
            LedgerError::Damaged(format!("{path} has the file format {version}, which is too old"))
        }
        other => LedgerError::Damaged(format!("{path}: {other}")),
    }
}

/// What any step on an open database may fail with.
pub(super) fn failed(error: impl Into<redb::Error>) -> LedgerError {
    match error.into() {
        redb::Error::Io(error) => storage(StorageError::Io(error)),
        redb::Error::Corrupted(text) => LedgerError::Damaged(text),
        other => LedgerError::Failed(other.to_string()),
    }
}

fn storage(error: StorageError) -> LedgerError {
    use io::ErrorKind as Kind;
    match error {
        StorageError::Corrupted(text) => LedgerError::Damaged(text),
        StorageError::Io(error) => match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => LedgerError::Full(error.to_string()),
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => LedgerError::ReadOnly(error.to_string()),
            Kind::InvalidData | Kind::UnexpectedEof => LedgerError::Damaged(error.to_string()),
            _ => LedgerError::Failed(error.to_string()),
        },
        other => LedgerError::Failed(other.to_string()),
    }
}
