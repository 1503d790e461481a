//! The memory of a response does not grow with its page. A process of its own, so that its peak is that of this page.
#![cfg(all(feature = "html", target_os = "linux"))]
#![allow(clippy::unwrap_used)] // The lints exempt test functions, but not what they call.

use consent_gate::html::{Options, Rewriter};
use consent_gate::testing;

const PIECE: &str =
    "<section><p class=a>Some text of a lesson.</p><img src=//x.example><p style='a:url(//x.example)'></section>";
const NESTED: &str =
    "<noscript><img src=//x.example></noscript><iframe srcdoc='<img src=//x.example>'></iframe><style>a{}</style>";

/// The largest resident size so far, in KB.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

fn stream(bytes: usize) -> usize {
    let mut rewriter = Rewriter::new(&testing::refused(&testing::gate()), Options::new()).unwrap();
    let mut written = 0;
    for place in 0..bytes / PIECE.len() {
        if place % 256 == 0 {
            rewriter.write(NESTED.as_bytes(), |bytes| written += bytes.len()).unwrap();
        }
        rewriter.write(PIECE.as_bytes(), |bytes| written += bytes.len()).unwrap();
    }
    rewriter.end(|bytes| written += bytes.len()).unwrap();
    written
}

#[test]
fn a_page_of_a_hundred_megabytes_takes_no_more_memory_than_one_of_ten_kilobytes() {
    // Without optimization the whole would take a minute. `.ci/run` runs it with.
    let bytes = if cfg!(debug_assertions) { 5 << 20 } else { 100 << 20 };
    stream(10 << 10);
    let before = peak();
    assert!(stream(bytes) > bytes);
    assert!(peak() - before < 512, "{before} KB became {} KB", peak());
}
