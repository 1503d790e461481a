//! What goes wrong between a handler and the gate, and the status that says so.

#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
use crate::ChangeError;

/// A handler asked for a [`Visitor`](crate::Visitor), and its route is not behind the gate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "this route is not behind the consent gate: put the gate around the whole application, as the outermost layer \
     (axum: the last `.layer(ConsentLayer::new(gate))`, after all routes; actix-web: the last \
     `.wrap(ConsentLayer::new(gate))`; Rocket: `.attach(ConsentLayer::new(gate))`)"
)]
pub struct MissingLayer;

/// The status of a refused change: 403 for a request that may not change consent, 500 for a change that came too late,
/// 400 for one that cannot be.
#[cfg(any(feature = "axum", feature = "actix-web", feature = "rocket"))]
pub(super) const fn status(error: &ChangeError) -> u16 {
    match error {
        ChangeError::CrossOrigin | ChangeError::Prefetch => 403,
        ChangeError::Late => 500,
        _ => 400,
    }
}
