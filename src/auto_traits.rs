//! The public types that hosts keep in state and move between threads are `Send` and `Sync`.
//!
//! Nothing else fails when a field loses one of them: the crate itself compiles, and the host's server does not.

const fn is_shared<T: Send + Sync>() {}

#[test]
fn what_hosts_share_between_threads_is_send_and_sync() {
    is_shared::<crate::Gate>();
    is_shared::<crate::Visitor>();
    is_shared::<crate::Consent>();
    is_shared::<crate::Policy>();
    is_shared::<crate::record::Record>();
    is_shared::<crate::Pending>();
    is_shared::<crate::record::Stores>();
    is_shared::<crate::web::Exchange>();
}

#[cfg(feature = "html")]
#[test]
fn a_rewriter_moves_between_threads() {
    const fn is_send<T: Send>() {}
    is_send::<crate::html::Rewriter>();
}

#[cfg(feature = "ui")]
#[test]
fn the_privacy_settings_are_send_and_sync() {
    is_shared::<crate::ui::Privacy>();
}

#[cfg(feature = "ledger")]
#[test]
fn a_recorder_is_send_and_sync() {
    is_shared::<crate::ledger::Recorder<crate::ledger::AnyLedger>>();
}
