//! The command line over a ledger, `examples/ledger`, as a person uses it.

use crate::file::tool;
use crate::world::{Folder, day, draft, now, run, settings};
use consent_gate::Category;
use consent_gate::ledger::{Embedded, Ledger};
use std::process::Output;

const ANALYTICS: Category = Category::ANALYTICS;

/// A folder with a ledger of two subjects.
fn ledger(name: &str) -> Folder {
    let folder = Folder::new(name);
    let ledger = Embedded::open(folder.file(), &settings()).unwrap();
    run(async {
        ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
        ledger.append(draft("ada", Category::empty(), day(1))).await.unwrap();
        ledger.append(draft("eve", ANALYTICS, day(1))).await.unwrap();
    });
    folder
}

fn ran(folder: &Folder, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = tool(folder).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn verify_says_that_the_chain_holds_and_knows_an_earlier_state() {
    let folder = ledger("tool-verify");
    let state = folder.path().join("state");
    let state = state.to_str().unwrap();
    let (status, out, _) = ran(&folder, &["verify", "--save", state]);
    assert_eq!((status, out.as_str()), (0, "the chain holds: 3 records, and 0 whose time was over\n"));
    assert_eq!(ran(&folder, &["verify", "--since", state]).0, 0);
    // An older copy is put back.
    std::fs::remove_file(folder.file()).unwrap();
    drop(Embedded::open(folder.file(), &settings()).unwrap());
    let (status, _, error) = ran(&folder, &["verify", "--since", state]);
    assert_eq!(status, 1);
    assert!(error.contains("the shard is older than it was"), "{error}");
}

#[test]
fn export_writes_a_receipt_or_a_table_of_one_subject() {
    let folder = ledger("tool-export");
    let (status, out, error) = ran(&folder, &["export", "ada"]);
    assert_eq!((status, error.as_str()), (0, "2 records\n"));
    let receipt: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(receipt["dpv:hasRecordOfActivity"].as_array().map(Vec::len), Some(2));
    let (status, out, _) = ran(&folder, &["export", "ada", "--csv"]);
    assert_eq!((status, out.lines().count()), (0, 1 + 2 * 4));
    assert_eq!(ran(&folder, &["export", "nobody"]).2, "the ledger has no records of such a subject\n");
}

#[test]
fn erase_takes_a_subject_out_and_leaves_the_others() {
    let folder = ledger("tool-erase");
    let (status, out, _) = ran(&folder, &["erase", "ada"]);
    assert_eq!((status, out.as_str()), (0, "erased: 2 records stay as evidence and name nobody\n"));
    assert_eq!(ran(&folder, &["export", "ada"]).2, "the ledger has no records of such a subject\n");
    assert_eq!(ran(&folder, &["export", "eve"]).2, "1 records\n");
    assert!(ran(&folder, &["verify"]).1.contains("3 records"));
}

#[test]
fn sweep_says_what_is_due_before_it_does_it() {
    let folder = ledger("tool-sweep");
    let ledger = Embedded::open(folder.file(), &settings()).unwrap();
    run(async {
        ledger.append(draft(None, Category::empty(), day(-2_000))).await.unwrap();
        ledger.close_account("eve", day(-200)).await.unwrap();
    });
    drop(ledger);
    for _ in 0..2 {
        let (status, out, _) = ran(&folder, &["sweep", "--dry-run"]);
        assert_eq!(status, 0);
        assert!(out.contains("1 records to remove") && out.contains("1 closed accounts, 1 of them past"), "{out}");
        assert!(!out.contains("done"), "{out}");
    }
    let (status, out, _) = ran(&folder, &["sweep"]);
    assert_eq!(status, 0);
    assert!(out.contains("1 records removed") && out.contains("left: 1 closed accounts"), "{out}");
    assert!(ran(&folder, &["sweep", "--dry-run"]).1.contains("0 records to remove"));
}

#[test]
fn stats_are_a_table_or_csv() {
    let folder = ledger("tool-stats");
    let (status, out, _) = ran(&folder, &["stats"]);
    assert_eq!(status, 0);
    assert!(out.lines().next().unwrap().starts_with("day         region  revision  category"), "{out}");
    let (status, csv, _) = ran(&folder, &["stats", "--csv"]);
    assert_eq!(status, 0);
    assert!(csv.contains("2026-11-23,DE,4,analytics,1,0,0,0\n"), "{csv}");
}

#[test]
fn hold_needs_a_known_subject_and_a_day() {
    let folder = ledger("tool-hold");
    assert_eq!(
        ran(&folder, &["hold", "ada", "2030-01-31", "claim 17"]),
        (0, "held to the end of 2030-01-31 (UTC)\n".to_owned(), String::new())
    );
    let shorter = ran(&folder, &["hold", "ada", "2029-01-31", "claim 18"]);
    assert_eq!(shorter.1, "held to the end of 2030-01-31 (UTC)\n", "a hold only lengthens");
    let (status, _, error) = ran(&folder, &["hold", "nobody", "2030-01-31", "claim 17"]);
    assert_eq!(status, 3);
    assert!(error.contains("no such subject"), "{error}");
}

#[test]
fn what_cannot_be_done_is_said_with_a_status_of_its_own() {
    let folder = ledger("tool-errors");
    for (arguments, status, said) in [
        (&["verify", "--shout"][..], 2, "unknown option \"--shout\""),
        (&["export"], 2, "export takes one subject"),
        (&["erase", "ada", "eve"], 2, "erase takes one subject"),
        (&["hold", "ada", "soon", "claim"], 2, "\"soon\" is not a valid day"),
        (&["hold", "ada", "2020-01-01", "claim"], 2, "\"2020-01-01\" is over"),
        (&["hold", "ada", "2090-01-01", " "], 2, "hold takes a reason"),
        (&["erase", "nobody"], 3, "nothing was erased"),
        (&["erase", "ada", "--dry-run"], 2, "erase takes no --dry-run"),
        (&["verify", "--csv"], 2, "verify takes no --csv"),
        (&["verify", "--since", "/dev/null"], 3, "/dev/null: line 1 of the earlier state is none"),
        (&["verify", "--schema", "shop"], 2, "a file has no --schema"),
        (&["destroy"], 2, "unknown command \"destroy\""),
        (&[], 2, "no command"),
        (&["verify", "--ledger", "/no/such.redb"], 3, "there is no ledger /no/such.redb"),
        (&["verify", "--policy", "/no/such.toml"], 3, "/no/such.toml: "),
        (&["verify", "--secret", "/no/such.secret"], 3, "/no/such.secret: "),
        (&["verify", "--ledger", "postgres://nobody@127.0.0.1:1/none"], 3, "the store cannot be reached"),
        (&["export", ""], 3, "a subject has 1 to 256 bytes"),
    ] {
        let (found, _, error) = ran(&folder, arguments);
        assert!(found == status && error.contains(said), "{arguments:?}: {found} {error}");
    }
    let mut other = tool(&folder);
    let output = other.env("CONSENT_LEDGER_SECRET", "ab".repeat(32)).arg("verify").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stderr).unwrap().contains("the secret is not the one"));
    assert_eq!(ran(&folder, &["--help"]).0, 0);
}
