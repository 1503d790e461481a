//! Charsets, memory, report mode.

use super::{in_chunks, refused, rewrite_bytes};
use consent_gate::html::{Error, Options, Rewriter};

#[test]
fn a_charset_that_is_no_superset_of_ascii_is_refused() {
    for label in ["utf-16", "UTF-16LE", "iso-2022-jp", "replacement", "hz-gb-2312"] {
        let error = Rewriter::new(&refused(), Options::new().charset(label)).unwrap_err();
        assert_eq!(error, Error::Charset(label.to_owned()));
    }
    for page in [&b"\xff\xfe<\0p\0>\0"[..], b"\xfe\xff\0<\0p\0>", b"\xff\xfe"] {
        for size in [1, 100] {
            let (out, end) = in_chunks(&refused(), Options::new().charset("utf-8"), page, size);
            assert!(matches!(end, Err(Error::Charset(_))), "{page:?}");
            assert_eq!(out, b"");
        }
    }
    for page in
        ["<meta charset=iso-2022-jp><p>", "<meta http-equiv=Content-Type content='text/html; charset=ISO-2022-JP'>"]
    {
        assert!(
            matches!(in_chunks(&refused(), Options::new(), page.as_bytes(), 9).1, Err(Error::Charset(_))),
            "{page}"
        );
        // What the response says wins over what the page says.
        assert_eq!(in_chunks(&refused(), Options::new().charset("utf-8"), page.as_bytes(), 9).1, Ok(()));
    }
}

#[test]
fn an_older_charset_is_read_and_written_as_it_is() {
    // In Shift_JIS the second byte of a character can be a backslash, which no CSS escape is.
    let page = b"<meta charset=shift_jis><p title='\x95\x5c'><style>a{b:'\x95\x5c';c:url(//x.example)}</style>";
    let expected = b"<meta charset=shift_jis><p title='\x95\x5c'><style>a{b:'\x95\x5c';c:url(about:invalid)}</style>";
    assert_eq!(rewrite_bytes(&refused(), page), expected);
    let page = b"<img alt='\xe9' src=//x.example>";
    let (out, end) = in_chunks(&refused(), Options::new().charset("windows-1252"), page, 5);
    assert_eq!(end, Ok(()));
    assert!(out.starts_with(b"<img alt='\xe9' data-consent-src="));
    // A byte order mark wins.
    let page = "\u{feff}<style>a{b:'é';c:url(//x.example)}</style>".as_bytes();
    let (out, _) = in_chunks(&refused(), Options::new().charset("windows-1252"), page, 1);
    assert!(String::from_utf8(out).unwrap().contains("'é';c:url(about:invalid)"));
}

#[test]
fn a_byte_order_mark_within_the_page_hides_nothing() {
    // The parser reads an attribute that begins with one in another charset; browsers do not.
    for mark in [&b"\xff\xfe"[..], b"\xfe\xff"] {
        for page in [
            "<p style='@x;b:url(//x.example)'>",
            "<link rel='@ stylesheet' href=//x.example>",
            "<img srcset='@, //x.example'>",
            "<iframe srcdoc='@<img src=//x.example>'></iframe>",
            "<noscript><img srcset='@, //x.example'></noscript>",
        ] {
            let (before, after) = page.split_once('@').unwrap();
            let page = [before.as_bytes(), mark, after.as_bytes()].concat();
            for size in [1, 2, 100] {
                let (out, end) = in_chunks(&refused(), Options::new(), &page, size);
                assert_eq!(end, Ok(()));
                assert!(String::from_utf8_lossy(&out).contains("data-consent-denied=\"undeclared\""), "{out:?}");
            }
        }
    }
    // One that comes later says nothing about what was before, in whatever chunks.
    let page = b"<p title='\xff' style='a:b'>\xff\xfe";
    for size in 1..=page.len() {
        assert_eq!(in_chunks(&refused(), Options::new(), page, size), (page.to_vec(), Ok(())));
    }
    let page = b"<meta charset=shift_jis><p style='\xef\xbb\xbfb:\"\x95\x5c\";c:url(//x.example)'>";
    for size in 1..=page.len() {
        let (out, _) = in_chunks(&refused(), Options::new(), page, size);
        assert!(String::from_utf8_lossy(&out).contains("data-consent-denied"), "in {size}");
    }
    let page = b"<p style='\xef\xbb\xbfb:\"\x95\x5c\";c:url(//x.example)'>";
    let (out, _) = in_chunks(&refused(), Options::new().charset("shift_jis"), page, 100);
    assert!(String::from_utf8_lossy(&out).contains("data-consent-denied"));
    let page = "<p title='\u{feff}é' style='font-family:é'>\u{feff}".as_bytes();
    assert_eq!(rewrite_bytes(&refused(), page), page);
}

#[test]
fn report_mode_tells_everything_and_changes_nothing() {
    let page = "<img src=//x.example><iframe src=//x.example></iframe><p style='a:url(//x.example)'>\
        <style>@import '//x.example'</style><noscript><img src=//x.example><!-- </noscript>\
        <iframe srcdoc='<img src=//x.example>'></iframe><script data-consent=analytics>a()</script><base href=//x.example>";
    let seen = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = seen.clone();
    let options = Options::new().report_only().on_edit(move |_| {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    let (out, end) = in_chunks(&refused(), options, page.as_bytes(), 10);
    assert_eq!((String::from_utf8(out).unwrap().as_str(), end), (page, Ok(())));
    assert_eq!(seen.load(std::sync::atomic::Ordering::Relaxed), 9);
}

#[test]
fn what_may_pass_passes_at_once() {
    let mut rewriter = Rewriter::new(&refused(), Options::new()).unwrap();
    let mut out = Vec::new();
    rewriter.write(b"<p>one</p><img src=//x.ex", |bytes| out.extend_from_slice(bytes)).unwrap();
    assert_eq!(out, b"<p>one</p>");
}

#[test]
fn a_page_of_any_length_gives_its_output_in_small_pieces() {
    let piece = "<p>text</p><img src=//x.example><style>a{b:url(//x.example)}</style>".repeat(20_000);
    let mut rewriter = Rewriter::new(&refused(), Options::new().max_memory(32 << 10)).unwrap();
    let mut largest = 0;
    rewriter.write(piece.as_bytes(), |bytes| largest = largest.max(bytes.len())).unwrap();
    rewriter.end(|bytes| largest = largest.max(bytes.len())).unwrap();
    assert!(largest < 64 << 10, "{largest}");
}
