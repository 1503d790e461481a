//! What is recorded of what visitors choose, and what a failure of the store means.

use crate::site::{DAY, NOW, facts, gate, time};
use crate::ui::{banner, post, post_with, send, stored};
use consent_gate::record::{AccountStore, DeviceType, MemoryAccounts, Proof, Record, Status, StoreError, StoreFuture};
use consent_gate::ui::Privacy;
use consent_gate::{Answer, Category, Gate, Visitor};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const RECENT: i64 = NOW - 10 * DAY;

/// Keeps records in memory, and can break.
#[derive(Clone, Default)]
pub(crate) struct MemoryProof {
    records: Arc<Mutex<Vec<String>>>,
    is_broken: Arc<AtomicBool>,
}

impl Proof for MemoryProof {
    fn grant<'a>(&'a self, record: Record, account: Option<&'a str>) -> StoreFuture<'a, ()> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Box::pin(async { Err(StoreError::new("out of order")) });
        }
        self.refusal(record, account);
        Box::pin(async { Ok(()) })
    }

    fn refusal(&self, record: Record, account: Option<&str>) {
        let (account, analytics) = (account.unwrap_or("-"), record.status("analytics"));
        let text = format!("{} {} {account} analytics:{analytics}", record.method, record.language);
        self.records.lock().unwrap().push(text);
    }
}

impl MemoryProof {
    pub(crate) fn breaks(&self, is_broken: bool) {
        self.is_broken.store(is_broken, Ordering::Relaxed);
    }

    /// What was recorded since the last look: method, language, account, and what became of analytics.
    pub(crate) fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.records.lock().unwrap())
    }
}

fn browser(gate: &Gate, region: &str, answer: &str, signals: &[(&str, &str)]) -> Visitor {
    let cookie = if answer.is_empty() { String::new() } else { format!("__Host-consent={answer}") };
    let headers = signals.iter().copied().chain([("cookie", cookie.as_str())]);
    gate.visitor(headers, facts(region), time(NOW))
}

async fn with_account(answer: &str) -> MemoryAccounts {
    let store = MemoryAccounts::default();
    assert!(store.save("ada", None, &answer.parse::<Answer>().unwrap()).await.unwrap());
    store
}

#[tokio::test]
async fn each_change_is_recorded_once_with_its_button_and_its_language() {
    let gate = gate();
    let proof = MemoryProof::default();
    let privacy = Privacy::new(gate.clone()).proof(proof.clone());
    let granted = format!("1.4.{RECENT}.4.1a.0");
    for (answer, body, expected) in [
        ("", "action=accept&place=banner&language=en", &["banner en - analytics:given"][..]),
        ("", "action=refuse", &["settings en - analytics:refused"]),
        ("", "action=save&category=analytics&place=settings", &["settings en - analytics:given"]),
        ("", "provider=cliptube", &["settings en - analytics:unknown"]),
        (&granted, "action=refuse&about=analytics", &["settings en - analytics:withdrawn"]),
        (&granted, "action=accept&about=analytics", &[]),
        (&granted, "action=save&category=analytics", &["settings en - analytics:renewed"]),
        ("", "action=accept&place=elsewhere", &[]),
        ("", "action=accept&language=fr", &[]),
    ] {
        let visitor = browser(&gate, "DE", answer, &[]);
        let response = privacy.serve(&visitor, None, &post(body)).await.unwrap();
        assert_eq!(proof.taken(), expected, "{answer} {body} {}", response.status);
    }
}

#[tokio::test]
async fn an_application_and_the_kind_of_device_are_told_apart() {
    let gate = gate();
    let privacy = Privacy::new(gate.clone());
    let visitor = browser(&gate, "DE", "", &[]);
    let phone = [("sec-ch-ua-mobile", "?1")];
    let record = privacy.submit(&visitor, &post_with("action=accept", &phone)).unwrap().record().unwrap();
    assert_eq!((record.device, record.method.as_str()), (DeviceType::Phone, "settings"));
    let app = [("content-type", "application/json"), ("origin", ""), ("user-agent", "Shop/2 (iPad)")];
    let record = privacy.submit(&visitor, &post_with("{\"action\":\"accept\"}", &app)).unwrap().record().unwrap();
    assert_eq!((record.device, record.method.as_str()), (DeviceType::Tablet, "api"));
}

