//! A real Chromium for tests, driven through WebDriver, on a network of its own.
//!
//! 1. A [`Trap`] is the whole network: every host but `localhost` resolves to it, over HTTP and HTTPS. It answers whatever
//!    is asked of it and keeps a [`Seen`] of each. The site under test is a host of the trap whose connections are passed
//!    on, see [`Trap::site`]. HTTPS ends at the trap; no certificate is checked.
//! 2. A [`Browser`] is one Chromium with an empty profile, and its own `chromedriver`. Both end with the value, whatever
//!    became of the test.
//! 3. What no server can see, a look-up of a name, is read from Chromium's own log of its network: see [`Browser::close`].
//!
//! Needs Debian's packages `chromium` and `chromium-driver`. Tests of it are `#[ignore = "needs chromium"]` and run with
//! `#[tokio::test(flavor = "multi_thread")]`.
#![allow(dead_code, unreachable_pub, unused_imports)]

mod answer;
mod driver;
mod net_log;
mod page;
mod trap;

pub use driver::processes_with;
pub use trap::Trap;

use driver::Driver;
use net_log::NetLog;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

/// No step of a test takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

const ARGUMENTS: [&str; 10] = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--ignore-certificate-errors",
];

/// One Chromium. It has the methods of [`WebDriver`], and those of a person who looks at what a page did.
pub struct Browser {
    session: Option<WebDriver>,
    driver: Driver,
    /// Sent with each request.
    headers: Mutex<BTreeMap<String, String>>,
    profile: TempDir,
}

impl Browser {
    /// A Chromium that sees the hosts of `trap` and nothing else.
    pub async fn open(trap: &Trap) -> Self {
        Self::with(trap, &[]).await
    }

    /// The same, with further arguments.
    pub async fn with(trap: &Trap, arguments: &[&str]) -> Self {
        let profile = tempfile::Builder::new().prefix("consent-gate-chromium-").tempdir().unwrap();
        let driver = Driver::start(profile.path());
        let mut all: Vec<String> = ARGUMENTS.into_iter().chain(arguments.iter().copied()).map(str::to_owned).collect();
        all.push(format!("--user-data-dir={}", profile.path().join("profile").display()));
        all.push(format!("--log-net-log={}", profile.path().join("net-log.json").display()));
        all.push(format!("--host-resolver-rules={}", trap.rules()));
        let Value::Object(capabilities) = json!({
            "browserName": "chrome",
            "acceptInsecureCerts": true,
            "pageLoadStrategy": "normal",
            "timeouts": { "script": 20_000, "pageLoad": 20_000, "implicit": 0 },
            // Third parties have every chance that a browser gives them.
            "goog:chromeOptions": { "args": all, "prefs": { "profile": { "cookie_controls_mode": 0 } } },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        }) else {
            unreachable!("an object")
        };
        let session = WebDriver::builder(driver.address(), Capabilities::from(capabilities))
            .request_timeout(3 * PATIENCE)
            .connect()
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        Self { session: Some(session), driver, headers: Mutex::default(), profile }
    }

    /// The folder of its profile, which is in the command lines of its processes.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Ends the browser and gives the log of its network. Whoever does not need that may drop the value.
    pub async fn close(mut self) -> NetLog {
        let session = self.session.take().expect("a session until now");
        session.quit().await.unwrap();
        NetLog::read(&self.profile.path().join("net-log.json"))
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        self.session.as_ref().expect("a session until closed")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Otherwise the session would wait here for a driver that is about to be killed.
        if let Some(session) = self.session.take() {
            let _ = session.leak();
        }
        self.driver.kill();
    }
}
