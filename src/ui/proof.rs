//! Proof of what visitors choose. The rules are a list in [`ui`](super).

use super::{Privacy, StoreError, StoreFuture, Submission};
use crate::Visitor;
use crate::record::{Method, Record};

/// Where a host keeps proof of what visitors choose: with the feature `ledger`, `ledger::Recorder` is one.
///
/// A record names nobody. `account` is whose visitor it is, where somebody is logged in.
pub trait Proof: Send + Sync {
    /// Keeps the record of a change that grants something, before it takes effect. Ready when the record is durable; after
    /// an error the grant does not take effect, and the visitor is told.
    fn grant<'a>(&'a self, record: Record, account: Option<&'a str>) -> StoreFuture<'a, ()>;

    /// Takes the record of a change that grants nothing new, and has taken effect. Nobody waits for it: a store that is down
    /// must get it later.
    fn refusal(&self, record: Record, account: Option<&str>);
}

impl Privacy {
    /// Keeps proof of every change that the form, JSON, an account, a signal and a migration make.
    #[must_use]
    pub fn proof(self, proof: impl Proof + 'static) -> Self {
        self.with(|shared| shared.proof = Some(std::sync::Arc::new(proof)))
    }

    /// Calls the host where keeping a change failed because one of its stores did: for its log. The visitor is told that it was
    /// not saved, and not why.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::testing;
    /// # use consent_gate::ui::Privacy;
    /// let privacy = Privacy::new(testing::gate()).on_store_error(|error| eprintln!("consent: {error}"));
    /// ```
    #[must_use]
    pub fn on_store_error(self, report: impl Fn(&StoreError) + Send + Sync + 'static) -> Self {
        self.with(|shared| shared.report = Some(std::sync::Arc::new(report)))
    }

    /// Records what a form grants, unless the very same was recorded before. `false` where it must not take effect.
    pub(super) async fn prove(
        &self,
        submission: &Submission<'_>,
        account: Option<&str>,
        proven: &mut Option<Record>,
    ) -> bool {
        let Some(proof) = self.shared.proof.as_ref().filter(|_| submission.grants()) else { return true };
        let Some(record) = submission.record() else { return true };
        if proven.as_ref() == Some(&record) {
            return true;
        }
        let kept = proof.grant(record.clone(), account).await;
        if let Err(error) = &kept {
            self.report(error);
        }
        *proven = kept.is_ok().then_some(record);
        proven.is_some()
    }

    /// Has the proof kept of an answer of another system that becomes the gate's own with this response.
    pub(super) fn prove_migration(&self, visitor: &Visitor, account: Option<&str>) {
        let Some(proof) = self.shared.proof.clone().filter(|_| visitor.migrating().is_some()) else { return };
        let account = account.map(str::to_owned);
        visitor.record_migration(self.unasked(Method::Import), move |record| {
            proof.refusal(record, account.as_deref());
        });
    }

    /// Tells the host that one of its stores failed.
    pub(super) fn report(&self, error: &StoreError) {
        if let Some(report) = &self.shared.report {
            report(error);
        }
    }

    /// Leaves the record of what took effect and grants nothing.
    pub(super) fn leave_proof(&self, record: Option<Record>, account: Option<&str>) {
        if let (Some(proof), Some(record)) = (&self.shared.proof, record) {
            proof.refusal(record, account);
        }
    }
}
