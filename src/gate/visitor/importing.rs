//! What other systems' cookies say to a visitor's request.

use super::telling::Events;
use super::{Pending, State, Visitor};
use crate::Answer;
use crate::compiled::imports::Imported;
use crate::compiled::imports::ImportedCookie;
use crate::record::{Circumstances, Record};
use crate::wire::reading::Reading;

/// Who keeps the proof of an answer that migrates.
pub(super) struct Keeper {
    circumstances: Circumstances,
    keep: Box<dyn FnOnce(Record) + Send>,
}

/// The record of an answer that migrates, on its way to whoever keeps it.
pub(super) struct Proof {
    record: Record,
    keep: Box<dyn FnOnce(Record) + Send>,
}

impl Proof {
    pub(super) fn hand_over(self) {
        (self.keep)(self.record);
    }
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

    /// Has the proof of an answer that [migrates](Self::migrating) kept: `keep` gets its record at the moment at which the
    /// response takes the answer along, and so once, or never where nothing migrates. It may ask this visitor.
    /// The last call counts.
    ///
    /// # Example
    /// ```
    /// # #[cfg(feature = "cmp")] {
    /// # use consent_gate::*;
    /// # use consent_gate::policy::Import;
    /// # use consent_gate::record::{Circumstances, Method, Status};
    /// # let mut policy = testing::policy();
    /// # policy.imports.push(Import::new("cookiebot").migrate(true));
    /// # let cookie = "CookieConsent={necessary:true,preferences:false,statistics:true,marketing:false,method:'explicit',utc:1795000000000}";
    /// # let gate = Gate::new(policy).unwrap();
    /// let visitor = gate.visitor([("cookie", cookie)], Facts::default(), testing::now());
    /// let (sender, kept) = std::sync::mpsc::channel();
    /// visitor.record_migration(Circumstances::new(Method::Import, "en"), move |record| sender.send(record).unwrap());
    /// assert!(kept.try_recv().is_err(), "nothing has left yet");
    /// assert!(!visitor.finish().is_empty());
    /// let record = kept.try_recv().unwrap();
    /// assert_eq!((record.method, record.status("analytics")), (Method::Import, Status::Given));
    /// # }
    /// ```
    pub fn record_migration(&self, circumstances: Circumstances, keep: impl FnOnce(Record) + Send + 'static) {
        let mut state = self.state();
        if state.imported.own.is_some() {
            state.keeper = Some(Box::new(Keeper { circumstances, keep: Box::new(keep) }));
        }
    }

    /// Hands the proof of an answer that migrates to whoever keeps it.
    pub(super) fn prove_migration(&self, events: &Events<'_>, state: &mut State, answer: &Answer) {
        if let Some(keeper) = state.keeper.take() {
            let pending = Pending::migrating(self.clone(), state, answer);
            let record = pending.record_of(self.folded(state), &keeper.circumstances);
            events.hold_proof(Proof { record, keep: keeper.keep });
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
