//! What a host tells an adapter, kept the same way in each.

use super::{Exchange, Mode, RequestLine, log_undeclared};
use crate::{Facts, Gate, Region};
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// A gate, and how it learns of a request what no header says. `R` is the framework's way to find a region.
pub(super) struct Settings<R: ?Sized> {
    gate: Gate,
    pub(super) region: Arc<R>,
    pub(super) clock: fn() -> DateTime<Utc>,
    pub(super) mode: Mode,
    /// Whether handlers are kept from reading denied cookies.
    pub(super) hides: bool,
}

impl<R: ?Sized> Settings<R> {
    /// Settings that enforce. A gate without an observer gets [`log_undeclared`].
    pub(super) fn new(gate: Gate, region: Arc<R>) -> Arc<Self> {
        let gate = if gate.is_observed() { gate } else { gate.on_event(log_undeclared) };
        let clock = || DateTime::from(SystemTime::now());
        Arc::new(Self { gate, region, clock, mode: Mode::Enforce, hides: false })
    }

    /// The same, but for one change.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Arc<Self> {
        let Self { gate, region, clock, mode, hides } = self;
        let (gate, region) = (gate.clone(), region.clone());
        let mut settings = Self { gate, region, clock: *clock, mode: *mode, hides: *hides };
        change(&mut settings);
        Arc::new(settings)
    }

    /// The gate.
    #[cfg(feature = "tower")]
    pub(super) const fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Begins an exchange now.
    pub(super) fn begin<'r>(
        &self,
        line: RequestLine<'r>,
        headers: impl IntoIterator<Item = (&'r str, &'r [u8])>,
        region: Region,
    ) -> Exchange {
        Exchange::begin(&self.gate, line, headers, Facts::in_region(region), (self.clock)(), self.mode)
    }
}

impl<R: ?Sized> fmt::Debug for Settings<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("gate", &self.gate).field("mode", &self.mode).finish_non_exhaustive()
    }
}
