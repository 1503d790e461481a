//! What every store must do alike.

use crate::world::{change, day, draft, draft_of, history, notice, now, record, run, settings};
use crate::{answers, rights};
use chrono::TimeDelta;
use consent_gate::ledger::{
    AnyLedger, Due, Embedded, Ledger, LedgerError, Progress, Stats, export_csv, export_json, verify,
};
use consent_gate::record::Status;
use consent_gate::{Category, testing};
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) const ANALYTICS: Category = Category::ANALYTICS;
pub(crate) const NOTHING: Category = Category::empty();

type Case = fn(AnyLedger) -> Pin<Box<dyn Future<Output = ()>>>;

/// The cases, each for a new and empty ledger.
pub(crate) const CASES: [(&str, Case); 27] = [
    ("what is appended is there, in its order", |ledger| Box::pin(in_order(ledger))),
    ("a draft that is appended twice is kept once", |ledger| Box::pin(appended_twice(ledger))),
    ("a record without a subject is kept, and is nobody's", |ledger| Box::pin(nobody(ledger))),
    ("a notice is kept once per content, and found by its hash", |ledger| Box::pin(notices(ledger))),
    ("a history is read in pages", |ledger| Box::pin(pages(ledger))),
    ("an unknown subject has nothing", |ledger| Box::pin(unknown(ledger))),
    ("r48 an erased subject is gone, and its evidence names nobody", |ledger| Box::pin(rights::erased(ledger))),
    ("r48 evidence under hold outlives an erasure", |ledger| Box::pin(rights::held_and_erased(ledger))),
    ("a hold only lengthens, and covers records to come", |ledger| Box::pin(rights::holds(ledger))),
    ("r47 a closed account is deleted by the host, then erased", |ledger| Box::pin(rights::closed(ledger))),
    ("r47 an erasure does not keep the host from deleting", |ledger| Box::pin(rights::erased_while_closed(ledger))),
    ("what the host cannot delete stays due and becomes overdue", |ledger| Box::pin(rights::overdue(ledger))),
    ("d18 evidence goes when its time is over, and not before", |ledger| Box::pin(rights::removed(ledger))),
    ("consent that stands is kept however old it is", |ledger| Box::pin(rights::stands(ledger))),
    ("r43 the end of a term is noted once", |ledger| Box::pin(rights::expires(ledger))),
    ("a record that goes first leaves its time to the one before", |ledger| Box::pin(rights::leaves_its_time(ledger))),
    ("a sweep is done in batches, and done again does nothing", |ledger| Box::pin(rights::batches(ledger))),
    ("an account's answer stands until another takes its place", |ledger| Box::pin(answers::replaced(ledger))),
    ("of devices that answer at once one is first", |ledger| Box::pin(answers::raced(ledger))),
    ("an answer outlives its evidence and goes with its subject", |ledger| Box::pin(answers::kept(ledger))),
    ("a clock that is set back loses nothing", |ledger| Box::pin(clock(ledger))),
    ("a term that is noted late is no clock that was set back", |ledger| Box::pin(noted_late(ledger))),
    ("many writers at once leave no gap and nothing twice", |ledger| Box::pin(many(ledger))),
    ("an older state is told from a newer one", |ledger| Box::pin(states(ledger))),
    ("r48 an export is a receipt with what the visitor was told", |ledger| Box::pin(json(ledger))),
    ("an export as a table has a line for each category", |ledger| Box::pin(csv(ledger))),
    ("grants and refusals are counted by day, region, revision and category", |ledger| Box::pin(stats(ledger))),
];

