//! Any bytes as the `Cookie` headers of a request: nothing panics, and nothing is allowed that no cookie would not allow,
//! unless every consent cookie in it is the one spelling of an answer that grants it.
#![no_main]

use consent_gate::{Answer, Category, Facts, Gate, Region, Signals, testing};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static GATE: LazyLock<Gate> = LazyLock::new(testing::gate);
const REGIONS: [&str; 4] = ["DE", "US-CA", "GB", "XX"];

fuzz_target!(|input: (Vec<Vec<u8>>, u8)| {
    let (mut headers, choice) = input;
    // Every other header is one consent cookie: chance alone would hardly spell its name.
    for header in headers.iter_mut().filter(|header| header.len() % 2 == 0) {
        *header = [GATE.cookie_name().as_bytes(), b"=", header].concat();
    }
    let region: Region = REGIONS[usize::from(choice) % REGIONS.len()].parse().unwrap_or_default();
    let signals = Signals::from_bits_truncate(choice >> 4);
    let facts = Facts::in_region(region).known(choice & 4 != 0).minor(choice & 8 != 0);
    let gpc = signals.contains(Signals::GPC).then_some(("sec-gpc", &b"1"[..]));
    let dnt = signals.contains(Signals::DNT).then_some(("dnt", &b"1"[..]));
    let cookies = headers.iter().map(|header| ("cookie", header.as_slice()));
    let without = GATE.consent(gpc.into_iter().chain(dnt), &facts, testing::now());
    let with = GATE.consent(gpc.into_iter().chain(dnt).chain(cookies.clone()), &facts, testing::now());

    let answers = said(&headers);
    for (category, _) in GATE.categories() {
        let is_granted = !answers.is_empty()
            && answers.iter().all(|answer| answer.as_ref().is_some_and(|answer| answer.granted().contains(category)));
        assert!(!with.may_track(category) || without.may_track(category) || is_granted, "{category:?}");
        assert_eq!(with.may_track(category), with.decide(category).is_allow());
        let is_refused = answers.iter().flatten().any(|answer| answer.refused().contains(category));
        assert!(!is_refused || !with.may_track(category), "{category:?}");
    }
    assert!(!with.may_track(Category::empty()));
    for answer in answers.into_iter().flatten() {
        assert_eq!(answer.to_string().parse(), Ok(answer));
    }
    let visitor = GATE.visitor(gpc.into_iter().chain(dnt).chain(cookies), facts, testing::now());
    for line in visitor.finish() {
        assert!(line.as_str().contains("Max-Age=0"), "{line}");
    }
});

/// Each consent cookie of the headers, by a reading of its own: split at `;`, then at the first `=`.
fn said(headers: &[Vec<u8>]) -> Vec<Option<Answer>> {
    let name = GATE.cookie_name().as_bytes();
    let parts = headers.iter().flat_map(|header| header.split(|byte| *byte == b';'));
    parts
        .filter_map(|part| {
            let part = part.trim_ascii();
            let end = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
            let value = part.get(end + 1..).unwrap_or_default().trim_ascii();
            let value = std::str::from_utf8(value).ok();
            (part[..end].trim_ascii() == name).then(|| value.and_then(|value| value.parse().ok()))
        })
        .collect()
}
