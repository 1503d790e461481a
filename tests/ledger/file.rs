//! What only a file can suffer: other processes, a full disk, damage, and kill -9.

use crate::world::{Folder, SECRET, day, draft, history, now, run, settings};
use consent_gate::Category;
use consent_gate::ledger::{Embedded, Ledger, LedgerError, Secret, Settings, verify};
use consent_gate::testing;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const ANALYTICS: Category = Category::ANALYTICS;

fn open(path: &Path) -> Result<Embedded, LedgerError> {
    Embedded::open(path, &settings())
}

/// The built example.
fn program() -> PathBuf {
    let built = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/ledger");
    assert!(built.exists(), "run `cargo build --example ledger --all-features` first: no {built:?}");
    built
}

/// The example over a file, with the secret and the policy of these tests.
pub(crate) fn tool(folder: &Folder) -> Command {
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, toml::to_string(&testing::policy()).unwrap()).unwrap();
    let mut command = Command::new(program());
    command.arg("--ledger").arg(folder.file()).arg("--policy").arg(policy);
    command.env("CONSENT_LEDGER_SECRET", Secret::new(SECRET).to_hex());
    command
}

/// A process that writes records as fast as it can.
fn writer(folder: &Folder) -> Child {
    let mut command = tool(folder);
    command.args(["load", "--writers", "16", "--records", "1000000"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn what_was_acknowledged_is_there_after_closing() {
    let folder = Folder::new("closing");
    let ledger = open(&folder.file()).unwrap();
    run(async { ledger.append(draft("ada", ANALYTICS, now())).await.unwrap() });
    drop(ledger);
    let ledger = open(&folder.file()).unwrap();
    run(async {
        assert_eq!(history(&ledger, "ada").await.len(), 1);
        ledger.append(draft("ada", Category::empty(), day(1))).await.unwrap();
        assert_eq!(verify(&ledger).await.unwrap().unwrap().records, 2);
    });
}

#[test]
fn c6_a_ledger_opens_for_its_own_site_and_secret_only() {
    let folder = Folder::new("tenants");
    drop(open(&folder.file()).unwrap());
    let mut other = testing::policy();
    other.site = "shop".to_owned();
    let error = Embedded::open(folder.file(), &Settings::of(&other, Secret::new(SECRET))).unwrap_err();
    let expected = LedgerError::WrongSite { found: "calminteraction".to_owned(), expected: "shop".to_owned() };
    assert_eq!(error, expected);
    let error = Embedded::open(folder.file(), &Settings::of(&testing::policy(), Secret::new([8; 32]))).unwrap_err();
    assert_eq!(error, LedgerError::WrongSecret);
}

#[test]
fn a_file_that_is_no_ledger_is_refused_and_left_as_it_is() {
    let folder = Folder::new("foreign");
    for bytes in [&b""[..], b"site = \"shop\"\n", &[0xff; 9_000]] {
        std::fs::write(folder.file(), bytes).unwrap();
        let error = open(&folder.file()).unwrap_err();
        assert!(matches!(error, LedgerError::Damaged(_)), "{error:?}");
        assert!(error.to_string().contains("consent.redb"), "{error}");
        assert_eq!(std::fs::read(folder.file()).unwrap(), bytes);
    }
    let error = open(&folder.path().join("no/such/folder.redb")).unwrap_err();
    assert!(matches!(error, LedgerError::Failed(_)), "{error:?}");
    // Another program's.
    let other = folder.path().join("other.redb");
    drop(redb::Database::create(&other).unwrap());
    assert_eq!(open(&other).unwrap_err(), LedgerError::Damaged(format!("{} is no ledger", other.display())));
}

#[test]
fn half_of_a_file_that_another_process_left_is_not_taken_for_a_ledger() {
    let folder = Folder::new("halves");
    let ledger = open(&folder.file()).unwrap();
    run(async { ledger.append(draft("ada", ANALYTICS, now())).await.unwrap() });
    drop(ledger);
    // As when it was killed while it wrote the file anew, and the file itself was put away.
    std::fs::rename(folder.file(), folder.path().join("consent.redb.new")).unwrap();
    run(async { assert_eq!(history(&open(&folder.file()).unwrap(), "ada").await, []) });
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files(), 2, "and nothing else is left beside it");
    run(async { open(&folder.file()).unwrap().compact().await.unwrap() });
    assert_eq!(files(), 1);
}

#[test]
fn a_link_to_a_file_stays_one_when_the_file_is_written_anew() {
    let folder = Folder::new("link");
    let link = folder.path().join("link.redb");
    let ledger = open(&folder.file()).unwrap();
    run(async { ledger.append(draft("ada", ANALYTICS, now())).await.unwrap() });
    drop(ledger);
    std::os::unix::fs::symlink(folder.file(), &link).unwrap();
    let ledger = open(&link).unwrap();
    run(async {
        ledger.erase("ada", now()).await.unwrap();
        let before = std::fs::metadata(folder.file()).unwrap().ino();
        ledger.compact().await.unwrap();
        assert_ne!(std::fs::metadata(folder.file()).unwrap().ino(), before, "nothing of the old one is left");
        ledger.append(draft("eve", ANALYTICS, now())).await.unwrap();
    });
    drop(ledger);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    run(async { assert_eq!(verify(&open(&folder.file()).unwrap()).await.unwrap().unwrap().records, 2) });
}

#[test]
fn a_file_that_was_written_anew_is_this_process_s_alone() {
    let folder = Folder::new("anew");
    let ledger = open(&folder.file()).unwrap();
    run(async {
        ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
        for _ in 0..300 {
            ledger.append(draft(None, ANALYTICS, now())).await.unwrap();
        }
        let before = std::fs::metadata(folder.file()).unwrap().len();
        ledger.compact().await.unwrap();
        let after = std::fs::metadata(folder.file()).unwrap().len();
        assert!(after < before, "{after} of {before}");
        let second = open(&folder.file()).unwrap_err();
        assert_eq!(second, LedgerError::InUse(folder.file().display().to_string()), "it stays locked");
        ledger.append(draft("ada", ANALYTICS, day(1))).await.unwrap();
        assert_eq!(history(&ledger, "ada").await.len(), 2);
    });
}

#[test]
fn a_second_process_is_told_who_has_the_file() {
    let folder = Folder::new("second");
    let mut child = writer(&folder);
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let error = open(&folder.file()).unwrap_err();
    assert_eq!(error, LedgerError::InUse(folder.file().display().to_string()));
    child.kill().unwrap();
    child.wait().unwrap();
    run(async { verify(&open(&folder.file()).unwrap()).await.unwrap().unwrap() });
}

#[test]
fn a_file_that_may_not_be_written_is_read_only() {
    let folder = Folder::new("read-only");
    drop(open(&folder.file()).unwrap());
    std::fs::set_permissions(folder.file(), std::fs::Permissions::from_mode(0o444)).unwrap();
    // Permissions do not hold root: somebody else tries.
    let copy = folder.path().join("ledger");
    std::fs::copy(program(), &copy).unwrap();
    let mut command = tool(&folder);
    let mut other = Command::new(copy);
    other
        .args(command.args("verify".split(' ')).get_args())
        .envs(command.get_envs().filter_map(|(k, v)| Some((k, v?))));
    if std::fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0) {
        other.uid(65_534);
    }
    let output = other.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("the store cannot be written") && text.contains("consent.redb"), "{text}");
}

