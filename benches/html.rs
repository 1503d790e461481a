//! What rewriting a page of 100 KB costs beside the bare parser with the same selectors.
//!
//! ```text
//! cargo bench --features html --bench html
//! ```
//!
//! - `lesson` is such a page as a course platform serves: prose, pictures of our own and of a CDN, an analytics pixel, a
//!   video, a campaign tag.
//! - `tags` has 81 denied tags: scripts, pictures, preloads and frames.
//! - `hostile` has 540: one in each five.
//!
//! The goal is at least 85 % of the bare parser's throughput for the first two. It is printed for each, from pairs of runs
//! that take turns; and so is the lesson with HTML of the host's in it, beside the same without.

#![allow(clippy::unwrap_used, missing_docs)]

use consent_gate::html::{Options, Rewriter};
use consent_gate::policy::{Technology, Tracker};
use consent_gate::{Visitor, testing};
use criterion::{Criterion, Throughput, criterion_group};
use lol_html::Selector;
use lol_html::send::{Element, ElementContentHandlers, HtmlRewriter, Settings};
use std::borrow::Cow;
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const CHUNK: usize = 16 << 10;
const GUARD: &str = "<script src=\"/consent/guard.js\"></script>";
const BANNER: &str = "<dialog open><form method=\"post\" action=\"/privacy\"><button>Accept</button></form></dialog>";
static DOORS: LazyLock<Selector> =
    LazyLock::new(|| include_str!("../src/html/selector.txt").trim_end().parse().unwrap());

fn visitor() -> Visitor {
    let mut policy = testing::policy();
    policy.trackers.push(
        Tracker::new("https://cdn.example/", Technology::Resource, "essential").purpose([("en", "Our pictures.")]),
    );
    testing::refused(&consent_gate::Gate::new(policy).unwrap())
}

fn lesson() -> Vec<u8> {
    let head = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Lesson 3</title>\
        <link rel=\"stylesheet\" href=\"/static/site.css\"><link rel=\"icon\" href=\"/favicon.ico\">\
        <script src=\"https://adloop.example/t.js\" async></script><script src=\"/static/app.js\" defer></script>\
        <style>body{margin:0}.hero{background:url(/static/hero.jpg)}</style></head><body>";
    let section = |n: usize| {
        format!(
            "<section class=\"lesson-part\" id=\"part-{n}\"><h2>Part {n}: breathing</h2>\
            <p>Sit upright &amp; let your shoulders drop. Breathe in for four counts, hold for four, and breathe out for \
            <em>six</em>; the longer way out tells the body that <strong>nothing urgent</strong> is going on. Repeat it until \
            the thoughts that come by are thoughts that go by, as <a href=\"/lesson/{n}/notes\">the notes</a> explain.</p>\
            <ul class=\"steps\"><li>Notice the breath.</li><li>Notice the wandering.</li><li>Come back.</li></ul>\
            <figure><img src=\"https://cdn.example/img/{n}.webp\" alt=\"A calm lake\" width=\"640\" height=\"360\" \
            loading=\"lazy\"><figcaption>Picture {n}</figcaption></figure>\
            <p>What people find hardest is not the practice but to begin. Choose a time, choose a place, and let both stay as \
            they are for a week. Afterwards, look back without judging: a week with three sittings is three more than none, \
            and the fourth is easier than the first was.</p></section>"
        )
    };
    let tail = "<div class=\"video\"><iframe src=\"https://clip.example/embed/7\" width=\"560\" height=\"315\"></iframe></div>\
        <noscript><img src=\"https://px.lumen.example/v.gif?noscript=1\" alt=\"\"></noscript></body></html>";
    let mut page = head.to_owned();
    let mut n = 0;
    while page.len() < 100_000 {
        page += &section(n);
        n += 1;
    }
    (page + tail).into_bytes()
}

