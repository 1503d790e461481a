//! What other systems' own tests hold, at the doors beside `Set-Cookie`: `F…` FAZ Cookie Manager, `A…` ASP.NET Core.

use crate::headers::{HTML, begin, finish, gate, granted, lines};
use consent_gate::header::LineEdit;
use consent_gate::web::{Edits, Exchange, Mode, RequestLine};
use consent_gate::{Category, Facts, testing};
use std::sync::{Arc, Mutex};

const ADS: &str = "<https://ads.example/t/a.js?id=secret>; rel=preload";
const COUNT: &str = "<https://px.lumen.example/v.gif>; rel=preload";

/// What leaves of two links and two cookies: one each of advertising and of analytics.
fn leaves(exchange: &Exchange) -> (Vec<String>, Vec<LineEdit>) {
    let sent = [HTML, ("link", ADS), ("link", COUNT), ("set-cookie", "_adl=secret"), ("set-cookie", "_lum1=a")];
    let edits: Edits = finish(exchange, &sent);
    (lines(&edits, "link").unwrap_or_else(|| vec![ADS.to_owned(), COUNT.to_owned()]), edits.set_cookie)
}

#[test]
fn f1_advertising_is_removed_before_consent() {
    assert_eq!(leaves(&begin(&gate(), &[], Mode::Enforce)), (vec![], vec![LineEdit::Drop, LineEdit::Drop]));
}

#[test]
fn f2_what_is_told_names_categories_and_no_value_or_query() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = told.clone();
    let gate = gate().on_event(move |event| hears.lock().unwrap().push(format!("{event:?}")));
    let _ = leaves(&begin(&gate, &[("cookie", "_adl=secret")], Mode::Enforce));
    finish(
        &begin(&gate, &[], Mode::Enforce),
        &[("link", "<https://user:secret@other.example/secret?secret>; rel=icon")],
    );
    let told = told.lock().unwrap();
    assert!(told.iter().any(|event| event.contains("advertising")) && told.len() > 4, "{told:?}");
    assert!(told.iter().all(|event| !event.contains("secret")), "{told:?}");
}

#[test]
fn f5_a17_a24_deletions_always_pass_however_often() {
    let deletion = ("set-cookie", "_adl=; Max-Age=0; Path=/");
    let edits = finish(&granted(&gate(), Category::empty()), &[deletion, deletion, ("set-cookie", "_adl=1"), deletion]);
    assert_eq!(edits.set_cookie, [LineEdit::Keep, LineEdit::Keep, LineEdit::Drop, LineEdit::Keep]);
}

#[test]
fn f6_f8_a_provider_refused_by_name_is_denied_though_no_category_is() {
    let answer = "__Host-consent=1.4.1795000000.1e.0.0.-adloop";
    let left = leaves(&begin(&gate(), &[("cookie", answer)], Mode::Enforce));
    assert_eq!(left.0, [COUNT]);
    assert_eq!(left.1[0], LineEdit::Drop);
}

#[test]
fn f9_opt_in_is_the_law_where_nothing_is_known() {
    let line = RequestLine { method: "GET", authority: None };
    let none: [(&str, &[u8]); 0] = [];
    let exchange = Exchange::begin(&gate(), line, none, Facts::default(), testing::now(), Mode::Enforce);
    assert!(leaves(&exchange).0.is_empty());
}

#[test]
fn f17_gpc_closes_advertising_and_keeps_our_analytics() {
    let line = RequestLine { method: "GET", authority: None };
    let facts = Facts::in_region("US-CA".parse().unwrap());
    for (signal, left) in [(&b"1"[..], vec![COUNT]), (b"0", vec![ADS, COUNT])] {
        let exchange =
            Exchange::begin(&gate(), line, [("sec-gpc", signal)], facts.clone(), testing::now(), Mode::Enforce);
        assert_eq!(leaves(&exchange).0, left);
    }
}
