//! Law 10: no reason, event, report or debug text holds a cookie value, an identifier or a query string.

use crate::site;
use consent_gate::{AllowReason, Answer, Category, DenyReason, Storage};
use std::sync::{Arc, Mutex};

/// What a visitor's secrets look like. Each part is looked for.
const SECRETS: [&str; 5] = ["5ecre7cafe", "1234567890", "user@mail.example", "gclid", "0000c0ffee"];

#[track_caller]
fn silent(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret:?} is told by {text}");
    }
}

#[test]
fn nothing_that_is_told_holds_what_the_visitor_sent() {
    let told = Arc::new(Mutex::new(String::new()));
    let pen = told.clone();
    let gate = site::gate().on_event(move |event| pen.lock().unwrap().push_str(&format!("{event:?}\n")));
    let cookies = [
        "__Host-consent=1.4.5ecre7cafe.4.10.0; own_a=5ecre7cafe; tally_1234567890=0000c0ffee; x_1234567890=5ecre7cafe",
        "__Host-consent=user@mail.example; own_ad=gclid",
        "__Host-consent=1.4.1794528000.4.10.0; tally_0000c0ffee=1; own_ad=5ecre7cafe",
    ];
    for cookies in cookies {
        let visitor = site::visitor(&gate, "DE", cookies);
        let decisions = [
            visitor.judge_set_cookie("own_ad=5ecre7cafe; Domain=user@mail.example").decision(),
            visitor.judge_set_cookie("other_1234567890=5ecre7cafe").decision(),
            visitor.judge_set_cookie("0000c0ffee\0=1").decision(),
            visitor.decide_address("https://adloop.example/t.js?gclid=1234567890"),
            visitor.decide_address("https://nobody.example/user@mail.example?gclid=1234567890#0000c0ffee"),
            visitor.decide_storage(Storage::Local, "cache:1234567890"),
            visitor.decide_cookie("sess_0000c0ffee"),
            visitor.decide(Category::ANALYTICS),
        ];
        let texts = decisions.map(|decision| format!("{decision} {decision:?}"));
        silent(&texts.join("\n"));
        silent(&format!("{:?}", visitor.explain(Category::ADVERTISING)));
        silent(&format!("{visitor:?} {:?} {:?}", visitor.consent(), visitor.prompt()));
        let _ = visitor.finish();
    }
    silent(&told.lock().unwrap());
    silent(&format!("{:?} {}", gate.undeclared(), gate.declarations()));
    assert!(gate.undeclared().len() > 3 && told.lock().unwrap().contains("Erased"), "{}", told.lock().unwrap());
}

#[test]
fn a_name_that_is_an_identifier_is_cut_before_it() {
    let gate = site::gate();
    let visitor = site::visitor(&gate, "DE", "");
    for name in ["_gid_1234567890", "sess_0000c0ffee"] {
        let _ = visitor.judge_set_cookie(&format!("{name}=1"));
    }
    let names: Vec<String> = gate.undeclared().into_iter().map(|met| met.name).collect();
    assert_eq!(names, ["_gid_*", "sess_*"]);
}

#[test]
fn a_reason_is_a_word_of_our_own() {
    let codes = AllowReason::ALL.iter().map(|r| r.code()).chain(DenyReason::ALL.iter().map(|r| r.code()));
    for code in codes {
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{code}");
    }
    let error = "1.4.1234567890.4.10.0.+5ecre7cafe!".parse::<Answer>().unwrap_err();
    silent(error.code());
}
