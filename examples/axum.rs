//! A small axum site behind the gate.
//!
//! `cargo run --example axum --features axum` starts it and prints what to try. `PORT` sets the port; 0 takes any.
//!
//! The page sets its cookies blindly, as it would have before anybody thought of consent. What leaves is the gate's to
//! say.

use axum::response::{AppendHeaders, Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use consent_gate::web::tower::ConsentLayer;
use consent_gate::{Category, ChangeError, Deployment, Gate, Visitor, testing};
use std::collections::HashMap;
use std::error::Error;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A real site reads its own: `Gate::new(Policy::from_toml(…)?)?`.
    let gate = Gate::deployed(testing::policy(), Deployment::plain_http_on_localhost())?;
    let consent = ConsentLayer::new(gate).region(|headers, _| {
        let country = headers.get("x-demo-region").and_then(|value| value.to_str().ok());
        country.unwrap_or("DE").parse().ok().into()
    });
    // The last layer is the outermost.
    let app = Router::new().route("/", get(page)).route("/consent", post(answer)).layer(consent);

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Listening on http://{address}\n{TRY}", address = listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn page(visitor: Visitor) -> impl IntoResponse {
    let blind = [
        ("set-cookie", "sid=8f2c; Path=/; HttpOnly"),
        ("set-cookie", "lang=de; Path=/; Max-Age=99999999"),
        ("set-cookie", "_lum1=a; Path=/"),
        ("set-cookie", "_adl=9; Path=/"),
    ];
    let code = visitor.decide(Category::ANALYTICS).code();
    (AppendHeaders(blind), Html(format!("<!doctype html><title>Site</title><p>Analytics: {code}.</p>{FORM}")))
}

async fn answer(visitor: Visitor, Form(form): Form<HashMap<String, String>>) -> Result<Redirect, ChangeError> {
    match form.get("action").map(String::as_str) {
        Some("accept") => visitor.accept_all()?,
        _ => visitor.refuse_all()?,
    }
    Ok(Redirect::to("/"))
}

const FORM: &str = r#"<form method="post" action="/consent">
<button name="action" value="accept">Accept all</button>
<button name="action" value="refuse">Refuse all</button>
</form>"#;

const TRY: &str = r#"
The page sets sid, lang, _lum1 and _adl for everybody. Set SITE to the address above, and compare what leaves:

  # Nobody has answered, in Germany: the session alone.
  curl -si $SITE/ | grep -i -E '^(set-cookie|cache-control|vary)'
  # Nor in California, where a visitor objects instead: all leave, lifetimes capped.
  curl -si -H 'x-demo-region: US-CA' $SITE/ | grep -i ^set-cookie
  # California with Global Privacy Control: _adl is gone.
  curl -si -H 'x-demo-region: US-CA' -H 'Sec-GPC: 1' $SITE/ | grep -i ^set-cookie
  # Accept everything; then the page sets all its cookies.
  curl -si -c jar -d action=accept $SITE/consent | grep -i ^set-cookie
  curl -si -b jar $SITE/ | grep -i ^set-cookie
  # Refuse: the answer is stored, and _lum1 is erased.
  curl -si -b jar -b _lum1=a -d action=refuse $SITE/consent | grep -i ^set-cookie
  # A form on another site cannot answer for the visitor: 403.
  curl -si -H 'Origin: https://evil.example' -d action=accept $SITE/consent
"#;
