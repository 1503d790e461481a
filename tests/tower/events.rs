//! What observers hear: law 10.

use super::{Exchange, with};
use consent_gate::{Event, Storage, testing};
use std::sync::{Arc, Mutex};

/// Everything that is told while this happens.
fn told(happens: impl FnOnce(Exchange)) -> Vec<String> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = told.clone();
    happens(with(testing::gate().on_event(move |event| log.lock().unwrap().push(format!("{event:?}")))));
    let told = told.lock().unwrap();
    told.clone()
}

#[test]
fn law_10_no_event_holds_a_value_an_identifier_or_a_query_string() {
    let told = told(|visitor| {
        let visitor = visitor
            .header(
                "cookie",
                "__Host-consent=1.4.1795000000.0.1e.0.SECRET; _lum1=SECRET; _hj_48151623=SECRET; SECRET; =SECRET",
            )
            .header("referer", "https://calminteraction.example/?SECRET")
            .handler(|visitor| {
                let _ = visitor.decide_address("https://unknown.example/SECRET/48151623?q=SECRET#SECRET");
                let _ = visitor.decide_address("https://px.lumen.example/v.gif?SECRET");
                let _ = visitor.decide_address("data:text/html,SECRET");
                let _ = visitor.decide_storage(Storage::Local, "user.48151623");
                let _ = visitor.judge_set_cookie("_adl=SECRET; Path=/SECRET");
                let _ = visitor.judge_set_cookie("SECRET\u{7}; Path=/");
                let _ = visitor.judge_set_cookie("SECRET");
                let _ = visitor.judge_set_cookie("=SECRET=1");
                let _ = visitor.decide_cookie("trace_48151623abcdef");
            });
        let lines = [
            "_lum1=SECRET; Domain=SECRET.example",
            "_hj_48151623=SECRET",
            "sid=1; Path=/SECRET",
            "SECRET",
            "SECRET; Path=/",
        ];
        let headers = [("content-type", "text/html")].into_iter().chain(lines.map(|line| ("set-cookie", line)));
        visitor.clone().report_only().answer(headers.clone());
        visitor.answer(headers);
    });
    assert!(told.len() > 10, "{told:#?}");
    for event in &told {
        assert!(!event.contains("SECRET") && !event.contains("48151623"), "{event}");
    }
}

#[test]
fn erasures_broken_answers_and_contradictions_are_told() {
    let all = told(|visitor| {
        visitor.clone().refused().header("cookie", "_lum1=a").answer([("content-type", "text/html")]);
        visitor.clone().header("cookie", "__Host-consent=x").answer([("x-a", "1")]);
        visitor.accepted().set(["_lum1=a; Path=/elsewhere", "lang=de; Domain=calminteraction.example"]);
    })
    .join("\n");
    assert!(all.contains("Erased { category: \"analytics\", reason: Refused"), "{all}");
    assert!(all.contains("Unreadable { region: "), "{all}");
    assert!(all.contains("Mismatch { tracker: \"_lum*\", attribute: \"Path\" }"), "{all}");
    assert!(all.contains("Mismatch { tracker: \"lang\", attribute: \"Domain\" }"), "{all}");
}

#[test]
fn a_name_is_first_once() {
    let firsts = Arc::new(Mutex::new(Vec::new()));
    let log = firsts.clone();
    let gate = testing::gate().on_event(move |event| {
        if let Event::Undeclared { is_first, .. } = event {
            log.lock().unwrap().push(*is_first);
        }
    });
    let visitor = with(gate);
    visitor.set(["_other=1", "_other=2", "_more=3"]);
    visitor.set(["_other=1"]);
    assert_eq!(*firsts.lock().unwrap(), [true, false, true, false]);
}

#[test]
fn a_quiet_response_tells_nothing() {
    assert!(told(|visitor| drop(visitor.accepted().set(["sid=1; Path=/", "_lum1=a; Path=/"]))).is_empty());
}
