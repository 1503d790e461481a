//! The vectors: each request with each handler.

use crate::outcome::GATE;
use consent_gate::{Category, ChangeError, Visitor, testing};
use std::sync::LazyLock;

/// A request, and the handler that answers it.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) request: Request,
    pub(crate) handler: &'static Handler,
}

/// The head of a request.
#[derive(Clone)]
pub(crate) struct Request {
    name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// A handler: what it does with the visitor, and the head of its response.
pub(crate) struct Handler {
    name: &'static str,
    act: Act,
    pub(crate) status: u16,
    headers: &'static [(&'static str, &'static str)],
    cookies: &'static [&'static str],
}

/// What a handler does with the visitor.
enum Act {
    Nothing,
    Ask,
    Accept,
    RefuseAnalytics,
    Forget,
}

impl Handler {
    /// Does what this handler does with the visitor.
    pub(crate) fn act(&self, visitor: &Visitor) -> Result<(), ChangeError> {
        match self.act {
            Act::Nothing => Ok(()),
            Act::Ask => {
                let _ = visitor.may_track(Category::ANALYTICS);
                Ok(())
            }
            Act::Accept => visitor.accept_all(),
            Act::RefuseAnalytics => visitor.refuse(Category::ANALYTICS),
            Act::Forget => visitor.forget(),
        }
    }

    /// The headers of its response, in order.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let cookies = self.cookies.iter().map(|line| ("set-cookie", *line));
        self.headers.iter().copied().chain(cookies)
    }
}

/// The header that says where a request comes from, to every adapter.
pub(crate) const REGION: &str = "x-region";

/// What legacy code sets without asking anybody.
pub(crate) const BLIND: &[&str] = &[
    "sid=1; Path=/; HttpOnly",
    "lang=de; Max-Age=99999999; Path=/",
    "lang=en; Expires=Fri, 31 Dec 9999 23:59:59 GMT; Path=/",
    "_lum1=a; Path=/",
    "_lum1=b; Path=/x",
    "_lum2=c; Domain=calminteraction.example; Secure",
    "recommend=1; Max-Age=60",
    "_adl=1; Path=/",
    "_adl=; Max-Age=0; Path=/",
    "_other=1; Path=/",
    "_other=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "__Host-consent=1.4.1795000000.1e.0.0; Path=/; Secure",
    "__Host-consent=; Max-Age=0; Path=/; Secure",
    "=__Host-consent=1",
    "=nameless",
    "SID=upper case; Path=/",
    "lang=gr\u{fc}n; Path=/",
];

/// Headers that make a browser load, send or store something.
const LINKS: [(&str, &str); 5] = [
    ("link", "</a.css>; rel=preload; as=style, <https://px.lumen.example/v.gif>; rel=preload; title=\"a, b\""),
    ("link", "<https://px.lumen.example/>; rel=canonical"),
    ("refresh", "5;url=https://px.lumen.example/v.gif"),
    ("accept-ch", "Sec-CH-UA-Model, Sec-CH-UA-Mobile"),
    ("observe-browsing-topics", "?1"),
];

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");
const JSON: (&str, &str) = ("content-type", "application/json");

const fn answers(
    name: &'static str,
    act: Act,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    cookies: &'static [&'static str],
) -> Handler {
    Handler { name, act, status, headers, cookies }
}

static HANDLERS: [Handler; 20] = [
    answers("a page that sets cookies", Act::Nothing, 200, &[HTML], BLIND),
    answers("a page that sets none", Act::Nothing, 200, &[HTML], &[]),
    answers("a page that asks", Act::Ask, 200, &[HTML, ("cache-control", "max-age=60")], &[]),
    answers("data that sets cookies", Act::Nothing, 200, &[JSON, ("vary", "Accept")], BLIND),
    answers("data that sets none", Act::Nothing, 200, &[JSON, ("cache-control", "public, max-age=60")], &[]),
    answers("data that asks", Act::Ask, 200, &[JSON, ("vary", "Accept, Cookie"), ("vary", "Sec-GPC")], &[]),
    answers("a session alone", Act::Nothing, 200, &[JSON], &["sid=1; Path=/"]),
    answers(
        "a page for shared caches that sets cookies",
        Act::Nothing,
        200,
        &[
            HTML,
            ("cache-control", "public"),
            ("cache-control", "s-maxage=60"),
            ("cdn-cache-control", "max-age=60"),
            ("surrogate-control", "max-age=60"),
            ("expires", "Thu, 31 Dec 2099 23:59:59 GMT"),
        ],
        BLIND,
    ),
    answers("a page for shared caches", Act::Nothing, 200, &[HTML, ("cache-control", "immutable")], &[]),
    answers("a redirection", Act::Nothing, 303, &[("location", "/")], BLIND),
    answers("not modified", Act::Nothing, 304, &[("etag", "\"1\"")], BLIND),
    answers("not found", Act::Nothing, 404, &[HTML], BLIND),
    answers("a failure", Act::Nothing, 500, &[("content-type", "text/plain")], BLIND),
    answers("a page of many doors", Act::Nothing, 200, &[HTML, LINKS[0], LINKS[1], LINKS[2], LINKS[3], LINKS[4]], &[]),
    answers("data of many doors", Act::Nothing, 200, &[JSON, LINKS[0], LINKS[1], LINKS[2], LINKS[3], LINKS[4]], &[]),
    answers("a redirection elsewhere", Act::Nothing, 302, &[("location", "https://px.lumen.example/v.gif?id=1")], &[]),
    answers(
        "a page with policies of its own",
        Act::Nothing,
        200,
        &[
            HTML,
            ("content-security-policy", "default-src 'self'; report-uri https://px.lumen.example/v.gif /own"),
            ("content-security-policy", "img-src *"),
            ("permissions-policy", "geolocation=()"),
            ("permissions-policy", "browsing-topics=*"),
        ],
        &["sid=1"],
    ),
    answers("accepting", Act::Accept, 200, &[HTML], BLIND),
    answers("refusing", Act::RefuseAnalytics, 303, &[("location", "/"), ("cache-control", "public")], &["_lum1=c"]),
    answers("forgetting", Act::Forget, 200, &[JSON], &[]),
];

