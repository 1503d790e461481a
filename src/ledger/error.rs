//! Why the ledger could not do what was asked.

/// Why the ledger could not do what was asked: the store's fault, or that of how it was opened. Never a visitor's.
///
/// No text holds a subject, a key or what a record says.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// There is no room left, as on a full disk. What was acknowledged before is safe; the next try may succeed.
    #[error("the store has no room left: {0}")]
    Full(String),
    /// The store can be read and not written.
    #[error("the store cannot be written: {0}")]
    ReadOnly(String),
    /// Another process has the file open.
    #[error("{0} is open in another process: close it there, or use PostgreSQL for several processes")]
    InUse(String),
    /// What is stored is not what was written.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// The server does not answer, or the connection broke. What was not acknowledged may be stored or not; the same
    /// draft can be appended again, and is stored once.
    #[error("the store cannot be reached: {0}")]
    Unreachable(String),
    /// The store failed in another way.
    #[error("the store failed: {0}")]
    Failed(String),
    /// The ledger belongs to another site.
    #[error("this ledger belongs to the site {found:?}, not to {expected:?}")]
    WrongSite {
        /// The site that the ledger was made for.
        found: String,
        /// The site that it was opened for.
        expected: String,
    },
    /// The secret is not the one that the ledger was made with.
    #[error("the secret is not the one that this ledger was made with")]
    WrongSecret,
    /// The ledger was written by a later version of this crate.
    #[error("the ledger has the schema version {0}, which this version does not know: update consent-gate")]
    TooNew(u32),
    /// The subject is empty, or longer than 256 bytes.
    #[error("a subject has 1 to 256 bytes, not {0}")]
    Subject(usize),
    /// The text is no secret: 64 hexadecimal digits are.
    #[error("a ledger secret is 64 hexadecimal digits")]
    Secret,
    /// The name of a schema is not one: `a-z`, `0-9` and `_`, at most 48, beginning with a letter.
    #[error("{0:?} is no schema name: use a-z, 0-9 and _, at most 48, beginning with a letter")]
    SchemaName(String),
    /// A line of an earlier [`Verified::state`](crate::ledger::Verified::state) is none, by its number.
    #[error("line {0} of the earlier state is none: a shard, a number and a link of 64 hexadecimal digits")]
    State(usize),
    /// An export could not be written where it was to go.
    #[error("the export cannot be written: {0}")]
    Output(String),
    /// It was not recorded within the time allowed.
    #[error("the store did not answer in time")]
    Timeout,
    /// The ledger was closed, or its thread has ended.
    #[error("the ledger is closed")]
    Closed,
}

impl LedgerError {
    /// Whether the same may succeed later, without anybody's doing or after the store was seen to.
    pub(crate) const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Full(_) | Self::ReadOnly(_) | Self::InUse(_) | Self::Unreachable(_) | Self::Failed(_) | Self::Timeout
        )
    }
}
