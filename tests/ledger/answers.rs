//! What accounts say now: the cases of the conformance suite about answers.

use crate::conformance::{ANALYTICS, NOTHING, swept};
use crate::world::{day, draft, gate, history, now};
use consent_gate::ledger::{AnyLedger, Ledger, LedgerError, verify};
use consent_gate::{Answer, Category};

fn answer(granted: Category, at: i64) -> Answer {
    format!("1.4.{}.{:x}.{:x}.0.-lumen", day(at).timestamp(), granted.bits(), 0x1e & !granted.bits()).parse().unwrap()
}

pub(crate) async fn replaced(ledger: AnyLedger) {
    let (first, second) = (answer(ANALYTICS, 0), answer(NOTHING, 1));
    assert_eq!(ledger.answer("ada").await, Ok(None));
    assert_eq!(ledger.replace_answer("ada", Some(&first), &second).await, Ok(false), "nothing stands there");
    assert_eq!(ledger.answer("ada").await, Ok(None));
    assert_eq!(ledger.replace_answer("ada", None, &first).await, Ok(true));
    assert_eq!(ledger.answer("ada").await, Ok(Some(first.clone())));
    assert_eq!(ledger.replace_answer("ada", None, &second).await, Ok(false), "another one stands there");
    assert_eq!(ledger.answer("ada").await, Ok(Some(first.clone())));
    for _ in 0..2 {
        // Tried again after an outcome that nobody was told, it is done.
        assert_eq!(ledger.replace_answer("ada", Some(&first), &second).await, Ok(true));
        assert_eq!(ledger.answer("ada").await, Ok(Some(second.clone())));
    }
    assert_eq!(ledger.replace_answer("eve", None, &first).await, Ok(true));
    assert_eq!(ledger.answer("ada").await, Ok(Some(second)));
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 0, "an answer is no record");
    for subject in ["", &"x".repeat(257)] {
        assert_eq!(ledger.answer(subject).await, Err(LedgerError::Subject(subject.len())));
        assert_eq!(ledger.replace_answer(subject, None, &first).await, Err(LedgerError::Subject(subject.len())));
    }
}

pub(crate) async fn raced(ledger: AnyLedger) {
    let before = answer(ANALYTICS, 0);
    ledger.replace_answer("ada", None, &before).await.unwrap();
    let devices: Vec<_> = (1..=8)
        .map(|device| {
            let (ledger, before) = (ledger.clone(), before.clone());
            tokio::spawn(async move {
                let after = answer(NOTHING, device);
                ledger.replace_answer("ada", Some(&before), &after).await.unwrap().then_some(after)
            })
        })
        .collect();
    let mut won = Vec::new();
    for device in devices {
        won.extend(device.await.unwrap());
    }
    assert_eq!(won.len(), 1, "one of them was first");
    assert_eq!(ledger.answer("ada").await.unwrap(), won.pop());
}

pub(crate) async fn kept(ledger: AnyLedger) {
    let said = answer(ANALYTICS, 0);
    // Before there is a record, and after.
    assert_eq!(ledger.replace_answer("ada", None, &said).await, Ok(true));
    for subject in ["ada", "eve"] {
        ledger.append(draft(subject, gate().offered(), now())).await.unwrap();
    }
    assert_eq!(ledger.replace_answer("eve", None, &said).await, Ok(true));
    ledger.hold("ada", day(100), "claim 17/2026").await.unwrap();
    assert_eq!(ledger.answer("ada").await, Ok(Some(said.clone())), "a hold changes no answer");
    assert_eq!(ledger.held("ada").await, Ok(Some((day(100), "claim 17/2026".to_owned()))), "nor an answer a hold");

    // What was given lapses, and that is evidence which goes.
    assert_eq!(swept(&ledger, 180 + 731).await, (2, 4));
    for subject in ["ada", "eve"] {
        assert!(history(&ledger, subject).await.is_empty());
        assert_eq!(ledger.answer(subject).await, Ok(Some(said.clone())), "an account outlives its evidence");
    }
    assert_eq!(ledger.erase("eve", day(1_000)).await, Ok(0));
    assert_eq!(ledger.answer("eve").await, Ok(None), "an erasure takes the answer along");

    ledger.close_account("ada", day(10_000)).await.unwrap();
    assert_eq!(ledger.answer("ada").await, Ok(Some(said.clone())), "until it is deleted");
    assert_eq!(swept(&ledger, 10_000).await, (0, 0));
    assert_eq!(ledger.answer("ada").await, Ok(None));
    assert_eq!(ledger.replace_answer("ada", Some(&said), &answer(NOTHING, 2)).await, Ok(false));
    assert_eq!(ledger.replace_answer("ada", None, &said).await, Ok(true), "who comes back is somebody new");
    assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 0);
}