/// Every vector.
pub(crate) static VECTORS: LazyLock<Vec<Vector>> = LazyLock::new(|| {
    let mut vectors = Vec::new();
    for request in requests() {
        for handler in &HANDLERS {
            let name = format!("{}, answered by {}", request.name, handler.name);
            vectors.push(Vector { name, request: request.clone(), handler });
        }
    }
    vectors
});

/// The vector of a request and a handler.
pub(crate) fn vector(request: &str, handler: &str) -> &'static Vector {
    let found = VECTORS.iter().find(|vector| vector.request.name == request && vector.handler.name == handler);
    found.unwrap_or_else(|| panic!("no vector of {request:?} and {handler:?}"))
}

/// What a browser that allowed everything once still holds.
const TRACKED: &str = "sid=1; _lum1=a; _lum1=b; _lum2=c; _adl=1; lang=de; _other=1";

fn requests() -> Vec<Request> {
    let gate = &*GATE;
    let answer = |granted: Category| format!("{}; {TRACKED}", testing::cookie(gate, granted, testing::now()));
    let (all, none, analytics) = (gate.offered(), Category::empty(), Category::ANALYTICS);
    let cookie = |value: &str| ("cookie", format!("{value}; {TRACKED}"));
    let is = |name: &'static str, value: &str| (name, value.to_owned());
    let get = |name, headers| Request { name, method: "GET", headers };
    let post = |name, headers| Request { name, method: "POST", headers };
    let (de, california) = (|| is(REGION, "DE"), || is(REGION, "US-CA"));
    let document = || is("accept", "text/html,application/xhtml+xml");
    vec![
        get("undecided", vec![de(), document()]),
        get("undecided and tracked", vec![de(), is("cookie", TRACKED)]),
        get("undecided and tracked somewhere", vec![is("cookie", TRACKED)]),
        get("undecided in California", vec![california(), is("cookie", TRACKED)]),
        get("gpc in California", vec![california(), is("sec-gpc", "1"), ("cookie", answer(all))]),
        get("dnt", vec![de(), is("dnt", "1"), is("cookie", TRACKED)]),
        get("accepted", vec![de(), ("cookie", answer(all))]),
        get("refused", vec![de(), ("cookie", answer(none))]),
        get("refused in California", vec![california(), ("cookie", answer(none))]),
        get("analytics", vec![de(), ("cookie", answer(analytics))]),
        get("analytics with gpc", vec![de(), is("Sec-GPC", "1"), ("cookie", answer(analytics))]),
        get("unreadable", vec![california(), cookie("__Host-consent=junk")]),
        get("dated ahead", vec![california(), cookie("__Host-consent=1.4.1895000000.1e.0.0")]),
        get("lapsed", vec![de(), cookie("__Host-consent=1.4.1700000000.1e.0.0")]),
        get("an older notice", vec![de(), cookie("__Host-consent=1.2.1795000000.1e.0.0")]),
        get("a refusal in its last quarter", {
            vec![de(), document(), cookie("__Host-consent=1.4.1764000000.0.1e.0")]
        }),
        get("two answers in one header", {
            vec![de(), cookie("__Host-consent=1.4.1795000000.1e.0.0; __Host-consent=1.4.1795000000.6.18.0")]
        }),
        get("two answers in two headers", {
            vec![de(), cookie("__Host-consent=1.4.1795000000.1e.0.0"), cookie("__Host-consent=1.4.1795000000.6.18.0")]
        }),
        get("fetching ahead", vec![de(), is("sec-purpose", "prefetch;prerender"), ("cookie", answer(all))]),
        get("an image of a page", vec![de(), is("sec-fetch-dest", "image"), is("sec-fetch-mode", "no-cors")]),
        get("a link of our own", vec![de(), is("sec-fetch-site", "same-origin"), ("cookie", answer(all))]),
        Request {
            name: "the head alone, with a refusal in its last quarter",
            method: "HEAD",
            headers: vec![de(), document(), cookie("__Host-consent=1.4.1764000000.0.1e.0")],
        },
        Request { name: "the head alone", method: "HEAD", headers: vec![de(), ("cookie", answer(analytics))] },
        post("a form of our own", vec![de(), is("sec-fetch-site", "same-origin"), ("cookie", answer(analytics))]),
        post("a form by hand", vec![de(), is("sec-fetch-site", "none")]),
        post("a form of an old browser", vec![de(), is("origin", "http://calminteraction.example")]),
        post("a form without a browser", vec![de(), ("cookie", answer(none))]),
        post("a form of a sister", vec![de(), is("sec-fetch-site", "same-site"), ("cookie", answer(analytics))]),
        post("a form of another site", vec![de(), is("origin", "https://evil.example"), ("cookie", answer(analytics))]),
        post("a form of nobody", vec![de(), is("origin", "null"), ("cookie", answer(none))]),
        post("a form sent ahead", vec![de(), is("x-moz", "prefetch"), ("cookie", answer(none))]),
    ]
}
