//! A bare site whose `Content-Security-Policy` forbids every script.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Html;
use axum::routing::get;
use consent_gate::ui::{Privacy, Request as Asked, Words};
use consent_gate::web::tower::{ConsentLayer, PrivacyLayer};
use consent_gate::{Gate, Policy, Visitor};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// The site of the example policy in the crate's own frame, in English, German and, for its direction, Arabic, behind a
/// `Content-Security-Policy` that lets no script run and no style but the file through.
pub(crate) async fn bare() -> SocketAddr {
    let text = include_str!("../data/policy.example.toml").replace("[\"en\", \"de\"]", "[\"en\", \"de\", \"ar\"]");
    let gate = Gate::new(Policy::from_toml(&text).unwrap()).unwrap();
    let arabic = include_str!("../../src/ui/words/en.json").replace("\"language\": \"en\"", "\"language\": \"ar\"");
    let privacy = Privacy::new(gate.clone()).words(Words::from_json(&arabic).unwrap());
    let (home, table) = (privacy.clone(), privacy.clone());
    let strict = async |request: Request, next: Next| {
        let mut response = next.run(request).await;
        let policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; img-src data:";
        response.headers_mut().insert("content-security-policy", policy.parse().unwrap());
        response
    };
    let app = Router::new()
        .route("/", get(async move |visitor: Visitor, request: Request| Html(page(&home, &visitor, &request))))
        .route("/table", get(async move || {
            let table = table.table("en");
            Html(format!("<!doctype html><html lang=en><meta charset=utf-8><title>Table</title>{}<body class=consent-page><main><h1>{}</h1>{}</main>", style(&Privacy::new(consent_gate::testing::gate())), table.title, table.to_html()))
        }))
        .layer(PrivacyLayer::new(privacy))
        .layer(from_fn(strict))
        .layer(ConsentLayer::new(gate).region(|_, _| "DE".parse().unwrap()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

fn style(privacy: &Privacy) -> String {
    format!("<meta name=viewport content=\"width=device-width\"><link rel=icon href=data:,>{}", privacy.style_link())
}

/// A page of some length with a banner.
fn page(privacy: &Privacy, visitor: &Visitor, request: &Request) -> String {
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let asked = Asked::read("GET", "/", None, headers);
    let language = privacy.language(&asked).to_owned();
    let banner = privacy.banner(visitor, &asked).map(|banner| banner.to_html()).unwrap_or_default();
    let links: String = (1..=40).map(|number| format!("<p><a href=\"/#{number}\">Link {number}</a>")).collect();
    format!(
        "<!doctype html><html lang={language} dir={}><meta charset=utf-8><title>Home</title>{}\
         <body class=consent-page>{banner}<main><h1>Home</h1>{links}<p>{}</main>",
        consent_gate::ui::direction(&language),
        style(privacy),
        privacy.link(&asked),
    )
}
