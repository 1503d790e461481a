//! Logging in and out, and closing an account. What is known of a visitor is told to the gate; the cookies are set blindly.

use crate::cookies;
use crate::layout::Page;
use crate::site::Site;
use axum::Form;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use consent_gate::record::LogIn;
use consent_gate::ui::AccountId;
use consent_gate::{Answer, ChangeError, Visitor};
use maud::{PreEscaped, html};
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

/// One log-in.
#[derive(Clone)]
struct Session {
    account: Account,
    /// What the browser had answered before, to be given back at log-out.
    own: Option<Answer>,
    /// What logging in changed, until a page has said so.
    news: Option<LogIn>,
}

/// Who is logged in, by the value of `sid` or of `remember`.
#[derive(Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<String, Session>>>);

impl Sessions {
    fn start(&self, session: Session) -> String {
        let id = cookies::new_id();
        self.lock().insert(id.clone(), session);
        id
    }

    /// Ends the sessions of a browser and gives one of them: they are of one log-in.
    fn end(&self, headers: &HeaderMap) -> Option<Session> {
        let ids = ["sid", "remember"].into_iter().filter_map(|name| cookies::read(headers, name));
        let ended: Vec<Session> = ids.filter_map(|id| self.lock().remove(&id)).collect();
        ended.into_iter().next()
    }

    /// Ends every session of an account, by its name.
    pub(crate) fn end_all(&self, name: &str) {
        self.lock().retain(|_, session| session.account.name() != name);
    }

    fn of(&self, headers: &HeaderMap, visitor: &Visitor) -> Option<Account> {
        let by = |name| cookies::read(headers, name).and_then(|id| self.lock().get(&id).map(|session| session.account));
        // Reading a cookie needs the same consent as writing it; nobody is asked about one that is not there.
        by("sid").or_else(|| by("remember").filter(|_| visitor.decide_cookie("remember").is_allow()))
    }

    /// What logging in changed, told once.
    pub(crate) fn take_news(&self, headers: &HeaderMap) -> Option<LogIn> {
        let id = cookies::read(headers, "sid")?;
        self.lock().get_mut(&id)?.news.take()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
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
        visitor.learn(|facts| facts.minor = account.is_minor())?;
        // Where the account cannot be read, the gate denies what is optional, and the page is there all the same.
        let _ = visitor.recognise(site.privacy.stores(), account.name()).await;
        request.extensions_mut().insert(account);
        request.extensions_mut().insert(AccountId(account.name().to_owned()));
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
pub(crate) struct LogInForm {
    name: Account,
    remember: Option<String>,
}

/// Logs in. `remember` is set whenever it was ticked: whether it may be is the gate's affair.
pub(crate) async fn log_in(State(site): State<Site>, visitor: Visitor, Form(form): Form<LogInForm>) -> Response {
    let account = form.name;
    let Ok(news) = visitor.log_in(site.privacy.stores(), account.name()).await else {
        return axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let session = Session { account, own: news.own.clone(), news: Some(news) };
    let remember = form.remember.map(|_| {
        let id = site.sessions.start(Session { news: None, ..session.clone() });
        format!("remember={id}; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax")
    });
    let sid = format!("sid={}; Path=/", site.sessions.start(session));
    (cookies::set([Some(sid), remember].into_iter().flatten()), Redirect::to("/")).into_response()
}

/// Logs out, and gives the browser back what was chosen in it before.
pub(crate) async fn log_out(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ChangeError> {
    if let Some(session) = site.sessions.end(&headers) {
        visitor.log_out(session.own)?;
    }
    Ok((cookies::set(gone()), Redirect::to("/")))
}

/// The account, with the privacy settings in it.
pub(crate) async fn page(State(site): State<Site>, page: Page) -> Response {
    let Some(account) = page.account else { return Redirect::to("/log-in").into_response() };
    let language = page.language;
    let settings = site.privacy.settings(&page.visitor, language.code()).under(2);
    let days = page.gate().policy().retention.account_closure.to_delta().num_days();
    let closing = match language.code() {
        "de" => {
            format!("Ihre Lerndaten werden spätestens {days} Tage danach gelöscht. Alles Freiwillige endet sofort.")
        }
        _ => format!("Your learning records are deleted within {days} days. All that is optional ends at once."),
    };
    page.render(
        language.pick("Account", "Konto"),
        html! {
            p.lead { (language.pick("Logged in as ", "Angemeldet als ")) (account.name()) "." }
            h2 { (settings.title) }
            (PreEscaped(settings.to_html()))
            h2 { (language.pick("What you chose, and when", "Was Sie wann gewählt haben")) }
            p { a href="/account/data" { (language.pick("Download my data", "Meine Daten herunterladen")) } }
            h2 { (language.pick("Close the account", "Konto schließen")) }
            form.card method="post" action="/account/close" {
                p { (closing) }
                button { (language.pick("Close my account", "Mein Konto schließen")) }
            }
        },
    )
    .into_response()
}

/// Closes the account: what is optional is refused, so that its cookies are expired with this very response, and the next
/// sweep erases the rest.
pub(crate) async fn close(State(site): State<Site>, headers: HeaderMap, page: Page) -> Result<Response, Response> {
    let Some(account) = page.account else { return Err(Redirect::to("/log-in").into_response()) };
    let language = page.language;
    let gone_by = site.proof.close(&page.visitor, account, language, &headers).await?;
    site.sessions.end_all(account.name());
    let text = match language.code() {
        "de" => format!("Ihre Lerndaten werden bis zum {} gelöscht.", gone_by.format("%d.%m.%Y")),
        _ => format!("Your learning records will be deleted by {}.", gone_by.format("%Y-%m-%d")),
    };
    let document = page.render(
        language.pick("Your account is closed", "Ihr Konto ist geschlossen"),
        html! {
            p { (text) }
            p { (language.pick("Nothing optional is stored in this browser any more.", "In diesem Browser ist nichts Freiwilliges mehr gespeichert.")) }
        },
    );
    Ok((cookies::set(gone()), document).into_response())
}

/// Deletes what belongs to a log-in.
fn gone() -> [String; 3] {
    ["sid", "remember", "progress"].map(|name| format!("{name}=; Path=/; Max-Age=0"))
}
