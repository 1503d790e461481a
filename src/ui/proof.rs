//! Proof of what visitors choose. The rules are a list in [`ui`](super).

use super::{Privacy, StoreFuture, Submission};
use crate::Record;

/// Where a host keeps proof of what visitors choose: with the feature `ledger`, `ledger::Recorder` is one.
///
/// A record names nobody. `account` is whose visitor it is, where somebody is logged in.
pub trait Proof: Send + Sync {
    /// Keeps the record of a change that grants something, before it takes effect. Ready when the record is durable; after
    /// an error the grant does not take effect, and the visitor is told.
    fn grant<'a>(&'a self, record: Record, account: Option<&'a str>) -> StoreFuture<'a, ()>;

    /// Takes the record of a change that grants nothing, and has taken effect. Nobody waits for it: a store that is down must
    /// get it later.
    fn refusal(&self, record: Record, account: Option<&str>);
}

impl Privacy {
    /// Keeps proof of every change that the form, JSON, an account and a signal make.
    #[must_use]
    pub fn proof(self, proof: impl Proof + 'static) -> Self {
        self.with(|shared| shared.proof = Some(std::sync::Arc::new(proof)))
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
        let is_kept = proof.grant(record.clone(), account).await.is_ok();
        *proven = is_kept.then_some(record);
        is_kept
    }

    /// Leaves the record of what took effect and grants nothing.
    pub(super) fn leave_proof(&self, record: Option<Record>, account: Option<&str>) {
        if let (Some(proof), Some(record)) = (&self.shared.proof, record) {
            proof.refusal(record, account);
        }
    }
}
