//! The recorder as the place where the privacy settings keep proof.

use super::{Ledger, Recorder};
use crate::record::Record;
use crate::ui::{Proof, StoreError, StoreFuture};

impl<L: Ledger + Clone + 'static> Proof for Recorder<L> {
    fn grant<'a>(&'a self, record: Record, account: Option<&'a str>) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let draft = self.draft(account, record).map_err(StoreError::new)?;
            self.append(draft).await.map_err(StoreError::new)
        })
    }

    fn refusal(&self, record: Record, account: Option<&str>) {
        self.follow(account, record);
    }
}
