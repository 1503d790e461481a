//! A visitor's form, from the request to the response.
//!
//! - A grant counts for what was shown: one that was given to an older text is not taken.
//! - A form of another site cannot answer, and the redirect stays on this site.

use super::form::Form;
use super::form_error::FormError;
use super::render;
use super::{Privacy, Request, Response};
use crate::record::{Circumstances, Method, Record, SettleError};
use crate::{Answer, ChangeError, Pending, Visitor};

/// The fragment that a redirect to the settings leads to, so that what has happened is read first.
const SAVED: &str = "?saved#consent-status";

/// A form that was read and worked out, and has changed nothing yet: the step at which a host records it.
#[derive(Debug)]
#[must_use = "nothing is stored until it is committed"]
pub struct Submission<'r> {
    privacy: Privacy,
    visitor: Visitor,
    request: &'r Request<'r>,
    pending: Option<Pending>,
    back: Option<String>,
    is_json: bool,
    circumstances: Circumstances,
}

impl Privacy {
    /// Reads the form of a visitor, and works out what it makes of the answer.
    ///
    /// The visitor must be of this very request: [`web::Exchange`](crate::web::Exchange), and so every adapter, makes it
    /// so. Whether the request came from this site is looked at here once more.
    ///
    /// # Errors
    /// The response that says why nothing was stored: 403 for a form of another site or one that was sent ahead of a visit,
    /// 400 with the field named for one that is not as it should be, 409 for consent to a text that has changed since.
    pub fn submit<'r>(&self, visitor: &Visitor, request: &'r Request<'r>) -> Result<Submission<'r>, Box<Response>> {
        if !request.is_own() {
            if !self.names(request) {
                return Err(self.refused(request, &ChangeError::CrossOrigin));
            }
            visitor.unlock_for_named_origin();
        }
        if request.is_ahead() {
            return Err(self.refused(request, &ChangeError::Prefetch));
        }
        let malformed = |error| self.malformed(request, &error);
        let form = Form::read(request.content_type, request.body).map_err(malformed)?;
        let back = form.back.clone().map_or_else(|| request.back(), |back| Ok(Some(back))).map_err(malformed)?;
        let change = self.change(&form.sent, &visitor.standing()).map_err(malformed)?;
        let pending = match visitor.prepare(&change) {
            Ok(pending) => Some(pending).filter(|pending| !pending.is_double_click()),
            // What the banner was about cannot be granted any more.
            Err(ChangeError::Empty) => None,
            Err(error) => return Err(self.refused(request, &error)),
        };
        let circumstances = self.circumstances(&form, pending.as_ref(), request).map_err(malformed)?;
        let is_outdated = form.revision.is_some_and(|shown| shown < self.gate().policy().revision);
        if is_outdated && pending.as_ref().is_some_and(Pending::grants) {
            let words = self.texts(self.language(request)).words;
            return Err(self.failed(request, 409, "outdated", words.error_outdated.clone()));
        }
        let (privacy, visitor) = (self.clone(), visitor.clone());
        Ok(Submission { privacy, visitor, request, pending, back, is_json: form.is_json, circumstances })
    }

    /// How the visitor came to click, for the proof.
    fn circumstances(
        &self,
        form: &Form,
        pending: Option<&Pending>,
        request: &Request<'_>,
    ) -> Result<Circumstances, FormError> {
        let language = match &form.language {
            Some(tag) if !self.gate().policy().languages.contains(tag) => {
                return Err(FormError::value("language", tag));
            }
            Some(tag) => tag,
            None => self.language(request),
        };
        let method = if pending.is_some_and(Pending::is_override) {
            Method::Override
        } else if form.is_banner {
            Method::Banner
        } else if form.is_json && request.is_app() {
            Method::Api
        } else {
            Method::Settings
        };
        Ok(Circumstances::new(method, language).device(request.device()))
    }

