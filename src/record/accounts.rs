//! Where a host keeps the answers of its accounts.

use super::StoreFuture;
use crate::{Answer, Category};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Where a host keeps the answers of its accounts, by an id of the host's own. With the feature `ledger`, `ledger::Accounts` is
/// one.
///
/// The answer's text is that of the consent cookie: `answer.to_string()` and `text.parse()`.
pub trait AccountStore: Send + Sync {
    /// Reads an answer; `None` for an account that has not chosen.
    fn load<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<Answer>>;

    /// Replaces the answer `before`, and returns whether it did: `false`, and nothing written, where the account holds another
    /// one by now. So a grant on one device cannot overwrite a refusal on another.
    ///
    /// In SQL: `UPDATE account SET consent = $3 WHERE id = $1 AND consent IS NOT DISTINCT FROM $2`.
    fn save<'a>(&'a self, account: &'a str, before: Option<&'a Answer>, after: &'a Answer) -> StoreFuture<'a, bool>;
}

/// A store in memory, for tests and demonstrations. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryAccounts(Arc<Mutex<HashMap<String, Answer>>>);

impl AccountStore for MemoryAccounts {
    fn load<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<Answer>> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn save<'a>(&'a self, account: &'a str, before: Option<&'a Answer>, after: &'a Answer) -> StoreFuture<'a, bool> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = answers.get(account) == before;
        if is_current {
            answers.insert(account.to_owned(), after.clone());
        }
        Box::pin(std::future::ready(Ok(is_current)))
    }
}

/// What logging in changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogIn {
    /// What the browser itself had answered: for the host's session, to be given back at log-out.
    pub own: Option<Answer>,
    /// What was allowed before and is not any more.
    pub turned_off: Category,
    /// What was not allowed before and is now.
    pub turned_on: Category,
    /// Whether this browser had no answer of its own, and the account's counts on it from now on: a new device, whose
    /// visitor is told so (CNIL, 18 December 2025).
    pub is_new_device: bool,
}
