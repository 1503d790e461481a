//! What only a server can suffer. `.ci/postgres cargo test …` starts one for these.

use crate::conformance::every_case;
use crate::model::{self, Model, Step};
use crate::wire::Wire;
use crate::world::{day, draft, draft_of, history, now, record, run, settings, swept};
use consent_gate::Category;
use consent_gate::ledger::{
    AnyLedger, Entry, Fault, Ledger, LedgerError, Postgres, PostgresSettings, Secret, Settings, verify,
};
use consent_gate::record::Method;
use proptest::prelude::*;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;
use tokio_postgres::{Client, NoTls};

const ANALYTICS: Category = Category::ANALYTICS;
const NOTHING: Category = Category::empty();

/// The server that `.ci/postgres` started.
fn address() -> String {
    std::env::var("CONSENT_GATE_POSTGRES").expect("run this by .ci/postgres")
}

/// Held by every test but the one that stops the server.
static SERVER: RwLock<()> = RwLock::new(());

fn running() -> RwLockReadGuard<'static, ()> {
    SERVER.read().unwrap_or_else(PoisonError::into_inner)
}

/// A schema that no other test has.
fn fresh() -> PostgresSettings {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    PostgresSettings { schema: format!("t{}_{number}", std::process::id()), ..PostgresSettings::default() }
}

async fn open(server: &PostgresSettings) -> Postgres {
    Postgres::connect(&address(), &settings(), server).await.unwrap()
}