/// Runs every case, each on a ledger of its own, and says which failed.
pub(crate) fn every_case(open: impl AsyncFn() -> AnyLedger) {
    let failed: Vec<&str> = CASES
        .iter()
        .filter(|(name, case)| {
            let result = std::panic::catch_unwind(AssertUnwindSafe(|| run(async { case(open().await).await })));
            println!("{} {name}", if result.is_ok() { "ok    " } else { "FAILED" });
            result.is_err()
        })
        .map(|(name, _)| *name)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_case_holds_in_memory() {
    every_case(async || AnyLedger::Embedded(Embedded::in_memory(&settings()).unwrap()));
}

#[test]
fn every_case_holds_in_a_file() {
    let folder = crate::world::Folder::new("conformance");
    let number = AtomicU64::new(0);
    every_case(async || {
        let path = folder.path().join(format!("{}.redb", number.fetch_add(1, Ordering::Relaxed)));
        AnyLedger::Embedded(Embedded::open(path, &settings()).unwrap())
    });
}

async fn in_order(ledger: AnyLedger) {
    let records = [
        change(None, ANALYTICS, now()),
        change(Some((ANALYTICS, now())), NOTHING, day(1)),
        change(Some((NOTHING, day(1))), Category::ADVERTISING, day(2)),
    ];
    let drafts = records.clone().map(|record| draft_of("ada", record));
    let ids = drafts.each_ref().map(|draft| draft.id());
    for draft in drafts {
        ledger.append(draft).await.unwrap();
    }
    ledger.append(draft("eve", ANALYTICS, now())).await.unwrap();
    let found = history(&ledger, "ada").await;
    assert_eq!(found.iter().map(|entry| entry.id).collect::<Vec<_>>(), ids);
    assert_eq!(found.iter().map(|entry| entry.record.clone()).collect::<Vec<_>>(), records);
    assert_eq!(found.iter().map(|entry| entry.previous).collect::<Vec<_>>(), [None, Some(ids[0]), Some(ids[1])]);
    assert!(found.is_sorted_by_key(|entry| entry.place));
    let last = ledger.last("ada").await.unwrap().unwrap();
    assert_eq!((last.id, last.record.status("advertising")), (ids[2], Status::Given));
    assert_eq!(found[1].record.status("analytics"), Status::Withdrawn);
    let verified = verify(&ledger).await.unwrap().unwrap();
    assert_eq!((verified.records, verified.removed, verified.backdated), (4, 0, 0));
}

async fn appended_twice(ledger: AnyLedger) {
    let (of_ada, of_nobody) = (draft("ada", ANALYTICS, now()), draft(None, NOTHING, now()));
    for _ in 0..2 {
        ledger.append(of_ada.clone()).await.unwrap();
        ledger.append(of_nobody.clone()).await.unwrap();
    }
    // At once, and so in one batch.
    let (one, other) = tokio::join!(ledger.append(of_ada.clone()), ledger.append(of_ada.clone()));
    assert_eq!((one, other), (Ok(()), Ok(())));
    assert_eq!(history(&ledger, "ada").await.len(), 1);
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 2);
}

async fn nobody(ledger: AnyLedger) {
    ledger.append(draft(None, NOTHING, now())).await.unwrap();
    ledger.append(draft(None, NOTHING, now())).await.unwrap();
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 2);
    assert_eq!(ledger.due(day(730)).await.unwrap().removed, 2, "evidence from the day it was written");
    assert_eq!(ledger.due(day(729)).await.unwrap(), Due::default());
    assert_eq!(swept(&ledger, 730).await, (0, 2));
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 0);
}

async fn notices(ledger: AnyLedger) {
    ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
    ledger.append(draft("eve", ANALYTICS, now())).await.unwrap();
    let hash = history(&ledger, "ada").await[0].notice;
    assert_eq!(hash, notice().hash());
    assert_eq!(ledger.notice(hash).await.unwrap().as_deref(), Some(notice().text()));
    let other = consent_gate::ledger::Notice::of(&testing::policy(), "fr");
    assert_eq!(ledger.notice(other.hash()).await.unwrap(), None);
}