#[test]
fn a_new_file_is_its_owners_alone_and_stays_whose_it_is_when_it_is_written_anew() {
    let folder = Folder::new("owner");
    let ledger = open(&folder.file()).unwrap();
    let whose = || {
        let found = std::fs::metadata(folder.file()).unwrap();
        (found.mode() & 0o777, found.uid(), found.gid())
    };
    assert_eq!(whose().0, 0o600, "keys lie in it");
    std::fs::set_permissions(folder.file(), std::fs::Permissions::from_mode(0o640)).unwrap();
    if whose().1 == 0 {
        // As when root runs the tool over the file of a server.
        std::os::unix::fs::chown(folder.file(), Some(65_534), Some(65_534)).unwrap();
    }
    let before = whose();
    run(async { ledger.compact().await }).unwrap();
    assert_eq!(whose(), before);
}

#[test]
fn damage_is_an_error_or_named_and_never_passes_for_less() {
    let folder = Folder::new("damage");
    let ledger = open(&folder.file()).unwrap();
    run(async {
        for _ in 0..40 {
            ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
        }
    });
    drop(ledger);
    let sound = std::fs::read(folder.file()).unwrap();
    let (mut found, mut unharmed) = (0, 0);
    for place in (0..sound.len()).step_by(sound.len() / 60) {
        let mut damaged = sound.clone();
        let end = (place + 64).min(damaged.len());
        damaged[place..end].iter_mut().for_each(|byte| *byte ^= 0x5a);
        std::fs::write(folder.file(), &damaged).unwrap();
        let verified = open(&folder.file()).and_then(|ledger| run(async { verify(&ledger).await }));
        match verified {
            // A free page, or what is worked out anew.
            Ok(Ok(verified)) if verified.records == 40 => unharmed += 1,
            Ok(Ok(verified)) => panic!("damage at {place} leaves {} records unnoticed", verified.records),
            Ok(Err(_)) | Err(LedgerError::Damaged(_) | LedgerError::Failed(_) | LedgerError::WrongSecret) => found += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(found > 0, "{unharmed} times unharmed: the test damaged nothing");
}

/// That each subject's last record is the one that was acknowledged.
fn all_there(ledger: &Embedded, kept: &HashMap<String, String>) {
    run(async {
        for (subject, id) in kept {
            let found = ledger.last(subject).await.unwrap().map(|entry| entry.id.to_string());
            assert_eq!(found.as_ref(), Some(id), "{subject}");
        }
    });
}

/// Kills a writing process at random moments, and looks each time for what it had been acknowledged.
fn killed(name: &str, rounds: u64) {
    let folder = Folder::new(name);
    let mut kept: HashMap<String, String> = HashMap::new();
    for round in 0..rounds {
        let mut child = writer(&folder);
        let output = BufReader::new(child.stdout.take().unwrap());
        let (began, begun) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            let tell = |_: &String| {
                let _ = began.send(());
            };
            lines.inspect(tell).collect::<Vec<String>>()
        });
        // Within the load, and sometimes before it begins.
        if round % 4 != 1 {
            begun.recv().unwrap();
        }
        std::thread::sleep(Duration::from_millis((round * 7_919) % 400));
        child.kill().unwrap();
        child.wait().unwrap();
        // The last line may have been cut off.
        let pair = |line: &String| line.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
        let whole = |(_, id): &(String, String)| id.len() == 36;
        let new: HashMap<String, String> = reader.join().unwrap().iter().filter_map(pair).filter(whole).collect();
        let ledger = open(&folder.file()).unwrap();
        let verified = run(async { verify(&ledger).await.unwrap().unwrap() });
        all_there(&ledger, &new);
        kept.extend(new);
        assert!(verified.records >= kept.len() as u64, "round {round}: {} of {}", verified.records, kept.len());
    }
    all_there(&open(&folder.file()).unwrap(), &kept);
    assert!(!kept.is_empty(), "nothing was acknowledged in time");
}

