//! What outside parties would have on every page: page views, and campaigns.
//!
//! [`count`] is the legacy part: it sets their cookies on every page, unasked. The markup is drawn only where the gate
//! allows it, since no header could take it out of a page again.

use crate::cookies;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use consent_gate::{Storage, Visitor};
use maud::{Markup, PreEscaped, html};

const PIXEL: &str = "https://px.lumen.example/v.gif";
const CAMPAIGN: &str = "https://adloop.example/t.js";

/// Keeps page views until they can be sent.
const QUEUE: &str = "
try {
  const views = JSON.parse(localStorage.getItem('lum.queue') || '[]');
  views.push(location.pathname);
  localStorage.setItem('lum.queue', JSON.stringify(views.slice(-50)));
} catch (error) { /* A full or closed store is no reason to stop. */ }
";

/// Sets the cookies of both vendors on every page.
pub(crate) async fn count(request: Request, next: Next) -> Response {
    let lines = cookies_of_vendors(request.headers());
    let response = next.run(request).await;
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if is_page { (cookies::set(lines), response).into_response() } else { response }
}

/// As the documentation of the vendors says, for two years.
fn cookies_of_vendors(headers: &HeaderMap) -> [String; 3] {
    let value = |name| cookies::read(headers, name).unwrap_or_else(cookies::new_id);
    [
        format!("_lum_id={}; Domain=calminteraction.example; Path=/; Max-Age=63072000; SameSite=Lax", value("_lum_id")),
        format!("_lum1={}; Domain=calminteraction.example; Path=/; Max-Age=1800; SameSite=Lax", value("_lum1")),
        format!(
            "_adl={}; Domain=calminteraction.example; Path=/; Max-Age=63072000; Secure; SameSite=None; Partitioned",
            value("_adl")
        ),
    ]
}

/// The markup of both vendors, as far as it is allowed.
pub(crate) fn markup(visitor: &Visitor, path: &str) -> Markup {
    let pixel = format!("{PIXEL}?page={path}");
    html! {
        @if visitor.decide_address(PIXEL).is_allow() {
            img.pixel src=(pixel) alt="" width="1" height="1";
            noscript { img.pixel src={ (pixel) "&script=off" } alt="" width="1" height="1"; }
        }
        @if visitor.decide_storage(Storage::Local, "lum.queue").is_allow() {
            script { (PreEscaped(QUEUE)) }
        }
        @if visitor.decide_address(CAMPAIGN).is_allow() {
            script src=(CAMPAIGN) async {}
        }
    }
}
