//! Answers that belong to accounts.

use crate::site::{self, DAY, NOW, facts, gate, time};
use crate::ui::proof::MemoryProof;
use crate::ui::{post, stored};
use consent_gate::record::{AccountStore, MemoryAccounts, StoreError, StoreFuture};
use consent_gate::ui::{Privacy, Reach};
use consent_gate::{Answer, Category, Gate, Visitor};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const RECENT: i64 = NOW - 10 * DAY;

fn browser(gate: &Gate, region: &str, answer: &str, signals: &[(&str, &str)]) -> Visitor {
    let cookie = if answer.is_empty() { String::new() } else { format!("__Host-consent={answer}") };
    let headers = signals.iter().copied().chain([("cookie", cookie.as_str())]);
    gate.visitor(headers, facts(region), time(NOW))
}

fn answer(text: &str) -> Answer {
    text.parse().unwrap()
}

async fn with_account(account: &str) -> MemoryAccounts {
    let store = MemoryAccounts::default();
    assert!(store.save("ada", None, &answer(account)).await.unwrap());
    store
}

async fn kept(store: &MemoryAccounts) -> Option<String> {
    store.load("ada").await.unwrap().map(|answer| answer.to_string())
}

#[tokio::test]
async fn r46_logging_in_combines_by_the_strictest_and_says_what_changed() {
    let gate = gate();
    for (own, account, off, on) in [
        // The account refuses advertising.
        (format!("1.4.{RECENT}.1e.0.0"), format!("1.4.{RECENT}.e.10.0"), Category::ADVERTISING, Category::empty()),
        // The browser was not asked, and the account allows.
        (String::new(), format!("1.4.{RECENT}.4.0.0"), Category::empty(), Category::ANALYTICS),
        // Both agree.
        (format!("1.4.{RECENT}.4.1a.0"), format!("1.4.{RECENT}.4.1a.0"), Category::empty(), Category::empty()),
    ] {
        let privacy = Privacy::new(gate.clone()).accounts(with_account(&account).await);
        let visitor = browser(&gate, "DE", &own, &[]);
        let log_in = visitor.log_in(privacy.stores(), "ada").await.unwrap();
        assert_eq!((log_in.turned_off, log_in.turned_on), (off, on), "{own} {account}");
        assert_eq!(log_in.own.as_ref().map(ToString::to_string).unwrap_or_default(), own);
        let text = privacy.log_in_text(&log_in, "en");
        assert_eq!(text.is_empty(), off.is_empty() && on.is_empty());
        if !off.is_empty() {
            assert_eq!(text[0], "Your account is stricter than this browser was. Off now: advertising.");
        }
        assert_eq!(stored(&visitor), None, "the account never overwrites the browser");
    }
}

#[tokio::test]
async fn a_choice_made_logged_in_reaches_every_device_and_says_so() {
    let gate = gate();
    let store = MemoryAccounts::default();
    let privacy = Privacy::new(gate.clone()).accounts(store.clone());
    let first = browser(&gate, "DE", "", &[]);
    first.recognise(privacy.stores(), "ada").await.unwrap();
    let settings = privacy.settings(&first, "en");
    assert_eq!(settings.reach, Reach::Account);
    assert!(settings.choice[0].contains("wherever you log in to this account"));
    assert_eq!(settings.decided, None, "a blank account is no choice");
    let response = privacy.serve(&first, Some("ada"), &post("action=save&category=analytics")).await.unwrap();
    assert_eq!(response.status, 303);
    assert_eq!(kept(&store).await.as_deref(), Some("1.4.1795392000.4.1a.0"));

    let second = browser(&gate, "DE", "", &[]);
    second.recognise(privacy.stores(), "ada").await.unwrap();
    assert!(second.may_track(Category::ANALYTICS));
    assert_eq!(second.decide(Category::ADVERTISING).code(), "refused");
    assert!(privacy.banner(&second, &crate::ui::page(&[])).is_none());
}

