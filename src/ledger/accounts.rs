//! The ledger as the place where accounts keep their answers.

use super::recorder::TIMEOUT;
use super::{Ledger, LedgerError};
use crate::Answer;
use crate::record::{AccountStore, StoreError, StoreFuture};

/// Keeps what each account says now in a ledger, beside the proof of it: see [`Stores::accounts`](crate::record::Stores::accounts).
///
/// An answer is sealed under its subject's own key, and goes when the subject is erased. A store that does not answer within
/// 2 seconds has failed.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::ledger::{Accounts, Embedded, Recorder, Secret, Settings};
/// # use consent_gate::record::{AccountStore, Stores};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let gate = testing::gate();
/// let ledger = Embedded::in_memory(&Settings::of(gate.policy(), Secret::generate()))?;
/// let accounts = Accounts::new(ledger.clone());
/// let stores = Stores::new().accounts(accounts.clone()).proof(Recorder::new(&gate, ledger));
///
/// let answer: Answer = "1.4.1795000000.4.10.0".parse()?;
/// assert!(accounts.save("user-17", None, &answer).await?);
/// assert_eq!(accounts.load("user-17").await?, Some(answer));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Accounts<L>(L);

impl<L: Ledger> Accounts<L> {
    /// Over a ledger.
    pub const fn new(ledger: L) -> Self {
        Self(ledger)
    }
}

impl<L: Ledger> AccountStore for Accounts<L> {
    fn load<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<Answer>> {
        Box::pin(in_time(self.0.answer(account)))
    }

    fn save<'a>(&'a self, account: &'a str, before: Option<&'a Answer>, after: &'a Answer) -> StoreFuture<'a, bool> {
        Box::pin(in_time(self.0.replace_answer(account, before, after)))
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, LedgerError>>) -> Result<T, StoreError> {
    let answer = tokio::time::timeout(TIMEOUT, answer).await.unwrap_or(Err(LedgerError::Timeout));
    answer.map_err(StoreError::new)
}