/// A connection of the test's own.
async fn client() -> Client {
    let (client, connection) = tokio_postgres::connect(&address(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[test]
#[ignore = "needs postgresql"]
fn every_case_holds_on_a_server() {
    let _server = running();
    every_case(async || AnyLedger::Postgres(open(&fresh()).await));
}

#[test]
#[ignore = "needs postgresql"]
fn c6_each_site_has_a_schema_of_its_own() {
    let _server = running();
    let (here, there) = (fresh(), fresh());
    run(async {
        let mut other = consent_gate::testing::policy();
        other.site = "shop".to_owned();
        let other = Settings::of(&other, Secret::new(crate::world::SECRET));
        let ledger = open(&here).await;
        ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
        let elsewhere = Postgres::connect(&address(), &other, &there).await.unwrap();
        assert_eq!(elsewhere.last("ada").await.unwrap(), None);
        assert_eq!(elsewhere.erase("ada", now()).await, Ok(0));
        let error = Postgres::connect(&address(), &other, &here).await.unwrap_err();
        assert!(matches!(error, LedgerError::WrongSite { .. }), "{error:?}");
        let wrong = Settings::of(&consent_gate::testing::policy(), Secret::new([8; 32]));
        assert_eq!(Postgres::connect(&address(), &wrong, &here).await.unwrap_err(), LedgerError::WrongSecret);
        let error = Postgres::connect("postgres://nobody@127.0.0.1:1/x", &settings(), &here).await.unwrap_err();
        assert!(matches!(error, LedgerError::Unreachable(_)), "{error:?}");
    });
    let output = node(&["export", "ada", "--schema", &here.schema]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "1 records\n");
    run(async {
        let later = format!("UPDATE {}.meta SET value = '\\x00000002' WHERE name = 'schema'", here.schema);
        client().await.batch_execute(&later).await.unwrap();
        assert_eq!(Postgres::connect(&address(), &settings(), &here).await.unwrap_err(), LedgerError::TooNew(2));
    });
}

#[test]
#[ignore = "needs postgresql"]
fn ten_nodes_may_start_at_once() {
    let _server = running();
    run(async {
        let server = fresh();
        let nodes = (0..10).map(|_| {
            let server = server.clone();
            tokio::spawn(async move { open(&server).await.append(draft(None, NOTHING, now())).await })
        });
        for node in nodes.collect::<Vec<_>>() {
            node.await.unwrap().unwrap();
        }
        assert_eq!(verify(&open(&server).await).await.unwrap().unwrap().records, 10);
    });
}

#[test]
#[ignore = "needs postgresql"]
fn gap_18_an_edit_by_sql_is_named() {
    let _server = running();
    for (edit, fault) in [
        ("UPDATE {}.records SET open = open || ' '::bytea WHERE seq = 2", Fault::Edited),
        ("UPDATE {}.records SET sealed = ''::bytea WHERE seq = 2", Fault::Edited),
        ("UPDATE {}.records SET open = NULL WHERE seq = 2", Fault::Edited),
        ("UPDATE {}.records SET link = ''::bytea WHERE seq = 2", Fault::Edited),
        ("UPDATE {}.records SET open = NULL, digest = ''::bytea WHERE seq = 0", Fault::Edited),
        ("DELETE FROM {}.records WHERE seq = 1", Fault::Missing),
        ("DELETE FROM {}.records WHERE seq = 4", Fault::Truncated),
        ("UPDATE {}.shards SET next = 4 WHERE next = 5", Fault::Ends),
        ("DELETE FROM {}.shards WHERE shard = (SELECT min(shard) FROM {}.shards WHERE next = 0)", Fault::Ends),
        (
            "UPDATE {}.shards SET first = 1, anchor = (SELECT link FROM {}.records WHERE seq = 0) WHERE next = 5; \
             DELETE FROM {}.records WHERE seq = 0",
            Fault::Ends,
        ),
        (
            "UPDATE {}.records SET open = NULL, sealed = NULL, \
             digest = sha256(int8send(length(open)) || open || sealed) || sha256(open) WHERE seq = 2",
            Fault::Removed,
        ),
        (
            "UPDATE {}.records SET open = NULL, sealed = NULL, \
             digest = sha256(int8send(length(open)) || open || sealed) || sha256(open) WHERE seq = 0",
            Fault::Removed,
        ),
        ("UPDATE {}.notices SET text = replace(text, 'What it does for us.', 'Nothing.')", Fault::Notice),
    ] {
        run(async {
            let server = fresh();
            let ledger = open(&server).await;
            for at in 0..5 {
                ledger.append(draft("ada", ANALYTICS, day(at))).await.unwrap();
            }
            verify(&ledger).await.unwrap().unwrap();
            client().await.batch_execute(&edit.replace("{}", &server.schema)).await.unwrap();
            assert_eq!(verify(&ledger).await.unwrap().unwrap_err().fault, fault, "{edit}");
            let after_a_restart = open(&server).await;
            assert_eq!(verify(&after_a_restart).await.unwrap().unwrap_err().fault, fault, "{edit}");
            // Nothing that the ledger does afterwards makes it good.
            let _ = ledger.append(draft("ada", ANALYTICS, day(6))).await;
            let _ = swept(&ledger, day(9_000)).await;
            let _ = ledger.append(draft("ada", ANALYTICS, day(7))).await;
            assert!(verify(&ledger).await.unwrap().is_err(), "{edit}, and then more records and a sweep");
        });
    }
}

/// All that the tables hold.
async fn dump(server: &PostgresSettings) -> String {
    let (client, mut all) = (client().await, String::new());
    for table in ["meta", "notices", "shards", "subjects", "records"] {
        let rows = client.query(&format!("SELECT t::text FROM {}.{table} AS t", server.schema), &[]).await;
        all.extend(rows.unwrap().iter().map(|row| row.get::<_, String>(0)));
    }
    all
}

/// As `bytea` is written.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    #[ignore = "needs postgresql"]
    fn the_state_of_a_server_is_the_fold_of_the_events(steps in model::steps()) {
        let _server = running();
        run(async {
            let (server, mut model) = (fresh(), Model::default());
            let mut ledger = AnyLedger::Postgres(open(&server).await);
            for step in &steps {
                model.take(step, &ledger).await;
                if matches!(step, Step::Restart | Step::Crash) {
                    ledger = AnyLedger::Postgres(open(&server).await);
                }
                model.check(&ledger).await;
            }
            let left = dump(&server).await;
            for subject in model::SUBJECTS {
                assert!(!left.contains(subject) && !left.contains(&hex(subject.as_bytes())), "{subject}");
            }
        });
    }
}

#[test]
#[ignore = "needs postgresql"]
fn r48_no_identifier_of_an_erased_subject_is_left_in_the_tables() {
    let _server = running();
    run(async {
        let server = fresh();
        let ledger = open(&server).await;
        let name = "ada.lovelace@example.org";
        for at in 0..3 {
            ledger.append(draft(name, ANALYTICS, day(at))).await.unwrap();
            ledger.append(draft("eve", ANALYTICS, day(at))).await.unwrap();
        }
        let text = "SELECT encode(subject, 'hex'), encode(key, 'hex') FROM {}.subjects ORDER BY subject";
        let known = client().await.query(&text.replace("{}", &server.schema), &[]).await.unwrap();
        ledger.erase(name, day(3)).await.unwrap();
        let left = dump(&server).await;
        let gone = known.iter().filter(|row| !left.contains(row.get::<_, &str>(0))).collect::<Vec<_>>();
        assert_eq!(gone.len(), 1);
        assert!(!left.contains(gone[0].get::<_, &str>(1)), "the key");
        assert!(!left.contains(name) && !left.contains(&hex(name.as_bytes())));
        assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 6);
    });
}

/// Writes by so many tasks until told to stop; the ids that were acknowledged.
async fn load(
    ledger: &Postgres,
    writers: usize,
    stop: &Arc<AtomicBool>,
) -> Vec<(String, consent_gate::ledger::RecordId)> {
    let running: Vec<_> = (0..writers)
        .map(|writer| {
            let (ledger, stop) = (ledger.clone(), stop.clone());
            tokio::spawn(async move {
                let mut kept = Vec::new();
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let subject = format!("{writer}-{}", number % 7);
                    let draft = draft_of(&subject, record(ANALYTICS, now()));
                    let id = draft.id();
                    if ledger.append(draft).await.is_ok() {
                        kept.push((subject, id));
                    }
                }
                kept
            })
        })
        .collect();
    let mut all = Vec::new();
    for writer in running {
        all.extend(writer.await.unwrap());
    }
    all
}