async fn pages(ledger: AnyLedger) {
    let drafts: Vec<_> = (0..10).map(|number| draft("ada", ANALYTICS, day(number))).collect();
    let ids: Vec<_> = drafts.iter().map(|draft| draft.id()).collect();
    for draft in drafts {
        ledger.append(draft).await.unwrap();
    }
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = ledger.history("ada", after, 3).await.unwrap();
        after = page.last().map(|entry| entry.place);
        found.extend(page.iter().map(|entry| entry.id));
        if page.len() < 3 {
            break;
        }
    }
    assert_eq!(found, ids);
}

async fn unknown(ledger: AnyLedger) {
    assert!(history(&ledger, "ada").await.is_empty());
    assert_eq!(ledger.last("ada").await.unwrap(), None);
    assert_eq!(ledger.erase("ada", now()).await, Ok(0));
    assert_eq!(ledger.hold("ada", day(9), "a claim").await, Ok(false));
    assert_eq!(ledger.held("ada").await, Ok(None));
    assert_eq!(ledger.due(day(9_999)).await, Ok(Due::default()));
    assert_eq!(swept(&ledger, 9_999).await, (0, 0));
    let verified = verify(&ledger).await.unwrap().unwrap();
    assert_eq!((verified.records, verified.removed), (0, 0));
    for subject in ["", &"x".repeat(257)] {
        assert_eq!(ledger.last(subject).await, Err(LedgerError::Subject(subject.len())));
        assert_eq!(ledger.erase(subject, now()).await, Err(LedgerError::Subject(subject.len())));
    }
    ledger.append(draft_of(&"é".repeat(128), record(ANALYTICS, now()))).await.unwrap();
    assert_eq!(history(&ledger, &"é".repeat(128)).await.len(), 1);
}

async fn noted_late(ledger: AnyLedger) {
    ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
    ledger.append(draft("ada", ANALYTICS, day(1))).await.unwrap();
    // In every shard, so in that of ada.
    for _ in 0..2_000 {
        ledger.append(draft(None, NOTHING, day(200))).await.unwrap();
    }
    assert_eq!(swept(&ledger, 201).await, (1, 0));
    assert_eq!(history(&ledger, "ada").await.last().unwrap().record.time, day(181));
    assert_eq!(verify(&ledger).await.unwrap().unwrap().backdated, 0);
}

async fn clock(ledger: AnyLedger) {
    ledger.append(draft("ada", ANALYTICS, day(10))).await.unwrap();
    ledger.append(draft("ada", NOTHING, now())).await.unwrap();
    let found = history(&ledger, "ada").await;
    assert_eq!((found[0].record.time, found[1].record.time), (day(10), now()), "in the order of the clicks");
    let last = ledger.last("ada").await.unwrap().unwrap();
    assert_eq!(last.record.status("analytics"), Status::Refused, "the later click counts, whatever its date");
    let verified = verify(&ledger).await.unwrap().unwrap();
    assert_eq!((verified.records, verified.backdated), (2, 1));
    assert_eq!(swept(&ledger, -1_000).await, (0, 0), "and a sweep in the past removes nothing");
    assert_eq!(history(&ledger, "ada").await.len(), 2);
}

