//! Everything at once, for the page: what holds now, and what would hold if the browser objected.

use super::Visitor;
use crate::Signals;
use crate::enforce::Judge;

impl Visitor {
    /// Looks at the visitor as the request shows them, and as they would be with Global Privacy Control in view. The third
    /// argument is whether the region is unknown.
    pub(crate) fn survey<T>(&self, look: impl FnOnce(&Judge<'_>, &Judge<'_>, bool) -> T) -> T {
        self.note_question();
        let state = self.state();
        let gate = &self.shared.gate;
        let objecting = gate.fold(
            &state.reading,
            &state.imported,
            state.signals | Signals::GPC,
            &state.facts,
            self.shared.now.timestamp(),
        );
        let now = self.judge(&state);
        look(&now, &Judge { consent: &objecting, ..now }, state.facts.region.is_unknown())
    }
}
