//! What the host puts at the start of the head and of the body.

use super::{in_chunks, refused, undecided};
use consent_gate::html::Options;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const HEAD: &str = "<script>guard('é')</script><img src=//x.example>";
const BODY: &str = "<dialog open>banner é<img src=//x.example></dialog>";

fn options() -> Options {
    Options::new().head_start(|_| HEAD.to_owned()).body_start(|_| BODY.to_owned())
}

/// `^` is where the head begins, `|` where the body does: in every chunk size.
#[track_caller]
fn inserted(page: &str) {
    let expected = page.replacen('^', HEAD, 1).replacen('|', BODY, 1);
    let page = page.replacen('^', "", 1).replacen('|', "", 1);
    for size in (1..=page.len()).rev() {
        let (out, end) = in_chunks(&refused(), options(), page.as_bytes(), size);
        assert_eq!((String::from_utf8(out).unwrap().as_str(), end), (expected.as_str(), Ok(())), "in {size}");
    }
}

#[test]
fn the_start_of_the_head_and_of_the_body_is_found() {
    for page in [
        "<!doctype html><html><head>^<title>é</title></head><body>|<p>a</p></body></html>",
        "<!DOCTYPE HTML>\n<!-- <head> --><HTML LANG=en>\n<HEAD>^<SCRIPT>1</SCRIPT>\n<BODY CLASS='>'>|<p>",
        "<!doctype html>\n^<title>no tags</title><p>é",
        "<html>^<script>first()</script><head></head><body>|a",
        "<!doctype html>^<body onload=a()>|a",
        "<html>text ^<b>a</b>",
        "<head/>^<body/>|",
        "</ <p> that is a comment ^<b>",
        "</</head><head>^",
        "<!x><?y><!---->^<b>",
        "^<svg onload=a()></svg>",
        "<head>^<noscript><body></noscript></head><body>|<noscript><body></noscript>",
        "<head>^<template><body></template></head><body>|<template><body></template>",
        "<head>^</head><script>'<body>'</script><!-- <body> --><textarea><body></textarea><body>|",
        "<head>^<head><body>|<body>",
        "<head>^</head><iframe srcdoc='<body>'></iframe><body>|<iframe srcdoc='<head><body>'></iframe>",
    ] {
        inserted(page);
    }
}

/// L1.
#[test]
fn l1_a_page_without_such_tags_stays_byte_identical() {
    for page in ["", "text", "a < b", "<!doctype html>text<!-- <p> -->", "</p>", "<html>a"] {
        inserted(page);
    }
    let fragment = "<li>one</li><li>two</li>";
    let (out, _) = in_chunks(&refused(), Options::new().body_start(|_| BODY.to_owned()), fragment.as_bytes(), 3);
    assert_eq!(String::from_utf8(out).unwrap(), fragment);
}

/// L3: a host that has nothing to say to this visitor changes nothing.
#[test]
fn l3_who_has_answered_gets_no_banner() {
    use consent_gate::prompt::PromptState;
    let banner = || {
        Options::new().body_start(|visitor| match visitor.prompt().state {
            PromptState::Ask => BODY.to_owned(),
            _ => String::new(),
        })
    };
    let page = b"<head></head><body>a";
    assert_eq!(in_chunks(&refused(), banner(), page, 5).0, page);
    let (out, _) = in_chunks(&undecided(), banner(), page, 5);
    assert_eq!(String::from_utf8(out).unwrap(), format!("<head></head><body>{BODY}a"));
}

/// U12: the tag is found in any case, and nothing comes twice.
#[test]
fn u12_nothing_is_inserted_twice() {
    for page in ["<BoDy><body>", "<body></body><body>", "<body><p><body>", "<body a=1><head><body b=2>"] {
        let (out, _) = in_chunks(&refused(), options(), page.as_bytes(), usize::MAX);
        let out = String::from_utf8(out).unwrap();
        assert_eq!((out.matches(HEAD).count(), out.matches(BODY).count()), (1, 1), "{out}");
    }
}

/// L2: report mode is a gate that is off.
#[test]
fn l2_in_report_mode_nothing_is_inserted_or_made() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    let options = Options::new().report_only().head_start(|_| HEAD.to_owned()).body_start(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        BODY.to_owned()
    });
    let page = b"<head></head><body>a";
    assert_eq!(in_chunks(&refused(), options, page, 3).0, page);
    assert_eq!(made.load(Ordering::Relaxed), 0);
}

#[test]
fn what_is_inserted_is_written_in_the_charset_of_the_page() {
    let page = b"<head></head><body>\xe9";
    let (out, end) = in_chunks(&refused(), options().charset("windows-1252"), page, 4);
    let (head, body) = (HEAD.replace('é', "\u{1}"), BODY.replace('é', "\u{1}"));
    let mut expected = format!("<head>{head}</head><body>{body}\u{1}").into_bytes();
    expected.iter_mut().filter(|byte| **byte == 1).for_each(|byte| *byte = 0xe9);
    assert_eq!((out, end), (expected, Ok(())));
}

#[test]
fn a_byte_order_mark_stays_the_first_of_the_page() {
    inserted("\u{feff}<head>^<body>|é");
    inserted("\u{feff}^<p>é");
}
