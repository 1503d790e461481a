//! Where a host keeps proof.

use super::{Record, StoreFuture};

/// Where a host keeps proof of what visitors choose: with the feature `ledger`, `ledger::Recorder` is one.
///
/// A record names nobody. `subject` is the host's id of the visitor, where it has one: of an account, say.
pub trait Proof: Send + Sync {
    /// Keeps the record of a change that grants something, before it takes effect. Ready when the record is durable. After
    /// an error the grant does not take effect, and the visitor is told.
    fn grant<'a>(&'a self, record: Record, subject: Option<&'a str>) -> StoreFuture<'a, ()>;

    /// Takes the record of a change that grants nothing new and has taken effect. Nobody waits for it: a store that is down
    /// must get it later.
    fn refusal(&self, record: Record, subject: Option<&str>);
}
