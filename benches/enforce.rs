//! What a verdict on one `Set-Cookie` line costs among ten declared trackers and among ten thousand, and what the second
//! `Content-Security-Policy` costs a document.

#![allow(clippy::expect_used)] // What cannot be set up cannot be measured.

use consent_gate::policy::{Period, Technology, Tracker};
use consent_gate::web::{Exchange, Mode, RequestLine};
use consent_gate::{Facts, Gate, testing};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// Names of eight lengths, as real ones have; every other one is a pattern.
fn name(place: usize) -> String {
    let word = ["u_", "ab_", "cart_", "visit_", "banner_", "campaign_", "experiment_", "recommender_"][place % 8];
    format!("{word}{place:05}{}", if place % 16 < 8 { "" } else { "_*" })
}

fn gate(trackers: usize) -> Gate {
    let mut policy = testing::policy();
    policy.trackers.retain(|tracker| tracker.technology != Technology::Cookie);
    let purpose = policy.trackers[0].purpose.clone();
    policy.trackers.extend((0..trackers).map(|place| {
        Tracker::new(name(place), Technology::Cookie, "analytics").lifetime(Period::days(90)).purpose(purpose.clone())
    }));
    Gate::new(policy).expect("a sound policy")
}

fn set_cookie(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("enforce/set_cookie");
    for trackers in [10, 10_000] {
        let gate = gate(trackers);
        let (accepted, refused) = (testing::accepted(&gate), testing::refused(&gate));
        // Both have a word of the same length.
        for (kind, declared) in [("exact", name(trackers / 2 / 16 * 16 + 1)), ("pattern", name(9))] {
            let written = declared.replace('*', "7f3a");
            let line = format!("{written}=LM1.2.1398471920; Path=/; Max-Age=7776000; Secure; SameSite=Lax");
            assert_eq!(accepted.judge_set_cookie(&line).line(), Some(&*line));
            assert_eq!(refused.judge_set_cookie(&line).code(), "refused");
            assert_eq!(accepted.judge_set_cookie("x_1=2").code(), "undeclared");
            for (answer, visitor) in [("kept", &accepted), ("dropped", &refused)] {
                let path = format!("{trackers}_trackers/{kind}/{answer}");
                group.bench_function(path, |b| {
                    b.iter(|| black_box(visitor.judge_set_cookie(black_box(&line)).is_allow()))
                });
            }
        }
    }
    group.finish();
}

/// A document behind an exchange, without and with the policy.
fn csp(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("enforce/csp");
    let gate = |addresses: usize, is_on| {
        let mut policy = testing::policy();
        policy.headers = policy.headers.content_security_policy(is_on).permissions_policy(false);
        let purpose = policy.trackers[0].purpose.clone();
        policy.trackers.extend((0..addresses).map(|place| {
            Tracker::new(format!("https://host{}.example/{place}/", place % 100), Technology::Script, "analytics")
                .purpose(purpose.clone())
        }));
        Gate::new(policy).expect("a sound policy")
    };
    for (path, addresses, is_on) in [
        ("10_addresses/off", 10, false),
        ("10_addresses/on", 10, true),
        ("1000_addresses/off", 1_000, false),
        ("1000_addresses/on", 1_000, true),
    ] {
        let gate = gate(addresses, is_on);
        let cookie = testing::cookie(&gate, gate.offered(), testing::now());
        let run = || {
            let line = RequestLine { method: "GET", authority: None };
            let request = [("cookie", cookie.as_bytes()), ("accept", b"text/html")];
            let exchange = Exchange::begin(&gate, line, request, Facts::default(), testing::now(), Mode::Enforce);
            exchange.finish([("content-type", &b"text/html"[..]), ("content-length", b"5120")])
        };
        let edits = run();
        assert_eq!(edits.page.len(), usize::from(is_on));
        assert!(edits.page.iter().all(|header| header.value.contains("https://host9.example")));
        group.bench_function(path, |b| b.iter(|| black_box(run())));
    }
    group.finish();
}

criterion_group!(benches, set_cookie, csp);
criterion_main!(benches);
