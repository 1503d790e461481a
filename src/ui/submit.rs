//! What a visitor's form makes of the answer.
//!
//! - Nothing ticked is refused, never accepted. What a click cannot grant (forbidden here, or against a signal that binds)
//!   is not granted by accepting all.
//! - What a law allows until objection was on before the visitor came: leaving it on is no grant, and nothing is stored
//!   about it. Only an explicit "accept all", or switching it on after it was off, is.
//! - A grant counts for what was shown: one that was given to an older text is not taken.
//! - The same form twice within [`DOUBLE_CLICK`] is one click.
//! - A form of another site cannot answer, and the redirect stays on this site.

use super::category_view::grantable;
use super::form::{Form, Sent};
use super::form_error::FormError;
use super::render;
use super::{Privacy, Request, Response};
use crate::gate::visitor::Standing;
use crate::record::{Circumstances, Method, Record};
use crate::{AllowReason, Answer, Category, Change, ChangeError, Decision, DenyReason, Pending, Visitor};
use chrono::TimeDelta;

/// How long the same form is taken for the same click.
const DOUBLE_CLICK: TimeDelta = TimeDelta::seconds(30);

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
    pub(super) is_json: bool,
    grants: bool,
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
        let form = Form::read(request.content_type, request.body).map_err(|error| self.malformed(request, &error))?;
        let back = match form.back.clone() {
            Some(back) => Some(back),
            None => request.back().map_err(|error| self.malformed(request, &error))?,
        };
        let standing = visitor.standing();
        let change = self.change(&form.sent, &standing).map_err(|error| self.malformed(request, &error))?;
        let grants = change.grants;
        let circumstances =
            self.circumstances(&form, &change, request).map_err(|error| self.malformed(request, &error))?;
        if grants && form.revision.is_some_and(|shown| shown < self.gate().policy().revision) {
            let texts = self.texts(self.language(request));
            return Err(self.failed(request, 409, "outdated", texts.words.error_outdated.clone()));
        }
        let pending = match visitor.prepare(&change.change) {
            Ok(pending) if is_double_click(&pending, &standing) => None,
            Ok(pending) => Some(pending),
            // What the banner was about cannot be granted any more.
            Err(ChangeError::Empty) => None,
            Err(error) => return Err(self.refused(request, &error)),
        };
        Ok(Submission {
            privacy: self.clone(),
            visitor: visitor.clone(),
            request,
            pending,
            back,
            is_json: form.is_json,
            grants,
            circumstances,
        })
    }

    /// How the visitor came to click, for the proof.
    fn circumstances(&self, form: &Form, change: &Worked, request: &Request<'_>) -> Result<Circumstances, FormError> {
        let language = match &form.language {
            Some(tag) if !self.gate().policy().languages.contains(tag) => {
                return Err(FormError::value("language", tag));
            }
            Some(tag) => tag,
            None => self.language(request),
        };
        let method = match () {
            () if change.overrides => Method::Override,
            () if form.is_banner => Method::Banner,
            () if form.is_json && request.is_app() => Method::Api,
            () => Method::Settings,
        };
        Ok(Circumstances::new(method, language).device(request.device()))
    }

    fn change(&self, sent: &Sent, standing: &Standing) -> Result<Worked, FormError> {
        let gate = self.gate();
        let overrides =
            |granted: Category| granted.each().any(|c| standing.consent.decide(c) == Decision::Deny(DenyReason::Gpc));
        let grantable = grantable(gate, standing);
        let forbidden = with(gate.offered(), |c| standing.consent.decide(c) == Decision::Deny(DenyReason::Forbidden));
        let (change, granted) = match sent {
            Sent::Accept(about) if about.is_empty() => (Change::answer(grantable).unasked(forbidden), grantable),
            Sent::Refuse(about) if about.is_empty() => (Change::answer(Category::empty()), Category::empty()),
            Sent::Accept(about) => {
                let (categories, providers) = self.about(about)?;
                let granted = categories & grantable;
                let change = providers.iter().fold(Change::grant(granted), |change, id| change.provider(*id, true));
                return Ok(Worked { change, grants: true, overrides: overrides(granted) });
            }
            Sent::Refuse(about) => {
                let (categories, providers) = self.about(about)?;
                let change = Change::refuse(categories);
                (providers.iter().fold(change, |change, id| change.provider(*id, false)), Category::empty())
            }
            Sent::Save { categories, refuse, allow } => {
                let bits = categories.iter().map(|id| self.category("category", id)).collect::<Result<Vec<_>, _>>()?;
                let ticked = bits.into_iter().fold(Category::empty(), |all, one| all | one);
                let is_on_by_law = |c| {
                    matches!(
                        standing.consent.decide(c),
                        Decision::Allow(AllowReason::NoObjection | AllowReason::Exempt)
                    )
                };
                let left = ticked & with(gate.offered(), is_on_by_law);
                let granted = (ticked & grantable).difference(left);
                let mut change = Change::answer(granted).unasked(left | forbidden);
                for (field, ids, is_allowed) in [("refuse_provider", refuse, false), ("allow_provider", allow, true)] {
                    for id in ids {
                        self.provider(field, id)?;
                        change = change.provider(id, is_allowed);
                    }
                }
                let grants = !granted.is_empty() || !allow.is_empty();
                return Ok(Worked { change, grants, overrides: overrides(granted) });
            }
            Sent::Provider(id) => {
                self.provider("provider", id)?;
                let change = Change::grant(Category::empty()).provider(id, true);
                return Ok(Worked { change, grants: true, overrides: false });
            }
        };
        Ok(Worked { change, grants: !granted.is_empty(), overrides: overrides(granted) })
    }

    /// What the field `about` names: categories, and providers.
    fn about<'s>(&self, about: &'s [String]) -> Result<(Category, Vec<&'s str>), FormError> {
        let (mut categories, mut providers) = (Category::empty(), Vec::new());
        for value in about {
            match value.strip_prefix("provider.") {
                Some(id) => providers.push(self.provider("about", id)?),
                None => categories |= self.category("about", value)?,
            }
        }
        Ok((categories, providers))
    }

    fn category(&self, field: &'static str, id: &str) -> Result<Category, FormError> {
        let offered = self.gate().category(id).filter(|category| self.gate().offered().contains(*category));
        offered.ok_or_else(|| FormError::value(field, id))
    }

    fn provider<'i>(&self, field: &'static str, id: &'i str) -> Result<&'i str, FormError> {
        let compiled = self.gate().compiled();
        let is_offered = compiled.provider(id).is_some_and(|provider| !provider.category.is_empty());
        if is_offered { Ok(id) } else { Err(FormError::value(field, id)) }
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

    /// Whether it grants anything: then it must not take effect unless it could be recorded. A refusal takes effect anyway.
    #[must_use]
    pub const fn grants(&self) -> bool {
        self.grants
    }

    /// The proof of the change; `None` where the form changes nothing. [`Privacy::serve`] keeps it by itself.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        self.pending.as_ref()?.record(&self.circumstances)
    }

    /// What is left of the form where nothing may be granted: the refusals in it. `None` where there are none.
    pub(super) fn refusals(self) -> Option<Self> {
        if !self.grants {
            return Some(self);
        }
        let pending = self.pending.as_ref()?.refusals()?;
        Some(Self { pending: Some(pending), grants: false, ..self })
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

/// A change, and whether it grants anything.
struct Worked {
    change: Change,
    grants: bool,
    /// Whether it grants what a signal of the browser denies.
    overrides: bool,
}

/// The bits of a set that pass a test.
fn with(set: Category, test: impl Fn(Category) -> bool) -> Category {
    set.each().filter(|one| test(*one)).fold(Category::empty(), |all, one| all | one)
}

/// Whether a change makes of the answers what they are already, but for a date of a moment ago.
fn is_double_click(pending: &Pending, standing: &Standing) -> bool {
    let same = |before: Option<&Answer>, after: Option<&Answer>| match (before, after) {
        (Some(before), Some(after)) => {
            let age = standing.now.signed_duration_since(before.decided());
            let redated = Answer { decided: before.decided, ..after.clone() };
            redated == *before && age >= TimeDelta::zero() && age < DOUBLE_CLICK
        }
        (None, None) => true,
        _ => false,
    };
    pending.before().is_some()
        && same(pending.before(), Some(pending.answer()))
        && same(standing.account.as_ref(), pending.account())
}
