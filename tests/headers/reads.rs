//! R26: reading needs consent too.

use crate::headers::{HTML, begin, finish, gate};
use consent_gate::web::Mode;
use consent_gate::{Category, testing};

/// What a handler reads of these `Cookie` headers, sent by a visitor who granted nothing; `None` where all stay.
fn read(headers: &[&str]) -> Option<Vec<String>> {
    read_by(testing::cookie(&gate(), Category::empty(), testing::now()).as_str(), headers)
}

fn read_by(answer: &str, headers: &[&str]) -> Option<Vec<String>> {
    let mut sent = vec![("cookie", answer)];
    sent.extend(headers.iter().map(|header| ("cookie", *header)));
    let exchange = begin(&gate(), &sent, Mode::Enforce);
    exchange.readable_cookies(headers.iter().map(ToString::to_string), |bytes| String::from_utf8(bytes.to_vec()).ok())
}

#[track_caller]
fn reads(header: &str, expected: &str) {
    assert_eq!(read(&[header]), Some(vec![expected.to_owned()]), "{header}");
}

#[test]
fn r26_a_denied_cookie_is_hidden_and_the_others_stay_byte_for_byte() {
    reads("sid=1; _lum1=a; theme=dark", "sid=1; theme=dark");
    reads("_lum1=a;sid=\"x y\" ;  a = b;_adl=2; _lum_z=3", "sid=\"x y\" ; a = b");
    reads("__Host-consent=1.4.1795000000.0.1e.0; _lum1=a", "__Host-consent=1.4.1795000000.0.1e.0");
    // A second one of the name, one without a value, and what is none but looks like one.
    reads("_lum1; _lum1=; x_lum1=1; _LUM1=2", "x_lum1=1; _LUM1=2");
    assert_eq!(read(&["_lum1=a"]), Some(vec![]));
    assert_eq!(read(&["sid=1", "_lum1=a", "theme=dark; _adl=1"]), Some(vec!["sid=1".into(), "theme=dark".into()]));
}

#[test]
fn f3_sessions_and_unknown_cookies_are_never_touched() {
    for header in ["sid=1", "id=1; JSESSIONID=2; csrf=3; private=%5Flum", "", ";;", "=nameless; b", "a=_lum1=b"] {
        assert_eq!(read(&[header]), None, "{header}");
    }
}

#[test]
fn a27_every_chunk_that_a_pattern_covers_is_hidden() {
    reads("_lum1.0=a; _lum1.1=b; sid.0=c; sid.1=d", "sid.0=c; sid.1=d");
}

#[test]
fn what_a_framework_makes_of_a_name_is_hidden_too() {
    // The jars of actix-web and Rocket decode names, and trim what Rust takes for white space.
    for name in ["%5Flum1", "_lu%6d1", "%5f%6C%75%6d1", "\u{a0}_lum1", "\u{2003}_lum1", "%E2%80%83_lum1"] {
        reads(&format!("sid=1; {name}=a"), "sid=1");
    }
    for name in ["%5", "%", "%zz", "%+5F", "%73id"] {
        assert_eq!(read(&[&format!("{name}=a")]), None, "{name}");
    }
}

#[test]
fn whoever_allowed_a_cookie_has_it_read() {
    let answer = testing::cookie(&gate(), Category::ANALYTICS, testing::now());
    assert_eq!(read_by(&answer, &["sid=1; _lum1=a"]), None);
    assert_eq!(read_by(&answer, &["sid=1; _lum1=a; _adl=1"]), Some(vec!["sid=1; _lum1=a".into()]));
    assert_eq!(read_by("__Host-consent=junk", &["_lum1=a; sid=1"]), Some(vec!["sid=1".into()]), "unreadable");
}

#[test]
fn what_is_hidden_is_erased_all_the_same_and_makes_the_response_private() {
    let gate = gate();
    let answer = testing::cookie(&gate, Category::empty(), testing::now());
    let exchange = begin(&gate, &[("cookie", &format!("{answer}; _lum1=a"))], Mode::Enforce);
    assert!(exchange.readable_cookies(["_lum1=a".to_owned()], |_| None).is_some());
    let edits = finish(&exchange, &[HTML]);
    assert!(edits.append[0].as_str().starts_with("_lum1=; "));
    // Data without cookies: private only where a handler might have read something else.
    for (header, is_private) in [("_lum1=a", true), ("sid=1; theme=dark", false)] {
        let exchange = begin(&gate, &[("cookie", header)], Mode::Enforce);
        let _ = exchange.readable_cookies([header.to_owned()], |_| None);
        assert_eq!(finish(&exchange, &[("content-type", "application/json")]).cache.is_some(), is_private, "{header}");
    }
}

#[test]
fn report_mode_hides_nothing() {
    let exchange = begin(&gate(), &[("cookie", "_lum1=a")], Mode::Report);
    assert_eq!(exchange.readable_cookies(["_lum1=a".to_owned()], |_| None), None);
}