fn tags() -> Vec<u8> {
    let denied = [
        "<script async src=\"https://px.lumen.example/v.gif?id=1\"></script>",
        "<img src=\"https://px.lumen.example/v.gif?id=1\" alt=\"\" width=\"1\" height=\"1\">",
        "<link rel=\"preload\" as=\"script\" href=\"https://px.lumen.example/v.gif\">",
        "<iframe src=\"https://px.lumen.example/v.gif\" title=\"a\"></iframe>",
    ];
    let card = |n: usize| {
        format!(
            "<div class=\"card\" id=\"card-{n}\"><p>text of a paragraph that says something, at some length, about \
            breathing</p><a href=\"/lesson/{n}\">link</a> <span class=\"more\">more</span></div>"
        )
    };
    (0..81)
        .map(|n| denied[n % 4].to_owned() + &(0..7).map(|m| card(n * 7 + m)).collect::<String>())
        .collect::<String>()
        .into()
}

fn hostile() -> Vec<u8> {
    let piece = "<div><p>text of a paragraph that says something</p><a href=\"/x\">link</a><span>more</span>\
        <img src=\"https://px.lumen.example/v.gif?id=1\" alt=\"\"></div>";
    piece.repeat(100_000 / piece.len()).into_bytes()
}

fn gated(visitor: &Visitor, page: &[u8]) -> usize {
    rewritten(visitor, Options::new(), page)
}

/// With a guard script and a banner put into the page.
fn inserting(visitor: &Visitor, page: &[u8]) -> usize {
    let options = Options::new().head_start(|_| GUARD.to_owned()).body_start(|_| BANNER.to_owned());
    rewritten(visitor, options, page)
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

fn bare(page: &[u8]) -> usize {
    let mut written = 0;
    let handlers = ElementContentHandlers::default().element(|_: &mut Element<'_, '_>| Ok(()));
    let settings = Settings::new_send().append_element_content_handler((Cow::Borrowed(&*DOORS), handlers));
    let mut rewriter = HtmlRewriter::new(settings, |bytes: &[u8]| written += black_box(bytes).len());
    for chunk in page.chunks(CHUNK) {
        rewriter.write(chunk).unwrap();
    }
    rewriter.end().unwrap();
    written
}

fn html(criterion: &mut Criterion) {
    let visitor = visitor();
    for (name, page) in [("lesson", lesson()), ("tags", tags()), ("hostile", hostile())] {
        let (gated_bytes, bare_bytes) = (gated(&visitor, &page), bare(&page));
        assert_eq!(bare_bytes, page.len());
        assert!(gated_bytes > page.len(), "what is denied is renamed");
        let mut group = criterion.benchmark_group(format!("html/{name}"));
        group.throughput(Throughput::Bytes(page.len() as u64));
        group.bench_function("consent_gate", |b| b.iter(|| gated(&visitor, black_box(&page))));
        group.bench_function("lol_html", |b| b.iter(|| bare(black_box(&page))));
        group.finish();
        let ratio = ratio(&|| bare(&page), &|| gated(&visitor, &page));
        eprintln!("html/{name}: {:.1} % of the bare parser's throughput", ratio * 100.0);
    }
    let page = lesson();
    assert_eq!(inserting(&visitor, &page), gated(&visitor, &page) + GUARD.len() + BANNER.len());
    let ratio = ratio(&|| gated(&visitor, &page), &|| inserting(&visitor, &page));
    eprintln!("html/inserting: {:.1} % of the throughput without", ratio * 100.0);
}

/// The median of the one's time over the other's, from runs that take turns.
fn ratio(one: &dyn Fn() -> usize, other: &dyn Fn() -> usize) -> f64 {
    let timed = |run: &dyn Fn() -> usize| -> Duration {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    let pair = |_| timed(one).as_secs_f64() / timed(other).as_secs_f64();
    let mut ratios: Vec<f64> = (0..1001).map(pair).collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).measurement_time(Duration::from_secs(3)).without_plots();
    targets = html
}

fn main() {
    benches();
}
