//! Counters and their labels.

use super::{exchange, exchange_as, gate, site};
use consent_gate::web::Mode;
use consent_gate::{AllowReason, Category, DenyReason, Region, Storage, Visitor};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use std::collections::{BTreeMap, BTreeSet};

/// Every counter after this happened, as `name label=value …`, sorted, with its value.
pub fn counted(happens: impl FnOnce()) -> BTreeMap<String, u64> {
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, happens);
    let line = |key: &metrics::Key| {
        let labels: Vec<String> = key.labels().map(|label| format!(" {}={}", label.key(), label.value())).collect();
        format!("{}{}", key.name(), labels.concat())
    };
    let all = recorder.snapshotter().snapshot().into_vec().into_iter();
    all.filter_map(|(key, _, _, value)| match value {
        DebugValue::Counter(count) => Some((line(key.key()), count)),
        DebugValue::Gauge(_) | DebugValue::Histogram(_) => None,
    })
    .collect()
}

fn ask_all(visitor: &Visitor) {
    let _ = visitor.decide_address("https://adloop.example/t.js");
    let _ = visitor.decide_storage(Storage::Local, "peek.queue");
}

#[test]
fn denials_erasures_and_the_rest_are_counted_by_category_technology_reason_and_region() {
    let counted = counted(|| {
        let gate = gate();
        let refused = "__Host-consent=1.4.1794528000.0.1e.0; own_a=1";
        exchange(&gate, Mode::Enforce, refused, ask_all, &["own_ad=1", "lang=de; Domain=shop.example", "mystery=1"]);
        exchange(&gate, Mode::Enforce, refused, ask_all, &[]);
        exchange(&gate, Mode::Enforce, "__Host-consent=x", |_| {}, &[]);
    });
    let expected = [
        ("consent_gate_denied_total category=advertising technology=cookie reason=refused region=DE", 1),
        ("consent_gate_denied_total category=advertising technology=script reason=refused region=DE", 2),
        ("consent_gate_denied_total category=analytics technology=local-storage reason=refused region=DE", 2),
        ("consent_gate_denied_total category=functional technology=cookie reason=refused region=DE", 1),
        ("consent_gate_erased_total category=analytics technology=cookie reason=refused region=DE", 2),
        ("consent_gate_undeclared_total technology=cookie reason=denied name=mystery", 1),
        ("consent_gate_unreadable_total region=DE", 1),
    ];
    assert_eq!(counted, expected.map(|(line, count)| (line.to_owned(), count)).into());
}

#[test]
fn changed_answers_are_counted_by_what_was_said() {
    let counted = counted(|| {
        let gate = gate();
        let granted = "__Host-consent=1.4.1794528000.1e.0.0";
        for (cookies, change) in [
            ("", (|visitor| visitor.accept_all().unwrap()) as fn(&Visitor)),
            ("", |visitor| visitor.refuse_all().unwrap()),
            (granted, |visitor| visitor.refuse(Category::ANALYTICS).unwrap()),
            (granted, |visitor| visitor.accept_all().unwrap()),
            (granted, |visitor| visitor.forget().unwrap()),
        ] {
            exchange(&gate, Mode::Enforce, cookies, change, &[]);
        }
    });
    let of = |category: &str, what: &str| {
        counted.get(&format!("consent_gate_changed_total category={category} reason={what} region=DE")).copied()
    };
    assert_eq!(["granted", "refused", "withdrawn", "forgotten"].map(|what| of("analytics", what)), [Some(1); 4]);
    assert_eq!(of("advertising", "withdrawn"), None);
}

#[test]
fn labels_are_words_of_ours_of_the_policys_or_of_a_bounded_set() {
    let letters = |place: usize| [place / 26, place % 26].map(|l| char::from(b'g' + u8::try_from(l % 20).unwrap()));
    let counted = counted(|| {
        let gate = gate();
        for place in 0..600 {
            let made_up: String = letters(place).iter().collect();
            let region = Region::default();
            let facts = consent_gate::Facts::in_region(format!("US-{made_up}").parse().unwrap_or(region));
            let lines = [format!("w{place:03}_{made_up}=1"), "own_ad=1; Path=/".to_owned()];
            exchange_as(&gate, Mode::Report, facts, &format!("{made_up}=1"), |_| {}, &lines.each_ref().map(|l| &**l));
        }
    });
    let values = |label: &str| -> BTreeSet<&str> {
        let words = counted.keys().flat_map(|line| line.split(' '));
        words.filter_map(|word| word.strip_prefix(label)?.strip_prefix('=')).collect()
    };
    assert_eq!(values("name").len(), 257, "256 names and `other`");
    assert!(values("name").iter().all(|name| *name == "other" || name.starts_with('w')), "{:?}", values("name"));
    assert!(
        values("region").iter().all(|r| *r == "US" || site::region(r).country() == Region::US),
        "{:?}",
        values("region")
    );
    assert!(values("region").len() < 40, "{:?}", values("region"));
    let reasons = DenyReason::ALL.iter().map(|r| r.code()).chain(AllowReason::ALL.iter().map(|r| r.code()));
    let reasons: BTreeSet<&str> = reasons.chain(["denied", "passed", "Path", "Domain", "Partitioned"]).collect();
    assert!(values("reason").is_subset(&reasons), "{:?}", values("reason"));
}

#[test]
fn counters_are_described_in_the_table_of_the_documentation() {
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || {
        let _ = gate();
        for line in counted_names() {
            metrics::counter!(line).increment(0);
        }
    });
    let documented = counted_names();
    for (key, unit, meaning, _) in recorder.snapshotter().snapshot().into_vec() {
        assert!(documented.contains(&key.key().name().to_owned()));
        assert_eq!(unit, Some(metrics::Unit::Count), "{key:?}");
        assert!(meaning.is_some_and(|text| text.len() > 20), "{key:?}");
    }
}

/// The counters that the module's documentation lists.
fn counted_names() -> Vec<String> {
    let text = include_str!("../../src/observe/mod.rs");
    let names: Vec<String> = text
        .lines()
        .filter_map(|line| Some(line.strip_prefix("//! | `consent_gate_")?.split_once('`')?.0))
        .map(|name| format!("consent_gate_{name}"))
        .collect();
    assert_eq!(names.len(), 10);
    names
}
