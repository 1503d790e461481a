//! What subjects may ask for, and what law and time ask for: the cases of the conformance suite about these.

use crate::conformance::{ANALYTICS, NOTHING, swept};
use crate::world::{day, draft, draft_of, gate, history, now, record};
use consent_gate::ledger::{AnyLedger, Closure, Due, Ledger, sweep, verify};
use consent_gate::record::{Method, Status};
use std::sync::Arc;

pub(crate) async fn erased(ledger: AnyLedger) {
    for at in [now(), day(1)] {
        ledger.append(draft("ada", ANALYTICS, at)).await.unwrap();
        ledger.append(draft("eve", NOTHING, at)).await.unwrap();
    }
    assert_eq!(ledger.erase("ada", day(2)).await, Ok(2));
    assert_eq!(ledger.erase("ada", day(2)).await, Ok(0), "erasing again does nothing");
    assert!(history(&ledger, "ada").await.is_empty());
    assert_eq!(ledger.last("ada").await.unwrap(), None);
    assert_eq!(history(&ledger, "eve").await.len(), 2);
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 4, "the evidence stays");
    // Who comes back is somebody new.
    ledger.append(draft("ada", NOTHING, day(3))).await.unwrap();
    let again = history(&ledger, "ada").await;
    assert_eq!((again.len(), again[0].previous), (1, None));
    // The first record was superseded on day 1, the second became evidence on day 2.
    assert_eq!(ledger.due(day(731)).await.unwrap().removed, 1, "the one of eve that was followed");
    assert_eq!(ledger.due(day(732)).await.unwrap().removed, 2);
    assert_eq!(swept(&ledger, 732).await, (0, 2));
    assert_eq!(swept(&ledger, 733).await, (0, 1), "what was erased goes at the end of a day");
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 2);
    assert_eq!(history(&ledger, "eve").await.len(), 1);
}

pub(crate) async fn held_and_erased(ledger: AnyLedger) {
    ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
    assert_eq!(ledger.hold("ada", day(2_000), "claim 17/2026").await, Ok(true));
    assert_eq!(ledger.held("ada").await, Ok(Some((day(2_000), "claim 17/2026".to_owned()))));
    assert_eq!(ledger.erase("ada", day(1)).await, Ok(1));
    assert!(history(&ledger, "ada").await.is_empty(), "identifiers go all the same");
    assert_eq!(ledger.held("ada").await, Ok(None));
    assert_eq!(swept(&ledger, 1_999).await, (0, 0));
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 1);
    assert_eq!(swept(&ledger, 2_000).await, (0, 0));
    assert_eq!(swept(&ledger, 2_001).await, (0, 1), "at the end of the day");
}

pub(crate) async fn holds(ledger: AnyLedger) {
    ledger.append(draft("ada", NOTHING, now())).await.unwrap();
    ledger.hold("ada", day(1_000), "first").await.unwrap();
    ledger.hold("ada", day(900), "shorter").await.unwrap();
    assert_eq!(ledger.held("ada").await, Ok(Some((day(1_000), "first".to_owned()))));
    ledger.hold("ada", day(1_500), "longer").await.unwrap();
    ledger.append(draft("ada", NOTHING, day(1))).await.unwrap();
    ledger.append(draft("ada", NOTHING, day(2))).await.unwrap();
    assert_eq!(swept(&ledger, 1_499).await, (0, 0));
    assert_eq!(swept(&ledger, 1_500).await, (0, 2));
    assert_eq!(history(&ledger, "ada").await.len(), 1, "the last refusal stands");
}

pub(crate) async fn erased_while_closed(ledger: AnyLedger) {
    ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
    ledger.close_account("ada", day(1)).await.unwrap();
    assert_eq!(ledger.erase("ada", day(2)).await, Ok(1));
    assert!(history(&ledger, "ada").await.is_empty());
    assert_eq!(ledger.answer("ada").await, Ok(None));
    assert_eq!(ledger.due(day(2)).await.unwrap().closures, 1);
    let mut asked = Vec::new();
    let swept = sweep(&ledger, day(3), |closure: Closure| {
        asked.push(closure.subject);
        std::future::ready(Ok::<(), ()>(()))
    });
    assert_eq!(swept.await.unwrap().closed, 1);
    assert_eq!(asked, ["ada"]);
    assert_eq!(ledger.due(day(900)).await.unwrap().closures, 0);
    assert_eq!(ledger.hold("ada", day(9), "a claim").await, Ok(false), "nothing of it is left");
}

pub(crate) async fn closed(ledger: AnyLedger) {
    ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
    assert_eq!(ledger.close_account("ada", day(5)).await, Ok(day(95)));
    assert_eq!(ledger.close_account("ada", day(9)).await, Ok(day(95)), "the earlier date stays");
    // One of whom there is no record can close an account too.
    assert_eq!(ledger.close_account("bob", day(6)).await, Ok(day(96)));
    assert_eq!(ledger.closures(day(4), None, 10).await, Ok(Vec::new()), "not yet");
    assert_eq!(ledger.due(day(6)).await.unwrap().closures, 2);
    let deleted = Arc::new(std::sync::Mutex::new(Vec::new()));
    let swept = sweep(&ledger, day(6), |closure| {
        deleted.lock().unwrap().push((closure.subject, closure.closed, closure.deadline));
        std::future::ready(Ok::<(), ()>(()))
    })
    .await
    .unwrap();
    let mut deleted = deleted.lock().unwrap().clone();
    deleted.sort();
    assert_eq!(deleted, [("ada".to_owned(), day(5), day(95)), ("bob".to_owned(), day(6), day(96))]);
    assert_eq!((swept.closed, swept.failed, swept.overdue), (2, 0, 0));
    assert!(history(&ledger, "ada").await.is_empty());
    assert_eq!(ledger.due(day(700)).await, Ok(Due::default()), "the evidence is held");
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 1);
    assert_eq!(crate::conformance::swept(&ledger, 737).await, (0, 1), "and then gone");
}