#[tokio::test]
async fn r46_logging_out_gives_the_browser_back_its_own_choice() {
    let gate = gate();
    for own in [String::new(), format!("1.4.{RECENT}.0.1e.0"), format!("1.4.{RECENT}.2.1c.0")] {
        let store = MemoryAccounts::default();
        let privacy = Privacy::new(gate.clone()).accounts(store.clone());
        let visitor = browser(&gate, "DE", &own, &[]);
        let before = visitor.log_in(privacy.stores(), "ada").await.unwrap().own;
        let _ = privacy.serve(&visitor, Some("ada"), &post("action=accept")).await.unwrap();
        assert!(visitor.may_track(Category::ADVERTISING));
        let logged_in = stored(&visitor).unwrap();

        // The next request, in which somebody logs out.
        let leaving = browser(&gate, "DE", &format!("{logged_in}; own_ad=1"), &[]);
        leaving.recognise(privacy.stores(), "ada").await.unwrap();
        leaving.log_out(before).unwrap();
        assert!(!leaving.may_track(Category::ADVERTISING), "{own}");
        let lines = site::lines(&leaving);
        let expected = if own.is_empty() { "__Host-consent=; ".to_owned() } else { format!("__Host-consent={own}; ") };
        assert!(lines[0].starts_with(&expected), "{lines:?}");
        assert!(lines[1].starts_with("own_ad=; "), "and what the account allowed is erased: {lines:?}");
        assert_eq!(kept(&store).await.as_deref(), Some("1.4.1795392000.1e.0.0"), "the account keeps its choice");
    }
}

#[tokio::test]
async fn r46_logging_in_and_out_never_widens_what_an_unreadable_answer_denies() {
    let gate = gate();
    let privacy = Privacy::new(gate.clone()).accounts(with_account(&format!("1.4.{RECENT}.1e.0.0")).await);
    let visitor = browser(&gate, "US-CA", "garbage", &[]);
    let own = visitor.log_in(privacy.stores(), "ada").await.unwrap().own;
    assert_eq!((own.clone(), visitor.decide(Category::ANALYTICS).code()), (None, "unreadable"));
    visitor.log_out(own).unwrap();
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "unreadable");
    assert_eq!(stored(&visitor), None, "what may be an objection stays where it is");
}

#[tokio::test]
async fn r46_each_new_device_is_told_that_the_account_counts_on_it() {
    let gate = gate();
    let told = "The choice of your account counts on this device too";
    for (own, account, is_told) in [
        ("", format!("1.4.{RECENT}.4.1a.0"), true),
        ("", format!("1.4.{RECENT}.0.1e.0"), true),
        (&*format!("1.4.{RECENT}.0.1e.0"), format!("1.4.{RECENT}.0.1e.0"), false),
        ("", String::new(), false),
    ] {
        let store = if account.is_empty() { MemoryAccounts::default() } else { with_account(&account).await };
        let privacy = Privacy::new(gate.clone()).accounts(store);
        let visitor = browser(&gate, "FR", own, &[]);
        let log_in = visitor.log_in(privacy.stores(), "ada").await.unwrap();
        assert_eq!(log_in.is_new_device, is_told, "{own} {account}");
        let text = privacy.log_in_text(&log_in, "en").join(" ");
        assert_eq!(text.contains(told), is_told, "{own} {account}: {text}");
        assert_eq!(text.contains("You can change this"), is_told, "{text}");
    }
}

#[tokio::test]
async fn r7_what_is_left_on_by_law_can_be_left_on_again_and_be_refused_after() {
    let gate = gate();
    let store = MemoryAccounts::default();
    let privacy = Privacy::new(gate.clone()).accounts(store.clone());
    let all = "action=save&category=functional&category=analytics&category=personalization&category=advertising";
    for body in [all, all, "action=refuse", "action=refuse", all, all] {
        let visitor = browser(&gate, "US-TX", "", &[]);
        visitor.recognise(privacy.stores(), "ada").await.unwrap();
        let response = privacy.serve(&visitor, Some("ada"), &post(body)).await.unwrap();
        assert_eq!(response.status, 303, "{body} {:?}: {}", kept(&store).await, response.body);
        assert_eq!(visitor.may_track(Category::ANALYTICS), body == all, "{body}");
    }
}

