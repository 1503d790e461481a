//! Law 7: parsing any bytes never panics, and takes linear time.

use crate::laws::world::{DECIDED, GATE, allowed, ask, narrows};
use crate::site;
use consent_gate::explain::AnswerState;
use consent_gate::{Answer, Category, Visitor};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn visitor(code: &str, header: &[u8]) -> Visitor {
    GATE.visitor([("cookie", header)], site::facts(code), site::time(site::NOW))
}

fn with(value: &[u8]) -> Vec<u8> {
    [b"__Host-consent=", value].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_header_panics(header in proptest::collection::vec(any::<u8>(), 0..300), gpc in any::<Vec<u8>>()) {
        let headers = [(&b"cookie"[..], header.as_slice()), (b"sec-gpc", &gpc), (b"dnt", &gpc)];
        let headers = headers.map(|(name, value)| (std::str::from_utf8(name).unwrap(), value));
        let visitor = GATE.visitor(headers, site::facts("US-CA"), site::time(site::NOW));
        let _ = ask(&visitor);
        let _ = visitor.finish();
    }

    #[test]
    fn no_value_panics_and_what_is_no_answer_allows_nothing(value in proptest::collection::vec(any::<u8>(), 0..60)) {
        let visitor = visitor("CH", &with(&value));
        let text = std::str::from_utf8(value.split(|byte| *byte == b';').next().unwrap_or_default());
        let reads = text.is_ok_and(|text| text.trim().parse::<Answer>().is_ok());
        prop_assert_eq!(visitor.answered() == AnswerState::Decided, reads);
        prop_assert!(reads || !visitor.may_track(Category::FUNCTIONAL));
    }

    #[test]
    fn no_line_address_or_key_panics(text in any::<String>(), line in "[ -~\\t]{0,80}") {
        let visitor = visitor("DE", b"");
        for text in [text.as_str(), line.as_str()] {
            let _ = (visitor.judge_set_cookie(text).is_allow(), visitor.decide_address(text), visitor.decide_cookie(text));
            let _ = visitor.decide_storage(consent_gate::Storage::Session, text);
            let _ = text.parse::<consent_gate::Region>();
        }
    }
}

#[test]
fn a_header_of_64_kilobytes_is_read() {
    let long = visitor("DE", &with("9".repeat(65_536).as_bytes()));
    assert_eq!(long.decide(Category::ANALYTICS).code(), "unreadable");
    let far = format!("{}__Host-consent=1.4.{DECIDED}.4.10.0", "a=b; ".repeat(13_000));
    let far = visitor("DE", far.as_bytes());
    assert!(far.may_track(Category::ANALYTICS));
}

#[test]
fn ten_thousand_cookies_are_read_whether_they_are_ours_or_not() {
    let others: String = (0..10_000).map(|i| format!("c{i}=v; ")).collect();
    assert!(
        visitor("DE", format!("{others}__Host-consent=1.4.{DECIDED}.4.0.0").as_bytes()).may_track(Category::ANALYTICS)
    );
    let ours = format!("__Host-consent=1.4.{DECIDED}.14.0.0; ").repeat(10_000);
    assert!(visitor("DE", ours.as_bytes()).may_track(Category::ANALYTICS));
    let one_refusal = visitor("DE", format!("{ours}__Host-consent=1.4.{DECIDED}.4.10.0").as_bytes());
    assert_eq!(one_refusal.decide(Category::ADVERTISING).code(), "refused");
    let one_broken = visitor("DE", format!("{ours}__Host-consent").as_bytes());
    assert_eq!(one_broken.decide(Category::ANALYTICS).code(), "unreadable");
}

