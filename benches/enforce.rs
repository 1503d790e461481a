//! What a verdict on one `Set-Cookie` line costs among ten declared trackers and among ten thousand.

#![allow(clippy::expect_used)] // What cannot be set up cannot be measured.

use consent_gate::{Gate, Lifetime, Period, Technology, Tracker, testing};
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
    policy.trackers.extend((0..trackers).map(|place| Tracker {
        lifetime: Some(Lifetime::For(Period::days(90))),
        purpose: purpose.clone(),
        ..Tracker::new(name(place), Technology::Cookie, "analytics")
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
            assert_eq!(accepted.set_cookie(&line).line(), Some(&*line));
            assert_eq!(refused.set_cookie(&line).code(), "refused");
            assert_eq!(accepted.set_cookie("x_1=2").code(), "undeclared");
            for (answer, visitor) in [("kept", &accepted), ("dropped", &refused)] {
                let path = format!("{trackers}_trackers/{kind}/{answer}");
                group.bench_function(path, |b| b.iter(|| black_box(visitor.set_cookie(black_box(&line)).is_allow())));
            }
        }
    }
    group.finish();
}

criterion_group!(benches, set_cookie);
criterion_main!(benches);
