//! What other systems' cookies say to a visitor's request.

use super::telling::Events;
use super::transition::Transition;
use super::{State, Visitor};
use crate::Answer;
use crate::compiled::imports::Imported;
use crate::compiled::imports::ImportedCookie;
use crate::record::{Method, Proof, Stores};
use crate::wire::reading::Reading;
use std::sync::Arc;

/// Who keeps the proof of an answer that migrates.
pub(super) struct Keeper {
    proof: Arc<dyn Proof>,
    subject: Option<String>,
}

impl Visitor {
    /// The answer of another system that becomes the gate's own with this response, by an `[[import]]` that migrates: for a
    /// host that records where answers come from. Nothing where the visitor has a cookie of the gate's own, or has
    /// answered in this very request.
    ///
    /// # Example
    /// ```
    /// # #[cfg(feature = "cmp")] {
    /// # use consent_gate::*;
    /// # use consent_gate::policy::Import;
    /// let mut policy = testing::policy();
    /// policy.imports.push(Import::new("cookiebot").migrate(true));
    /// let cookie = "CookieConsent={necessary:true,preferences:false,statistics:true,marketing:false,method:'explicit',utc:1795000000000}";
    /// let gate = Gate::new(policy).unwrap();
    /// let visitor = gate.visitor([("cookie", cookie)], Facts::default(), testing::now());
    /// assert_eq!(visitor.migrating().unwrap().to_string(), "1.4.1795000000.4.12.0");
    /// assert!(visitor.finish()[0].as_str().starts_with("__Host-consent=1.4.1795000000.4.12.0; "));
    /// # }
    /// ```
    #[must_use]
    pub fn migrating(&self) -> Option<Answer> {
        self.state().imported.own.clone()
    }

    /// Records an answer that [migrates](Self::migrating) when the response takes it along: for a host to call on each
    /// request. It is recorded once, and never where nothing migrates. The last call counts.
    ///
    /// What the answer grants was granted before: it takes effect at once, and its record follows, as that of a refusal does.
    ///
    /// # Example
    /// ```
    /// # #[cfg(feature = "cmp")] {
    /// # use consent_gate::*;
    /// # use consent_gate::policy::Import;
    /// # use consent_gate::record::{Method, Proof, Record, Status, StoreFuture, Stores};
    /// # use std::sync::mpsc::{Sender, channel};
    /// # let mut policy = testing::policy();
    /// # policy.imports.push(Import::new("cookiebot").migrate(true));
    /// # let cookie = "CookieConsent={necessary:true,preferences:false,statistics:true,marketing:false,method:'explicit',utc:1795000000000}";
    /// # let gate = Gate::new(policy).unwrap();
    /// # struct Channel(Sender<Record>);
    /// # impl Proof for Channel {
    /// #     fn grant<'a>(&'a self, _: Record, _: Option<&'a str>) -> StoreFuture<'a, ()> { Box::pin(async { Ok(()) }) }
    /// #     fn refusal(&self, record: Record, _: Option<&str>) { self.0.send(record).unwrap() }
    /// # }
    /// # let (sender, records) = channel();
    /// # let stores = Stores::new().proof(Channel(sender));
    /// let visitor = gate.visitor([("cookie", cookie)], Facts::default(), testing::now());
    /// visitor.record_migration(&stores, None);
    /// assert!(records.try_recv().is_err(), "nothing has left yet");
    /// assert!(!visitor.finish().is_empty());
    /// let record = records.try_recv().unwrap();
    /// assert_eq!((record.method, record.status("analytics")), (Method::Import, Status::Given));
    /// # }
    /// ```
    pub fn record_migration(&self, stores: &Stores, subject: Option<&str>) {
        let mut state = self.state();
        if let Some(proof) = stores.proof_store().filter(|_| state.imported.own.is_some()) {
            state.keeper = Some(Box::new(Keeper { proof: proof.clone(), subject: subject.map(str::to_owned) }));
        }
    }

    /// Hands the proof of an answer that migrates to whoever keeps it.
    pub(super) fn prove_migration(&self, events: &Events<'_>, state: &mut State, answer: &Answer) {
        if let Some(keeper) = state.keeper.take() {
            let step = Transition::of_migration(self, state, answer);
            let record = step.record(self.folded(state), &self.automatic(Method::Import));
            // The host's code runs without the lock: it may ask this visitor.
            events.hold_call(move || keeper.proof.refusal(record, keeper.subject.as_deref()));
        }
    }

    /// What each other system says, for people.
    pub(super) fn imports(&self, state: &State) -> Vec<ImportedCookie> {
        let has_own = state.reading != Reading::Absent && state.imported.own.is_none();
        self.gate().compiled().imports.explain(&state.cookies, has_own, self.shared.now.timestamp())
    }

    /// From now on there is an answer of the gate's own, or a wish to have none: what migrates counts no more.
    pub(super) fn forget_migration(&self, state: &mut State) {
        state.imported = self.imported_beside_own(state);
        state.keeper = None;
    }

    /// What other systems say beside an answer of the gate's own.
    pub(super) fn imported_beside_own(&self, state: &State) -> Imported {
        self.gate().compiled().imports.read(&state.cookies, true, self.shared.now.timestamp())
    }
}
