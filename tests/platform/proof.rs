//! What the platform records, and what an account's owner may ask for.

use super::names;
use crate::learning_platform::{Platform, fresh_ledger, program};
use std::process::Command;

/// The command line over the ledger that a platform left.
fn tool(ledger: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    let built = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/ledger");
    let mut command = Command::new(built);
    command.env_remove("CONSENT_LEDGER_SECRET").current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.arg("--ledger").arg(ledger).args(arguments).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr),
    )
}

#[test]
fn what_visitors_choose_is_recorded_and_the_ledger_verifies_exports_and_erases() {
    let ledger = fresh_ledger();
    let platform = Platform::with(&["--ledger", ledger.to_str().unwrap()]);
    let mut ada = platform.browser("DE");
    ada.post("/log-in", "name=ada");
    ada.post("/privacy", "action=accept");
    ada.post("/privacy", "action=save&category=analytics");
    let mut nobody = platform.browser("FR");
    nobody.post("/privacy", "action=accept");
    let receipt = ada.get("/account/data");
    assert_eq!(receipt.values("content-type"), ["application/ld+json"]);
    let receipt: serde_json::Value = serde_json::from_str(&receipt.text()).unwrap();
    assert_eq!(receipt["dpv:hasRecordOfActivity"].as_array().map(Vec::len), Some(2));
    assert_eq!(nobody.get("/account/data").status, 303, "who is not logged in has no account");
    drop(platform);

    assert_eq!(tool(&ledger, &["verify"]), (0, "the chain holds: 3 records, and 0 whose time was over\n".to_owned()));
    assert!(tool(&ledger, &["export", "Ada", "--csv"]).1.contains(",advertising,given,withdrawn,settings,self,"));
    assert_eq!(tool(&ledger, &["erase", "Ada"]).0, 0);
    assert!(tool(&ledger, &["export", "Ada"]).1.ends_with("no records of such a subject\n"));
    assert_eq!(tool(&ledger, &["verify"]).0, 0);
}

#[test]
fn r47_closing_an_account_expires_trackers_and_logs_out() {
    let platform = Platform::start();
    let mut ada = platform.browser("DE");
    ada.post("/log-in", "name=ada");
    ada.post("/privacy", "action=accept");
    ada.get("/lessons/1");
    assert!(ada.holds().contains(&"_lum1"));
    let page = ada.get("/account").text();
    assert!(page.contains("href=\"/account/data\"") && page.contains("action=\"/account/close\""));
    let answer = ada.post("/account/close", "");
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("Your learning records will be deleted by "));
    assert!(names(&answer).contains(&"_lum1".to_owned()), "{:?}", names(&answer));
    assert!(!ada.holds().contains(&"_lum1"));
    assert_eq!(ada.get("/account/data").status, 303, "logged out");
}

/// What accounts say and what is recorded of it, from one run of the platform to the next.
fn outlives_the_process(ledger: &str) {
    let start = || {
        let mut command = program();
        Platform::of(command.env("CONSENT_LEDGER_SECRET", "ab".repeat(32)).args(["--ledger", ledger]))
    };
    let logged_in = |platform: &Platform| {
        let mut device = platform.browser("DE");
        device.post("/log-in", "name=ada");
        device.get("/lessons/1");
        device
    };
    let platform = start();
    let mut first = logged_in(&platform);
    assert!(!first.holds().contains(&"_lum1"), "nobody has answered");
    first.post("/privacy", "action=accept");
    drop(platform);

    let platform = start();
    let mut second = logged_in(&platform);
    assert!(second.holds().contains(&"_lum1"), "the account's answer counts on a new device");
    second.post("/privacy", "action=refuse");
    // Nobody waits for the record of a refusal. A process that is killed before it is written loses it.
    while methods(&mut second).len() < 3 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    drop(platform);

    let platform = start();
    let mut third = logged_in(&platform);
    assert!(!third.holds().contains(&"_lum1"), "and its withdrawal");
    // The first answer, what logging in changed on the second device, and the withdrawal.
    assert_eq!(methods(&mut third), ["settings", "account", "settings"]);
}

/// How each change of an account came about.
fn methods(device: &mut crate::platform::Browser) -> Vec<String> {
    let receipt: serde_json::Value = serde_json::from_str(&device.get("/account/data").text()).unwrap();
    let records = receipt["dpv:hasRecordOfActivity"].as_array().unwrap();
    records.iter().map(|record| record["dpv:hasIndicationMethod"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_an_account_says_outlives_the_process() {
    outlives_the_process(fresh_ledger().to_str().unwrap());
}

#[cfg(feature = "ledger-postgres")]
#[test]
#[ignore = "needs postgresql"]
fn what_an_account_says_outlives_the_process_on_a_server() {
    let server = std::env::var("CONSENT_GATE_POSTGRES").expect("run this by .ci/postgres");
    let name = format!("platform_{}", std::process::id());
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    });
    let (host, _) = server.rsplit_once('/').unwrap();
    outlives_the_process(&format!("{host}/{name}"));
}

#[test]
fn a_second_platform_on_one_ledger_says_so_and_does_not_start() {
    let ledger = fresh_ledger();
    let _first = Platform::with(&["--ledger", ledger.to_str().unwrap()]);
    let output = program().args(["--port", "0", "--ledger"]).arg(&ledger).output().unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("is open in another process"), "{text}");
}
