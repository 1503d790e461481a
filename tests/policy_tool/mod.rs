//! `examples/policy`, run as compliance staff and CI run it: exit status and the telling lines.
//!
//! Cargo builds the examples before the tests of `cargo test`; with `--test tools` alone it does not, and the
//! binary of the last build is run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

mod check;
mod diff;
mod judged;
mod table;

const EXAMPLE: &str = include_str!("../data/policy.example.toml");
const EXAMPLE_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/policy.example.toml");

/// What one run said.
struct Said {
    status: i32,
    out: String,
    err: String,
}

#[track_caller]
fn run(arguments: &[&str]) -> Said {
    let test = std::env::current_exe().unwrap();
    let tool =
        test.parent().and_then(Path::parent).unwrap().join(format!("examples/policy{}", std::env::consts::EXE_SUFFIX));
    assert!(tool.exists(), "{} is missing: run cargo build --examples --all-features", tool.display());
    let Output { status, stdout, stderr } = Command::new(tool).args(arguments).output().unwrap();
    let said = Said {
        status: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    };
    assert!(!said.err.contains("panicked"), "{}", said.err);
    said
}

/// A file of its own for one text.
fn file(text: &str, extension: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("policy_tool_{number}.{extension}"));
    std::fs::write(&path, text).unwrap();
    path
}

/// The example with some places changed, each of which is there once.
#[track_caller]
fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(EXAMPLE.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from:?} must stand once");
        text.replace(from, to)
    })
}

/// Every telling line is said, in any order.
#[track_caller]
fn says(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "{line:?} is missing in:\n{text}");
    }
}
