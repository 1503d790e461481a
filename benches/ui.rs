//! What the banner costs a page of 100 KB that is rewritten anyway.
//!
//! ```text
//! cargo bench --features html,ui --bench ui
//! ```
//!
//! The visitor has not answered, so that the banner is drawn and put in. The goal, less than a tenth of the rewriter's own
//! time, is printed at the end, from pairs of runs that take turns.

#![allow(clippy::unwrap_used, missing_docs)]

use consent_gate::html::{Options, Rewriter};
use consent_gate::ui::{Privacy, Request};
use consent_gate::{Visitor, testing};
use criterion::{Criterion, criterion_group};
use std::hint::black_box;
use std::time::{Duration, Instant};

const CHUNK: usize = 16 << 10;

fn lesson() -> Vec<u8> {
    let head = "<!doctype html><html lang=en><head><meta charset=utf-8><title>Lesson</title></head><body>";
    let section = "<section><h2>Breathing</h2><p>Sit upright &amp; let your shoulders drop. Breathe in for four counts, hold for \
        four, and breathe out for <em>six</em>; the longer way out tells the body that <strong>nothing urgent</strong> is \
        going on, as <a href=\"/notes\">the notes</a> explain.</p><ul><li>Notice the breath.</li><li>Come back.</li></ul>\
        <img src=\"/lake.webp\" alt=\"A calm lake\"></section>";
    format!("{head}{}</body></html>", section.repeat(100_000 / section.len())).into_bytes()
}

fn rewritten(visitor: &Visitor, options: Options, page: &[u8]) -> usize {
    let mut written = 0;
    let mut rewriter = Rewriter::new(visitor, options.charset("utf-8")).unwrap();
    for chunk in page.chunks(CHUNK) {
        rewriter.write(chunk, |bytes| written += black_box(bytes).len()).unwrap();
    }
    rewriter.end(|bytes| written += black_box(bytes).len()).unwrap();
    written
}

/// A page without and with the banner, and all that a request costs beside.
struct Pages {
    privacy: Privacy,
    visitor: Visitor,
    page: Vec<u8>,
}

impl Pages {
    fn new() -> Self {
        let gate = testing::gate();
        Self { privacy: Privacy::new(gate.clone()), visitor: testing::undecided(&gate), page: lesson() }
    }

    fn without(&self) -> usize {
        rewritten(&self.visitor, Options::new(), &self.page)
    }

    fn with(&self) -> usize {
        let headers: [(&str, &[u8]); 2] = [("accept-language", b"en-GB,en;q=0.9"), ("user-agent", b"Mozilla/5.0")];
        let request = Request::read("GET", "/lessons/1", None, headers);
        rewritten(&self.visitor, self.privacy.into_pages(&request, Options::new()), &self.page)
    }
}

fn banner(criterion: &mut Criterion) {
    let pages = Pages::new();
    assert_eq!(pages.without(), pages.page.len());
    assert!(pages.with() > pages.page.len() + 1000);
    let mut group = criterion.benchmark_group("ui/page_100_kb");
    group.bench_function("without", |bencher| bencher.iter(|| pages.without()));
    group.bench_function("banner", |bencher| bencher.iter(|| pages.with()));
    group.finish();
    criterion.bench_function("ui/banner", |bencher| {
        let none: [(&str, &[u8]); 0] = [];
        let request = Request::read("GET", "/lessons/1", None, none);
        bencher.iter(|| pages.privacy.banner(&pages.visitor, &request).map(|banner| banner.to_html().len()));
    });
}

criterion_group!(benches, banner);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    let pages = Pages::new();
    let time = |run: &dyn Fn() -> usize| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    let mut pairs: Vec<(Duration, Duration)> =
        (0..201).map(|_| (time(&|| pages.without()), time(&|| pages.with()))).collect();
    let ratio = |(without, with): &(Duration, Duration)| with.as_secs_f64() / without.as_secs_f64();
    pairs.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    println!(
        "the banner adds {:.1} % to the rewriter's time (goal: less than 10 %)",
        100.0 * (ratio(&pairs[100]) - 1.0)
    );
}
