//! How a change takes effect: it is recorded first, then saved with the account, then made.
//!
//! 1. A grant takes effect when its record is durable. Where that fails it does not, and the caller is told: no proof, no
//!    consent. What the same change refuses holds.
//! 2. A refusal always takes effect, and its record follows.
//! 3. Into an account that cannot be written, a grant does not go, and does not take effect. A refusal holds in the browser.
//! 4. Where another device changed the account's answer meanwhile, the change is made to that answer, and saved again.
//! 5. The same change twice within 30 seconds is one.
//!
//! A grant may be recorded that did not take effect, where the account could not be written or another device was faster;
//! never the other way.

use super::{Pending, Visitor};
use crate::record::{Circumstances, Method, Record, SettleError, StoreError, Stores};
use crate::{Answer, ChangeError};

/// How often a save is tried again after another device was faster.
pub(super) const TRIES: usize = 4;

impl Pending {
    /// Records the change in the host's stores and makes it: the one order for the form, for accounts and for a host's own
    /// routes. A grant waits for its record; a refusal takes effect whatever the stores do, and its record follows.
    ///
    /// `subject` is the host's id of the visitor, and `None` for somebody without an account. The account's answer is saved
    /// for a visitor whom [`Visitor::recognise`] has made known.
    ///
    /// # Errors
    /// [`SettleError`] where the change did not take effect, or only its refusals did: a store failed, other devices were
    /// faster each time, or the head of the response left meanwhile.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// use consent_gate::record::{Circumstances, Method, Proof, Record, SettleError, StoreError, StoreFuture, Stores};
    ///
    /// struct OutOfOrder;
    ///
    /// impl Proof for OutOfOrder {
    ///     fn grant<'a>(&'a self, _: Record, _: Option<&'a str>) -> StoreFuture<'a, ()> {
    ///         Box::pin(async { Err(StoreError::new("out of order")) })
    ///     }
    ///     fn refusal(&self, _: Record, _: Option<&str>) {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ChangeError> {
    /// # let gate = testing::gate();
    /// let stores = Stores::new().proof(OutOfOrder);
    /// let visitor = testing::granted(&gate, Category::ANALYTICS);
    /// let pending = visitor.prepare(&Change::answer(Category::ADVERTISING))?;
    /// let settled = pending.settle(&stores, None, &Circumstances::new(Method::Settings, "en")).await;
    /// assert!(matches!(settled, Err(SettleError::NotRecorded(_))));
    /// assert!(!visitor.may_track(Category::ADVERTISING), "the grant was not recorded");
    /// assert!(!visitor.may_track(Category::ANALYTICS), "the refusal holds all the same");
    /// # Ok(()) }
    /// ```
    pub async fn settle(
        mut self,
        stores: &Stores,
        subject: Option<&str>,
        circumstances: &Circumstances,
    ) -> Result<(), SettleError> {
        let settling = Settling { stores, subject, circumstances };
        let (mut recorded, mut failure) = (None, None);
        for _ in 0..TRIES {
            if self.is_double_click() {
                return failure.map_or(Ok(()), Err);
            }
            if let Err(error) = settling.record_grant(&self, &mut recorded).await {
                let error = SettleError::NotRecorded(error);
                let Some(refusals) = self.refusals() else { return Err(error) };
                (self, failure) = (refusals, Some(error));
            }
            match settling.save_account(&self).await {
                Ok(true) => {
                    settling.commit(self)?;
                    return failure.map_or(Ok(()), Err);
                }
                Ok(false) => self = self.renewed()?,
                Err(error) => return settling.refuse(self, failure.unwrap_or(error)),
            }
        }
        settling.refuse(self, failure.unwrap_or(SettleError::Contended))
    }
}

/// Where a change is kept, whose it is, and how it came about.
struct Settling<'a> {
    stores: &'a Stores,
    subject: Option<&'a str>,
    circumstances: &'a Circumstances,
}

impl Settling<'_> {
    /// Keeps the record of what a change grants, unless the very same was kept in an earlier try.
    async fn record_grant(&self, pending: &Pending, recorded: &mut Option<Record>) -> Result<(), StoreError> {
        let Some(proof) = self.stores.proof_store().filter(|_| pending.grants()) else { return Ok(()) };
        let record = pending.record(self.circumstances);
        if let Some(new) = record.clone().filter(|_| record != *recorded) {
            proof.grant(new, self.subject).await?;
            *recorded = record;
        }
        Ok(())
    }

    /// Saves what the account's answer becomes. `false` where another device was faster: the visitor is recognised by that
    /// device's answer then.
    async fn save_account(&self, pending: &Pending) -> Result<bool, SettleError> {
        let (Some(accounts), Some(id), Some(after)) = (self.stores.account_store(), self.subject, pending.account())
        else {
            return Ok(true);
        };
        let before = match &pending.step.before[1] {
            // A blank answer may be that of an account that has not chosen, or be kept as it is, of somebody who left on what
            // the law has on: the store knows.
            Some(answer) if answer.is_blank() => {
                accounts.load(id).await.map_err(SettleError::Account)?.filter(Answer::is_blank)
            }
            other => other.clone(),
        };
        let is_saved = accounts.save(id, before.as_ref(), after).await.map_err(SettleError::Account)?;
        if !is_saved {
            pending.step.visitor.recognise(self.stores, id).await?;
        }
        Ok(is_saved)
    }

    /// Makes a change whose grants are recorded, and leaves the record of one that grants nothing.
    fn commit(&self, pending: Pending) -> Result<(), ChangeError> {
        let record = if pending.grants() { None } else { pending.record(self.circumstances) };
        pending.commit()?;
        follow(self.stores, record, self.subject);
        Ok(())
    }

    /// Makes what a change refuses, although a store failed.
    fn refuse(&self, pending: Pending, error: SettleError) -> Result<(), SettleError> {
        let refusals = if pending.grants() { pending.refusals() } else { Some(pending) };
        refusals.map_or(Ok(()), |refusals| self.commit(refusals))?;
        Err(error)
    }
}

/// Leaves the record of what took effect and grants nothing.
pub(super) fn follow(stores: &Stores, record: Option<Record>, subject: Option<&str>) {
    if let (Some(proof), Some(record)) = (stores.proof_store(), record) {
        proof.refusal(record, subject);
    }
}

impl Visitor {
    /// The circumstances of a change that nobody clicked: no text was shown, so the language is the policy's first.
    pub(super) fn automatic(&self, method: Method) -> Circumstances {
        Circumstances::new(method, self.gate().policy().default_language().unwrap_or("en"))
    }
}
