//! Any bytes as the value of each header that is judged, as a `Permissions-Policy` of the application, and as the body of a
//! report: nothing panics, what was edited once needs no second edit, and nothing that is left names a denied pixel in a
//! way that loads it.
#![no_main]

use consent_gate::web::{Exchange, Mode, RequestLine};
use consent_gate::header::LineEdit;
use consent_gate::{Facts, Gate, Visitor, testing};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

const NAMES: [&str; 10] = [
    "link",
    "refresh",
    "location",
    "speculation-rules",
    "reporting-endpoints",
    "report-to",
    "content-security-policy",
    "content-security-policy-report-only",
    "accept-ch",
    "observe-browsing-topics",
];

static GATE: LazyLock<Gate> = LazyLock::new(testing::gate);
static VISITORS: LazyLock<[Visitor; 2]> = LazyLock::new(|| [testing::accepted(&GATE), testing::refused(&GATE)]);

fuzz_target!(|value: &[u8]| {
    for visitor in VISITORS.iter() {
        for name in NAMES {
            if let LineEdit::Replace(left) = visitor.judge_header(name, value) {
                assert!(!left.is_empty());
                assert_eq!(visitor.judge_header(name, &left), LineEdit::Keep, "{name}: {left:?}");
            }
        }
    }
    // Whatever stands before it, an entry that loads a denied pixel does not leave.
    let denied = [value, b", <https://px.lumen.example/v.gif>; rel=preload"].concat();
    let left = match VISITORS[1].judge_header("link", &denied) {
        LineEdit::Keep => denied,
        LineEdit::Drop => Vec::new(),
        LineEdit::Replace(left) => left,
    };
    let has_quotation = value.iter().any(|byte| matches!(byte, b'"' | b'<'));
    assert!(has_quotation || !left.windows(17).any(|bytes| bytes == b"<https://px.lumen"), "{value:?}");

    let line = RequestLine { method: "GET", authority: None };
    let exchange = Exchange::begin(&GATE, line, [], Facts::default(), testing::now(), Mode::Enforce);
    let edits = exchange.finish([("content-type", &b"text/html"[..]), ("permissions-policy", value)]);
    assert!(edits.page.iter().any(|header| header.name == "permissions-policy"));
    if let Ok(count) = GATE.receive_reports(value) {
        assert!(count <= value.len() / 2);
    }
});
