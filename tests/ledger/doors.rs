//! One order for every change: the ready form and a host's own routes come to the same outcome in every case.

use crate::recorder::{DOWN, Store, UP, recorder};
use crate::world::{circumstances, day, gate, history, now, run};
use consent_gate::ledger::Recorder;
use consent_gate::record::{AccountStore, MemoryAccounts, SettleError, StoreError, StoreFuture, Stores};
use consent_gate::ui::{Privacy, Request};
use consent_gate::{Answer, Category, Change, ChangeError, Facts, Gate, Visitor};
use std::sync::{Arc, Mutex};

const ANALYTICS: Category = Category::ANALYTICS;

/// Where a change comes from.
#[derive(Clone, Copy, Debug)]
enum Door {
    /// The ready form.
    Form,
    /// A route of the host's own.
    Own,
}

/// Accounts that other devices change first, or that are out of order.
#[derive(Clone, Default)]
struct Accounts {
    memory: MemoryAccounts,
    faster: Arc<Mutex<Vec<&'static str>>>,
    is_broken: bool,
}

impl AccountStore for Accounts {
    fn load<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<Answer>> {
        self.memory.load(account)
    }

    fn save<'a>(&'a self, account: &'a str, before: Option<&'a Answer>, after: &'a Answer) -> StoreFuture<'a, bool> {
        if self.is_broken {
            return Box::pin(async { Err(StoreError::new("out of order")) });
        }
        let faster = self.faster.lock().unwrap().pop();
        Box::pin(async move {
            if let Some(faster) = faster {
                put(&self.memory, account, faster).await;
            }
            self.memory.save(account, before, after).await
        })
    }
}

async fn put(accounts: &MemoryAccounts, account: &str, answer: &str) {
    let before = accounts.load(account).await.unwrap();
    assert!(accounts.save(account, before.as_ref(), &dated(answer).parse().unwrap()).await.unwrap());
}

/// An answer of revision 4, with N for now and R for ten days ago.
fn dated(answer: &str) -> String {
    let (now, recent) = (now().timestamp().to_string(), day(-10).timestamp().to_string());
    format!("1.4.{}", answer.replace('N', &now).replace('R', &recent))
}

/// The reverse of [`dated`].
fn undated(answer: &Answer) -> String {
    let (now, recent) = (now().timestamp().to_string(), day(-10).timestamp().to_string());
    answer.to_string().replace("1.4.", "").replace(&now, "N").replace(&recent, "R")
}

