//! What an operator reads before the gate is switched on: what enforcement would have denied, by name and count.

use super::with;
use consent_gate::{Storage, testing};

const LINES: [(&str, &str); 4] = [
    ("content-type", "text/html"),
    ("set-cookie", "_lum1=SECRET; Path=/"),
    ("set-cookie", "_other=1"),
    ("set-cookie", "sid=1; Path=/"),
];

#[test]
fn what_would_be_denied_is_listed_by_declared_name_and_reason_the_most_frequent_first() {
    let gate = testing::gate();
    let visitor = with(gate.clone()).report_only();
    for _ in 0..3 {
        visitor.clone().answer(LINES);
    }
    visitor
        .clone()
        .refused()
        .header("cookie", "_lum7=SECRET; _adl=SECRET; lang=de")
        .answer([("content-type", "text/html")]);
    visitor.handler(|visitor| _ = visitor.decide_storage(Storage::Local, "player.volume")).answer([("x-a", "1")]);
    let listed: Vec<String> = gate
        .would_deny()
        .into_iter()
        .map(|d| format!("{} {} {} {} {}", d.count, d.tracker, d.technology, d.category, d.reason.code()))
        .collect();
    let expected = [
        "3 _lum* cookie analytics undecided",
        "1 lang cookie functional refused",
        "1 _lum* cookie analytics refused",
        "1 _adl cookie advertising refused",
        "1 player.* local-storage functional undecided",
    ];
    assert_eq!(listed, expected, "what is set, what would be expired, and what a page may not store");
}

#[test]
fn the_list_is_bounded_by_what_is_declared_and_shared_by_clones() {
    let gate = testing::gate();
    let visitor = with(gate.clone()).report_only();
    for place in 0..200 {
        visitor.clone().set([&*format!("_lum{place}=1"), &*format!("x{place}=1")]);
    }
    let [only] = &gate.would_deny()[..] else { panic!("{:?}", gate.would_deny()) };
    assert_eq!((only.tracker.as_str(), only.count), ("_lum*", 200));
    assert_eq!(gate.on_event(|_| {}).would_deny()[0].count, 200);
}

#[test]
fn what_is_enforced_is_not_counted() {
    let gate = testing::gate();
    with(gate.clone()).answer(LINES);
    with(gate.clone()).refused().header("cookie", "_lum7=a").answer(LINES);
    assert!(gate.would_deny().is_empty());
}
