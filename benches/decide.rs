//! What a question costs once the request has been read: `may_track` beside a bare test of a `u32` mask.

#![allow(clippy::expect_used)] // What cannot be set up cannot be measured.

use consent_gate::{Category, Facts, testing};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

fn may_track(criterion: &mut Criterion) {
    let gate = testing::gate();
    let headers = [("cookie", testing::cookie(&gate, Category::ANALYTICS, testing::now()))];
    let facts = Facts::in_region("FR".parse().expect("a region"));
    let consent = gate.consent(headers.iter().map(|(n, v)| (*n, v)), &facts, testing::now());
    let visitor = gate.visitor(headers.iter().map(|(n, v)| (*n, v)), facts, testing::now());
    let mask = (Category::ESSENTIAL | Category::ANALYTICS).bits();

    for (asked, allowed) in [(Category::ANALYTICS, true), (Category::ADVERTISING, false), (Category::empty(), false)] {
        assert_eq!(consent.may_track(asked), allowed);
        assert_eq!(visitor.may_track(asked), allowed);
    }
    let asked = Category::ANALYTICS;
    let mut group = criterion.benchmark_group("decide/may_track");
    group.bench_function("bare_u32_mask", |b| b.iter(|| black_box(asked).bits() & !*black_box(&mask) == 0));
    group.bench_function("consent", |b| b.iter(|| black_box(&consent).may_track(black_box(asked))));
    group.bench_function("visitor", |b| b.iter(|| black_box(&visitor).may_track(black_box(asked))));
    group.finish();
}

fn decide(criterion: &mut Criterion) {
    let gate = testing::gate();
    let mut group = criterion.benchmark_group("decide/decide");
    for (visitor, code) in [(testing::accepted(&gate), "granted"), (testing::refused(&gate), "refused")] {
        let consent = visitor.consent();
        assert_eq!(consent.decide(Category::ANALYTICS).code(), code);
        group.bench_function(code, |b| b.iter(|| black_box(&consent).decide(black_box(Category::ANALYTICS))));
    }
    group.finish();
}

criterion_group!(benches, may_track, decide);
criterion_main!(benches);
