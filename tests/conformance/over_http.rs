//! What is asked of every server, over TCP.
//!
//! A server answers `/vectors/INDEX` as the vector's handler does, and these:
//!
//! | path | answer |
//! |---|---|
//! | `/jar` | `sid`, `_lum1` and `lang` set through the framework's own cookie jar |
//! | `/fails` | the handler's error, status 500, with `sid` and `_lum1` |
//! | `/stream` | `first`, then, after [`STREAM_GOES_ON`], `last`; with `sid` and `_lum1` |
//! | `/upgrade` | status 101 with `sid` and `_lum1`; what is sent comes back |
//! | anything else | status 404 with `sid` and `_lum1` |
//!
//! Within the gate, a session middleware adds `session=1` to every answer to a request with `x-session`.

use crate::http_client::{get, send};
use crate::outcome::{begin, conforms, filtered};
use crate::vector::{REGION, VECTORS, vector};
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
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([(REGION, "DE")]).collect();
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
