//! A stamp in a row, a payload and a header.

use super::*;
use consent_gate::error::StampError;
use consent_gate::{Category, DenyReason};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Job {
    event: String,
    stamp: Stamp,
}

#[test]
fn a_stamp_travels_in_a_payload_and_comes_back_as_it_was() {
    let job = Job { event: "lesson-completed".to_owned(), stamp: stamp(TALLY) };
    let payload = serde_json::to_string(&job).unwrap();
    assert_eq!(payload, format!(r#"{{"event":"lesson-completed","stamp":"{}"}}"#, job.stamp));
    assert_eq!(serde_json::from_str::<Job>(&payload).unwrap(), job);
    let broken = payload.replace(".4.tally", ".10.tally");
    let error = serde_json::from_str::<Job>(&broken).unwrap_err().to_string();
    assert!(error.contains("the check is \""), "{error}");
    assert!(serde_json::from_str::<Job>(r#"{"event":"","stamp":7}"#).is_err());
}

#[test]
fn a_stamp_holds_what_was_allowed_and_no_person() {
    let stamp = stamp(TALLY);
    assert!(stamp.to_string().starts_with("1.4.1795392000.4.tally.*."), "{stamp}");
    assert_eq!((stamp.revision(), stamp.at(), stamp.categories()), (4, time(NOW), Category::ANALYTICS));
    assert_eq!((stamp.provider(), stamp.exemption()), (Some("tally"), None));
    let text = super::stamp(COUNT).to_string();
    assert!(text.starts_with("1.4.1795392000.4.*.audience-measurement."), "{text}");
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b',' | b';')), "{text}");
}

#[test]
fn a_malformed_stamp_is_a_denial_with_a_stable_reason() {
    let send = |text: &str| -> Result<(), DenyReason> {
        let stamp: Stamp = text.parse()?;
        let person = person(&gate(), ACCEPTED, LATER);
        person.stamped_forward_permit(&stamp, week(), TALLY).map(|_| ())
    };
    let text = stamp(TALLY).to_string();
    assert_eq!(send(&text), Ok(()));
    for text in ["", "1", &text[1..], &format!("{text} "), &text.replace("tally", "adloop"), &text.repeat(9)] {
        assert_eq!(send(text).map_err(DenyReason::code), Err("stamp"), "{text}");
    }
}

#[test]
fn the_kind_of_a_fault_is_a_word_of_our_own() {
    for (text, code) in [
        (&*"x".repeat(200), "too-long"),
        ("9", "unknown-format"),
        ("1.4", "missing-field"),
        ("1.4.1.4.user@mail.*.0", "field"),
        ("1.4.1.4.*.*.00000000", "check"),
        ("1.4.1.4.*.*.00000000.x", "trailing"),
    ] {
        assert_eq!(text.parse::<Stamp>().as_ref().map_err(StampError::code), Err(code), "{text}");
    }
}

proptest! {
    #[test]
    fn what_parses_prints_as_it_was(text in "1\\.[0-9]{1,3}\\.[0-9]{1,4}\\.[0-9a-f]{1,3}\\.(\\*|[a-z-]{1,4})\\.\\*") {
        // With any check but the right one it does not parse; the right one is in the error.
        match format!("{text}.").parse::<Stamp>() {
            Err(StampError::Check { expected, .. }) => {
                let text = format!("{text}.{expected}");
                prop_assert_eq!(text.parse::<Stamp>().unwrap().to_string(), text);
            }
            other => prop_assert!(matches!(other, Err(StampError::Field(..))), "{other:?}"),
        }
    }

    #[test]
    fn law_7_any_text_is_read_without_panic(text in "\\PC{0,200}") {
        let _ = text.parse::<Stamp>();
    }
}