async fn many(ledger: AnyLedger) {
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                for number in 0..25 {
                    // Some subjects are one writer's own, some are everybody's.
                    let subject = if number % 5 == 0 { "all".to_owned() } else { format!("{writer}-{number}") };
                    let draft = draft_of(&subject, record(ANALYTICS, now()));
                    ledger.append(draft.clone()).await.unwrap();
                    ledger.append(draft).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let verified = verify(&ledger).await.unwrap().unwrap();
    assert_eq!((verified.records, verified.removed), (16 * 25, 0));
    let all = history(&ledger, "all").await;
    assert_eq!(all.len(), 16 * 5);
    assert_eq!(all.iter().map(|entry| entry.id).collect::<HashSet<_>>().len(), 16 * 5);
    for pair in all.windows(2) {
        assert_eq!(pair[1].previous, Some(pair[0].id), "no gap");
    }
}

async fn states(ledger: AnyLedger) {
    ledger.append(draft("ada", NOTHING, now())).await.unwrap();
    let earlier = verify(&ledger).await.unwrap().unwrap().state;
    ledger.append(draft("ada", NOTHING, day(1))).await.unwrap();
    ledger.append(draft("eve", NOTHING, day(1))).await.unwrap();
    let later = verify(&ledger).await.unwrap().unwrap().state;
    for state in [&earlier, &later] {
        ledger.scan(ledger.verifier().since(state).unwrap()).await.unwrap().finish().unwrap();
    }
    for none in ["", "no state", "3 17 0a\n", &later[..later.len() - 9], &format!("{later}x\n")] {
        assert!(matches!(ledger.verifier().since(none).err(), Some(LedgerError::State(_))), "{none}");
    }
    // What an older copy of the store would be held against: a state that it has not reached.
    let ahead: String = later.lines().map(|line| ahead(line) + "\n").collect();
    let broken = ledger.scan(ledger.verifier().since(&ahead).unwrap()).await.unwrap().finish().unwrap_err();
    assert_eq!(broken.fault, consent_gate::ledger::Fault::RolledBack);
    // And after everything of that state is gone, it still is no other.
    ledger.erase("ada", day(1)).await.unwrap();
    ledger.erase("eve", day(1)).await.unwrap();
    assert_eq!(swept(&ledger, 732).await, (0, 3));
    ledger.scan(ledger.verifier().since(&earlier).unwrap()).await.unwrap().finish().unwrap();
}

/// A state of a shard that has one entry more.
fn ahead(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    format!("{} {} {}", words[0], words[1].parse::<u64>().unwrap() + 1, words[2])
}

/// That each name that is a value is one to a reader of linked data, and no text.
fn linked(context: &serde_json::Value, key: &str, value: &serde_json::Value) {
    match value {
        serde_json::Value::Array(values) => values.iter().for_each(|value| linked(context, key, value)),
        serde_json::Value::Object(fields) => {
            let inner = fields.iter().filter(|(key, _)| !matches!(&***key, "@context" | "consent-gate:text"));
            inner.for_each(|(key, value)| linked(context, key, value));
        }
        serde_json::Value::String(text) => {
            let is_name = ["dpv:", "urn:", "https://w3id.org/"].iter().any(|start| text.starts_with(start));
            let is_said = key.starts_with('@') || context[key]["@type"] == "@id";
            assert!(!is_name || is_said, "{key}: {text}");
        }
        _ => {}
    }
}

async fn json(ledger: AnyLedger) {
    ledger.append(draft_of("ada", change(None, ANALYTICS, now()))).await.unwrap();
    ledger.append(draft_of("ada", change(Some((ANALYTICS, now())), NOTHING, day(1)))).await.unwrap();
    ledger.append(draft("eve", ANALYTICS, now())).await.unwrap();
    ledger.hold("ada", day(9), "a claim").await.unwrap();
    let mut out = Vec::new();
    assert_eq!(export_json(&ledger, "ada", day(2), &mut out).await, Ok(2));
    let receipt: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(receipt["@type"], "dpv:ConsentReceipt");
    assert_eq!(receipt["dct:conformsTo"], "https://w3id.org/dpv/schema/dpv-27560#receipt-record");
    assert_eq!(receipt["dpv:hasDataSubject"], "ada");
    assert!(receipt["consent-gate:answer"].is_null());
    let records = receipt["dpv:hasRecordOfActivity"].as_array().unwrap();
    assert_eq!(receipt["consent-gate:heldUntil"], "2026-12-02T12:00:00+00:00");
    assert_eq!(receipt["@context"]["consent-gate:text"]["@type"], "@json");
    linked(&receipt["@context"], "", &receipt);
    assert_eq!(records.len(), 2);
    for (record, status) in records.iter().zip(["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]) {
        for field in [
            "@id",
            "dct:identifier",
            "dpv:hasDataController",
            "dpv:hasJurisdiction",
            "dpv:hasNotice",
            "dpv:isIndicatedAtTime",
            "dpv:isIndicatedBy",
            "dpv:hasIndicationMethod",
        ] {
            assert!(!record[field].is_null(), "{field}");
        }
        let analytics = &record["dpv:hasProcess"][1];
        assert_eq!(
            (&analytics["dct:identifier"], &analytics["dpv:hasConsentStatus"]),
            (&"analytics".into(), &status.into())
        );
        assert_eq!(analytics["dpv:hasPurpose"], "What it is for.");
        assert_eq!(analytics["dpv:hasPersonalData"][0], "pages viewed");
        assert_eq!(analytics["dpv:hasRecipient"][0]["dpv:hasName"], "lumen");
        assert_eq!(analytics["dpv:hasStorageCondition"][0]["dpv:hasDuration"], "395d");
    }
    assert_eq!(records[1]["dct:replaces"], records[0]["@id"]);
    assert_eq!(records[0]["dct:valid"], "2027-05-22T12:00:00+00:00");
    let notices = receipt["consent-gate:notices"].as_array().unwrap();
    assert_eq!(notices.len(), 1, "once per content");
    assert_eq!(notices[0]["@id"], records[0]["dpv:hasNotice"]["@id"]);
    ledger.replace_answer("bob", None, &"1.4.1795000000.4.1a.0".parse().unwrap()).await.unwrap();
    let mut none = Vec::new();
    assert_eq!(export_json(&ledger, "bob", day(2), &mut none).await, Ok(0));
    let none: serde_json::Value = serde_json::from_slice(&none).unwrap();
    assert_eq!(none["consent-gate:answer"], "1.4.1795000000.4.1a.0");
    assert_eq!(none["dpv:hasRecordOfActivity"].as_array().map(Vec::len), Some(0));
}

async fn csv(ledger: AnyLedger) {
    ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
    ledger.append(draft("ada", NOTHING, now() + TimeDelta::seconds(5))).await.unwrap();
    let mut out = Vec::new();
    assert_eq!(export_csv(&ledger, "ada", &mut out).await, Ok(2));
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.matches("\r\n").count(), 1 + 2 * 4);
    assert!(text.lines().all(|line| line.split(',').count() == 18), "{text}");
    assert!(text.contains(
        ",2026-11-23T12:00:00+00:00,category,analytics,unknown,given,settings,self,unknown,calminteraction,4,en,DE,"
    ));
    assert!(!text.contains("ada"), "the subject knows who asked");
}

async fn stats(ledger: AnyLedger) {
    ledger.append(draft_of("ada", change(None, ANALYTICS, now()))).await.unwrap();
    ledger.append(draft_of("ada", change(Some((ANALYTICS, now())), NOTHING, day(1)))).await.unwrap();
    ledger.append(draft("eve", ANALYTICS, day(1))).await.unwrap();
    swept(&ledger, 200).await;
    let csv = Stats::of(&ledger).await.unwrap().to_csv();
    for line in [
        "day,region,revision,category,given,refused,withdrawn,expired",
        "2026-11-23,DE,4,analytics,1,0,0,0",
        "2026-11-23,DE,4,advertising,0,1,0,0",
        "2026-11-24,DE,4,analytics,1,0,1,0",
        "2027-05-23,DE,4,analytics,0,0,0,1",
    ] {
        assert!(csv.lines().any(|other| other == line), "{line} in {csv}");
    }
    let shown = Arc::new(AtomicU64::new(0));
    let counter = shown.clone();
    let walk = Progress::new(Stats::default(), move |done, _| counter.store(done, Ordering::Relaxed));
    ledger.scan(walk).await.unwrap().into_inner().finish().unwrap();
    assert_eq!(shown.load(Ordering::Relaxed), 4);
}

/// Sweeps at a day, with a host that has nothing to delete: how many terms were noted and how many records removed.
pub(crate) async fn swept(ledger: &AnyLedger, at: i64) -> (u64, u64) {
    let swept = crate::world::swept(ledger, day(at)).await.unwrap();
    (swept.expired, swept.removed)
}
