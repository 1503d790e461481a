//! What the trap answers, so that whatever may load also works.

use super::trap::{Accepted, Seen, State};
use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderValue, Method, Response};
use axum::serve::IncomingStream;
use std::sync::Arc;

/// The smallest picture: GIF, one transparent pixel.
const PIXEL: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// An answer that a test chose.
#[derive(Clone)]
pub(super) struct Fixed {
    pub(super) status: u16,
    pub(super) media_type: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// The scheme of a connection.
#[derive(Clone)]
struct Scheme(&'static str);

impl Connected<IncomingStream<'_, Accepted>> for Scheme {
    fn connect_info(stream: IncomingStream<'_, Accepted>) -> Self {
        Self(stream.remote_addr())
    }
}

pub(super) async fn serve(listener: Accepted, state: Arc<State>) {
    let router = Router::new()
        .fallback(async move |ConnectInfo(Scheme(scheme)), request: Request| answer(&state, scheme, request).await);
    axum::serve(listener, router.into_make_service_with_connect_info::<Scheme>()).await.unwrap();
}

async fn answer(state: &State, scheme: &'static str, request: Request) -> Response<Body> {
    let host = text(request.headers(), "host").split(':').next().unwrap_or_default().to_owned();
    let path = request.uri().path().to_owned();
    let names = request.uri().query().map(|query| {
        let names: Vec<&str> = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
        format!("?{}", names.join("&"))
    });
    state.see(Seen {
        scheme,
        host: host.clone(),
        method: Some(request.method().to_string()),
        path: format!("{path}{}", names.unwrap_or_default()),
    });
    let fixed = state.fixed.lock().unwrap().get(&format!("{scheme}://{host}{path}")).cloned();
    let headers = request.headers().clone();
    let mut response = match fixed {
        Some(fixed) => fixed.response(),
        None if request.method() == Method::OPTIONS => Response::new(Body::empty()),
        None if headers.contains_key("sec-websocket-key") => return socket(request).await,
        None => plain(&headers, &host, &path),
    };
    allow_everybody(&headers, &mut response);
    response
}

impl Fixed {
    fn response(self) -> Response<Body> {
        let mut response = Response::builder().status(self.status).header("content-type", self.media_type);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(Body::from(self.body)).unwrap()
    }
}

/// A socket that opens and stays silent.
async fn socket(request: Request) -> Response<Body> {
    use axum::extract::FromRequest;
    match WebSocketUpgrade::from_request(request, &()).await {
        Ok(upgrade) => upgrade.on_upgrade(async |mut socket| while socket.recv().await.is_some() {}),
        Err(_) => Response::builder().status(400).body(Body::empty()).unwrap(),
    }
}

/// By what the browser says that it is for; by the end of the name, where it does not say.
fn plain(headers: &HeaderMap, host: &str, path: &str) -> Response<Body> {
    let destination = text(headers, "sec-fetch-dest");
    let is_event_source = text(headers, "accept") == "text/event-stream";
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let (media_type, body) = match (destination, ending) {
        ("script" | "worker" | "sharedworker" | "serviceworker" | "audioworklet" | "paintworklet", _) | ("", "js") => {
            ("text/javascript", format!("(globalThis.loaded ??= []).push('{host}{path}');\n").into_bytes())
        }
        ("style", _) | ("", "css") => ("text/css", b":root { --trap: loaded }\n".to_vec()),
        ("image", _) | ("", "gif") => ("image/gif", PIXEL.to_vec()),
        ("document" | "iframe" | "frame" | "embed" | "object" | "fencedframe", _) => {
            ("text/html", format!("<!doctype html><title>{host}</title><p>{host}{path}</p>\n").into_bytes())
        }
        _ if is_event_source => ("text/event-stream", b"data: 1\n\n".to_vec()),
        _ => ("application/json", b"{}".to_vec()),
    };
    let response = Response::builder().header("content-type", media_type).header("cache-control", "no-store");
    // A third party's own cookie: seen in the browser, where it may have one.
    let response = response.header("set-cookie", "trap=1; Path=/; Secure; SameSite=None");
    response.body(Body::from(body)).unwrap()
}

/// No rule of the browser between origins shall stand in for the gate's.
fn allow_everybody(asked: &HeaderMap, response: &mut Response<Body>) {
    let origin = asked.get("origin").cloned().unwrap_or_else(|| HeaderValue::from_static("*"));
    let wanted = |name: &str| asked.get(name).cloned();
    let headers = response.headers_mut();
    headers.insert("access-control-allow-origin", origin);
    headers.insert("access-control-allow-credentials", HeaderValue::from_static("true"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    headers.insert("timing-allow-origin", HeaderValue::from_static("*"));
    for (asked, allowed) in [
        ("access-control-request-headers", "access-control-allow-headers"),
        ("access-control-request-method", "access-control-allow-methods"),
    ] {
        if let Some(value) = wanted(asked) {
            headers.insert(allowed, value);
        }
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
