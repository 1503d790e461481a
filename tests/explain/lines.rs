//! Lines: what is not a case, what is too long, how many there are, who reads the answers.

use super::{EXAMPLE, NOW, data, explained, start};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};

#[test]
fn a_line_that_is_no_case_is_answered_with_its_error_and_the_rest_still_answered() {
    let with = |key: &str| format!(r#"{{"id":"x","now":"{NOW}",{key}}}"#).into_bytes();
    let id = |text: &str| format!(r#"{{"id":{text},"now":"{NOW}"}}"#).into_bytes();
    let rows: Vec<(Vec<u8>, Value, &str)> = vec![
        (b"not json".to_vec(), Value::Null, "not a JSON object"),
        (b"{\"id\":\"x\",\"now\":".to_vec(), Value::Null, "EOF"),
        (format!("[\"x\",\"{NOW}\"]").into_bytes(), Value::Null, "not a JSON object"),
        (b"{}".to_vec(), Value::Null, "missing field `id`"),
        (b"{\"id\":\"x\"}".to_vec(), json!("x"), "missing field `now`"),
        (b"{\"id\":12,\"now\":1}".to_vec(), json!(12), "invalid type"),
        (b"{\"id\":\"x\",\"now\":\"2026-11-23\"}".to_vec(), json!("x"), "\"2026-11-23\" is not a valid RFC 3339 time"),
        (id("null"), Value::Null, "invalid id"),
        (id("[\"x\"]"), Value::Null, "invalid id"),
        (id("\"x\",\"id\":\"y\""), Value::Null, "duplicate field `id`"),
        (b"{\"id\":\"x\"} {\"id\":\"y\"}".to_vec(), Value::Null, ""),
        (with(r#""regoin":"FR""#), json!("x"), "unknown field `regoin`"),
        (with(r#""region":"France""#), json!("x"), "\"France\" is not a valid region"),
        (with(r#""region":"""#), json!("x"), "\"\" is not a valid region"),
        (with(r#""region":5"#), json!("x"), "invalid type"),
        (with(r#""known":"yes""#), json!("x"), "invalid type"),
        (with(r#""minor":null"#), json!("x"), "invalid type"),
        (with(r#""headers":{"cookie":"a"}"#), json!("x"), "invalid type"),
        (with(r#""headers":[["cookie"]]"#), json!("x"), "invalid length 1"),
        (with(r#""ask":"analytics""#), json!("x"), "invalid type"),
        (with(r#""ask":[1]"#), json!("x"), "invalid type"),
        (with(r#""storage":[["cookie","a"]]"#), json!("x"), "\"cookie\" is not a valid storage"),
        (with(r#""embed":["\ud800"]"#), json!("x"), "hex escape"),
        (vec![b'['; 100_000], Value::Null, "not a JSON object"),
        (with(&format!(r#""ask":{}"#, "[".repeat(100_000))), Value::Null, ""),
        (b"\x00".to_vec(), Value::Null, "not a JSON object"),
        (b" \t".to_vec(), Value::Null, "blank"),
        (Vec::new(), Value::Null, "blank"),
    ];
    let case = format!("{{\"id\":\"good\",\"now\":\"{NOW}\"}}\r\n").into_bytes();
    let input: Vec<u8> = rows.iter().flat_map(|(line, ..)| [&line[..], b"\n", &case].concat()).collect();
    let (answers, status) = explained(EXAMPLE, &input);
    assert_eq!((answers.len(), status), (rows.len() * 2, Some(1)));
    for ((line, id, error), answers) in rows.iter().zip(answers.chunks(2)) {
        let line = String::from_utf8_lossy(&line[..line.len().min(80)]);
        let [refused, good] = answers else { panic!("{line}") };
        assert_eq!((&refused["id"], good["state"].as_str()), (id, Some("undecided")), "{line}");
        assert_eq!(refused.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "error"]);
        assert!(refused["error"].as_str().unwrap().contains(error), "{line}: {refused}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_an_error_of_their_line() {
    let line = |byte: &[u8]| [format!(r#"{{"now":"{NOW}","id":"x","ask":[""#).as_bytes(), byte, b"\"]}\n"].concat();
    let (answers, status) = explained(EXAMPLE, &[line(b"\xff"), line("é".as_bytes())].concat());
    assert_eq!((&answers[0]["id"], status), (&json!("x"), Some(1)));
    assert!(answers[0]["error"].is_string(), "{}", answers[0]);
    assert_eq!(answers[1]["decisions"]["é"]["code"], "unknown-category");
}

#[test]
fn blank_lines_at_the_end_are_no_lines() {
    for end in ["", "\n", "\n\n \r\n\t\n"] {
        let (answers, status) = explained(EXAMPLE, format!("{{\"id\":1,\"now\":\"{NOW}\"}}{end}").as_bytes());
        assert_eq!((answers.len(), status), (1, Some(0)), "{end:?}");
    }
    assert_eq!(explained(EXAMPLE, b"\n\n"), (vec![], Some(0)));
}

#[test]
fn a_line_at_the_limit_is_read_and_a_longer_one_is_passed_over() {
    let longest = 4 << 20;
    let case = format!("{{\"id\":1,\"now\":\"{NOW}\"}}");
    let padded = |length: usize| case.clone() + &" ".repeat(length - case.len()) + "\n";
    let input = padded(longest) + &padded(longest + 1) + &padded(3 * longest) + &case;
    let (answers, status) = explained(EXAMPLE, input.as_bytes());
    let is_error: Vec<bool> = answers.iter().map(|answer| answer.get("error").is_some()).collect();
    assert_eq!((is_error, status), (vec![false, true, true, false], Some(1)));
    assert_eq!(answers[1], json!({"id": null, "error": "the line is longer than 4194304 bytes"}));
}

#[test]
fn answers_come_while_more_input_is_awaited() {
    let mut child = start(&[], &data(EXAMPLE));
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for id in 0..3 {
        writeln!(stdin, "{{\"id\":{id},\"now\":\"{NOW}\"}}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("{{\"id\":{id},")), "{answer}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = start(&[], &data(EXAMPLE));
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let line = format!("{{\"id\":1,\"now\":\"{NOW}\"}}\n");
    // The program leaves at its first answer, so that some write here meets a closed pipe.
    while stdin.write_all(line.as_bytes()).is_ok() {}
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

/// The most memory that the program held while it answered so many cases, in KiB.
#[cfg(target_os = "linux")]
fn peak_memory(cases: usize) -> u64 {
    let mut child = start(&[], &data(EXAMPLE));
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        for id in 0..cases {
            // Every name is new, as an audit of a large site would have it.
            writeln!(
                stdin,
                r#"{{"id":{id},"now":"{NOW}","region":"FR","headers":[["cookie","u{id}=1; _lum{id}=a"]],"ask":["a{id}"],"set_cookie":["n{id}=1"],"embed":["https://h{id}.example/"],"storage":[["local","k{id}"]]}}"#
            )
            .unwrap();
        }
        stdin
    });
    // All answers are out before the input ends, so that the program can still be looked at.
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut answer = Vec::new();
    for _ in 0..cases {
        answer.clear();
        assert!(stdout.read_until(b'\n', &mut answer).unwrap() > 0);
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    drop(writer.join().unwrap());
    assert!(child.wait().unwrap().success());
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_input() {
    let (few, many) = (peak_memory(2_000), peak_memory(100_000));
    assert!(many < few + few / 2, "{few} KiB for 2,000 cases, {many} KiB for 100,000");
}