#[tokio::test]
async fn r17_r14_an_opt_out_signal_of_a_known_visitor_holds_on_every_device() {
    let gate = gate();
    let store = with_account(&format!("1.4.{RECENT}.1e.0.0")).await;
    let privacy = Privacy::new(gate.clone()).accounts(store.clone());
    let with_signal = browser(&gate, "US-CA", "", &[("sec-gpc", "1")]);
    with_signal.recognise(privacy.stores(), "ada").await.unwrap();
    let written = kept(&store).await.unwrap();
    assert_eq!(written, format!("1.4.{RECENT}.e.10.0.-adloop~-cliptube~-peek"), "third parties too");

    let other_device = browser(&gate, "US-CA", "", &[]);
    other_device.recognise(privacy.stores(), "ada").await.unwrap();
    assert_eq!(other_device.decide(Category::ADVERTISING).code(), "refused");
    assert_eq!(other_device.decide_address("https://cliptube.example/embed/a").code(), "provider-refused");
    // Written once.
    browser(&gate, "US-CA", "", &[("sec-gpc", "1")]).recognise(privacy.stores(), "ada").await.unwrap();
    assert_eq!(kept(&store).await.unwrap(), written);
    // The browser that sent it stores nothing: nobody clicked.
    assert_eq!(stored(&with_signal), None);
}

#[tokio::test]
async fn r20_where_consent_must_be_asked_for_a_signal_is_neither_stored_nor_recorded() {
    let gate = gate();
    for (region, is_opt_out) in [("DE", false), ("FR", false), ("US-CA", true)] {
        for account in [None, Some(format!("1.4.{RECENT}.4.0.0"))] {
            let store = match &account {
                Some(account) => with_account(account).await,
                None => MemoryAccounts::default(),
            };
            let proof = MemoryProof::default();
            let privacy = Privacy::new(gate.clone()).accounts(store.clone()).proof(proof.clone());
            let visitor = browser(&gate, region, "", &[("sec-gpc", "1")]);
            visitor.recognise(privacy.stores(), "ada").await.unwrap();
            assert_eq!(kept(&store).await != account, is_opt_out, "{region} {account:?}");
            assert_eq!(proof.taken().len(), usize::from(is_opt_out), "{region} {account:?}");
            assert_eq!(stored(&visitor), None, "{region} {account:?}");
        }
    }
}

#[tokio::test]
async fn r20_a_signal_in_an_opt_in_region_leaves_the_question_open_for_later_requests() {
    let gate = gate();
    let store = MemoryAccounts::default();
    let privacy = Privacy::new(gate.clone()).accounts(store.clone());
    browser(&gate, "DE", "", &[("sec-gpc", "1")]).recognise(privacy.stores(), "ada").await.unwrap();
    let without_signal = browser(&gate, "DE", "", &[]);
    without_signal.recognise(privacy.stores(), "ada").await.unwrap();
    assert_eq!(without_signal.decide(Category::ADVERTISING).code(), "undecided");
}

#[tokio::test]
async fn r15_a_grant_against_the_signal_after_notice_is_not_written_away() {
    let gate = gate();
    let store = MemoryAccounts::default();
    let privacy = Privacy::new(gate.clone()).accounts(store.clone());
    let visitor = browser(&gate, "US-CA", "", &[("sec-gpc", "1")]);
    visitor.recognise(privacy.stores(), "ada").await.unwrap();
    let form = post("action=save&category=advertising&allow_provider=adloop");
    assert_eq!(privacy.serve(&visitor, Some("ada"), &form).await.unwrap().status, 303);
    assert!(visitor.may_track(Category::ADVERTISING));
    let before = kept(&store).await;
    let next = browser(&gate, "US-CA", &stored(&visitor).unwrap(), &[("sec-gpc", "1")]);
    next.recognise(privacy.stores(), "ada").await.unwrap();
    assert!(next.may_track(Category::ADVERTISING));
    assert_eq!(kept(&store).await, before);
}

