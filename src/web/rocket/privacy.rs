//! The ready routes of the privacy settings for Rocket 0.5.

use super::fields;
use crate::Visitor;
use crate::ui::{self, AccountId, BODY_MAX, Privacy};
use crate::web::Mode;
use crate::web::rocket::ConsentLayer;
use rocket::Request;
use rocket::data::{Data, ToByteUnit};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome as Guarded};
use rocket::response::Response;
use rocket::route::{Handler, Outcome, Route};
use std::io::Cursor;

/// Answers what [`Privacy`] answers: routes to mount at `/`, and a fairing for the pages around them.
///
/// The host's session fairing says by an [`AccountId`] in the request's local cache (`Option<AccountId>`) who is logged in.
///
/// Attach the same value as a fairing, after the [`ConsentLayer`]. Any page can carry an answer that migrates: without the
/// fairing, only the ready routes record it, and only they take the answers of applications without cookies.
///
/// # Example
/// ```
/// use consent_gate::ui::Privacy;
/// use consent_gate::web::rocket::{ConsentLayer, PrivacyLayer};
///
/// # let gate = consent_gate::testing::gate();
/// let privacy = Privacy::new(gate.clone());
/// let routes = PrivacyLayer::new(privacy);
/// let app = rocket::build().mount("/", routes.clone()).attach(ConsentLayer::new(gate)).attach(routes);
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

impl From<PrivacyLayer> for Vec<Route> {
    fn from(routes: PrivacyLayer) -> Self {
        let path = routes.privacy.path().to_owned();
        let paths = [
            path.clone(),
            format!("{path}.json"),
            format!("{path}/banner"),
            format!("{path}/<style>"),
            "/.well-known/gpc.json".to_owned(),
        ];
        let methods = [Method::Get, Method::Post, Method::Options];
        let is_answered = |method: Method, path: &str| routes.privacy.answers(method.as_str(), path);
        let pairs = paths.iter().flat_map(|path| methods.map(|method| (method, path)));
        pairs
            .filter(|(method, path)| path.ends_with("<style>") || is_answered(*method, path))
            .map(|(method, path)| Route::new(method, path, routes.clone()))
            .collect()
    }
}

#[rocket::async_trait]
impl Fairing for PrivacyLayer {
    fn info(&self) -> Info {
        Info { name: "Privacy settings", kind: Kind::Request }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let Guarded::Success(visitor) = Visitor::from_request(request).await else { return };
        let target = request.uri().to_string();
        let headers: Vec<_> = request.headers().iter().collect();
        let head = ui::Request::read(request.method().as_str(), &target, None, fields(&headers));
        self.privacy.take_app_answer(&visitor, &head);
        self.privacy.record_migration(&visitor);
    }
}

#[rocket::async_trait]
impl Handler for PrivacyLayer {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        if !self.privacy.answers(request.method().as_str(), request.uri().path().as_str()) {
            return Outcome::forward(data, Status::NotFound);
        }
        let Guarded::Success(visitor) = Visitor::from_request(request).await else {
            return Outcome::error(Status::InternalServerError);
        };
        // One byte more than a form may have says that it is too long; the rest is not read.
        let Ok(body) = data.open((BODY_MAX + 1).bytes()).into_bytes().await else {
            return Outcome::error(Status::BadRequest);
        };
        let target = request.uri().to_string();
        let host = request.host().map(ToString::to_string);
        let headers: Vec<_> = request.headers().iter().collect();
        let head = ui::Request::read(request.method().as_str(), &target, host.as_deref(), fields(&headers)).body(&body);
        let is_report = request.rocket().state::<ConsentLayer>().is_some_and(|gate| gate.mode() == Mode::Report);
        let head = head.report_only(is_report);
        // Again where the fairing did so already: an application may mount the routes without it.
        self.privacy.take_app_answer(&visitor, &head);
        self.privacy.record_migration(&visitor);
        let account = request.local_cache(|| None::<AccountId>).as_ref().map(|AccountId(id)| id.as_str());
        let response = self.privacy.serve(&visitor, account, &head).await.unwrap_or_default();
        let mut built = Response::build();
        built.status(Status::new(response.status));
        for (name, value) in response.headers {
            built.raw_header_adjoin(name, value);
        }
        if !response.body.is_empty() {
            built.sized_body(response.body.len(), Cursor::new(response.body));
        }
        Outcome::Success(built.finalize())
    }
}
