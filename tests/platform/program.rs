//! The program itself: what it logs, and how it fails.

use super::{Platform, program};
use std::io::{BufRead, Read};

#[test]
fn day_one_is_not_silent_and_says_each_name_once() {
    let mut platform = Platform::start();
    let mut log = platform.log();
    for _ in 0..3 {
        platform.browser("DE").get("/?secret=4711");
    }
    drop(platform);
    let mut text = String::new();
    log.read_to_string(&mut text).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("consent-gate: ")).collect();
    assert_eq!(
        lines,
        [
            "consent-gate: the cookie \"_legacy_ab\" is not declared in the policy and is denied; add a [[tracker]] entry for it"
        ]
    );
    assert!(!text.contains("4711"));
}

#[test]
fn a_port_in_use_is_a_clear_error() {
    let platform = Platform::start();
    let port = platform.address.port().to_string();
    let output = program().args(["--port", &port]).output().unwrap();
    assert!(!output.status.success());
    let error =
        output.stderr.lines().map_while(Result::ok).find(|line| line.starts_with("learning_platform: ")).unwrap();
    assert!(error.starts_with(&format!("learning_platform: cannot listen on 127.0.0.1:{port}: ")), "{error}");
    assert!(error.ends_with("; choose another with --port"), "{error}");
}

#[test]
fn an_unknown_argument_is_answered_with_the_usage() {
    for arguments in [&["--frobnicate"][..], &["--port", "x"], &["--port"]] {
        let output = program().args(arguments).output().unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8(output.stderr).unwrap().contains(
            "usage: learning_platform [--port NUMBER] [--https] [--policy FILE] [--report] [--legacy FOLDER]"
        ));
    }
}
