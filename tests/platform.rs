//! The course platform of `examples/learning_platform`, driven from outside over TCP.
//!
//! Its handlers set every cookie blindly; each test is one visitor, and says what reaches the browser.
#![cfg(all(feature = "toml", feature = "axum", feature = "html"))]
// The lints exempt test functions, but not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "platform/choices.rs"]
mod choices;
mod http_client;
#[path = "platform/program.rs"]
mod program;
#[path = "platform/proof.rs"]
mod proof;
#[path = "platform/report.rs"]
mod report;
#[path = "platform/site.rs"]
mod site;
#[path = "platform/undecided.rs"]
mod undecided;

use http_client::Response;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

/// A running copy of the site. It ends with the test.
struct Platform {
    process: Child,
    address: SocketAddr,
    /// Kept open: a program that cannot print dies.
    _output: BufReader<ChildStdout>,
}

impl Platform {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(arguments: &[&str]) -> Self {
        let mut process = program().args(["--port", "0"]).args(arguments).spawn().unwrap();
        let mut first = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("Listening on http://").expect("the first line names the address");
        Self { address: address.parse().unwrap(), process, _output: output }
    }

    /// A new browser somewhere in the world.
    fn browser(&self, region: &str) -> Browser {
        Browser {
            address: self.address,
            headers: vec![("x-demo-region".to_owned(), region.to_owned())],
            jar: BTreeMap::new(),
        }
    }

    /// What the program logs.
    fn log(&mut self) -> BufReader<ChildStderr> {
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
fn program() -> Command {
    let built: PathBuf =
        std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/learning_platform");
    assert!(built.exists(), "run `cargo build --example learning_platform --all-features` first: no {built:?}");
    let mut command = Command::new(built);
    command
        .env("CONSENT_LEDGER", fresh_ledger())
        .env_remove("CONSENT_LEDGER_SECRET")
        .env_remove("PORT")
        .env_remove("DEMO_REGION")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A file for the ledger of one run: two cannot share one.
fn fresh_ledger() -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let folder = std::env::temp_dir().join(format!("consent-gate-platform-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{}.redb", NUMBER.fetch_add(1, Ordering::Relaxed)))
}

/// A browser that keeps cookies, whatever their domain.
struct Browser {
    address: SocketAddr,
    headers: Vec<(String, String)>,
    jar: BTreeMap<String, String>,
}

impl Browser {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[track_caller]
    fn get(&mut self, path: &str) -> Response {
        self.send("GET", path, "")
    }

    #[track_caller]
    fn post(&mut self, path: &str, body: &str) -> Response {
        self.send("POST", path, body)
    }

    #[track_caller]
    fn send(&mut self, method: &str, path: &str, body: &str) -> Response {
        let cookie = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        headers.extend((!cookie.is_empty()).then_some(("cookie", &*cookie)));
        let response = http_client::send(self.address, method, path, &headers, body);
        for line in response.set_cookies() {
            let (pair, attributes) = line.split_once(';').unwrap_or((&line, ""));
            let (name, value) = pair.split_once('=').unwrap();
            match attributes.contains("Max-Age=0") {
                true => self.jar.remove(name),
                false => self.jar.insert(name.to_owned(), value.to_owned()),
            };
        }
        response
    }

    /// The names of the cookies that the browser holds, in alphabetical order.
    fn holds(&self) -> Vec<&str> {
        self.jar.keys().map(String::as_str).collect()
    }
}

/// The names that a response sets or deletes, in order.
fn names(response: &Response) -> Vec<String> {
    let lines = response.set_cookies();
    lines.iter().map(|line| line.split_once('=').map_or(line.as_str(), |(name, _)| name).to_owned()).collect()
}