/// What a visitor does.
#[derive(Clone)]
enum Act {
    /// The fields of a form, and the change that a host makes of the same click.
    Click(&'static str, Change),
    /// The same click, twice.
    DoubleClick(&'static str, Change),
    /// A request of somebody who is logged in.
    Arrive,
}

/// What is there before, and what comes of it.
#[derive(Clone)]
struct Case {
    name: &'static str,
    region: &'static str,
    cookie: &'static str,
    gpc: bool,
    account: Option<&'static str>,
    faster: Vec<&'static str>,
    accounts_broken: bool,
    ledger: u8,
    act: Act,
    /// `saved`, or why it was not.
    outcome: &'static str,
    /// What the browser and the account say after.
    after: [&'static str; 2],
    /// The records, when the ledger is up again: method, and what became of analytics and advertising.
    records: &'static [&'static str],
}

fn case(name: &'static str, act: Act) -> Case {
    Case {
        name,
        region: "DE",
        cookie: "",
        gpc: false,
        account: None,
        faster: Vec::new(),
        accounts_broken: false,
        ledger: UP,
        act,
        outcome: "saved",
        after: ["", ""],
        records: &[],
    }
}

fn request(body: &'static str) -> Request<'static> {
    let headers: [(&str, &[u8]); 3] = [
        ("host", b"shop.example"),
        ("origin", b"https://shop.example"),
        ("content-type", b"application/x-www-form-urlencoded"),
    ];
    Request::read("POST", "/privacy", None, headers).body(body.as_bytes())
}

async fn click(
    door: Door,
    privacy: &Privacy,
    visitor: &Visitor,
    (form, change): (&'static str, &Change),
    account: Option<&str>,
) -> &'static str {
    match door {
        Door::Form => match privacy.serve(visitor, account, &request(form)).await.unwrap().status {
            303 => "saved",
            503 => "not saved",
            _ => "another response",
        },
        Door::Own => {
            let pending = visitor.prepare(change).unwrap();
            match pending.settle(privacy.stores(), account, &circumstances()).await {
                Ok(()) => "saved",
                Err(SettleError::NotRecorded(_) | SettleError::Account(_) | SettleError::Contended) => "not saved",
                Err(_) => "another error",
            }
        }
    }
}

/// What came of a case, in the words of the case.
#[derive(Debug, PartialEq)]
struct Outcome {
    outcome: &'static str,
    after: [String; 2],
    records: Vec<String>,
}

async fn drive(case: &Case, door: Door) -> Outcome {
    let (gate, store) = (gate(), Store::new(case.ledger));
    let recorder: Recorder<Store> = recorder(&store);
    let faster = Arc::new(Mutex::new(case.faster.clone()));
    let accounts = Accounts { memory: MemoryAccounts::default(), faster, is_broken: case.accounts_broken };
    let privacy = Privacy::new(gate.clone()).proof(recorder.clone()).accounts(accounts.clone());
    if let Some(answer) = case.account {
        put(&accounts.memory, "ada", answer).await;
    }
    let visitor = browser(&gate, case);
    let account = case.account.map(|_| "ada");
    if let Some(id) = account {
        visitor.recognise(privacy.stores(), id).await.unwrap();
    }
    let outcome = match &case.act {
        Act::Click(form, change) => click(door, &privacy, &visitor, (form, change), account).await,
        Act::DoubleClick(form, change) => {
            click(door, &privacy, &visitor, (form, change), account).await;
            click(door, &privacy, &visitor, (form, change), account).await
        }
        Act::Arrive => "saved",
    };
    store.is(UP);
    recorder.flush().await;
    let said = |answer: Option<Answer>| answer.map(|answer| undated(&answer)).unwrap_or_default();
    let records = match account {
        Some(id) => history(&store, id).await.iter().map(|entry| told(&entry.record)).collect(),
        None => Vec::new(),
    };
    Outcome { outcome, after: [said(visitor.answer()), said(accounts.load("ada").await.unwrap())], records }
}

fn told(record: &consent_gate::record::Record) -> String {
    let status = |id| record.status(id);
    format!("{} analytics:{} advertising:{}", record.method, status("analytics"), status("advertising"))
}

fn browser(gate: &Gate, case: &Case) -> Visitor {
    let cookie = if case.cookie.is_empty() { String::new() } else { format!("__Host-consent={}", dated(case.cookie)) };
    let signal = case.gpc.then_some(("sec-gpc", "1".to_owned()));
    gate.visitor(signal.into_iter().chain([("cookie", cookie)]), Facts::in_region(case.region.parse().unwrap()), now())
}

#[test]
fn r44_the_form_and_a_hosts_own_routes_come_to_the_same_outcome() {
    let grant = || Act::Click("action=accept&about=analytics", Change::grant(ANALYTICS));
    let answer = || Act::Click("action=save&category=analytics", Change::answer(ANALYTICS));
    let refusal = || Act::Click("action=refuse", Change::answer(Category::empty()));
    let withdrawal = Act::Click("action=refuse&about=analytics", Change::refuse(ANALYTICS));
    let all = "R.1e.0.0";
    let cases = [
        Case {
            account: Some("R.2.0.0"),
            after: ["N.4.0.0", "R.6.0.0"],
            records: &["settings analytics:given advertising:unknown"],
            ..case("a grant that is recorded", grant())
        },
        Case {
            account: Some("R.2.0.0"),
            ledger: DOWN,
            outcome: "not saved",
            after: ["", "R.2.0.0"],
            ..case("a grant that cannot be recorded", grant())
        },
        Case {
            account: Some(all),
            cookie: all,
            ledger: DOWN,
            outcome: "not saved",
            after: ["R.4.1a.0", "R.4.1a.0"],
            records: &["settings analytics:given advertising:withdrawn"],
            ..case("a grant that cannot be recorded, with refusals beside it", answer())
        },
        Case {
            account: Some(all),
            ledger: DOWN,
            after: ["N.0.1e.0", "N.0.1e.0"],
            records: &["settings analytics:withdrawn advertising:withdrawn"],
            ..case("a refusal while the ledger is down", refusal())
        },
        Case {
            account: Some(all),
            faster: vec!["N.0.1e.0"],
            after: ["N.4.0.0", "N.4.1a.0"],
            records: &["settings analytics:given advertising:given", "settings analytics:given advertising:refused"],
            ..case("a grant while another device refuses everything", grant())
        },
        Case {
            account: Some(all),
            faster: vec!["N.8.16.0"],
            after: ["N.0.1e.0", "N.0.1e.0"],
            records: &["settings analytics:refused advertising:refused"],
            ..case("a refusal while another device answers", refusal())
        },
        Case {
            account: Some(all),
            faster: vec!["N.8.16.0", "R.8.16.0", "N.8.16.0", "R.8.16.0"],
            outcome: "not saved",
            after: ["", "N.8.16.0"],
            records: &[
                "settings analytics:given advertising:given",
                "settings analytics:given advertising:refused",
                "settings analytics:given advertising:refused",
                "settings analytics:given advertising:refused",
            ],
            ..case("a grant while other devices are faster each time", grant())
        },
        Case {
            account: Some(all),
            accounts_broken: true,
            outcome: "not saved",
            after: ["", all],
            records: &["settings analytics:given advertising:given"],
            ..case("a grant that cannot be saved in the account", grant())
        },
        Case {
            account: Some(all),
            cookie: all,
            accounts_broken: true,
            outcome: "not saved",
            after: ["N.0.1e.0", all],
            records: &["settings analytics:withdrawn advertising:withdrawn"],
            ..case("a refusal that cannot be saved in the account", refusal())
        },
        Case {
            account: Some(all),
            cookie: all,
            after: ["R.1a.4.0", "R.1a.4.0"],
            records: &["settings analytics:withdrawn advertising:given"],
            ..case("a withdrawal", withdrawal)
        },
        Case {
            account: Some("R.2.0.0"),
            after: ["N.4.1a.0", "N.4.1a.0"],
            records: &["settings analytics:given advertising:refused"],
            ..case(
                "the same click twice",
                Act::DoubleClick("action=save&category=analytics", Change::answer(ANALYTICS)),
            )
        },
        Case {
            account: Some(all),
            region: "US-CA",
            gpc: true,
            after: ["", "R.e.10.0.-adloop"],
            records: &["signal analytics:given advertising:withdrawn"],
            ..case("a signal where the law allows until objection", Act::Arrive)
        },
        Case {
            account: Some(all),
            gpc: true,
            after: ["", all],
            ..case("a signal where consent must be asked for", Act::Arrive)
        },
        Case {
            account: Some("R.2.0.0"),
            region: "US-CA",
            faster: vec!["N.0.10.0"],
            after: ["N.2.0.0", "N.2.10.0"],
            records: &[
                "settings analytics:unknown advertising:unknown",
                "settings analytics:unknown advertising:refused",
            ],
            ..case(
                "what the law has on is left on while another device refuses it",
                Act::Click(
                    "action=save&category=functional&category=analytics&category=personalization&category=advertising",
                    Change::answer(Category::FUNCTIONAL)
                        .unasked(ANALYTICS | Category::PERSONALIZATION | Category::ADVERTISING),
                ),
            )
        },
        Case { after: ["N.4.0.0", ""], ..case("a grant of somebody without an account", grant()) },
        Case {
            ledger: DOWN,
            outcome: "not saved",
            ..case("a grant of somebody without an account that cannot be recorded", grant())
        },
    ];
    run(async {
        for case in &cases {
            let expected = Outcome {
                outcome: case.outcome,
                after: case.after.map(str::to_owned),
                records: case.records.iter().map(|record| (*record).to_owned()).collect(),
            };
            for door in [Door::Form, Door::Own] {
                let found = drive(case, door).await;
                assert_eq!(found, expected, "{} by {door:?}", case.name);
            }
        }
    });
}

#[cfg(feature = "cmp")]
#[test]
fn a_migrating_answer_is_recorded_alike_by_both_doors() {
    use consent_gate::policy::Import;
    use consent_gate::testing;
    run(async {
        let mut policy = testing::policy();
        policy.imports.push(Import::new("c15t").migrate(true));
        let gate = Gate::new(policy).unwrap();
        for door in [Door::Form, Door::Own] {
            let store = Store::new(UP);
            let recorder = Recorder::new(&gate, store.clone());
            let privacy = Privacy::new(gate.clone()).proof(recorder.clone()).accounts(MemoryAccounts::default());
            let cookie = ("cookie", "c15t=c.necessary:1,c.measurement:1,i.t:1795000000123");
            let visitor = gate.visitor([cookie], Facts::in_region("DE".parse().unwrap()), now());
            match door {
                Door::Form => visitor.recognise(privacy.stores(), "ada").await.unwrap(),
                Door::Own => visitor.record_migration(&Stores::new().proof(recorder.clone()), Some("ada")),
            }
            assert_eq!(visitor.finish().len(), 1);
            recorder.flush().await;
            let records: Vec<String> = history(&store, "ada").await.iter().map(|entry| told(&entry.record)).collect();
            assert_eq!(records, ["import analytics:given advertising:refused"], "{door:?}");
        }
    });
}

#[test]
fn nothing_is_settled_after_the_response_has_left() {
    run(async {
        let stores = Stores::new().accounts(MemoryAccounts::default());
        let visitor = gate().visitor([("cookie", "")], Facts::in_region("DE".parse().unwrap()), now());
        visitor.recognise(&stores, "ada").await.unwrap();
        let pending = visitor.prepare(&Change::grant(ANALYTICS)).unwrap();
        assert!(visitor.finish().is_empty());
        let late = pending.settle(&stores, Some("ada"), &circumstances()).await;
        assert!(matches!(late, Err(SettleError::Change(ChangeError::Late))), "{late:?}");
        let late = visitor.recognise(&stores, "ada").await;
        assert!(matches!(late, Err(SettleError::Change(ChangeError::Late))), "{late:?}");
    });
}
