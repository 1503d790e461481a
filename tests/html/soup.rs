//! Pages put together at random: the same in every chunk size, and nothing left to deny in what came out.

use super::{in_chunks, refused};
use consent_gate::html::{Action, Options};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const PIECES: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "=",
    "\"",
    "'",
    " ",
    "\n",
    "&",
    "&#47;",
    "\\",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "text",
    "é",
    "\0",
    "//x.example",
    "https://px.lumen.example/v.gif",
    "/own",
    "url(",
    ")",
    "@import ",
    ";",
    "{",
    "}",
    "1x, ",
    "data:text/html,",
    "<img src=",
    "<img srcset='",
    "<img data-lazy-\0é=",
    "<script src=",
    "<script>",
    "</script>",
    "<script data-consent=analytics>",
    "<script type=text/plain data-category=essential data-src=",
    "<script type=importmap>",
    "<script type=speculationrules>",
    "{\"imports\":{\"a\":\"//x.example\"}}",
    "{\"prefetch\":[{\"urls\":[\"//x.example\"]}]}",
    "<html a='",
    "<head>",
    "<body>",
    "</body>",
    "<!doctype html>",
    "<style>",
    "</style>",
    "<noscript>",
    "</noscript>",
    "<iframe src=",
    "<iframe srcdoc='",
    "</iframe>",
    "<svg>",
    "</svg>",
    "<svg><style>",
    "<math>",
    "<mi>",
    "<foreignObject>",
    "<template>",
    "</template>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<select>",
    "<xmp>",
    "<plaintext>",
    "<form>",
    "</form>",
    "<p style='",
    "<base href=",
    "<link rel=stylesheet href=",
    "<meta http-equiv=refresh content='0;url=",
    "<meta charset=utf-8>",
    "<table background=",
    "<object data=",
    "<desc>",
    "<p>",
];

fn denials(page: &[u8]) -> (Vec<u8>, bool, usize) {
    let count = Arc::new(AtomicUsize::new(0));
    let heard = count.clone();
    let options = Options::new().on_edit(move |edit| {
        if matches!(edit.action, Action::Deny(_)) {
            heard.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (out, end) = in_chunks(&refused(), options, page, usize::MAX);
    (out, end.is_ok(), count.load(Ordering::Relaxed))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_page_is_the_same_in_chunks_and_holds_nothing_to_deny_afterwards(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24),
        size in 1..20_usize,
    ) {
        let page = pieces.concat();
        let (whole, end) = in_chunks(&refused(), Options::new(), page.as_bytes(), usize::MAX);
        let (chunked, chunked_end) = in_chunks(&refused(), Options::new(), page.as_bytes(), size);
        prop_assert_eq!(&end, &chunked_end);
        if end.is_ok() {
            prop_assert_eq!(String::from_utf8_lossy(&whole), String::from_utf8_lossy(&chunked));
            let (again, is_ok, denials) = denials(&whole);
            prop_assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&whole));
            prop_assert!(is_ok && denials == 0, "{} left in {}", denials, String::from_utf8_lossy(&whole));
        } else {
            prop_assert!(whole.starts_with(&chunked) || chunked.starts_with(&whole));
        }
        let inserting = || Options::new().head_start(|_| "<script>1</script>".into()).body_start(|_| "<p>é".into());
        let (whole, end) = in_chunks(&refused(), inserting(), page.as_bytes(), usize::MAX);
        let (chunked, chunked_end) = in_chunks(&refused(), inserting(), page.as_bytes(), size);
        prop_assert_eq!(&end, &chunked_end);
        if end.is_ok() {
            prop_assert_eq!(String::from_utf8_lossy(&whole), String::from_utf8_lossy(&chunked));
        }
    }
}