    /// Whether the host has named the origin of a request. `null`, of sandboxed frames and files of anybody, cannot be named.
    pub(super) fn names(&self, request: &Request<'_>) -> bool {
        let origin = request.origin().filter(|origin| origin.contains("://"));
        origin.is_some_and(|origin| self.shared.origins.iter().any(|named| named == origin))
    }

    fn malformed(&self, request: &Request<'_>, error: &FormError) -> Box<Response> {
        let words = self.texts(self.language(request)).words;
        let text = super::words::fill(&words.error_field, &[("problem", &error.to_string())]);
        self.failed(request, 400, "form", text)
    }

    fn refused(&self, request: &Request<'_>, error: &ChangeError) -> Box<Response> {
        let words = self.texts(self.language(request)).words;
        match error {
            ChangeError::CrossOrigin => self.failed(request, 403, "cross-origin", words.error_cross_site.clone()),
            ChangeError::Prefetch => self.failed(request, 403, "prefetch", words.error_prefetch.clone()),
            // The host's mistake: it answers a form after the head has left.
            other => self.failed(request, 500, "late", other.to_string()),
        }
    }

    /// A response that says why nothing was stored: as JSON where JSON was sent, as a page otherwise.
    pub(super) fn failed(&self, request: &Request<'_>, status: u16, code: &str, problem: String) -> Box<Response> {
        if request.speaks_json() {
            let body = serde_json::json!({ "saved": false, "error": code, "problem": problem });
            return Box::new(Response::json(status, body.to_string()));
        }
        let language = self.language(request);
        let words = self.texts(language).words;
        let document = render::error_page(words, language, &problem, &self.shared.path, self.style_link());
        Box::new(Response::html(status, self.frame(&document)))
    }
}

impl Submission<'_> {
    /// The change, for a host that records it; `None` where the form changes nothing.
    #[must_use]
    pub const fn pending(&self) -> Option<&Pending> {
        self.pending.as_ref()
    }

    /// What the browser's answer will be; `None` where the form changes nothing.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.pending.as_ref().map(Pending::answer)
    }

    /// The proof of the change; `None` where the form changes nothing. [`settle`](Self::settle) keeps it by itself.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        self.pending.as_ref()?.record(&self.circumstances)
    }

    /// Records the change in the stores of [`Privacy::stores`] and makes it, by the order of [`Pending::settle`], and leads
    /// back. `account` is whose visitor this is, where somebody is logged in.
    ///
    /// A store that fails is answered with 503: nothing was granted then, and what the form refuses holds.
    pub async fn settle(mut self, account: Option<&str>) -> Response {
        let Some(pending) = self.pending.take() else { return self.commit() };
        let grants = pending.grants();
        let error = match pending.settle(self.privacy.stores(), account, &self.circumstances).await {
            Ok(()) => return self.commit(),
            Err(SettleError::Change(error)) => return *self.privacy.refused(self.request, &error),
            Err(error) => error,
        };
        if let SettleError::NotRecorded(error) | SettleError::Account(error) = &error {
            self.privacy.report(error);
        }
        let words = self.privacy.texts(self.privacy.language(self.request)).words;
        let text = if grants { &words.error_store } else { &words.error_store_refusal };
        *self.privacy.failed(self.request, 503, "not-recorded", text.clone())
    }

    /// Makes the change, and leads back: a redirect, or what JSON asked for. The lines of cookies are the visitor's: see
    /// [`Response`].
    #[must_use]
    pub fn commit(self) -> Response {
        let Self { privacy, visitor, request, pending, back, is_json, .. } = self;
        if let Some(Err(error)) = pending.map(Pending::commit) {
            return *privacy.refused(request, &error);
        }
        if is_json {
            return privacy.json(&visitor, request, true);
        }
        // A form on a page of the site without a field of its own, as a placeholder has, leads back to that page.
        let own = request.own_referer().filter(|path| path.split('?').next() != Some(privacy.path()));
        let location = back.or_else(|| own.map(str::to_owned));
        Response::see_other(location.unwrap_or_else(|| format!("{}{SAVED}", privacy.path())))
    }
}