#[tokio::test]
async fn r44_a_grant_that_cannot_be_recorded_does_not_hold_and_the_refusals_beside_it_do() {
    let gate = gate();
    let proof = MemoryProof::default();
    proof.breaks(true);
    for account in [None, Some("ada")] {
        let store = MemoryAccounts::default();
        let privacy = Privacy::new(gate.clone()).proof(proof.clone()).accounts(store.clone());
        let visitor = browser(&gate, "DE", &format!("1.4.{RECENT}.10.e.0"), &[]);
        if let Some(account) = account {
            visitor.recognise(privacy.stores(), account).await.unwrap();
        }
        let mixed = privacy.serve(&visitor, account, &post("action=save&category=analytics")).await.unwrap();
        assert_eq!(mixed.status, 503);
        assert!(!visitor.may_track(Category::ANALYTICS), "the grant does not hold");
        assert!(!visitor.may_track(Category::ADVERTISING), "the refusal does");
        let named = account.unwrap_or("-");
        assert_eq!(proof.taken(), [format!("settings en {named} analytics:refused")]);
        let kept = store.load("ada").await.unwrap().map(|answer| answer.refused());
        assert_eq!(kept.map(|refused| refused.contains(Category::ADVERTISING)), account.map(|_| true));
    }
}

#[tokio::test]
async fn what_was_left_on_by_law_is_not_refused_when_a_grant_fails() {
    let gate = gate();
    let proof = MemoryProof::default();
    proof.breaks(true);
    let privacy = Privacy::new(gate.clone()).proof(proof);
    let visitor = browser(&gate, "US-CA", &format!("1.4.{RECENT}.0.2.0"), &[]);
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "no-objection");
    let body = "action=save&category=functional&category=analytics&category=advertising";
    assert_eq!(privacy.serve(&visitor, None, &post(body)).await.unwrap().status, 503);
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "no-objection");
    assert!(!visitor.may_track(Category::FUNCTIONAL));
}

#[tokio::test]
async fn r46_what_logging_in_changed_is_recorded_and_what_changed_nothing_is_not() {
    let gate = gate();
    for (own, account, expected) in [
        (format!("1.4.{RECENT}.1e.0.0"), format!("1.4.{RECENT}.a.14.0"), &["account en ada analytics:withdrawn"][..]),
        (String::new(), format!("1.4.{RECENT}.4.0.0"), &["account en ada analytics:given"]),
        (format!("1.4.{RECENT}.4.1a.0"), format!("1.4.{RECENT}.4.1a.0"), &[]),
    ] {
        let proof = MemoryProof::default();
        let privacy = Privacy::new(gate.clone()).accounts(with_account(&account).await).proof(proof.clone());
        let visitor = browser(&gate, "DE", &own, &[]);
        visitor.log_in(privacy.stores(), "ada").await.unwrap();
        assert_eq!(proof.taken(), expected, "{own} {account}");
        assert_eq!(stored(&visitor), None);
    }
}

/// Keeps whole records.
#[derive(Clone, Default)]
struct Whole(Arc<Mutex<Vec<Record>>>);

impl Proof for Whole {
    fn grant<'a>(&'a self, record: Record, _: Option<&'a str>) -> StoreFuture<'a, ()> {
        self.0.lock().unwrap().push(record);
        Box::pin(async { Ok(()) })
    }

    fn refusal(&self, record: Record, _: Option<&str>) {
        self.0.lock().unwrap().push(record);
    }
}

