//! A shop whose pages begin with the manifest and the guard, in a real Chromium.

use crate::chromium::{Browser, Trap};
use crate::site::{self, NOW, cookie, of, tracker};
use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Response};
use consent_gate::browser::{GUARD, Head, Manifest};
use consent_gate::policy::{Technology, Undeclared};
use consent_gate::{Gate, Policy, Visitor};
use serde_json::Value;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

pub const HOST: &str = "shop.example";
pub const ALL: &str = "1e.0";
pub const NONE: &str = "0.1e";

/// The policy of `tests/site`, and what only a browser can have.
pub fn policy() -> Policy {
    let mut policy = site::policy();
    let address = |name: &str, category: &str| tracker(name, Technology::Script, category);
    policy.trackers.extend([
        of("adloop", tracker("https://adloop.example/load/", Technology::Resource, "advertising")),
        of("adloop", address("wss://adloop.example/live", "advertising")),
        tracker("https://fastedge.example/", Technology::Resource, "essential"),
        address("https://shop.example/own-t.js", "analytics"),
        tracker("keep.*", Technology::LocalStorage, "functional"),
        tracker("basket", Technology::LocalStorage, "essential"),
        tracker("visit", Technology::SessionStorage, "analytics"),
        tracker("tally-db", Technology::IndexedDb, "analytics"),
        of("adloop", cookie("_wide", "advertising")).domain(HOST),
        cookie("deep*", "analytics").path("/deep"),
        of("adloop", cookie("_chip", "advertising")).partitioned(true),
    ]);
    policy
}

pub fn gate(undeclared: Undeclared) -> Gate {
    let mut policy = policy();
    policy.enforce.undeclared = undeclared;
    Gate::new(policy).unwrap()
}

/// A visitor in Germany; `answer` is the middle of a consent cookie, as in `1e.0`, or empty.
pub fn visitor(gate: &Gate, answer: &str, signals: &[&str]) -> Visitor {
    visitor_in(gate, "DE", answer, signals)
}

pub fn visitor_in(gate: &Gate, region: &str, answer: &str, signals: &[&str]) -> Visitor {
    let cookie = if answer.is_empty() { String::new() } else { format!("A=1.4.{}.{answer}.0", NOW - 1000) };
    site::visitor_with(gate, region, &cookie, signals)
}

/// What the server holds of the one person who visits it.
pub struct Shop {
    pub gate: Gate,
    pub region: &'static str,
    pub answer: Mutex<String>,
    /// What stands in the body of each page.
    pub body: Mutex<String>,
    /// A `Content-Security-Policy`.
    pub csp: Option<&'static str>,
    pub is_file: bool,
    pub has_google: bool,
    pub is_report: bool,
    /// Where the manifest is left out, as on a page that is the same for all.
    pub is_shared: bool,
}

impl Shop {
    pub fn new(undeclared: Undeclared, answer: &str) -> Self {
        Self {
            gate: gate(undeclared),
            region: "DE",
            answer: Mutex::new(answer.to_owned()),
            body: Mutex::default(),
            csp: None,
            is_file: false,
            has_google: false,
            is_report: false,
            is_shared: false,
        }
    }

    pub fn say(&self, answer: &str) {
        answer.clone_into(&mut self.answer.lock().unwrap());
    }

    fn manifest(&self) -> Manifest {
        let mut manifest =
            Manifest::new(&visitor_in(&self.gate, self.region, &self.answer.lock().unwrap().clone(), &[]));
        if self.has_google {
            manifest = manifest.consent_mode();
        }
        if self.is_report { manifest.report_only() } else { manifest }
    }

    fn page(&self) -> Response {
        let mut head = Head::new(self.manifest()).endpoint("/manifest.json").nonce("n0nce");
        if self.is_file {
            head = head.guard_at("/guard.js");
        }
        let mut html = head.html();
        if self.is_shared {
            html = html[html.find("</script>").unwrap() + 9..].to_owned();
        }
        let page =
            format!("<!doctype html><html><head>{html}<title>Shop</title></head><body>{}", self.body.lock().unwrap());
        let mut response = Html(page).into_response();
        if let Some(csp) = self.csp {
            response.headers_mut().insert("content-security-policy", csp.parse().unwrap());
        }
        response
    }
}

async fn answer(State(shop): State<Arc<Shop>>, uri: Uri) -> Response {
    match uri.path() {
        "/manifest.json" => ([("content-type", "application/json")], shop.manifest().json()).into_response(),
        "/guard.js" => ([("content-type", "text/javascript; charset=utf-8")], GUARD).into_response(),
        path if path.ends_with(".js") => {
            ([("content-type", "text/javascript")], format!("(globalThis.loaded ??= []).push('{path}')"))
                .into_response()
        }
        path if path.ends_with(".json") => ([("content-type", "application/json")], "{}").into_response(),
        path if path.ends_with("frame") => Html("<p>A frame of our own.").into_response(),
        _ => shop.page(),
    }
}

/// The shop, the network around it, and a browser on its first page.
pub struct Visit {
    pub shop: Arc<Shop>,
    pub trap: Trap,
    pub browser: Browser,
}

impl Visit {
    pub async fn of(shop: Shop) -> Self {
        let shop = Arc::new(shop);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(shop.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let trap = Trap::start().await.site(HOST, address);
        let browser = Browser::open(&trap).await;
        let visit = Self { shop, trap, browser };
        visit.go("/").await;
        visit
    }

    pub async fn go(&self, path: &str) {
        self.browser.goto(format!("https://{HOST}{path}")).await.unwrap();
    }

    pub async fn run(&self, script: &str) -> Value {
        self.browser.run(script).await
    }

    /// The paths that were asked of a host of somebody else, since the last time.
    pub async fn asked(&self, host: &str) -> Vec<String> {
        self.trap.settle(Duration::from_millis(400)).await;
        let seen = self.trap.seen().into_iter().filter(|seen| seen.host == host && seen.is_request());
        let mut paths: Vec<String> = seen.map(|seen| seen.path).collect();
        self.trap.forget();
        paths.sort();
        paths.dedup();
        paths
    }
}
