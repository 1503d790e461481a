//! The course platform of `examples/learning_platform` as a program of its own.
#![allow(dead_code, unreachable_pub)]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

/// A running copy of the site. It ends with the test.
pub struct Platform {
    process: Child,
    pub address: SocketAddr,
    /// Kept open: a program that cannot print dies.
    _output: BufReader<ChildStdout>,
}

impl Platform {
    /// On a free port, with visitors from Germany.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// The same, with further arguments.
    pub fn with(arguments: &[&str]) -> Self {
        Self::of(program().args(arguments))
    }

    /// Starts what [`program`] gave, with whatever else the command says.
    pub fn of(command: &mut Command) -> Self {
        let mut process = command.args(["--port", "0"]).spawn().unwrap();
        let mut first = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("Listening on http://").expect("the first line names the address");
        Self { address: address.parse().unwrap(), process, _output: output }
    }

    /// What the program logs.
    pub fn log(&mut self) -> BufReader<ChildStderr> {
        BufReader::new(self.process.stderr.take().unwrap())
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The built program.
pub fn program() -> Command {
    let built: PathBuf =
        std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/learning_platform");
    assert!(built.exists(), "run `cargo build --example learning_platform --all-features` first: no {built:?}");
    let mut command = Command::new(built);
    command.env("CONSENT_LEDGER", fresh_ledger()).env_remove("CONSENT_LEDGER_SECRET");
    command.env_remove("PORT").env_remove("DEMO_REGION").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A file for the ledger of one run: two cannot share one.
pub fn fresh_ledger() -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let folder = std::env::temp_dir().join(format!("consent-gate-platform-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{}.redb", NUMBER.fetch_add(1, Ordering::Relaxed)))
}
