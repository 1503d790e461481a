//! What is asked of every server, over TCP.
//!
//! A server answers `/vectors/INDEX` as the vector's handler does, and these:
//!
//! | path | answer |
//! |---|---|
//! | `/jar` | `sid`, `_lum1` and `lang` set through the framework's own cookie jar |
//! | `/fails` | the handler's error, status 500, with `sid` and `_lum1` |
//! | `/stream` | `first`, then, after [`STREAM_GOES_ON`], `last`; with `sid` and `_lum1` |
//! | `/reads` | the `Cookie` headers that the handler sees, and, on a line of its own, the names in the framework's jar; with `sid` |
//! | `/upgrade` | status 101 with `sid` and `_lum1`; what is sent comes back |
//! | anything else | status 404 with `sid` and `_lum1` |
//!
//! Within the gate, a session middleware adds `session=1` to every answer to a request with `x-session`.

use crate::http_client::{get, send};
use crate::outcome::{GATE, begin, conforms, filtered};
use crate::vector::{REGION, VECTORS, vector};
use consent_gate::{Category, testing};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A server, and the same without the gate.
pub(crate) struct Servers {
    pub(crate) gated: SocketAddr,
    pub(crate) bare: SocketAddr,
}

/// Held by the one test that watches a stream.
static STREAM: Mutex<()> = Mutex::new(());

/// Whether the rest of `/stream` may be made.
pub(crate) static STREAM_GOES_ON: AtomicBool = AtomicBool::new(false);

impl Servers {
    /// Every vector has the outcome of the exchange.
    #[track_caller]
    pub(crate) fn answer_every_vector(&self) {
        conforms(|index, vector| {
            let request = &vector.request;
            send(self.gated, request.method, &format!("/vectors/{index}"), &request.headers).outcome()
        });
    }

    /// The head without a body has the same cookies and caching as the one with it.
    #[track_caller]
    pub(crate) fn answer_head_as_get(&self) {
        for name in ["a page that sets cookies", "data that sets none", "a page that asks", "not modified"] {
            let vector = vector("analytics", name);
            let index = VECTORS.iter().position(|other| std::ptr::eq(other, vector)).unwrap();
            let answer = |method| send(self.gated, method, &format!("/vectors/{index}"), &vector.request.headers);
            let (head, get) = (answer("HEAD"), answer("GET"));
            assert_eq!(head.outcome(), get.outcome(), "{name}");
            assert_eq!(head.text(), "", "{name}");
        }
    }

    /// A path gives what the exchange makes of the answer without the gate, and these names leave.
    #[track_caller]
    pub(crate) fn filter(&self, path: &str, headers: &[(&str, &str)], status: u16, names: &[&str]) {
        let headers: Vec<(&str, &str)> =
            headers.iter().copied().chain([(REGION, "DE"), ("accept", "text/html")]).collect();
        let bare = send(self.bare, "GET", path, &headers);
        let gated = send(self.gated, "GET", path, &headers);
        let own: Vec<(String, String)> = bare
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), String::from_utf8(value.clone()).unwrap()))
            .collect();
        let exchange = begin(&vector("undecided", "a session alone").request);
        let own = own.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let expected = filtered(&exchange, bare.status, own);
        let found = gated.outcome();
        assert_eq!(found, expected, "{path}");
        assert_eq!((found.status, found.names()), (status, names.to_vec()), "{path}");
        assert!(bare.outcome().names().len() > names.len(), "nothing was there to be dropped: {path}");
        if ![101, 304].contains(&status) {
            assert_eq!(gated.text(), bare.text(), "the body of {path}");
        }
    }

    /// The head of a stream is judged and sent before its last chunk is made.
    #[track_caller]
    pub(crate) fn stream(&self) {
        let _alone = STREAM.lock();
        STREAM_GOES_ON.store(false, Ordering::SeqCst);
        let mut response = get(self.gated, "/stream");
        assert_eq!(response.outcome().names(), ["sid"]);
        response.read_to("first");
        STREAM_GOES_ON.store(true, Ordering::SeqCst);
        response.read_to("last");
    }

    /// The answer to an upgrade is judged, and the connection works.
    #[cfg(any(feature = "actix-web", feature = "rocket"))]
    #[track_caller]
    pub(crate) fn upgrade(&self) {
        let headers = [("connection", "upgrade"), ("upgrade", "websocket")];
        let mut response = send(self.gated, "GET", "/upgrade", &headers);
        let request = &vector("undecided", "a session alone").request;
        assert_eq!(response.outcome(), filtered(&begin(request), 101, SET));
        response.write(b"hello, gate");
        response.read_to("hello, gate");
    }
}

/// A server that hides denied cookies shows its handlers the others alone, and erases what the browser sent. `in_jar` are
/// the names that the framework's own jar has; `None` where it has none.
#[track_caller]
pub(crate) fn hides(hiding: SocketAddr, bare: SocketAddr, in_jar: &str, bare_jar: &str) {
    let headers = [
        (REGION, "DE"),
        ("cookie", "sid=1;  theme=\"da rk\"; _lum1=a;%5Flum1=b"),
        ("cookie", "_adl=9"),
        ("cookie", "c=d"),
    ];
    let read = |address, name| {
        let response = send(address, "GET", "/reads", &headers);
        let names: Vec<String> = response.outcome().names().into_iter().map(str::to_owned).collect();
        assert_eq!(names, name);
        response.text()
    };
    assert_eq!(read(hiding, &["sid", "_lum1", "_adl"][..]), format!("sid=1; theme=\"da rk\" | c=d\n{in_jar}"));
    let all = "sid=1;  theme=\"da rk\"; _lum1=a;%5Flum1=b | _adl=9 | c=d";
    assert_eq!(read(bare, &["sid"][..]), format!("{all}\n{bare_jar}"));
    // Nothing is left of a header, or of all.
    let nothing = [(REGION, "DE"), ("cookie", "_lum1=a")];
    assert_eq!(send(hiding, "GET", "/reads", &nothing).text(), "\n");
    // Whoever allows it has it read.
    let answer = testing::cookie(&GATE, Category::ANALYTICS, testing::now());
    let allowed = send(hiding, "GET", "/reads", &[(REGION, "DE"), ("cookie", &answer), ("cookie", "_lum1=a; _adl=1")]);
    assert!(allowed.text().starts_with(&format!("{answer} | _lum1=a\n")));
}

/// A server in report mode answers as one without a gate does.
#[track_caller]
pub(crate) fn reports(reporting: SocketAddr, bare: SocketAddr) {
    for path in ["/jar", "/fails", "/nowhere"] {
        let answer = |address| {
            let mut outcome = get(address, path).outcome();
            // Rocket's jar has no order.
            outcome.set_cookie.sort();
            outcome
        };
        assert_eq!(answer(reporting), answer(bare), "{path}");
    }
}

/// The cookies that paths without a vector set.
pub(crate) const SET: [(&str, &str); 2] = [("set-cookie", "sid=1"), ("set-cookie", "_lum1=a")];
