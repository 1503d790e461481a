//! What the gate observes while it works: events, counts, undeclared names, spans, reports of browsers.

pub(crate) mod event;
pub(crate) mod report;
pub(crate) mod span;
pub(crate) mod tally;
pub(crate) mod undeclared;
