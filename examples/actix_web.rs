//! A small actix-web site behind the gate.
//!
//! `cargo run --example actix_web --features actix-web` starts it and prints what to try. `PORT` sets the port; 0 takes
//! any.
//!
//! The page sets its cookies blindly, as it would have before anybody thought of consent. What leaves is the gate's to
//! say.

use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::web::{self, Form};
use actix_web::{App, HttpResponse, HttpServer, Responder};
use consent_gate::web::actix_web::ConsentLayer;
use consent_gate::{Category, ChangeError, Deployment, Gate, Visitor, testing};
use std::collections::HashMap;
use std::error::Error;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A real site reads its own: `Gate::new(Policy::from_toml(…)?)?`.
    let gate = Gate::deployed(testing::policy(), Deployment::plain_http_on_localhost())?;
    let consent = ConsentLayer::new(gate).region(|request| {
        let country = request.headers().get("x-demo-region").and_then(|value| value.to_str().ok());
        country.unwrap_or("DE").parse().ok().into()
    });

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let server = HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(page))
            .route("/consent", web::post().to(answer))
            // The last wrap is the outermost.
            .wrap(consent.clone())
    });
    let server = server.bind(("127.0.0.1", port))?;
    for address in server.addrs() {
        println!("Listening on http://{address}\n{TRY}");
    }
    server.run().await?;
    Ok(())
}

async fn page(visitor: Visitor) -> impl Responder {
    let code = visitor.decide(Category::ANALYTICS).code();
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .cookie(Cookie::build("sid", "8f2c").path("/").http_only(true).finish())
        .cookie(Cookie::build("lang", "de").path("/").max_age(Duration::days(1157)).finish())
        .cookie(Cookie::build("_lum1", "a").path("/").finish())
        .cookie(Cookie::build("_adl", "9").path("/").finish())
        .body(format!("<!doctype html><title>Site</title><p>Analytics: {code}.</p>{FORM}"))
}

async fn answer(visitor: Visitor, form: Form<HashMap<String, String>>) -> Result<impl Responder, ChangeError> {
    match form.get("action").map(String::as_str) {
        Some("accept") => visitor.accept_all()?,
        _ => visitor.refuse_all()?,
    }
    Ok(web::Redirect::to("/").see_other())
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
