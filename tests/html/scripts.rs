//! Scripts that wait for consent, and scripts that lose their address.

use super::{accepted, analytics, denied, refused, rewrite, stays};
use consent_gate::html::{Action, Options, Rewriter};
use std::sync::{Arc, Mutex};

const MARKED: &str = "<script type=\"text/plain\" data-consent=\"analytics\">a()</script>";

fn with_nonce(page: &str) -> String {
    let mut out = Vec::new();
    let mut rewriter = Rewriter::new(&analytics(), Options::new().nonce("n0\"nce")).unwrap();
    rewriter.write(page.as_bytes(), |bytes| out.extend_from_slice(bytes)).unwrap();
    rewriter.end(|bytes| out.extend_from_slice(bytes)).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_marked_script_runs_when_its_categories_are_allowed() {
    stays(MARKED);
    assert_eq!(rewrite(&analytics(), MARKED), "<script data-consent=\"analytics\">a()</script>");
    assert_eq!(
        with_nonce("<script type='Text&#47;Plain' data-type=module data-consent=analytics>a()</script>"),
        "<script data-type=module data-consent=analytics type=\"module\" nonce=\"n0&quot;nce\">a()</script>"
    );
    let both = "<script type=text/plain data-consent='analytics, advertising'>a()</script>";
    assert_eq!(rewrite(&analytics(), both), both);
    assert_ne!(rewrite(&accepted(), both), both);
    for unknown in ["", "marketing", "analytics marketing"] {
        let page = format!("<script type=text/plain data-consent='{unknown}'>a()</script>");
        assert_eq!(rewrite(&accepted(), &page), page);
    }
}

#[test]
fn a_script_that_another_banner_marked_runs_when_our_policy_allows() {
    for mark in [
        "data-category=analytics",
        "data-category=statistics",
        "data-cookiecategory=analytics",
        "data-cookieconsent=statistics",
        "data-cookieconsent='necessary, statistics'",
        "data-category=marketing data-consent=analytics",
        "data-consent=analytics data-category=marketing",
    ] {
        let page = format!("<script type=text/plain {mark}>a()</script>");
        assert_eq!(rewrite(&analytics(), &page), format!("<script {mark}>a()</script>"));
        assert_eq!(rewrite(&refused(), &page), page);
    }
    for mark in [
        "data-category='!analytics'",
        "data-category=''",
        "data-category=ads",
        "data-cookieconsent='statistics,marketing'",
        "data-cookieconsent=ignore",
        "data-consent=statistics",
        // Of attributes of one name, browsers take the first.
        "data-consent=advertising data-consent=analytics",
        "data-category=advertising data-category=analytics",
    ] {
        let page = format!("<script type=text/plain {mark}>a()</script>");
        assert_eq!(rewrite(&analytics(), &page), page);
    }
    // Their names have other uses: a script that runs is not held by them.
    stays("<script data-category=analytics>a()</script>");
}

#[test]
fn a_marked_script_that_would_run_is_held() {
    let page = "<script type=module data-consent=analytics>a()</script>";
    assert_eq!(
        rewrite(&refused(), page),
        "<script type=\"text/plain\" data-consent=analytics data-consent-type=\"module\" \
         data-consent-denied=\"refused\">a()</script>"
    );
    assert_eq!(rewrite(&analytics(), page), page);
}

#[test]
fn a_released_script_is_still_held_to_its_address() {
    let page = |address: &str| format!("<script type=text/plain data-consent=analytics data-src={address}></script>");
    assert_eq!(rewrite(&analytics(), &page("/own.js")), "<script data-consent=analytics src=\"/own.js\"></script>");
    let out = rewrite(&analytics(), &page("//x.example"));
    assert!(out.contains("type=text/plain") && !out.contains(" src="), "{out}");
    denied("<script type=text/plain data-consent=analytics src=//x.example></script>", "src");
}

#[test]
fn the_text_of_a_script_does_not_run_in_place_of_its_address() {
    assert_eq!(
        rewrite(&refused(), "<script src=//x.example>alert(1)</script>"),
        "<script data-consent-src=\"//x.example\" data-consent-denied=\"undeclared\" type=\"text/plain\">alert(1)</script>"
    );
    let svg = rewrite(&refused(), "<svg><script href=//x.example>alert(1)</script></svg>");
    assert!(svg.contains("type=\"text/plain\""), "{svg}");
}

#[test]
fn every_change_is_told_and_no_query_with_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = seen.clone();
    let options = Options::new().on_edit(move |edit| {
        assert!(!edit.to_string().contains("secret"));
        heard.lock().unwrap().push((edit.at, edit.action, edit.to_string()));
    });
    let mut rewriter = Rewriter::new(&analytics(), options).unwrap();
    let page = format!("{MARKED}<img src=//x.example/secret?secret><style>p{{b:url(//x.example:8/secret)}}</style>");
    rewriter.write(page.as_bytes(), |_| ()).unwrap();
    rewriter.end(|_| ()).unwrap();
    let seen = seen.lock().unwrap();
    let lines: Vec<&str> = seen.iter().map(|(_, _, line)| line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "at 0: script[data-consent]: release",
            "at 63: img[src] https://x.example: deny undeclared",
            "at 98: style https://x.example:8: deny undeclared",
        ]
    );
    assert_eq!((seen[0].0, seen[0].1), (0, Action::Release));
}
