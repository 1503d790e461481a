//! Any text as an address: nothing panics, and what a visitor who refused everything may load is our own.
#![no_main]

use consent_gate::{Storage, Visitor, testing};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static REFUSED: LazyLock<Visitor> = LazyLock::new(|| testing::refused(&testing::gate()));

fuzz_target!(|address: &str| {
    let decision = REFUSED.decide_address(address);
    assert!(decision.is_deny() || decision.code() == "first-party", "{address:?}: {decision}");
    // A declared tracker is one whatever a browser would ignore around it.
    let hidden = format!("\t https:\\\\user@PX.lumen.example:443/{address}\n");
    assert!(REFUSED.decide_address(&hidden).is_deny(), "{hidden:?}");
    assert!(REFUSED.decide_storage(Storage::Local, address).is_deny());
});
