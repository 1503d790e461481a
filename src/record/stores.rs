//! The host's stores, put together once.

use super::{AccountStore, Proof, StoreError};
use crate::ChangeError;
use std::fmt;
use std::sync::Arc;

/// Where a host keeps what visitors choose: the proof of it, and the answers of accounts. Each is optional. Clones share them.
///
/// Every change takes effect through it by the one order of [`Pending::settle`](crate::Pending::settle).
///
/// # Example
/// ```
/// # use consent_gate::*;
/// use consent_gate::record::{Circumstances, MemoryAccounts, Method, Stores};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let gate = testing::gate();
/// let stores = Stores::new().accounts(MemoryAccounts::default());
///
/// let visitor = testing::undecided(&gate);
/// visitor.recognise(&stores, "user-17").await?;
/// let pending = visitor.prepare(&Change::grant(Category::ANALYTICS))?;
/// pending.settle(&stores, Some("user-17"), &Circumstances::new(Method::Settings, "en")).await?;
///
/// let other_device = testing::undecided(&gate);
/// other_device.recognise(&stores, "user-17").await?;
/// assert!(other_device.may_track(Category::ANALYTICS));
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct Stores {
    proof: Option<Arc<dyn Proof>>,
    accounts: Option<Arc<dyn AccountStore>>,
}

impl Stores {
    /// No store: a change takes effect, and nothing is kept of it but the visitor's cookie.
    #[must_use]
    pub const fn new() -> Self {
        Self { proof: None, accounts: None }
    }

    /// Keeps proof of every change.
    #[must_use]
    pub fn proof(mut self, proof: impl Proof + 'static) -> Self {
        self.proof = Some(Arc::new(proof));
        self
    }

    /// Keeps answers with accounts.
    #[must_use]
    pub fn accounts(mut self, accounts: impl AccountStore + 'static) -> Self {
        self.accounts = Some(Arc::new(accounts));
        self
    }

    pub(crate) const fn proof_store(&self) -> Option<&Arc<dyn Proof>> {
        self.proof.as_ref()
    }

    pub(crate) fn account_store(&self) -> Option<&dyn AccountStore> {
        self.accounts.as_deref()
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { proof, accounts } = self;
        f.debug_struct("Stores")
            .field("has_proof", &proof.is_some())
            .field("has_accounts", &accounts.is_some())
            .finish()
    }
}

/// Why a change did not take effect, or not all of it; or why an account could not be taken into account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettleError {
    /// The grant could not be recorded and did not take effect. What the same change refused holds.
    #[error("your choice was not saved: it could not be recorded")]
    NotRecorded(#[source] StoreError),
    /// The store of accounts failed. What the change grants did not take effect; what it refuses holds in this browser.
    #[error("the answer of an account cannot be reached: {0}")]
    Account(StoreError),
    /// Other devices changed the account's answer each time that this change was to be saved in it. What the change grants did
    /// not take effect; what it refuses holds in this browser.
    #[error("your choice was not saved: the account's answer was changed elsewhere at the same time; try again")]
    Contended,
    /// The visitor cannot be changed any more, or not by this request.
    #[error(transparent)]
    Change(#[from] ChangeError),
}