#[tokio::test]
async fn an_account_from_the_future_proves_nothing() {
    let gate = gate();
    for ahead in [NOW + 10 * DAY, 8_210_266_876_799, i64::MAX] {
        let proof = Whole::default();
        let store = with_account(&format!("1.4.{ahead}.4.0.0.+lumen")).await;
        let privacy = Privacy::new(gate.clone()).accounts(store).proof(proof.clone());
        let visitor = browser(&gate, "DE", &format!("1.4.{RECENT}.4.0.0"), &[]);
        visitor.log_in(privacy.stores(), "ada").await.unwrap();
        assert!(!visitor.may_track(Category::ANALYTICS), "a clock was wrong somewhere");
        let records = proof.0.lock().unwrap();
        let [record] = &records[..] else { panic!("{records:?}") };
        // What this browser gave, it gave; nothing was given for the account.
        assert!(record.expiry.is_some_and(|expiry| expiry < time(NOW + 400 * DAY)), "{record:?}");
        let said = record
            .providers
            .iter()
            .filter(|change| (change.before, change.after) != (Status::Unknown, Status::Unknown));
        assert_eq!(said.count(), 0, "{record:?}");
    }
}

#[tokio::test]
async fn r17_a_known_visitors_signal_is_recorded_once() {
    let gate = gate();
    let (store, proof) = (MemoryAccounts::default(), MemoryProof::default());
    let privacy = Privacy::new(gate.clone()).accounts(store).proof(proof.clone());
    for expected in [1, 0] {
        let visitor = browser(&gate, "US-CA", "", &[("sec-gpc", "1")]);
        visitor.recognise(privacy.stores(), "ada").await.unwrap();
        let taken = proof.taken();
        assert_eq!(taken.len(), expected, "{taken:?}");
        assert!(taken.iter().all(|record| record.starts_with("signal en ada ")), "{taken:?}");
    }
}

#[tokio::test]
async fn r15_a_click_against_a_signal_is_recorded_as_such() {
    let gate = gate();
    let proof = MemoryProof::default();
    let privacy = Privacy::new(gate.clone()).proof(proof.clone());
    for (is_known, body, expected) in [
        (true, "action=save&category=advertising", "override en - analytics:refused"),
        (true, "action=accept&about=advertising&place=banner", "override en - analytics:unknown"),
        (true, "action=save&category=analytics", "settings en - analytics:unknown"),
        // Of somebody who is not known, what the signal denies is not granted.
        (false, "action=save&category=advertising", "settings en - analytics:refused"),
    ] {
        let visitor = gate.visitor([("sec-gpc", "1")], facts("US-CA").known(is_known), time(NOW));
        assert_eq!(privacy.serve(&visitor, None, &post(body)).await.unwrap().status, 303);
        assert_eq!(proof.taken(), [expected], "{is_known} {body}");
        assert_eq!(visitor.may_track(Category::ADVERTISING), expected.starts_with("override"), "{is_known} {body}");
    }
}

#[cfg(feature = "cmp")]
#[tokio::test]
async fn an_answer_that_migrates_is_recorded_once_when_it_leaves() {
    use consent_gate::policy::Import;
    let mut policy = crate::site::policy();
    policy.imports.push(Import::new("c15t").migrate(true));
    let gate = Gate::new(policy).unwrap();
    let proof = MemoryProof::default();
    let privacy = Privacy::new(gate.clone()).proof(proof.clone()).accounts(MemoryAccounts::default());
    let foreign = "c15t=c.necessary:1,c.measurement:1,i.t:1795000000123";
    let arrives = |cookie: &str| {
        let visitor = gate.visitor([("cookie", cookie)], facts("DE"), time(NOW));
        privacy.record_migration(&visitor);
        visitor
    };
    let visitor = arrives(foreign);
    assert!(proof.taken().is_empty(), "nothing has left yet");
    let line = visitor.finish()[0].as_str().to_owned();
    assert_eq!(proof.taken(), ["import en - analytics:given"]);
    let own = format!("{}; {foreign}", line.split(';').next().unwrap());
    assert!(arrives(&own).finish().is_empty());
    assert!(arrives("").finish().is_empty());
    assert!(proof.taken().is_empty(), "it is ours by now");

    // Whoever stands in between: of somebody who is logged in, it belongs to the account.
    for is_asked_again in [false, true] {
        let visitor = arrives(foreign);
        visitor.recognise(privacy.stores(), "ada").await.unwrap();
        if is_asked_again {
            privacy.record_migration(&visitor);
        }
        assert_eq!(visitor.finish().len(), 1);
        assert_eq!(proof.taken(), ["import en ada analytics:given"], "{is_asked_again}");
    }

    // A click takes its place, and is recorded itself.
    let visitor = arrives(foreign);
    assert_eq!(privacy.serve(&visitor, None, &post("action=refuse")).await.unwrap().status, 303);
    assert_eq!(visitor.finish().len(), 1);
    assert_eq!(proof.taken(), ["settings en - analytics:withdrawn"]);
}

