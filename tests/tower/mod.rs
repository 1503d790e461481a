//! The layer around a tower service: what it does to the head of a response, and what it leaves alone.

mod answer;
mod caching;
mod erasures;
mod events;
mod origin;
mod passing;
mod prefetch;
mod reissue;
mod report;
mod set_cookie;
mod would_deny;

use consent_gate::web::tower::ConsentLayer;
use consent_gate::{Category, Gate, Region, Visitor, testing};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, Request, Response};
use std::convert::Infallible;
use tower::{Layer, ServiceExt, service_fn};

/// One request from Germany, at the time of the test visitors, and the service that answers it.
#[derive(Clone)]
struct Exchange {
    layer: ConsentLayer,
    gate: Gate,
    method: &'static str,
    headers: Vec<(String, Vec<u8>)>,
    handler: fn(&Visitor),
}

/// A `GET` of a page, by a visitor who has not answered.
fn get() -> Exchange {
    with(testing::gate())
}

/// The same behind another gate.
fn with(gate: Gate) -> Exchange {
    let layer = ConsentLayer::new(gate.clone()).clock(testing::now);
    Exchange { layer, gate, method: "GET", headers: Vec::new(), handler: |_| {} }.region("DE")
}

impl Exchange {
    fn region(self, region: &'static str) -> Self {
        let region: Region = region.parse().unwrap_or_default();
        Self { layer: self.layer.region(move |_, _| region), ..self }
    }

    fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    fn report_only(self) -> Self {
        Self { layer: self.layer.report_only(), ..self }
    }

    fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// A visitor who granted these categories, and refused the others, today.
    fn granted(self, categories: Category) -> Self {
        let cookie = testing::cookie(&self.gate, categories, testing::now());
        self.header("cookie", cookie)
    }

    fn accepted(self) -> Self {
        let offered = self.gate.offered();
        self.granted(offered)
    }

    fn refused(self) -> Self {
        self.granted(Category::empty())
    }

    /// What the handler does with the visitor.
    fn handler(self, handler: fn(&Visitor)) -> Self {
        Self { handler, ..self }
    }

    /// The response, for a handler that answers with these headers.
    #[track_caller]
    fn answer<V: AsRef<[u8]>>(&self, headers: impl IntoIterator<Item = (&'static str, V)>) -> Response<()> {
        let mut response = Response::new(());
        for (name, value) in headers {
            response.headers_mut().append(name, HeaderValue::from_bytes(value.as_ref()).unwrap());
        }
        self.respond(response)
    }

    /// The `Set-Cookie` lines that leave, for a handler that sets these.
    #[track_caller]
    fn set<V: AsRef<[u8]>>(&self, lines: impl IntoIterator<Item = V>) -> Vec<String> {
        lines_of(&self.answer(lines.into_iter().map(|line| ("set-cookie", line))))
    }

    #[track_caller]
    fn respond(&self, response: Response<()>) -> Response<()> {
        let mut request = Request::builder().method(self.method).uri("/").body(()).unwrap();
        request.headers_mut().insert("host", HeaderValue::from_static("calminteraction.example"));
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, HeaderValue::from_bytes(value).unwrap());
        }
        let handler = self.handler;
        let service = service_fn(async |request: Request<()>| {
            handler(request.extensions().get::<Visitor>().expect("the layer leaves the visitor"));
            Ok::<_, Infallible>(response.clone())
        });
        self.layer.layer(service).oneshot(request).now_or_never().expect("nothing waits").unwrap()
    }
}

/// Every `Set-Cookie` line, in order.
fn lines_of<B>(response: &Response<B>) -> Vec<String> {
    let lines = response.headers().get_all("set-cookie").iter();
    lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect()
}

/// Every value of a header, joined.
fn value<B>(response: &Response<B>, name: &str) -> String {
    let values = response.headers().get_all(name).iter().map(|value| value.to_str().unwrap());
    values.collect::<Vec<_>>().join(" | ")
}

/// Headers as pairs, in order.
fn head<B>(response: &Response<B>) -> Vec<(String, Vec<u8>)> {
    let pairs = response.headers().iter();
    pairs.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect()
}