/// That each of these is there, once.
async fn all_there(ledger: &Postgres, kept: &[(String, consent_gate::ledger::RecordId)]) {
    assert!(!kept.is_empty());
    verify(ledger).await.unwrap().unwrap();
    let mut found = std::collections::HashMap::new();
    for (subject, id) in kept {
        if !found.contains_key(subject) {
            found.insert(subject.clone(), history(ledger, subject).await);
        }
        let times = found[subject].iter().filter(|entry| entry.id == *id).count();
        assert_eq!(times, 1, "{subject} {id}");
    }
    for entries in found.values() {
        assert!(entries.windows(2).all(|pair| pair[1].previous == Some(pair[0].id)), "no gap");
    }
}

#[test]
#[ignore = "needs postgresql"]
fn connections_that_are_cut_under_load_lose_and_double_nothing() {
    let _server = running();
    run(async {
        let server = fresh();
        let (ledger, stop) = (open(&server).await, Arc::new(AtomicBool::new(false)));
        let cutter = {
            let stop = stop.clone();
            tokio::spawn(async move {
                let client = client().await;
                for _ in 0..20 {
                    tokio::time::sleep(Duration::from_millis(60)).await;
                    // Whatever they are in the middle of.
                    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
                               AND query LIKE '%' || $1 || '%'";
                    client.query(cut, &[&server.schema]).await.unwrap();
                }
                stop.store(true, Ordering::Relaxed);
            })
        };
        let kept = load(&ledger, 16, &stop).await;
        cutter.await.unwrap();
        all_there(&ledger, &kept).await;
    });
}

