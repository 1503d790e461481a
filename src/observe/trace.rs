//! Events of `tracing`.

use super::fields::Fields;
use crate::Event;
use tracing::field::display;

/// An observer that emits each event to `tracing`: see [`observe`](super) for names, levels and fields.
pub fn to_tracing() -> impl Fn(&Event<'_>) + Send + Sync + 'static {
    |event| {
        let Fields { kind, category, technology, reason, region, name, is_fault } = Fields::of(event);
        let (region, name) = (region.map(display), name.map(|name| name.text));
        // A level is a constant of its call.
        if is_fault {
            tracing::warn!(target: "consent_gate", category, technology, reason, region, name, "{}", kind.message);
        } else {
            tracing::debug!(target: "consent_gate", category, technology, reason, region, name, "{}", kind.message);
        }
    }
}
