//! A small Rocket site behind the gate.
//!
//! `cargo run --example rocket --features rocket` starts it and prints what to try. `PORT` sets the port; 0 takes any.
//!
//! The page sets its cookies blindly, as it would have before anybody thought of consent. What leaves is the gate's to
//! say.

use consent_gate::web::rocket::ConsentLayer;
use consent_gate::{Category, ChangeError, Deployment, Gate, Visitor, testing};
use rocket::fairing::AdHoc;
use rocket::form::{Form, FromForm};
use rocket::http::{Cookie, CookieJar};
use rocket::response::Redirect;
use rocket::response::content::RawHtml;
use rocket::time::Duration;
use rocket::{Config, get, post, routes};
use std::error::Error;

#[rocket::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A real site reads its own: `Gate::new(Policy::from_toml(…)?)?`.
    let gate = Gate::deployed(testing::policy(), Deployment::plain_http_on_localhost())?;
    let consent = ConsentLayer::new(gate).region(|request| {
        let country = request.headers().get_one("x-demo-region");
        country.unwrap_or("DE").parse().ok().into()
    });

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    rocket::custom(Config { port, ..Config::default() })
        // Anywhere: the gate moves behind the fairings that are attached later.
        .attach(consent)
        .mount("/", routes![page, answer])
        .attach(AdHoc::on_liftoff("What to try", |rocket| {
            Box::pin(async move {
                let Config { address, port, .. } = rocket.config();
                println!("Listening on http://{address}:{port}\n{TRY}");
            })
        }))
        .launch()
        .await?;
    Ok(())
}

#[get("/")]
fn page(visitor: Visitor, jar: &CookieJar<'_>) -> RawHtml<String> {
    jar.add(Cookie::build(("sid", "8f2c")).http_only(true));
    jar.add(Cookie::build(("lang", "de")).max_age(Duration::days(1157)));
    jar.add(("_lum1", "a"));
    jar.add(("_adl", "9"));
    let code = visitor.decide(Category::ANALYTICS).code();
    RawHtml(format!("<!doctype html><title>Site</title><p>Analytics: {code}.</p>{FORM}"))
}

#[derive(FromForm)]
struct Answer {
    action: String,
}

#[post("/consent", data = "<form>")]
fn answer(visitor: Visitor, form: Form<Answer>) -> Result<Redirect, ChangeError> {
    match form.action.as_str() {
        "accept" => visitor.accept_all()?,
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