#[tokio::test]
async fn a_grant_on_one_device_does_not_overwrite_a_refusal_on_another() {
    let gate = gate();
    let store = with_account(&format!("1.4.{RECENT}.1e.0.0")).await;
    let privacy = Privacy::new(gate.clone()).accounts(store.clone());
    let slow = browser(&gate, "DE", "", &[]);
    slow.recognise(privacy.stores(), "ada").await.unwrap();
    // Meanwhile, elsewhere.
    let fast = browser(&gate, "DE", "", &[]);
    fast.recognise(privacy.stores(), "ada").await.unwrap();
    let _ = privacy.serve(&fast, Some("ada"), &post("action=refuse")).await.unwrap();
    let response = privacy.serve(&slow, Some("ada"), &post("provider=cliptube")).await.unwrap();
    assert_eq!(response.status, 303);
    assert_eq!(kept(&store).await.as_deref(), Some("1.4.1795392000.0.1e.0.+cliptube"));
}

/// A store that can be broken.
#[derive(Clone, Default)]
struct Fragile {
    memory: MemoryAccounts,
    is_broken: Arc<AtomicBool>,
}

impl AccountStore for Fragile {
    fn load<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<Answer>> {
        match self.is_broken.load(Ordering::Relaxed) {
            true => Box::pin(async { Err(StoreError::new("out of order")) }),
            false => self.memory.load(account),
        }
    }

    fn save<'a>(&'a self, account: &'a str, before: Option<&'a Answer>, after: &'a Answer) -> StoreFuture<'a, bool> {
        match self.is_broken.load(Ordering::Relaxed) {
            true => Box::pin(async { Err(StoreError::new("out of order")) }),
            false => self.memory.save(account, before, after),
        }
    }
}

#[tokio::test]
async fn r44_an_account_that_cannot_be_written_grants_nothing_and_refuses_all_the_same() {
    let gate = gate();
    for (body, is_on, holds) in [("action=accept", false, "Nothing"), ("action=refuse", false, "refusal")] {
        let store = Fragile::default();
        let privacy = Privacy::new(gate.clone()).accounts(store.clone());
        let visitor = browser(&gate, "DE", &format!("1.4.{RECENT}.2.0.0"), &[]);
        visitor.recognise(privacy.stores(), "ada").await.unwrap();
        store.is_broken.store(true, Ordering::Relaxed);
        let response = privacy.serve(&visitor, Some("ada"), &post(body)).await.unwrap();
        assert_eq!(response.status, 503, "{body}");
        assert_eq!(visitor.may_track(Category::ANALYTICS), is_on, "{body}");
        let is_kept = stored(&visitor).is_some();
        assert_eq!(is_kept, body == "action=refuse", "{body} {holds}");
    }
}

#[tokio::test]
async fn an_account_that_cannot_be_read_may_hold_a_refusal() {
    let gate = gate();
    let store = Fragile::default();
    store.is_broken.store(true, Ordering::Relaxed);
    let privacy = Privacy::new(gate.clone()).accounts(store);
    let headers = [("cookie", format!("__Host-consent=1.4.{RECENT}.1e.0.0; own_a=1"))];
    let visitor = gate.visitor(headers, facts("US-CA"), time(NOW));
    let error = visitor.recognise(privacy.stores(), "ada").await.unwrap_err();
    assert_eq!(error.to_string(), "the answer of an account cannot be reached: out of order");
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "unreadable");
    assert_eq!(site::lines(&visitor), [""; 0], "and nothing is erased");
}

#[tokio::test]
async fn without_a_store_a_visitor_is_known_and_nothing_more() {
    let gate = gate();
    let visitor = browser(&gate, "DE", "", &[]);
    let privacy = Privacy::new(gate.clone());
    visitor.recognise(privacy.stores(), "ada").await.unwrap();
    let response = privacy.serve(&visitor, Some("ada"), &post("action=accept")).await.unwrap();
    assert_eq!(response.status, 303);
    assert_eq!(stored(&visitor).as_deref(), Some("1.4.1795392000.1e.0.0"));
}