/// One long input takes about as long as sixteen that are a sixteenth of it, where a quadratic takes sixteen times as
/// long. Both are timed in turns, and the least of each counts: a busy machine can only add to it, so that more turns help.
#[track_caller]
fn linear(part: impl Fn(usize) -> String) {
    let header = |parts: usize| (0..parts).map(&part).collect::<String>();
    let (short, long) = (header(250), header(4000));
    let time = |header: &str, times: usize| {
        let start = Instant::now();
        for _ in 0..times {
            assert!(visitor("DE", header.as_bytes()).finish().len() <= 4000);
        }
        start.elapsed()
    };
    let mut least = [Duration::MAX; 2];
    for turn in 0..100 {
        least = [least[0].min(time(&short, 16)), least[1].min(time(&long, 1))];
        if turn >= 4 && least[1] < least[0] * 6 {
            return;
        }
    }
    panic!("sixteen times 250 parts take {:?}, 4000 parts {:?}", least[0], least[1]);
}

#[test]
fn reading_takes_linear_time() {
    linear(|i| format!("c{i}=v; "));
    linear(|_| "; ".to_owned());
    linear(|_| "__Host-consent=x; ".to_owned());
    linear(|i| format!("__Host-consent=1.4.{DECIDED}.4.10.0.-a{i}; "));
    linear(|_| "__Host-consent".to_owned());
    linear(|i| format!("tally_{i}=v; "));
    linear(|_| "__Host-consent=1.4.1794528000.4.10.0.".to_owned());
}

#[test]
fn a_byte_with_all_its_bits_flipped_makes_a_cookie_unreadable_and_allows_less() {
    let value = format!("1.4.{DECIDED}.14.0.1.+adloop~-peek");
    for code in ["DE", "CH", "US-CA", ""] {
        let (valid, nothing) = (visitor(code, &with(value.as_bytes())), visitor(code, b""));
        let (valid, nothing) = (allowed(&ask(&valid)), allowed(&ask(&nothing)));
        for place in 0..value.len() {
            let mut flipped = value.clone().into_bytes();
            flipped[place] ^= 0xff;
            let flipped = visitor(code, &with(&flipped));
            assert_eq!(flipped.answered(), AnswerState::Unreadable, "{code} {place}");
            narrows(allowed(&ask(&flipped)), valid & nothing, (code, place));
        }
    }
}

/// The cookie is not signed, so that one changed bit may be another visitor's honest answer. It is then that answer,
/// letter by letter, and nothing in between.
#[test]
fn a_cookie_with_one_bit_flipped_is_unreadable_or_exactly_what_it_spells() {
    let value = format!("1.4.{DECIDED}.4.10.1.+adloop~-peek");
    for code in ["DE", "CH", "US-CA"] {
        let nothing = allowed(&ask(&visitor(code, b"")));
        for (place, bit) in (0..value.len()).flat_map(|place| (0..8).map(move |bit| (place, bit))) {
            let mut flipped = value.clone().into_bytes();
            flipped[place] ^= 1 << bit;
            if flipped[place] == b';' {
                continue;
            }
            let found = visitor(code, &with(&flipped));
            match std::str::from_utf8(&flipped).ok().and_then(|text| text.parse::<Answer>().ok()) {
                Some(answer) if answer.decided().timestamp() <= site::NOW + 300 => {
                    let clean = visitor(code, &with(answer.to_string().as_bytes()));
                    assert_eq!(ask(&found), ask(&clean), "{code} {place} {bit}");
                }
                _ => narrows(allowed(&ask(&found)), nothing, (code, place, bit)),
            }
        }
    }
}

#[test]
fn the_same_cookie_twice_is_the_same_answer_and_another_narrows_it() {
    let value = format!("__Host-consent=1.4.{DECIDED}.14.0.1.+adloop");
    let once = ask(&visitor("DE", value.as_bytes()));
    let twice = visitor("DE", format!("{value}; {value}").as_bytes());
    assert_eq!(ask(&twice), once);
    let split = [("cookie", value.as_str()), ("Cookie", value.as_str())];
    assert_eq!(ask(&GATE.visitor(split, site::facts("DE"), site::time(site::NOW))), once);
}
