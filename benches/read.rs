//! From the raw headers of a request to a verdict, beside what only finds the cookie's value.
//!
//! The rivals do less: they find the value and decide nothing. The scan is what one writes by hand for this one cookie;
//! `Cookie::split_parse` is what a handler does that asks the `cookie` crate.

#![allow(clippy::expect_used)] // What cannot be set up cannot be measured.

mod request;

use consent_gate::{Category, Facts, Gate, testing};
use cookie::Cookie;
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const NAME: &str = "__Host-consent";

/// From `;` to `;`, by hand, until the name is found.
fn scan<'h>(header: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    let mut rest = header;
    loop {
        let end = rest.iter().position(|byte| *byte == b';').unwrap_or(rest.len());
        let value = rest[..end].trim_ascii_start().strip_prefix(name).and_then(|after| after.strip_prefix(b"="));
        if value.is_some() || end == rest.len() {
            return value;
        }
        rest = &rest[end + 1..];
    }
}

fn cookie_crate<'h>(header: &'h str, name: &str) -> Option<Cookie<'h>> {
    Cookie::split_parse(header).filter_map(Result::ok).find(|cookie| cookie.name() == name)
}

fn verdict(gate: &Gate, header: &str, facts: &Facts) -> bool {
    gate.consent([("cookie", header)], facts, testing::now()).may_track(Category::ANALYTICS)
}

fn twelve_cookies(criterion: &mut Criterion) {
    let (gate, header) = (testing::gate(), request::twelve_cookies());
    let facts = Facts::in_region("FR".parse().expect("a region"));
    let value = request::CONSENT.split_once('=').expect("a value").1;

    assert!(verdict(&gate, &header, &facts));
    assert!(!verdict(&gate, &request::other_cookies(), &facts));
    assert_eq!(scan(header.as_bytes(), NAME.as_bytes()), Some(value.as_bytes()));
    assert_eq!(cookie_crate(&header, NAME).map(|cookie| cookie.value().to_owned()).as_deref(), Some(value));

    let mut group = criterion.benchmark_group("read/headers_12_cookies");
    group.bench_function("verdict", |b| b.iter(|| verdict(black_box(&gate), black_box(&header), &facts)));
    group.bench_function("scan_by_hand", |b| b.iter(|| scan(black_box(header.as_bytes()), NAME.as_bytes())));
    group.bench_function("cookie_crate", |b| b.iter(|| cookie_crate(black_box(&header), NAME)));
    group.finish();
}

/// A whole request rather than its one `Cookie` header, with and without an answer.
fn whole_request(criterion: &mut Criterion) {
    let gate = testing::gate();
    let facts = Facts::in_region("FR".parse().expect("a region"));
    let mut group = criterion.benchmark_group("read/whole_request");
    for (answer, cookies) in [("granted", request::twelve_cookies()), ("undecided", request::other_cookies())] {
        let headers = request::headers(&cookies);
        let fields = || headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        let consent = || gate.consent(fields(), &facts, testing::now());
        assert_eq!(consent().decide(Category::ANALYTICS).code(), answer);
        group.bench_function(format!("consent/{answer}"), |b| b.iter(|| black_box(consent())));
        let visitor = || gate.visitor(fields(), facts.clone(), testing::now());
        assert_eq!(visitor().decide(Category::ANALYTICS).code(), answer);
        group.bench_function(format!("visitor/{answer}"), |b| b.iter(|| black_box(visitor())));
    }
    group.finish();
}

criterion_group!(benches, twelve_cookies, whole_request);
criterion_main!(benches);
