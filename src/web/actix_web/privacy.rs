//! The ready routes of the privacy settings for actix-web 4.

use super::fields;
use crate::Visitor;
use crate::ui::{self, AccountId, BODY_MAX, Privacy};
use crate::web::{MissingLayer, Mode};
use actix_web::dev::{AppService, HttpServiceFactory, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Payload};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use std::future::{Ready, ready};
use std::task::{Context, Poll};

/// Answers what [`Privacy`] answers: a service among an application's own, and a middleware for the pages around it.
///
/// The host's session middleware says by an [`AccountId`] in the request's extensions who is logged in.
///
/// Wrap the application in the same value, *within* the [`ConsentLayer`](crate::web::actix_web::ConsentLayer). Any page can carry an
/// answer that migrates: without the wrapper, only the ready routes record it, and only they take the answers of applications
/// without cookies.
///
/// # Example
/// ```
/// use actix_web::App;
/// use consent_gate::ui::Privacy;
/// use consent_gate::web::actix_web::{ConsentLayer, PrivacyLayer};
///
/// # let gate = consent_gate::testing::gate();
/// let privacy = Privacy::new(gate.clone());
/// let routes = PrivacyLayer::new(privacy);
/// let app = App::new().service(routes.clone()).wrap(routes).wrap(ConsentLayer::new(gate));
/// # let _ = app;
/// ```
#[derive(Clone, Debug)]
pub struct PrivacyLayer {
    privacy: Privacy,
}

impl PrivacyLayer {
    /// Routes that answer for these settings.
    #[must_use]
    pub const fn new(privacy: Privacy) -> Self {
        Self { privacy }
    }
}

impl HttpServiceFactory for PrivacyLayer {
    fn register(self, config: &mut AppService) {
        let Self { privacy } = self;
        let handler = {
            let privacy = privacy.clone();
            move |request: HttpRequest, payload: Payload| {
                let privacy = privacy.clone();
                async move { own(&privacy, &request, payload).await }
            }
        };
        // Every path is looked at, and those of the ready routes are taken.
        let resource = web::resource("/{path:.*}").guard(Answers(privacy)).to(handler);
        resource.register(config);
    }
}

impl<S, B> Transform<S, ServiceRequest> for PrivacyLayer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = PrivacyMiddleware<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(PrivacyMiddleware { inner, privacy: self.privacy.clone() }))
    }
}

/// A service whose requests are prepared for [`Privacy`]: see [`PrivacyLayer`].
#[derive(Debug)]
pub struct PrivacyMiddleware<S> {
    inner: S,
    privacy: Privacy,
}

impl<S, B> Service<ServiceRequest> for PrivacyMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = S::Future;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let visitor = request.extensions().get::<Visitor>().cloned();
        if let Some(visitor) = visitor {
            self.privacy.take_app_answer(&visitor, &head(request.request()));
            self.privacy.record_migration(&visitor);
        }
        self.inner.call(request)
    }
}

/// Whether a ready route answers.
struct Answers(Privacy);

impl Guard for Answers {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let head = context.head();
        self.0.answers(head.method.as_str(), head.uri.path())
    }
}

async fn own(privacy: &Privacy, request: &HttpRequest, payload: Payload) -> HttpResponse {
    let visitor = request.extensions().get::<Visitor>().cloned();
    let Some(visitor) = visitor else {
        return HttpResponse::InternalServerError().body(MissingLayer.to_string());
    };
    let account = request.extensions().get::<AccountId>().cloned();
    // What is longer is not read; one byte too many says so.
    let body = match payload.to_bytes_limited(BODY_MAX).await {
        Ok(Ok(body)) => body.to_vec(),
        Ok(Err(_)) => return HttpResponse::BadRequest().body("the body ended early"),
        Err(_) => vec![0; BODY_MAX + 1],
    };
    let head = head(request).body(&body);
    // Again where the wrapper did so already: an application may serve the routes without it.
    privacy.take_app_answer(&visitor, &head);
    privacy.record_migration(&visitor);
    let account = account.as_ref().map(|AccountId(id)| id.as_str());
    let response = privacy.serve(&visitor, account, &head).await.unwrap_or_default();
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    for header in response.headers {
        builder.append_header(header);
    }
    builder.body(response.body)
}

fn head(request: &HttpRequest) -> ui::Request<'_> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let authority = request.uri().authority().map(|authority| authority.as_str());
    // actix-web itself leaves the body of a response to HEAD out, and needs it to tell its length.
    let method = if request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    let is_report = request.extensions().get::<Mode>() == Some(&Mode::Report);
    ui::Request::read(method, target, authority, fields(request.headers())).report_only(is_report)
}
