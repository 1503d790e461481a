//! `examples/explain`: each case of `data/explain.jsonl` is answered as `DESIGN.md` has it, and the program behaves as
//! its own documentation says.
//!
//! A row of the data names the rule it shows (`why`), the policy (`policy.example.toml` unless it names another), a
//! case, and the keys of the answer that it is about. The expected values were reasoned from the design, not taken from
//! the program. `cargo test` builds the example that is run here.

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

mod command_line;
mod lines;

const ROWS: &str = include_str!("../data/explain.jsonl");
const EXAMPLE: &str = "policy.example.toml";
const NOW: &str = "2026-11-23T12:00:00Z";

fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(format!("explain{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "build it first: cargo build --all-features --example explain ({})", program.display());
    program
}

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)
}

fn start(arguments: &[&str], policy: &Path) -> Child {
    let mut command = Command::new(program());
    command.args(arguments).arg(policy);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs to the end on this input. What is not read of it is no matter.
fn run_on(arguments: &[&str], policy: &Path, input: &[u8]) -> Output {
    let mut child = start(arguments, policy);
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The answers to these lines, and the exit status.
fn explained(policy: &str, input: &[u8]) -> (Vec<Value>, Option<i32>) {
    let output = run_on(&[], &data(policy), input);
    let text = String::from_utf8(output.stdout).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code())
}

/// A `Set-Cookie` line without the order of its attributes, which means nothing to a browser.
fn unordered(line: &Value) -> Vec<&str> {
    let mut parts: Vec<&str> = line.as_str().unwrap().split("; ").collect();
    parts[1..].sort_unstable();
    parts
}

#[track_caller]
fn agrees(row: &Value, answer: &Value) {
    let context = || format!("{}: {}\n{answer}", row["case"]["id"], row["why"]);
    assert_eq!(answer["id"], row["case"]["id"], "{}", context());
    for (key, expected) in row["answer"].as_object().unwrap() {
        match key.as_str() {
            "erase" => {
                let lines = |value: &'_ Value| value.as_array().unwrap().clone();
                let (expected, found) = (lines(expected), lines(&answer[key]));
                let [expected, found] = [&expected, &found].map(|l| l.iter().map(unordered).collect::<Vec<_>>());
                assert_eq!(found, expected, "erase of {}", context());
            }
            _ => assert_eq!(&answer[key], expected, "{key} of {}", context()),
        }
    }
}

#[test]
fn every_case_is_answered_as_the_design_has_it() {
    let rows: Vec<Value> = ROWS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for policy in [EXAMPLE, "explain.toml"] {
        let rows: Vec<&Value> = rows
            .iter()
            .filter(|row| row.get("policy").map_or(EXAMPLE, |name| name.as_str().unwrap()) == policy)
            .collect();
        let input: String = rows.iter().map(|row| format!("{}\n", row["case"])).collect();
        let (answers, status) = explained(policy, input.as_bytes());
        assert_eq!((answers.len(), status), (rows.len(), Some(0)));
        assert!(rows.len() > 20, "{policy}");
        rows.iter().zip(&answers).for_each(|(row, answer)| agrees(row, answer));
    }
}

#[test]
fn an_answer_has_its_keys_in_their_order_and_a_question_asked_twice_once() {
    let case = json!({"id": "x", "now": NOW, "region": "FR", "headers": [["cookie", "recommend=1"]],
        "ask": ["essential", "", "analytics+essential", "", "essential"],
        "set_cookie": ["_adl=1"], "embed": ["/a"], "storage": [["session", "chat"]]});
    let output = run_on(&[], &data(EXAMPLE), case.to_string().as_bytes());
    let expected = concat!(
        r#"{"id":"x","state":"undecided","granted":[],"refused":[],"prompt":"ask","decisions":{"#,
        r#""essential":{"allow":true,"code":"essential"},"":{"allow":false,"code":"unknown-category"},"#,
        r#""analytics+essential":{"allow":false,"code":"undecided"}},"#,
        r#""set_cookie":[{"name":"_adl","allow":false,"code":"undecided","line":null}],"#,
        r#""embed":[{"url":"/a","allow":true,"code":"first-party"}],"#,
        r#""storage":[{"key":"chat","allow":false,"code":"undecided"}],"erase":["recommend=; "#,
    );
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(found.starts_with(expected) && found.ends_with("\"]}\n"), "{found}");
}

#[test]
fn a_case_needs_only_an_id_and_a_time() {
    let (answers, status) = explained(EXAMPLE, format!(r#"{{"now":"{NOW}","id":7,"region":null}}"#).as_bytes());
    let expected = json!({"id": 7, "state": "undecided", "granted": [], "refused": [], "prompt": "ask", "decisions": {},
        "set_cookie": [], "embed": [], "storage": [], "erase": []});
    assert_eq!((answers, status), (vec![expected], Some(0)));
}