pub(crate) async fn overdue(ledger: AnyLedger) {
    for name in ["ada", "bob", "eve"] {
        ledger.close_account(name, now()).await.unwrap();
    }
    let refuse_ada = |closure: Closure| {
        std::future::ready(if closure.subject == "ada" { Err("the database is down") } else { Ok(()) })
    };
    let swept = sweep(&ledger, day(1), refuse_ada).await.unwrap();
    assert_eq!((swept.closed, swept.failed, swept.overdue), (2, 1, 0));
    let due = ledger.due(day(91)).await.unwrap();
    assert_eq!((due.closures, due.overdue), (1, 1));
    let swept = sweep(&ledger, day(91), refuse_ada).await.unwrap();
    assert_eq!((swept.closed, swept.failed, swept.overdue), (0, 1, 1));
    let page = ledger.closures(day(91), None, 1).await.unwrap();
    assert_eq!(page.len(), 1);
    assert_eq!(ledger.closures(day(91), page.first(), 1).await, Ok(Vec::new()));
}

pub(crate) async fn removed(ledger: AnyLedger) {
    ledger.append(draft("ada", NOTHING, now())).await.unwrap();
    ledger.append(draft("ada", NOTHING, day(10))).await.unwrap();
    ledger.append(draft("eve", NOTHING, day(10))).await.unwrap();
    assert_eq!(swept(&ledger, 739).await, (0, 0));
    assert_eq!(swept(&ledger, 740).await, (0, 1), "superseded on day 10, and evidence for 730 days");
    assert_eq!(history(&ledger, "ada").await.len(), 1);
    let verified = verify(&ledger).await.unwrap().unwrap();
    assert_eq!(verified.records, 2);
    // The chain goes on over what is gone.
    ledger.append(draft("ada", ANALYTICS, day(741))).await.unwrap();
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 3);
}

pub(crate) async fn stands(ledger: AnyLedger) {
    ledger.append(draft("ada", NOTHING, now())).await.unwrap();
    assert_eq!(swept(&ledger, 3_650).await, (0, 0));
    assert_eq!(ledger.last("ada").await.unwrap().unwrap().record.status("analytics"), Status::Refused);
}

pub(crate) async fn expires(ledger: AnyLedger) {
    ledger.append(draft("ada", gate().offered(), now())).await.unwrap();
    ledger.append(draft("eve", ANALYTICS, now())).await.unwrap();
    ledger.append(draft("eve", NOTHING, day(1))).await.unwrap();
    ledger.append(draft(None, ANALYTICS, now())).await.unwrap();
    assert_eq!(ledger.due(day(179)).await.unwrap().expired, 0);
    assert_eq!(ledger.due(day(180)).await.unwrap().expired, 1, "eve withdrew before, and nobody has no state");
    assert_eq!(swept(&ledger, 181).await, (1, 0));
    assert_eq!(swept(&ledger, 181).await, (0, 0));
    let last = ledger.last("ada").await.unwrap().unwrap();
    assert_eq!((last.record.method, last.record.time), (Method::Expiry, day(180)));
    assert_eq!(last.record.status("analytics"), Status::Expired);
    assert_eq!(last.previous, Some(history(&ledger, "ada").await[0].id));
    // Nothing is given and nothing refused any more: that is evidence too, and then ada is forgotten.
    assert_eq!(swept(&ledger, 180 + 730).await.0, 0);
    assert!(history(&ledger, "ada").await.is_empty());
    assert_eq!(history(&ledger, "eve").await.len(), 1);
    // All of it at once, after years without a sweep.
    ledger.append(draft("bob", gate().offered(), day(910))).await.unwrap();
    assert_eq!(swept(&ledger, 9_000).await.0, 1);
    assert!(history(&ledger, "bob").await.is_empty());
    verify(&ledger).await.unwrap().unwrap();
}

pub(crate) async fn batches(ledger: AnyLedger) {
    for _ in 0..30 {
        ledger.append(draft(None, NOTHING, now())).await.unwrap();
    }
    let first = ledger.sweep_batch(day(730), 7).await.unwrap();
    assert_eq!((first.removed, first.is_done), (7, false));
    verify(&ledger).await.unwrap().unwrap();
    assert_eq!(swept(&ledger, 730).await, (0, 23));
    assert_eq!(swept(&ledger, 730).await, (0, 0));
    let verified = verify(&ledger).await.unwrap().unwrap();
    assert_eq!(verified.records, 0);
}

pub(crate) async fn leaves_its_time(ledger: AnyLedger) {
    // A refusal, and then, by a clock that was set back, a record that proves nothing which lasts.
    ledger.append(draft("ada", NOTHING, day(10))).await.unwrap();
    let mut lasts_not = record(NOTHING, now());
    for change in &mut lasts_not.categories {
        change.after = Status::Unknown;
    }
    ledger.append(draft_of("ada", lasts_not)).await.unwrap();
    assert_eq!(swept(&ledger, 729).await, (0, 0));
    assert_eq!(swept(&ledger, 730).await, (0, 2));
    assert!(history(&ledger, "ada").await.is_empty(), "the refusal does not stand alone again");
}
