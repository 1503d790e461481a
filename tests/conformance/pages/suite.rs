//! What is asked of every server.
//!
//! | path | answer |
//! |---|---|
//! | `/pages/INDEX` | the page of [`PAGES`] |
//! | `/fails` | the handler's error: status 500 with [`FAILURE`] as `text/html` |
//! | `/asked` | a page that shows what the request asked for beside the page |
//! | `/stream` | [`FIRST`], then, after [`STREAM_GOES_ON`], [`LAST`] |
//! | anything else | status 404 with [`FAILURE`] |

use crate::pages::client::send;
use consent_gate::html::{Options, Plan, Rewriter};
use consent_gate::{Event, Gate, testing};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex};

/// A response as a handler makes it, its body in pieces.
pub(crate) struct Page {
    name: &'static str,
    pub(crate) status: u16,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static [&'static str],
}

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");
pub(crate) const FAILURE: &str = "<title>é</title><img src=https://px.lumen.example/v.gif>";
pub(crate) const FIRST: &str = "<p>first</p><img src='https://px.lumen.example/v.gif'>";
pub(crate) const LAST: &str = "<p>last</p>";
/// The headers by which a request asks for less than a page.
pub(crate) const ASKS: [&str; 4] = ["if-none-match", "if-modified-since", "range", "accept-encoding"];

pub(crate) const PAGES: &[Page] = &[
    Page {
        name: "a page with many doors",
        status: 200,
        headers: &[HTML],
        body: &["<!doctype html><html><head><title>é</title><link rel=preload href=//x.example></head><body>\
            <iframe src=https://px.lumen.example/v.gif></iframe><style>a{b:url(//x.example)}</style>\
            <noscript><img src=//x.example></noscript><p style='a:url(//x.example)'>𝄞</body></html>"],
    },
    Page {
        name: "a page in pieces",
        status: 200,
        headers: &[("content-type", "text/html")],
        body: &[
            "<!doctype html><bo",
            "dy><p>a</p><im",
            "g src='https://px.lumen",
            ".example/v.gif",
            "'><style>",
            "a{b:url(//x",
            ".example)}</style>",
        ],
    },
    Page {
        name: "a page that caches may keep",
        status: 200,
        headers: &[
            HTML,
            ("etag", "\"1\""),
            ("last-modified", "Mon, 23 Nov 2026 12:00:00 GMT"),
            ("accept-ranges", "bytes"),
            ("cache-control", "public, max-age=600"),
        ],
        body: &["<body><img src=//x.example>"],
    },
    Page { name: "an error page", status: 500, headers: &[HTML], body: &["<body><img src=//x.example>"] },
    Page { name: "an empty page", status: 200, headers: &[HTML], body: &[] },
    Page { name: "nothing to change", status: 200, headers: &[HTML], body: &["plain ", "text é"] },
    Page {
        name: "data",
        status: 200,
        headers: &[("content-type", "application/json"), ("etag", "\"1\"")],
        body: &["{}"],
    },
    Page {
        name: "a compressed page",
        status: 200,
        headers: &[HTML, ("content-encoding", "br")],
        body: &["<img src=//x.example>"],
    },
    Page { name: "a part", status: 206, headers: &[HTML, ("content-range", "bytes 0-3/9")], body: &["<img"] },
    Page { name: "no body", status: 204, headers: &[], body: &[] },
    Page { name: "not modified", status: 304, headers: &[("etag", "\"1\"")], body: &[] },
    Page {
        name: "a page elsewhere",
        status: 303,
        headers: &[HTML, ("location", "/")],
        body: &["<img src=//x.example>"],
    },
    Page {
        name: "xhtml",
        status: 200,
        headers: &[("content-type", "application/xhtml+xml")],
        body: &["<img src='//x.example'/>"],
    },
];

/// The headers that the rewriter touches, or must not touch.
const COMPARED: [&str; 9] = [
    "content-type",
    "etag",
    "last-modified",
    "accept-ranges",
    "content-encoding",
    "content-range",
    "location",
    "cache-control",
    "vary",
];

/// Which pages left unfiltered or were broken off.
static TOLD: Mutex<Vec<&str>> = Mutex::new(Vec::new());
pub(crate) static STREAM_GOES_ON: AtomicBool = AtomicBool::new(false);
/// Held by the one test that watches a stream, or what is told.
static ALONE: Mutex<()> = Mutex::new(());

/// The gate of every server.
pub(crate) static GATE: LazyLock<Gate> = LazyLock::new(|| {
    testing::gate().on_event(|event| match event {
        Event::Unfiltered { why } | Event::Abandoned { why } => TOLD.lock().unwrap().push(*why),
        _ => {}
    })
});

/// The options of every server.
pub(crate) fn options() -> Options {
    Options::new().nonce("abc").body_start(|_| "<p>banner</p>".to_owned())
}

/// What the rewriter makes of a page.
fn rewritten(page: &str) -> String {
    let mut out = Vec::new();
    let visitor = testing::gate().visitor([("", ""); 0], consent_gate::Facts::default(), testing::now());
    let mut rewriter = Rewriter::new(&visitor, options().charset("utf-8")).unwrap();
    rewriter.write(page.as_bytes(), |bytes| out.extend_from_slice(bytes)).unwrap();
    rewriter.end(|bytes| out.extend_from_slice(bytes)).unwrap();
    String::from_utf8(out).unwrap()
}

/// Every page, by `GET` and by `HEAD`, is what the rewriter makes of it.
#[track_caller]
pub(crate) fn answers_every_page(gated: SocketAddr, bare: SocketAddr) {
    for (index, page) in PAGES.iter().enumerate() {
        let path = format!("/pages/{index}");
        let plain = send(bare, "GET", &path, &[]);
        let headers = page.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        let plan = Plan::for_response("GET", page.status, headers);
        let (removed, is_page) = match &plan {
            Plan::Rewrite(edits) => (edits.remove, true),
            _ => (&[][..], false),
        };
        let got = send(gated, "GET", &path, &[]);
        let head = send(gated, "HEAD", &path, &[]);
        assert_eq!((got.status, head.status), (page.status, page.status), "{}", page.name);
        for name in COMPARED {
            assert_eq!(got.header(name), head.header(name), "{name} of {}", page.name);
            let expected = match name {
                "cache-control" if is_page => Some("private, no-store"),
                "vary" if is_page => Some("Cookie, Sec-GPC"),
                // What the gate says to caches about another body is its own.
                "cache-control" | "vary" => continue,
                name if removed.contains(&name) => None,
                name => plain.header(name),
            };
            assert_eq!(got.header(name), expected, "{name} of {}", page.name);
        }
        if is_page {
            assert_eq!((got.header("content-length"), head.header("content-length")), (None, None), "{}", page.name);
        }
        let body = page.body.concat();
        let expected = if is_page { rewritten(&body) } else { body };
        assert_eq!(got.body(), (expected, true), "{}", page.name);
        assert_eq!(head.body().0, "", "{}", page.name);
    }
}

/// Errors and what is not found are pages as well.
#[track_caller]
pub(crate) fn answers_errors(gated: SocketAddr) {
    for (path, status) in [("/fails", 500), ("/nowhere", 404)] {
        let response = send(gated, "GET", path, &[]);
        assert_eq!((response.status, response.header("cache-control")), (status, Some("private, no-store")), "{path}");
        assert_eq!(response.body(), (rewritten(FAILURE), true), "{path}");
    }
}

/// A request for a page asks for all of it, and one for an asset as it likes.
#[track_caller]
pub(crate) fn asks_for_whole_pages(gated: SocketAddr) {
    let asks = ASKS.map(|name| (name, "x"));
    assert_eq!(send(gated, "GET", "/asked", &asks).body().0, "<p>");
    let asset = [&asks[..], &[("sec-fetch-dest", "image")]].concat();
    assert_eq!(send(gated, "GET", "/asked", &asset).body().0, "<p>xxxx");
}

/// The first piece of a page leaves before the last is made.
#[track_caller]
pub(crate) fn streams(gated: SocketAddr) {
    let _alone = ALONE.lock();
    STREAM_GOES_ON.store(false, Ordering::SeqCst);
    let mut response = send(gated, "GET", "/stream", &[]);
    response.read_to("<img data-consent-src=\"https://px.lumen.example/v.gif\" data-consent-denied=\"undecided\">");
    STREAM_GOES_ON.store(true, Ordering::SeqCst);
    response.read_to(LAST);
}

/// In report mode everything is as without the gate.
#[track_caller]
pub(crate) fn reports(reporting: SocketAddr, bare: SocketAddr) {
    for (index, page) in PAGES.iter().enumerate() {
        for method in ["GET", "HEAD"] {
            let path = format!("/pages/{index}");
            let (found, plain) = (send(reporting, method, &path, &[]), send(bare, method, &path, &[]));
            for name in COMPARED.iter().chain(&["content-length"]) {
                assert_eq!(found.header(name), plain.header(name), "{name} of {method} {}", page.name);
            }
            assert_eq!((found.status, found.body()), (plain.status, plain.body()), "{method} {}", page.name);
        }
    }
}

/// A page that must be abandoned ends early, and what cannot be filtered is told. Returns whether the body looked whole.
#[track_caller]
pub(crate) fn breaks_off(trapped: SocketAddr, gated: SocketAddr) -> bool {
    let _alone = ALONE.lock();
    let before = TOLD.lock().unwrap().len();
    let (body, is_whole) = send(trapped, "GET", "/", &[]).body();
    assert!(!body.contains("x.example") && "<p>before</p><select>".starts_with(&body), "{body}");
    let told: Vec<&str> = TOLD.lock().unwrap()[before..].to_vec();
    assert!(told.contains(&"ambiguous"), "{told:?}");
    for (name, why) in [("a compressed page", "encoded"), ("a part", "partial"), ("xhtml", "xhtml")] {
        let index = PAGES.iter().position(|page| page.name == name).unwrap();
        let before = TOLD.lock().unwrap().len();
        send(gated, "GET", &format!("/pages/{index}"), &[]).body();
        assert!(TOLD.lock().unwrap()[before..].contains(&why), "{name}");
    }
    is_whole
}

/// A page that browsers read in two ways.
pub(crate) const TRAP: &str = "<p>before</p><select><xmp><script></script><img src=//x.example>";

/// Without a gate no page leaves.
#[track_caller]
pub(crate) fn fails_without_a_gate(ungated: SocketAddr) {
    let response = send(ungated, "GET", "/pages/0", &[]);
    assert_eq!((response.status, response.header("etag")), (500, None));
    assert_eq!(response.body().0, "");
}
