//! The settings as JSON, for front ends and applications of the host's own.
//!
//! `GET /privacy.json` answers with the verdict, what is open, and every text. `POST` takes the form's fields as JSON, and
//! answers with the same after the change.

use super::{Banner, Privacy, Request, Response, Settings};
use crate::{Answer, Visitor};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Body<'a> {
    /// Only after a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    saved: Option<bool>,
    /// What is decided about each category.
    verdict: BTreeMap<&'a str, Verdict>,
    /// `ask`, `wait` or `none`, and about what.
    prompt: &'static str,
    open: Vec<&'a str>,
    settings: Settings,
    banner: Option<Banner>,
    /// For applications, never for browsers: the cookie is out of the reach of scripts, and so is its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<App>,
}

#[derive(Serialize)]
struct Verdict {
    allowed: bool,
    code: &'static str,
}

#[derive(Serialize)]
struct App {
    answer: String,
    set_cookie: String,
}

impl Privacy {
    pub(super) fn json(&self, visitor: &Visitor, request: &Request<'_>, is_saved: bool) -> Response {
        let gate = self.gate();
        let consent = visitor.consent();
        let prompt = consent.prompt();
        let verdict = |(category, id)| {
            let decision = consent.decide(category);
            (id, Verdict { allowed: decision.is_allow(), code: decision.code() })
        };
        let app = |answer: Answer| App {
            set_cookie: gate.answer_line(&answer).as_str().to_owned(),
            answer: answer.to_string(),
        };
        let body = Body {
            saved: is_saved.then_some(true),
            verdict: gate.categories().map(verdict).collect(),
            prompt: prompt.state.as_str(),
            open: gate.categories().filter(|(category, _)| prompt.open.contains(*category)).map(|(_, id)| id).collect(),
            settings: self.settings(visitor, self.language(request)),
            banner: self.banner(visitor, request),
            app: visitor.answer().filter(|_| request.is_app()).map(app),
        };
        match serde_json::to_string(&body) {
            Ok(text) => Response::json(200, text),
            // No view holds a map with keys that are no texts.
            Err(error) => Response::json(500, error.to_string()),
        }
    }
}
