//! Logging in and out. What is known of a visitor is told to the gate; the cookies are set blindly.

use crate::cookies;
use crate::layout::Page;
use crate::site::Site;
use axum::Form;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use consent_gate::{ChangeError, Visitor};
use maud::html;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Somebody who may log in. A real site has a database and passwords.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Account {
    Ada,
    Mia,
}

impl Account {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ada => "Ada",
            Self::Mia => "Mia",
        }
    }

    const fn is_minor(self) -> bool {
        matches!(self, Self::Mia)
    }
}

/// Who is logged in, by the value of `sid` or of `remember`.
#[derive(Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<String, Account>>>);

impl Sessions {
    fn start(&self, account: Account) -> String {
        let id = cookies::new_id();
        self.lock().insert(id.clone(), account);
        id
    }

    fn find(&self, id: &str) -> Option<Account> {
        self.lock().get(id).copied()
    }

    fn end(&self, id: &str) {
        self.lock().remove(id);
    }

    /// Ends every session of an account, by its name.
    pub(crate) fn end_all(&self, name: &str) {
        self.lock().retain(|_, account| account.name() != name);
    }

    fn of(&self, headers: &HeaderMap, visitor: &Visitor) -> Option<Account> {
        let by = |name| cookies::read(headers, name).and_then(|id| self.find(&id));
        // Reading a cookie needs the same consent as writing it; nobody is asked about one that is not there.
        by("sid").or_else(|| by("remember").filter(|_| visitor.cookie("remember").is_allow()))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds out who asks, and tells the gate: it stands outside, and cannot know.
pub(crate) async fn session(
    State(site): State<Site>,
    visitor: Visitor,
    mut request: Request,
    next: Next,
) -> Result<Response, ChangeError> {
    let account = site.sessions.of(request.headers(), &visitor);
    if let Some(account) = account {
        visitor.learn(|facts| (facts.known, facts.minor) = (true, account.is_minor()))?;
        request.extensions_mut().insert(account);
    }
    Ok(next.run(request).await)
}

/// The page with the form.
pub(crate) async fn form(page: Page) -> Html<String> {
    let language = page.language;
    page.render(
        language.pick("Log in", "Anmelden"),
        html! {
            form.card method="post" action="/log-in" {
                p {
                    label for="name" { (language.pick("Account", "Konto")) }
                    select #name name="name" {
                        option value="ada" { "Ada" }
                        option value="mia" { (language.pick("Mia, 15 years old", "Mia, 15 Jahre alt")) }
                    }
                }
                p {
                    label {
                        input type="checkbox" name="remember";
                        " " (language.pick("Sign me in on my next visit", "Beim nächsten Besuch angemeldet bleiben"))
                    }
                }
                button.primary { (language.pick("Log in", "Anmelden")) }
            }
        },
    )
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct LogIn {
    name: Account,
    remember: Option<String>,
}

/// Logs in. `remember` is set whenever it was ticked: whether it may be is the gate's affair.
pub(crate) async fn log_in(State(site): State<Site>, Form(form): Form<LogIn>) -> impl IntoResponse {
    let sid = format!("sid={}; Path=/", site.sessions.start(form.name));
    let remember = form.remember.map(|_| {
        format!("remember={}; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax", site.sessions.start(form.name))
    });
    (cookies::set([Some(sid), remember].into_iter().flatten()), Redirect::to("/"))
}

/// Logs out.
pub(crate) async fn log_out(State(site): State<Site>, headers: HeaderMap) -> impl IntoResponse {
    let names = ["sid", "remember"];
    names.iter().filter_map(|name| cookies::read(&headers, name)).for_each(|id| site.sessions.end(&id));
    let lines = ["sid", "remember", "progress"].map(|name| format!("{name}=; Path=/; Max-Age=0"));
    (cookies::set(lines), Redirect::to("/"))
}