#[test]
#[ignore = "needs postgresql"]
fn what_a_caller_gave_up_is_not_recorded_when_the_server_is_back() {
    let _server = running();
    run(async {
        let (server, wire) = (fresh(), Wire::to(&address()).await);
        let ledger = Postgres::connect(&wire.address, &settings(), &server).await.unwrap();
        ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
        wire.pull();
        let impatient = tokio::time::timeout(Duration::from_millis(100), ledger.append(draft("ada", NOTHING, day(1))));
        assert!(impatient.await.is_err(), "nobody answered");
        wire.plug();
        // By the same writer, and so after that.
        ledger.append(draft("ada", ANALYTICS, day(2))).await.unwrap();
        let times: Vec<_> = history(&ledger, "ada").await.iter().map(|entry| entry.record.time).collect();
        assert_eq!(times, [now(), day(2)]);
    });
}

#[tokio::test(start_paused = true)]
async fn a_server_that_accepts_and_says_nothing_is_unreachable() {
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("postgres://consent@{}/consent", mute.local_addr().unwrap());
    let begun = tokio::time::Instant::now();
    let error = Postgres::connect(&address, &settings(), &PostgresSettings::default()).await.unwrap_err();
    assert_eq!(error, LedgerError::Unreachable("the server does not answer".to_owned()));
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
#[ignore = "needs postgresql"]
fn a_role_that_may_make_nothing_can_use_what_another_has_made() {
    let _server = running();
    run(async {
        let server = fresh();
        let role = format!("plain_{}", server.schema);
        let plain = address().replace("//postgres@", &format!("//{role}@"));
        client().await.batch_execute(&format!("CREATE ROLE {role} LOGIN")).await.unwrap();
        let error = Postgres::connect(&plain, &settings(), &server).await.unwrap_err();
        assert!(
            matches!(&error, LedgerError::Failed(text) if text.starts_with("42501: permission denied")),
            "{error:?}"
        );
        open(&server).await.append(draft("ada", ANALYTICS, now())).await.unwrap();
        let grant = "GRANT USAGE ON SCHEMA {} TO {role}; \
                     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO {role}";
        let grant = grant.replace("{role}", &role).replace("{}", &server.schema);
        client().await.batch_execute(&grant).await.unwrap();
        let ledger = Postgres::connect(&plain, &settings(), &server).await.unwrap();
        ledger.append(draft("ada", NOTHING, day(1))).await.unwrap();
        assert_eq!(ledger.erase("ada", day(2)).await, Ok(2));
        assert_eq!(swept(&ledger, day(2_000)).await.unwrap().removed, 2);
        verify(&ledger).await.unwrap().unwrap();
    });
}

#[test]
#[ignore = "needs postgresql"]
fn what_cannot_be_read_keeps_nothing_else_from_going() {
    let _server = running();
    run(async {
        let server = fresh();
        let ledger = open(&server).await;
        let client = client().await;
        for subject in ["ada", "bob"] {
            ledger.append(draft(subject, ANALYTICS, now())).await.unwrap();
        }
        let damage = "UPDATE {}.subjects SET name = 'x'".replace("{}", &server.schema);
        client.batch_execute(&damage).await.unwrap();
        ledger.append(draft("eve", ANALYTICS, now())).await.unwrap();
        let first = swept(&ledger, day(200)).await.unwrap();
        assert_eq!((first.expired, first.unreadable), (1, 2), "{first:?}");
        assert_eq!(swept(&ledger, day(200)).await.unwrap().unreadable, 0, "they wait for another day");
        assert_eq!(swept(&ledger, day(201)).await.unwrap().unreadable, 2);
        verify(&ledger).await.unwrap().unwrap();
    });
}

#[test]
#[ignore = "needs postgresql"]
fn a_machine_that_stops_in_the_middle_keeps_nobody_waiting_for_long() {
    let _server = running();
    run(async {
        let server = fresh();
        let ledger = open(&server).await;
        let client = client().await;
        let lock = format!("SELECT shard FROM {}.shards FOR UPDATE", server.schema);
        client.batch_execute(&format!("BEGIN; {lock}")).await.unwrap();
        let waiting = {
            let ledger = ledger.clone();
            tokio::spawn(async move { ledger.append(draft("ada", ANALYTICS, now())).await })
        };
        tokio::time::sleep(Duration::from_secs(8)).await;
        let longest = "SELECT count(*), max(extract(epoch FROM now() - query_start))::float8 FROM pg_stat_activity \
                       WHERE wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'";
        let found = client.query_one(longest, &[&format!("{}.shards", server.schema)]).await.unwrap();
        let (count, seconds) = (found.get::<_, i64>(0), found.get::<_, Option<f64>>(1));
        assert!(count <= 1 && seconds.is_none_or(|seconds| seconds < 6.0), "{count} wait, for {seconds:?} seconds");
        client.batch_execute("COMMIT").await.unwrap();
        waiting.await.unwrap().unwrap();

        // One that has the locks and says nothing more is ended by the server.
        let mut stopped = node(&["load", "--records", "100000", "--writers", "256", "--schema", &server.schema])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let stop = |signal: &str| Command::new("kill").args([signal, &stopped.id().to_string()]).status().unwrap();
        assert!(stop("-STOP").success());
        let began = std::time::Instant::now();
        // In every shard.
        for _ in 0..500 {
            ledger.append(draft(None, NOTHING, now())).await.unwrap();
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
        assert!(stop("-KILL").success());
        stopped.wait().unwrap();
        verify(&ledger).await.unwrap().unwrap();
    });
}

#[test]
#[ignore = "needs postgresql"]
fn whose_a_ledger_is_cannot_be_taken_out_of_it() {
    let _server = running();
    run(async {
        for taken in ["DELETE FROM {}.meta WHERE name = 'check'", "DELETE FROM {}.meta"] {
            let server = fresh();
            open(&server).await.append(draft("ada", ANALYTICS, now())).await.unwrap();
            client().await.batch_execute(&taken.replace("{}", &server.schema)).await.unwrap();
            for secret in [crate::world::SECRET, [8; 32]] {
                let settings = Settings::of(&consent_gate::testing::policy(), Secret::new(secret));
                let error = Postgres::connect(&address(), &settings, &server).await.unwrap_err();
                assert_eq!(error, LedgerError::Damaged("whose ledger it is cannot be read".to_owned()), "{taken}");
            }
        }
    });
}

#[test]
#[ignore = "needs postgresql"]
fn serializable_isolation_is_no_obstacle() {
    let _server = running();
    run(async {
        let server = fresh();
        let address = format!("{}?options=-c%20default_transaction_isolation%3Dserializable", address());
        let nodes: Vec<Postgres> = vec![
            Postgres::connect(&address, &settings(), &server).await.unwrap(),
            Postgres::connect(&address, &settings(), &server).await.unwrap(),
        ];
        let stop = Arc::new(AtomicBool::new(false));
        let stopper = stop.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            stopper.store(true, Ordering::Relaxed);
        });
        let (one, other) = tokio::join!(load(&nodes[0], 8, &stop), load(&nodes[1], 8, &stop));
        all_there(&nodes[0], &one).await;
        all_there(&nodes[1], &other).await;
    });
}

