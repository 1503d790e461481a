//! The harness for real browsers, itself under test: a trap that sees nothing would let everything pass.

use crate::chromium::{Browser, Trap, processes_with};
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;

const SITE: &str = "site.example";

/// A site of one page.
async fn site(page: &'static str) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(async move || ([("set-cookie", "sid=1; HttpOnly")], Html(page))));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn every_kind_of_contact_is_seen() {
    let page = "<!doctype html><title>Site</title>
        <link rel=dns-prefetch href=//dns.example><link rel=preconnect href=https://connect.example>
        <link rel=stylesheet href=https://other.example/a.css><script src=https://other.example/a.js?secret=1></script>
        <img src=http://plain.example/a.gif><iframe src=https://other.example/frame></iframe>
        <script>
          localStorage.setItem('l', 1); sessionStorage.setItem('s', 1); indexedDB.open('d'); caches.open('c');
          new WebSocket('wss://other.example/socket'); new EventSource('https://other.example/events');
          navigator.sendBeacon('https://other.example/beacon'); console.error('told');
          fetch('https://other.example/fetch', { method: 'PUT', headers: { 'x-a': '1' } });
        </script>";
    let names = ["dns.example", "connect.example", "other.example", "unused.example"];
    let trap = Trap::start().await.site(SITE, site(page).await).names(&names);
    let browser = Browser::open(&trap).await;
    browser.goto(format!("https://{SITE}/")).await.unwrap();
    trap.settle(Duration::from_millis(500)).await;

    let requests = trap.requests();
    for expected in [
        "GET https://other.example/a.css",
        "GET https://other.example/a.js?secret",
        "GET https://other.example/frame",
        "GET https://other.example/socket",
        "GET https://other.example/events",
        "POST https://other.example/beacon",
        "PUT https://other.example/fetch",
        // A browser asks for pictures of a secure page over HTTPS.
        "GET https://plain.example/a.gif",
    ] {
        assert!(requests.iter().any(|request| request == expected), "{expected}: {requests:#?}");
    }
    assert!(trap.seen().iter().any(|seen| seen.host == "connect.example" && !seen.is_request()), "{:#?}", trap.seen());
    assert!(trap.seen().iter().all(|seen| seen.host != SITE && seen.host != "dns.example"));

    assert_eq!(browser.run("return globalThis.loaded").await, serde_json::json!(["other.example/a.js"]));
    assert_eq!(browser.keys("localStorage").await, ["l"]);
    assert_eq!(browser.keys("sessionStorage").await, ["s"]);
    assert_eq!(browser.databases().await, ["d"]);
    assert_eq!(browser.caches().await, ["c"]);
    assert!(browser.cookies().await.iter().any(|cookie| cookie.name == "sid" && cookie.is_http_only));
    assert_eq!(browser.cookie_names(SITE).await, ["sid"]);
    assert_eq!(browser.cookie_names("other.example").await, ["trap"]);
    assert!(browser.console().await.iter().any(|line| line.starts_with("SEVERE") && line.contains("told")));
    assert!(browser.asked_for().await.contains(&"https://other.example/a.css".to_owned()));
    assert!(browser.picture("harness").await.exists());

    let log = browser.close().await;
    for name in ["dns.example", "connect.example", "other.example"] {
        assert!(log.looked_up.contains(name), "{name}: {log:?}");
    }
    assert!(!log.looked_up.contains("unused.example"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn signals_and_headers_reach_the_page_and_its_requests() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route(
        "/",
        get(async |headers: axum::http::HeaderMap| {
            let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("none").to_owned();
            Html(format!("<!doctype html><p>{} {}", text("sec-gpc"), text("x-demo-region")))
        }),
    );
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let trap = Trap::start().await.site(SITE, address);
    let browser = Browser::open(&trap).await;
    browser.gpc().await;
    browser.header("x-demo-region", "US-CA").await;
    browser.goto(format!("https://{SITE}/")).await.unwrap();
    assert_eq!(browser.run("return document.body.textContent").await, "1 US-CA");
    assert_eq!(browser.run("return navigator.globalPrivacyControl").await, true);
    browser.offline(true).await;
    assert!(browser.goto(format!("https://{SITE}/?again")).await.is_err());
    browser.offline(false).await;
    browser.goto(format!("https://{SITE}/?again")).await.unwrap();
    browser.viewport(320, 640).await;
    browser.media("prefers-color-scheme", "dark").await;
    assert_eq!(browser.run("return innerWidth").await, 320);
    assert_eq!(browser.run("return matchMedia('(prefers-color-scheme: dark)').matches").await, true);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn no_process_is_left_behind() {
    let trap = Trap::start().await.site(SITE, site("<p>x").await);
    let browser = Browser::open(&trap).await;
    browser.goto(format!("http://{SITE}/")).await.unwrap();
    let profile = browser.profile().to_owned();
    assert!(!processes_with(&profile).is_empty());
    drop(browser);
    assert_eq!(processes_with(&profile), [""; 0]);
}
