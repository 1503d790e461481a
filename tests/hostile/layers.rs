//! Each layer alone, and all of them: what they stop is a table, which the README must hold as it was measured.

use crate::hostile::bare;
use crate::hostile::doors::Place;
use crate::hostile::pages::{Attempt, attempts};
use crate::hostile::visit::{ALL, visit, visit_without_scripts};
use crate::hostile::world::World;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use consent_gate::browser::{Head, Manifest};
use consent_gate::html::Options;
use consent_gate::web::tower::{ConsentLayer, HtmlLayer};
use consent_gate::web::{Exchange, Mode, RequestLine};
use consent_gate::{Facts, Gate, Policy, Visitor};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::SystemTime;

/// What stands around the older system.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Layer {
    Html,
    Headers,
    Csp,
    Guard,
    All,
}

const LAYERS: [Layer; 5] = [Layer::Html, Layer::Headers, Layer::Csp, Layer::Guard, Layer::All];

const TABLE: &str = "\
| kind of door | tried | HTML rewriter alone | headers alone | CSP alone | guard alone | all |
|---|---:|---:|---:|---:|---:|---:|
";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_each_layer_stops_is_what_the_readme_says() {
    let mut open: Vec<BTreeSet<String>> = Vec::new();
    for layer in LAYERS {
        let world = World::bare(layer.around(bare::router())).await;
        let browser = world.browser().await;
        let mut all = visit(&browser, &world.trap, ALL).await.all(browser).await;
        let browser = world.browser_without_scripts().await;
        let without = visit_without_scripts(&browser, &world.trap, ALL).await.all(browser).await;
        let of_noscript = attempts().into_iter().filter(|attempt| attempt.kind.place == Place::NoScript);
        all.extend(of_noscript.map(|attempt| attempt.id()).filter(|id| without.contains(id)));
        open.push(all);
    }
    let table = table(&open);
    let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("what-each-door-gets.md");
    std::fs::write(&target, &table).unwrap();
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&table), "the README does not say what was measured, see {target:?}:\n{table}");
}

/// How many attempts were stopped, by kind of door. The guard alone is measured where scripts are at work: whether it comes
/// before the parser's own elements load is left to chance.
fn table(open: &[BTreeSet<String>]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for attempt in attempts() {
        if !kinds.contains(&attempt.kind.name) {
            kinds.push(attempt.kind.name);
        }
    }
    let mut table = TABLE.to_owned();
    for kind in kinds {
        let tried: Vec<Attempt> = attempts().into_iter().filter(|attempt| attempt.kind.name == kind).collect();
        let is_of_scripts = tried.iter().any(|attempt| attempt.kind.place == Place::Script);
        let cells = LAYERS.iter().zip(open).map(|(layer, open)| {
            let stopped = tried.iter().filter(|attempt| !open.contains(&attempt.id())).count();
            if *layer == Layer::Guard && !is_of_scripts { "–".to_owned() } else { stopped.to_string() }
        });
        let _ = writeln!(table, "| {kind} | {} | {} |", tried.len(), cells.collect::<Vec<_>>().join(" | "));
    }
    table
}

impl Layer {
    fn around(self, router: Router) -> Router {
        match self {
            Self::Html => router.layer(HtmlLayer::new()).layer(from_fn(with_visitor)),
            Self::Headers => router.layer(ConsentLayer::new(without_csp()).region(|_, _| germany())),
            Self::Csp => router.layer(from_fn(with_csp)),
            Self::Guard => router.layer(from_fn(with_guard)),
            Self::All => {
                let options = |_: &_| Options::new().head_start(|visitor| Head::new(Manifest::new(visitor)).html());
                let router = router.layer(HtmlLayer::with(options));
                router.layer(ConsentLayer::new(gate()).region(|_, _| germany()))
            }
        }
    }
}

fn gate() -> Gate {
    Gate::new(policy()).unwrap()
}

/// The gate without the Content-Security-Policy that it adds.
fn without_csp() -> Gate {
    let mut policy = policy();
    policy.headers.content_security_policy = false;
    Gate::new(policy).unwrap()
}

fn policy() -> Policy {
    Policy::from_toml(include_str!("../../examples/learning_platform/policy.toml")).unwrap()
}

fn germany() -> consent_gate::Region {
    "DE".parse().unwrap()
}

fn exchange(request: &Request) -> Exchange {
    let line = RequestLine { method: request.method().as_str(), authority: None };
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    Exchange::begin(&gate(), line, headers, Facts::in_region(germany()), SystemTime::now().into(), Mode::Enforce)
}

/// Tells the rewriter who asks, and changes nothing.
async fn with_visitor(mut request: Request, next: Next) -> Response {
    let exchange = exchange(&request);
    request.extensions_mut().insert(exchange.visitor().clone());
    next.run(request).await
}

/// Adds the Content-Security-Policy, where the gate would, and nothing else.
async fn with_csp(request: Request, next: Next) -> Response {
    let exchange = exchange(&request);
    let mut response = next.run(request).await;
    let headers = response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    for header in exchange.finish(headers).page {
        if header.name == "content-security-policy" {
            response.headers_mut().append(header.name, header.value.parse().unwrap());
        }
    }
    response
}

/// Puts the guard before everything else in a page.
async fn with_guard(request: Request, next: Next) -> Response {
    let visitor: Visitor = exchange(&request).visitor().clone();
    let response = next.run(request).await;
    let is_page =
        response.headers().get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (parts, body) = response.into_parts();
    let page = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    let head = Head::new(Manifest::new(&visitor)).html();
    let page = match page.split_once("<head>") {
        Some((before, after)) => format!("{before}<head>{head}{after}"),
        None => format!("{head}{page}"),
    };
    Response::from_parts(parts, Body::from(page))
}
