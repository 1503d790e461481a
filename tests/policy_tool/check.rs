//! `check`, and what is no proper call.

use super::{EXAMPLE, EXAMPLE_FILE, edited, file, run, says};
use consent_gate::Policy;

#[test]
fn a_sound_policy_is_called_sound_with_its_warnings() {
    let said = run(&["check", EXAMPLE_FILE]);
    assert_eq!(said.status, 0);
    says(
        &said.out,
        &[
            "policy.example.toml: sound, revision 4: 5 categories, 5 providers, 15 trackers\n",
            "40 warnings:\n",
            "- tracker \"https://pay.paylane.example/\" (frame): the directive frame-src",
            "- tracker \"sid\" (cookie): purpose is missing in \"de\"",
        ],
    );
}

#[test]
fn the_same_policy_as_json_is_sound_too() {
    let json = Policy::from_toml(EXAMPLE).unwrap().to_json().unwrap();
    for extension in ["json", "JSON"] {
        let said = run(&["check", file(&json, extension).to_str().unwrap()]);
        assert_eq!(said.status, 0, "{}", said.err);
    }
    let said = run(&["check", file(&json, "toml").to_str().unwrap()]);
    assert_eq!(said.status, 2, "JSON is no TOML");
}

#[test]
fn every_mistake_is_listed_with_entry_and_cure() {
    let text = edited(&[("presets = \"2026-11\"", "presets = \"1999-01\""), ("\"player.*\"", "\"p*\"")]);
    let said = run(&["check", file(&text, "toml").to_str().unwrap()]);
    assert_eq!(said.status, 1);
    says(
        &said.out,
        &[
            ": 2 problems\n",
            "- presets: there is no edition \"1999-01\"",
            "- tracker \"p*\" (local-storage): the pattern has fewer than three literal characters",
        ],
    );
    for command in ["check", "table"] {
        assert_eq!(run(&[command, file(&text, "toml").to_str().unwrap()]).status, 1);
    }
}

#[test]
fn a_file_that_is_no_policy_is_reported_with_line_and_column() {
    let toml = file("site = \"shop\"\nrevison = 4\n", "toml");
    let json = file("{\n  \"site\": shop\n}", "json");
    for (path, lines) in [
        (toml.to_str().unwrap(), ["TOML at line 2, column 1", "revison"]),
        (json.to_str().unwrap(), ["JSON at line 2, column", "expected value"]),
        ("does/not/exist.toml", ["does/not/exist.toml", ""]),
        (env!("CARGO_MANIFEST_DIR"), ["consent", ""]),
    ] {
        for arguments in [vec!["check", path], vec!["table", path], vec!["diff", EXAMPLE_FILE, path]] {
            let said = run(&arguments);
            assert_eq!((said.status, said.out.as_str()), (2, ""), "{arguments:?}");
            if path != env!("CARGO_MANIFEST_DIR") {
                says(&said.err, &lines);
            }
        }
    }
    let bytes = file("", "toml");
    std::fs::write(&bytes, b"site = \"\xff\"").unwrap();
    assert_eq!(run(&["check", bytes.to_str().unwrap()]).status, 2);
    assert_eq!(run(&["check", file("", "toml").to_str().unwrap()]).status, 2);
}

#[test]
fn a_wrong_call_shows_the_usage_with_examples() {
    for arguments in [
        &[][..],
        &["check"],
        &["check", "a", "b"],
        &["diff", "a"],
        &["table"],
        &["table", "--tsv", "a"],
        &["table", "a", "b"],
        &["table", "a", "--on"],
        &["table", "a", "--on", "tomorrow"],
        &["lint", "a"],
        &["--csv"],
    ] {
        let said = run(arguments);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{arguments:?}");
        says(&said.err, &["usage: policy check FILE", "examples:\n  policy check policy.toml"]);
    }
    let help = run(&["--help"]);
    assert_eq!(help.status, 0);
    says(&help.out, &["usage: policy check FILE"]);
}