#[tokio::test]
async fn the_host_hears_why_a_change_was_not_kept() {
    let gate = gate();
    let proof = MemoryProof::default();
    proof.breaks(true);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = heard.clone();
    let privacy = Privacy::new(gate.clone())
        .proof(proof.clone())
        .on_store_error(move |error| ears.lock().unwrap().push(error.to_string()));
    for body in ["action=accept", "action=refuse"] {
        let visitor = browser(&gate, "DE", "", &[]);
        let _ = privacy.serve(&visitor, None, &post(body)).await;
    }
    assert_eq!(*heard.lock().unwrap(), ["out of order"], "the refusal needs no store");
}

#[test]
fn the_banner_and_the_settings_say_where_and_in_which_language() {
    let gate = gate();
    let visitor = browser(&gate, "DE", "", &[]);
    let banner = banner(&gate, &visitor).unwrap().to_html();
    assert!(banner.contains("name=\"place\" value=\"banner\"") && banner.contains("name=\"language\" value=\"en\""));
    let settings = Privacy::new(gate.clone()).settings(&visitor, "en").to_html();
    assert_eq!(settings.matches("name=\"language\" value=\"en\"").count(), 2);
    assert_eq!(send(&gate, &visitor, "action=accept&place=banner&language=en").status, 303);
}

#[cfg(feature = "ledger")]
#[tokio::test]
async fn a_ledger_keeps_the_proof() {
    use consent_gate::ledger::{Accounts, Embedded, Ledger, Recorder, Secret, Settings, verify};
    let gate = gate();
    let ledger = Embedded::in_memory(&Settings::of(gate.policy(), Secret::generate())).unwrap();
    let recorder = Recorder::new(&gate, ledger);
    let accounts = Accounts::new(recorder.ledger().clone());
    let privacy = Privacy::new(gate.clone()).proof(recorder.clone()).accounts(accounts.clone());
    for body in ["action=accept&place=banner", "action=refuse"] {
        let visitor = browser(&gate, "DE", "", &[]);
        visitor.recognise(privacy.stores(), "ada").await.unwrap();
        assert_eq!(privacy.serve(&visitor, Some("ada"), &post(body)).await.unwrap().status, 303);
    }
    recorder.flush().await;
    let history = recorder.ledger().history("ada", None, 10).await.unwrap();
    let methods: Vec<_> = history.iter().map(|entry| entry.record.method.as_str()).collect();
    assert_eq!(methods, ["banner", "settings"]);
    assert_eq!(history[1].record.status("analytics"), consent_gate::record::Status::Withdrawn, "on the other device");
    let kept = accounts.load("ada").await.unwrap().unwrap();
    assert!(kept.granted().is_empty() && kept.refused().contains(Category::ANALYTICS));
    assert_eq!(verify(recorder.ledger()).await.unwrap().unwrap().records, 2);
    let long = "a".repeat(300);
    let visitor = browser(&gate, "DE", "", &[]);
    assert_eq!(privacy.serve(&visitor, Some(&long), &post("action=accept")).await.unwrap().status, 503);
}