#[test]
fn kill_9_loses_nothing_that_was_acknowledged() {
    killed("kill", 4);
}

#[test]
#[ignore = "needs minutes"]
fn kill_9_a_hundred_times_loses_nothing_that_was_acknowledged() {
    killed("kill-100", 100);
}

#[test]
#[ignore = "needs root, to mount a small disk"]
fn a_full_disk_is_told_and_forgotten_when_there_is_room_again() {
    let folder = Folder::new("full");
    let mount = |arguments: &[&str]| {
        let status = Command::new(arguments[0]).args(&arguments[1..]).arg(folder.path()).status().unwrap();
        assert!(status.success(), "{arguments:?}");
    };
    mount(&["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs"]);
    let tried = std::panic::catch_unwind(|| {
        run(async {
            let ledger = open(&folder.file()).unwrap();
            let filler = folder.path().join("filler");
            let mut kept = 0;
            ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
            // Fills what is left; how much that is depends on the file.
            let _ = std::fs::write(&filler, vec![0; 16 << 20]);
            let error = loop {
                match ledger.append(draft("ada", ANALYTICS, now())).await {
                    Ok(()) => kept += 1,
                    Err(error) => break error,
                }
                assert!(kept < 50_000, "the disk does not fill");
            };
            assert!(matches!(error, LedgerError::Full(_)), "{error:?}");
            std::fs::remove_file(&filler).unwrap();
            ledger.append(draft("ada", ANALYTICS, now())).await.unwrap();
            assert_eq!(history(&ledger, "ada").await.len(), kept + 2);
            verify(&ledger).await.unwrap().unwrap();
        });
    });
    mount(&["umount"]);
    tried.unwrap();
}
