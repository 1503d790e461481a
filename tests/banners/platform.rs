//! The course platform with a banner before it.

use crate::banners::banner::Banner;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;

pub(crate) const SITE: &str = "calminteraction.example";

const POLICY: &str = include_str!("../data/policy.example.toml");

/// What the site declares of whoever serves the banner.
const DECLARED: &str = r#"
[[provider]]
id = "banner"
name = "Banner"
role = "processor"
hosts = ["banner.example"]
purpose.en = "Asks for consent."

[[tracker]]
name = "https://banner.example/"
technology = "script"
category = "essential"
provider = "banner"
purpose.en = "Asks for consent."
"#;

/// What banners and bridges write by script. The guard on the platform's pages would lose what is not declared.
const STORED: [(&str, &str); 10] = [
    ("cookie", "cc_cookie"),
    ("cookie", "klaro"),
    ("cookie", "tarteaucitron"),
    ("cookie", "eu-consent"),
    ("local-storage", "cc_cookie"),
    ("local-storage", "klaro"),
    ("local-storage", "consent-bridge"),
    ("local-storage", "uc_user_interaction"),
    ("local-storage", "silktideCookieChoice_*"),
    ("local-storage", "kept"),
];

/// The policy of the site with a banner.
fn policy(banner: &Banner) -> String {
    let stored: String = STORED
        .iter()
        .map(|(technology, name)| {
            format!(
                "[[tracker]]\nname = {name:?}\ntechnology = {technology:?}\ncategory = \"essential\"\n\
                 lifetime = \"395d\"\npurpose.en = \"Keeps your answer.\"\n"
            )
        })
        .collect();
    format!("{POLICY}{DECLARED}{stored}{}", banner.import)
}

/// A running copy of the site. It ends with the value.
pub(crate) struct Platform {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
    /// Kept open: a program that cannot print dies.
    _output: BufReader<ChildStdout>,
}

impl Platform {
    pub(crate) fn start(banner: &Banner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (policy, pages) = (folder.path().join("policy.toml"), folder.path().join("pages"));
        std::fs::create_dir(&pages).unwrap();
        std::fs::write(&policy, self::policy(banner)).unwrap();
        std::fs::write(pages.join("banner.html"), banner.page).unwrap();
        let mut process = Command::new(program())
            .args(["--port", "0", "--https", "--policy"])
            .arg(&policy)
            .arg("--legacy")
            .arg(&pages)
            .env("CONSENT_LEDGER", folder.path().join("consent.redb"))
            .env_remove("CONSENT_LEDGER_SECRET")
            .env_remove("PORT")
            .env_remove("DEMO_REGION")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("Listening on http://").expect("the first line names the address");
        Self { address: address.parse().unwrap(), process, _folder: folder, _output: output }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> PathBuf {
    let built = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/learning_platform");
    assert!(built.exists(), "run `cargo build --example learning_platform --all-features` first: no {built:?}");
    built
}
