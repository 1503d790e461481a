//! Any text as a `Set-Cookie` line: nothing panics, a denied name never leaves, and a line that was edited once needs no
//! second edit.
#![no_main]

use consent_gate::{Visitor, testing};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static VISITORS: LazyLock<[Visitor; 3]> = LazyLock::new(|| {
    let gate = testing::gate();
    [testing::undecided(&gate), testing::accepted(&gate), testing::refused(&gate)]
});

fuzz_target!(|line: &str| {
    for visitor in VISITORS.iter() {
        let verdict = visitor.judge_set_cookie(line);
        assert_eq!(verdict.is_allow(), verdict.line().is_some());
        let Some(leaves) = verdict.line() else { continue };
        assert!(!leaves.contains(['\r', '\n', '\0']));
        if verdict.code() != "deletion" {
            assert!(visitor.decide_cookie(verdict.name()).is_allow(), "{line:?}");
        }
        let again = visitor.judge_set_cookie(leaves);
        assert_eq!(again.line(), Some(leaves), "{line:?}");
        assert_eq!(again.code(), verdict.code());
        assert_eq!(again.name(), verdict.name());
    }
});
