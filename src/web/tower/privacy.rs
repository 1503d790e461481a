//! The ready routes of the privacy settings as a layer for any tower service.

use crate::Visitor;
use crate::ui::{self, AccountId, BODY_MAX, Privacy};
use crate::web::tower::fields;
use crate::web::{MissingLayer, Mode};
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::Body;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// Answers what [`Privacy`] answers, and passes everything else on: *within* the [`ConsentLayer`](crate::web::tower::ConsentLayer), from
/// which it has the visitor, and within the host's session layer, which says by an [`AccountId`] in the extensions who is
/// logged in.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::web::tower::{ConsentLayer, PrivacyLayer};
/// use axum::{Router, extract::{Request, State}, response::Html, routing::get};
/// use consent_gate::ui::{self, Privacy};
///
/// async fn lesson(State(privacy): State<Privacy>, visitor: Visitor, request: Request) -> Html<String> {
///     let request = ui::Request::from(&request);
///     let banner = privacy.banner(&visitor, &request).map(|banner| banner.to_html()).unwrap_or_default();
///     let (style, link) = (privacy.style_link(), privacy.link(&request));
///     Html(format!("<!doctype html><title>Lesson</title>{style}<body>{banner}<h1>Lesson</h1><footer>{link}</footer>"))
/// }
///
/// # let gate = testing::gate();
/// let privacy = Privacy::new(gate.clone());
/// let app = Router::new()
///     .route("/lesson", get(lesson))
///     .with_state(privacy.clone())
///     .layer(PrivacyLayer::new(privacy))
///     .layer(ConsentLayer::new(gate));
/// # let _: Router = app;
/// ```
#[derive(Clone, Debug)]
pub struct PrivacyLayer {
    privacy: Privacy,
}

impl PrivacyLayer {
    /// A layer that answers for these settings.
    #[must_use]
    pub const fn new(privacy: Privacy) -> Self {
        Self { privacy }
    }
}

impl<S> Layer<S> for PrivacyLayer {
    type Service = PrivacyService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        PrivacyService { inner, privacy: self.privacy.clone() }
    }
}

/// A service with the ready routes before it: see [`PrivacyLayer`].
#[derive(Clone, Debug)]
pub struct PrivacyService<S> {
    inner: S,
    privacy: Privacy,
}

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for PrivacyService<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    S::Future: Send + 'static,
    S::Error: 'static,
    RequestBody: Body<Data: Send> + Send + 'static,
    ResponseBody: From<String> + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = PrivacyFuture<S::Future, S::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        if let Some(visitor) = request.extensions().get::<Visitor>() {
            self.privacy.take_app_answer(visitor, &ui::Request::from(&request));
            self.privacy.record_migration(visitor);
        }
        if !self.privacy.answers(request.method().as_str(), request.uri().path()) {
            return PrivacyFuture { passed: Some(self.inner.call(request)), own: None };
        }
        let privacy = self.privacy.clone();
        PrivacyFuture { passed: None, own: Some(Box::pin(async move { own(&privacy, request).await })) }
    }
}

pin_project_lite::pin_project! {
    /// The response of a [`PrivacyService`]: of the service within, or of a ready route.
    #[must_use = "futures do nothing unless polled"]
    pub struct PrivacyFuture<F, R> {
        #[pin]
        passed: Option<F>,
        own: Option<Pin<Box<dyn Future<Output = R> + Send>>>,
    }
}

impl<F, R> std::fmt::Debug for PrivacyFuture<F, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivacyFuture").finish_non_exhaustive()
    }
}

impl<F, R, E> Future for PrivacyFuture<F, R>
where
    F: Future<Output = Result<R, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match (this.passed.as_pin_mut(), this.own) {
            (Some(passed), _) => passed.poll(context),
            (None, Some(own)) => own.as_mut().poll(context).map(Ok),
            // One of the two is always there.
            (None, None) => Poll::Pending,
        }
    }
}

async fn own<B: Body, R: From<String>>(privacy: &Privacy, request: Request<B>) -> Response<R> {
    let (parts, body) = request.into_parts();
    let Some(visitor) = parts.extensions.get::<Visitor>() else {
        let status = StatusCode::INTERNAL_SERVER_ERROR.as_u16();
        return carried(status, [], MissingLayer.to_string());
    };
    let Some(body) = read(body).await else { return carried(400, [], "the body ended early".to_owned()) };
    let head = ui::Request::from(&parts).body(&body);
    let account = parts.extensions.get::<AccountId>().map(|AccountId(id)| id.as_str());
    let response = privacy.serve(visitor, account, &head).await.unwrap_or_default();
    carried(response.status, response.headers, response.body)
}

/// The head of a request, as a layer or an extractor has it.
impl<'r> From<&'r Parts> for ui::Request<'r> {
    fn from(parts: &'r Parts) -> Self {
        head(&parts.method, &parts.uri, &parts.headers, &parts.extensions)
    }
}

/// The head of a request; its body is not read.
impl<'r, B> From<&'r Request<B>> for ui::Request<'r> {
    fn from(request: &'r Request<B>) -> Self {
        head(request.method(), request.uri(), request.headers(), request.extensions())
    }
}

fn head<'r>(method: &'r Method, uri: &'r Uri, headers: &'r HeaderMap, extensions: &Extensions) -> ui::Request<'r> {
    let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let authority = uri.authority().map(http::uri::Authority::as_str);
    let is_report = extensions.get::<Mode>() == Some(&Mode::Report);
    ui::Request::read(method.as_str(), target, authority, fields(headers)).report_only(is_report)
}

/// The body, as far as a form may be long and one byte more: the rest is not read.
async fn read<B: Body>(body: B) -> Option<Vec<u8>> {
    let (mut body, mut bytes) = (pin!(body), Vec::new());
    while bytes.len() <= BODY_MAX {
        let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await else { break };
        let Ok(mut data) = frame.ok()?.into_data() else { continue };
        while bytes.len() <= BODY_MAX && bytes::Buf::has_remaining(&data) {
            let room = BODY_MAX + 1 - bytes.len();
            let chunk = bytes::Buf::chunk(&data);
            let taken = chunk.len().min(room);
            bytes.extend_from_slice(&chunk[..taken]);
            bytes::Buf::advance(&mut data, taken);
        }
    }
    Some(bytes)
}

fn carried<R: From<String>>(
    status: u16,
    headers: impl IntoIterator<Item = (&'static str, String)>,
    body: String,
) -> Response<R> {
    let mut response = Response::new(R::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    response
}
