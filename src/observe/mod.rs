//! Events as `tracing` events (feature `tracing`) and as counters of the `metrics` facade (feature `metrics`).
//!
//! Both are observers of a gate, beside any of the host's own:
//!
//! ```
//! # #[cfg(all(feature = "tracing", feature = "metrics"))] {
//! # use consent_gate::{ConfigError, Gate, observe, testing};
//! # let policy = testing::policy();
//! let gate = Gate::new(policy)?.on_event(observe::to_tracing()).on_event(observe::to_metrics());
//! # }
//! # Ok::<(), consent_gate::ConfigError>(())
//! ```
//!
//! The names below are stable. No field and no label holds a cookie value, an identifier, a query string or a person.
//!
//! # Spans and events of `tracing`
//!
//! Everything has the target `consent_gate`. Each request has one span, `consent`, of level INFO, with the field
//! `region`; it is opened with the visitor, entered only while an event is emitted, never across an `await`, and closed
//! when the last handle of the visitor goes. With the feature on it is there for every gate. Events are its children:
//!
//! | message | level | fields |
//! |---|---|---|
//! | `denied` | DEBUG | `category` `technology` `reason` `region` |
//! | `erased` | DEBUG | `category` `technology` (`cookie`) `reason` `region` |
//! | `changed` | DEBUG | `category` `reason` (`granted`, `refused`, `withdrawn`, `forgotten`) `region` |
//! | `migrated` | DEBUG | `region` |
//! | `unreadable` | DEBUG | `region` |
//! | `undeclared` | WARN when first met, else DEBUG | `technology` `reason` (`denied`, `passed`) `name` |
//! | `mismatch` | WARN | `technology` (`cookie`) `reason` (the attribute) `name` (as declared) |
//! | `blocked` | DEBUG | `category` `technology` |
//! | `unfiltered` | WARN | `reason` |
//! | `abandoned` | WARN | `reason` |
//!
//! # Counters of `metrics`
//!
//! All are counters of single occurrences (unit: count) and only grow. Labels are the fields above.
//!
//! | counter | labels |
//! |---|---|
//! | `consent_gate_denied_total` | `category` `technology` `reason` `region` |
//! | `consent_gate_erased_total` | `category` `technology` `reason` `region` |
//! | `consent_gate_changed_total` | `category` `reason` `region` |
//! | `consent_gate_migrated_total` | `region` |
//! | `consent_gate_unreadable_total` | `region` |
//! | `consent_gate_undeclared_total` | `technology` `reason` `name` |
//! | `consent_gate_mismatch_total` | `technology` `reason` `name` |
//! | `consent_gate_blocked_total` | `category` `technology` |
//! | `consent_gate_unfiltered_total` | `reason` |
//! | `consent_gate_abandoned_total` | `reason` |
//!
//! Every label has a bounded number of values. Categories and names of mismatches are the policy's. A `region` is a
//! country, or a subdivision that has a preset of its own, such as `US-CA`. The `name` of something undeclared is one of
//! the first 256 that the site's own code wrote or embedded, cut where an identifier begins; all others, and all that
//! only browsers send, are `other`: anybody can make those up. [`Gate::undeclared`](crate::Gate::undeclared) lists them.

#[cfg(feature = "metrics")]
mod count;
mod fields;
#[cfg(feature = "tracing")]
mod trace;

#[cfg(feature = "metrics")]
pub use count::to_metrics;
#[cfg(feature = "tracing")]
pub use trace::to_tracing;