/// The built example, over this server and schema-less: the default schema.
fn node(arguments: &[&str]) -> Command {
    let built = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/ledger");
    let mut command = Command::new(built);
    command.args(["--ledger", &address(), "--policy"]).arg(policy()).args(arguments);
    command.env("CONSENT_LEDGER_SECRET", Secret::new(crate::world::SECRET).to_hex());
    command
}

fn policy() -> &'static std::path::Path {
    static PATH: LazyLock<std::path::PathBuf> = LazyLock::new(|| {
        let path = std::env::temp_dir().join(format!("consent-gate-policy-{}.toml", std::process::id()));
        std::fs::write(&path, toml::to_string(&consent_gate::testing::policy()).unwrap()).unwrap();
        path
    });
    &PATH
}

#[test]
#[ignore = "needs postgresql"]
fn ten_processes_write_sweep_and_erase_at_once() {
    let _server = running();
    let writers: Vec<_> = (0..10)
        .map(|_| {
            node(&["load", "--records", "300", "--writers", "8"]).stdout(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let (lines, erased, swept_away) = run(async {
        let (ledger, other) = (open(&PostgresSettings::default()).await, open(&PostgresSettings::default()).await);
        let (mut erased, mut swept_away) = (0, 0);
        // This process erases meanwhile, and sweeps by two nodes at once.
        for number in 0..40 {
            erased += ledger.erase(&format!("made-up-{}-{number}", writers[number % 10].id()), now()).await.unwrap();
            let then = chrono::DateTime::from(std::time::SystemTime::now()) + chrono::TimeDelta::days(900);
            let (one, other) = tokio::join!(swept(&ledger, then), swept(&other, then));
            swept_away += one.unwrap().removed + other.unwrap().removed;
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let mut lines = Vec::new();
        for writer in writers {
            let output = writer.wait_with_output().unwrap();
            assert!(output.status.success());
            lines.extend(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned));
        }
        (lines, erased, swept_away)
    });
    assert_eq!(lines.len(), 10 * 300);
    run(async {
        let ledger = open(&PostgresSettings::default()).await;
        let verified = verify(&ledger).await.unwrap().unwrap();
        assert!(swept_away <= erased, "only what was erased was due: {swept_away}, {erased}");
        assert!(verified.records >= 3_000 - swept_away, "{verified:?} {swept_away}");
        let mut missing = 0;
        for line in &lines {
            let (subject, id) = line.split_once(' ').unwrap();
            let found = history(&ledger, subject).await;
            missing += u64::from(!found.iter().any(|entry| entry.id.to_string() == id));
            assert!(found.windows(2).all(|pair| pair[1].previous == Some(pair[0].id)));
            let is_twice = |pair: &[Entry]| pair.iter().all(|entry| entry.record.method == Method::Expiry);
            assert!(!found.windows(2).any(is_twice), "a term ends once, though two nodes sweep");
        }
        assert!(missing <= erased, "{missing} are gone, {erased} were erased");
    });
    assert_eq!(node(&["verify"]).output().unwrap().status.code(), Some(0));
}

#[test]
#[ignore = "needs postgresql"]
fn a_server_that_is_restarted_under_load_loses_nothing() {
    let _server = SERVER.write().unwrap_or_else(PoisonError::into_inner);
    let control = |arguments: &[&str]| {
        let data = std::env::var("CONSENT_GATE_POSTGRES_DATA").unwrap();
        let bin = std::env::var("CONSENT_GATE_POSTGRES_BIN").unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(format!("{bin}/pg_ctl"));
        command.args(["-D", &data, "-w", "-l"]).arg(format!("{data}/../log")).args(arguments).current_dir("/");
        command.stdout(std::process::Stdio::null()).status().unwrap().success()
    };
    run(async {
        let server = fresh();
        let (ledger, stop) = (open(&server).await, Arc::new(AtomicBool::new(false)));
        let stopper = stop.clone();
        let restarts = tokio::task::spawn_blocking(move || {
            let restarted = ["fast", "immediate"].map(|mode| {
                std::thread::sleep(Duration::from_millis(500));
                control(&["-m", mode, "restart"])
            });
            std::thread::sleep(Duration::from_millis(500));
            stopper.store(true, Ordering::Relaxed);
            restarted
        });
        let kept = load(&ledger, 16, &stop).await;
        assert_eq!(restarts.await.unwrap(), [true, true]);
        all_there(&ledger, &kept).await;
    });
}
