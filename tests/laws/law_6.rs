//! Law 6: `parse(print(a)) == a`, and `print(parse(s)) == s` for every `s` that parses.

use crate::site;
use consent_gate::{Answer, Category, Signals};
use proptest::prelude::*;

fn answer() -> impl Strategy<Value = Answer> {
    let ids = proptest::collection::btree_map("[a-z0-9_-]{1,12}", any::<bool>(), 0..20);
    (any::<u32>(), 0..=8_000_000_000_i64, any::<u32>(), any::<u32>(), 0..4_u8, ids).prop_map(
        |(revision, decided, granted, refused, seen, ids)| {
            let answer = Answer::new(revision, site::time(decided))
                .grant(Category::from_bits_retain(granted))
                .refuse(Category::from_bits_retain(refused))
                .seen_signals(Signals::from_bits_retain(seen));
            ids.into_iter().fold(answer, |answer, (id, granted)| answer.except(&id, granted).unwrap())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_answer_reads_back_as_itself(answer in answer()) {
        prop_assert_eq!(answer.to_string().parse::<Answer>(), Ok(answer));
    }

    #[test]
    fn what_reads_is_spelt_as_it_prints(text in "1\\.[0-9]{1,4}\\.[0-9]{1,6}\\.[0-9a-f]{1,2}\\.[0-9a-f]{1,2}\\.[0-4](\\.[+-][a-z]{1,2}(~[+-][a-z]{1,2}){0,2})?") {
        if let Ok(answer) = text.parse::<Answer>() {
            prop_assert_eq!(answer.to_string(), text);
        }
    }

    #[test]
    fn no_change_of_one_character_is_a_second_spelling(answer in answer(), place in any::<prop::sample::Index>(), new in "[ -~]") {
        let mut text: Vec<char> = answer.to_string().chars().collect();
        let place = place.index(text.len());
        text[place] = new.chars().next().unwrap();
        let text: String = text.into_iter().collect();
        if let Ok(other) = text.parse::<Answer>() {
            prop_assert_eq!(other == answer, text == answer.to_string());
            prop_assert_eq!(other.to_string(), text);
        }
    }

    #[test]
    fn no_character_put_in_or_taken_out_is_a_second_spelling(answer in answer(), place in any::<prop::sample::Index>(), new in "[0-9a-f.+~A-F%-]") {
        let text = answer.to_string();
        let place = place.index(text.len());
        let longer = format!("{}{new}{}", &text[..place], &text[place..]);
        let shorter = format!("{}{}", &text[..place], &text[place + 1..]);
        for other in [longer, shorter] {
            if let Ok(read) = other.parse::<Answer>() {
                prop_assert_ne!(&read, &answer);
                prop_assert_eq!(read.to_string(), other);
            }
        }
    }
}

#[test]
fn one_answer_has_one_spelling() {
    let spelling = "1.4.1794528000.4.10.0.+a~-b";
    assert_eq!(spelling.parse::<Answer>().unwrap().to_string(), spelling);
    for other in [
        "1.04.1794528000.4.10.0.+a~-b",
        "1.+4.1794528000.4.10.0.+a~-b",
        "1.4.01794528000.4.10.0.+a~-b",
        "1.4.1794528000.04.10.0.+a~-b",
        "1.4.1794528000.4.010.0.+a~-b",
        "1.4.1794528000.4.10.00.+a~-b",
        "1.4.1794528000.4.10.0.-b~+a",
        "1.4.1794528000.4.10.0.+a~+a~-b",
        "1.4.1794528000.4.10.0.+a~-b~",
        "1.4.1794528000.4.10.0.+a~-b.",
        "1.4.1794528000.4.10.0..+a~-b",
        "1.4.1794528000.4.10..+a~-b",
        "1.4.1794528000.4.10.0.%2Ba~-b",
        "\"1.4.1794528000.4.10.0.+a~-b\"",
        " 1.4.1794528000.4.10.0.+a~-b",
        "1.4.1794528000.4.10.0.+a~-b ",
        "01.4.1794528000.4.10.0.+a~-b",
    ] {
        assert!(other.parse::<Answer>().is_err(), "{other}");
    }
    assert_eq!("1.4.0.1E.0.0".parse::<Answer>().unwrap_err().code(), "bits");
}
