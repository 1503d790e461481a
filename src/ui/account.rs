//! Answers that belong to accounts. The rules are a list in [`ui`](super).

use super::words::fill;
use super::{Privacy, Request, Response, Submission};
use crate::record::{Circumstances, Method};
use crate::{Answer, Category, ChangeError, Pending, Visitor};
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// The future of a store: boxed, so that a site may choose its store when it starts.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Where a host keeps the answers of its accounts, by an id of the host's own. With the feature `ledger`, `ledger::Accounts` is
/// one.
///
/// The answer's text is that of the consent cookie: `answer.to_string()` and `text.parse()`.
pub trait AccountStore: Send + Sync {
    /// Reads an answer; `None` for an account that has not chosen.
    fn load<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<Answer>>;

    /// Writes an answer in the place of `before`, and says whether it did: `false`, and nothing written, where another one
    /// stands there by now. So a grant on one device cannot overwrite a refusal on another.
    ///
    /// In SQL: `UPDATE account SET consent = $3 WHERE id = $1 AND consent IS NOT DISTINCT FROM $2`.
    fn save<'a>(&'a self, account: &'a str, before: Option<&'a Answer>, after: &'a Answer) -> StoreFuture<'a, bool>;
}

/// Why a store of answers or of proof failed: the store's own error, with its words.
#[derive(Debug)]
pub struct StoreError(Box<dyn Error + Send + Sync>);

impl StoreError {
    /// Wraps an error of a store.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// Why an account could not be taken into account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// The store failed.
    #[error("the answer of an account cannot be reached: {0}")]
    Store(#[from] StoreError),
    /// The visitor cannot be changed any more, or not by this request.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// A store in memory, for tests and demonstrations. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryAccounts(Arc<Mutex<HashMap<String, Answer>>>);

impl AccountStore for MemoryAccounts {
    fn load<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<Answer>> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn save<'a>(&'a self, account: &'a str, before: Option<&'a Answer>, after: &'a Answer) -> StoreFuture<'a, bool> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = answers.get(account) == before;
        if is_current {
            answers.insert(account.to_owned(), after.clone());
        }
        Box::pin(std::future::ready(Ok(is_current)))
    }
}

/// The id of the account whose visitor made a request: what the host's session layer puts into the request's extensions
/// (Rocket: into its local cache), for the ready routes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct AccountId(pub String);

/// What logging in changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogIn {
    /// What the browser itself had answered: for the host's session, to be given back at log-out.
    pub own: Option<Answer>,
    /// What was allowed before and is not any more.
    pub turned_off: Category,
    /// What was not allowed before and is now.
    pub turned_on: Category,
    /// Whether this browser had no answer of its own, and the account's counts on it from now on: a new device, whose
    /// visitor is told so (CNIL, 18 December 2025).
    pub is_new_device: bool,
}

/// How often a save is tried again after another device was faster.
const TRIES: usize = 4;

impl Privacy {
    /// Tells the gate whose visitor this is: for the host's session layer, on each request of somebody who is logged in.
    ///
    /// The account's answer counts from now on. What [`Visitor::signal_opt_out`] names is written to it and recorded. Without a
    /// store this only says that the visitor is known.
    ///
    /// # Errors
    /// [`AccountError`] when the store fails. Of an account that cannot be read, everything optional is denied in this
    /// request; a signal that could not be written holds in this request, and is written with the next. Or when the head of
    /// the response has left.
    pub async fn recognise(&self, visitor: &Visitor, account: &str) -> Result<(), AccountError> {
        self.prove_migration(visitor, Some(account));
        let Some(store) = &self.shared.accounts else {
            return Ok(visitor.learn(|facts| facts.known = true)?);
        };
        for _ in 0..TRIES {
            let stored = match store.load(account).await {
                Ok(stored) => stored,
                Err(error) => {
                    visitor.learn(|facts| (facts.known, facts.answer_text) = (true, Some(String::new())))?;
                    return Err(error.into());
                }
            };
            let blank = || Answer::new(self.gate().policy().revision, visitor.standing().now);
            visitor.learn(|facts| {
                (facts.known, facts.account) = (true, Some(stored.clone().unwrap_or_else(blank)));
            })?;
            let Some(opt_out) = visitor.signal_opt_out() else { return Ok(()) };
            let objecting = visitor.objecting(&opt_out);
            let Some(after) = objecting.account().cloned() else { return Ok(()) };
            if store.save(account, stored.as_ref(), &after).await? {
                self.leave_proof(objecting.record(&self.unasked(Method::Signal)), Some(account));
                return Ok(visitor.learn(|facts| facts.account = Some(after))?);
            }
        }
        Ok(())
    }

    /// Nobody was told anything at this moment: the language is the policy's first.
    pub(super) fn unasked(&self, method: Method) -> Circumstances {
        Circumstances::new(method, self.gate().policy().default_language().unwrap_or("en"))
    }

    /// Tells the gate that a visitor has just logged in, and says what that changed.
    ///
    /// # Errors
    /// As [`recognise`](Self::recognise).
    pub async fn log_in(&self, visitor: &Visitor, account: &str) -> Result<LogIn, AccountError> {
        let (own, consent) = (visitor.answer(), visitor.consent());
        self.recognise(visitor, account).await?;
        let (before, after) = (consent.allowed(), visitor.consent().allowed());
        if before != after {
            self.leave_proof(Some(visitor.joined(consent, &self.unasked(Method::Account))), Some(account));
        }
        let has_chosen = visitor.standing().account.is_some_and(|account| !is_blank(&account));
        Ok(LogIn {
            turned_off: before.difference(after),
            turned_on: after.difference(before),
            is_new_device: own.is_none() && has_chosen,
            own,
        })
    }

    /// Gives the browser back what it had answered before log-in.
    ///
    /// # Errors
    /// [`ChangeError`] for a request of another site, and when the head of the response has left.
    pub fn log_out(&self, visitor: &Visitor, own: Option<Answer>) -> Result<(), ChangeError> {
        visitor.restore(own)
    }

    /// What logging in changed, in sentences for the next page; empty where it changed nothing on a device that is known.
    #[must_use]
    pub fn log_in_text(&self, log_in: &LogIn, language: &str) -> Vec<String> {
        let texts = self.texts(language);
        let titles = |set: Category| {
            let declared = texts.policy.categories.iter();
            let named =
                declared.filter(|d| self.gate().category(&d.id).is_some_and(|category| set.intersects(category)));
            named.map(|declared| texts.category(&declared.id)).collect::<Vec<_>>().join(", ")
        };
        let (off, on) = (titles(log_in.turned_off), titles(log_in.turned_on));
        let device = log_in.is_new_device.then(|| texts.words.log_in_device.clone());
        let said = [(&texts.words.log_in_off, off), (&texts.words.log_in_on, on)];
        let said = said.into_iter().filter(|(_, names)| !names.is_empty());
        let said = said.map(|(text, names)| fill(text, &[("categories", &names)]));
        let mut sentences: Vec<String> = device.into_iter().chain(said).collect();
        if !sentences.is_empty() {
            sentences.push(texts.words.log_in_change.clone());
        }
        sentences
    }

    /// Takes a form: records what it grants, keeps the account's answer with it, and makes the change.
    pub(super) async fn keep(&self, visitor: &Visitor, account: Option<&str>, request: &Request<'_>) -> Response {
        let (mut proven, mut is_proven) = (None, true);
        for _ in 0..TRIES {
            let submission = match self.submit(visitor, request) {
                Ok(submission) => submission,
                Err(response) => return *response,
            };
            is_proven = is_proven && self.prove(&submission, account, &mut proven).await;
            let submission = match submission {
                all if is_proven => all,
                all => match all.refusals() {
                    Some(refusals) => refusals,
                    None => return self.not_granted(request),
                },
            };
            let saved = match (&self.shared.accounts, account, submission.pending().and_then(Pending::account)) {
                (Some(store), Some(id), Some(after)) => save(&**store, id, visitor.standing().account, after).await,
                _ => Ok(true),
            };
            match saved {
                Ok(true) => {
                    let response = self.make(submission, account);
                    return if is_proven { response } else { self.not_granted(request) };
                }
                Ok(false) => {}
                Err(error) => {
                    self.report(&error);
                    return self.not_kept(submission, account, request);
                }
            }
            // Another device was faster: its answer counts, and the click is made to it.
            if self.recognise(visitor, account.unwrap_or_default()).await.is_err() {
                break;
            }
        }
        match self.submit(visitor, request) {
            Ok(submission) => self.not_kept(submission, account, request),
            Err(response) => *response,
        }
    }

    /// Makes a change whose grants are recorded, and leaves the record of one that grants nothing.
    fn make(&self, submission: Submission<'_>, account: Option<&str>) -> Response {
        let record = if submission.grants() { None } else { submission.record() };
        let response = submission.commit();
        if response.status < 400 {
            self.leave_proof(record, account);
        }
        response
    }

    /// Rule 4: a refusal takes effect all the same, that beside a grant too.
    fn not_kept(&self, submission: Submission<'_>, account: Option<&str>, request: &Request<'_>) -> Response {
        let grants = submission.grants();
        let refused = submission.refusals().map(|refusals| self.make(refusals, account));
        match refused {
            Some(response) if response.status >= 400 => response,
            _ if grants => self.not_granted(request),
            _ => {
                let text = self.texts(self.language(request)).words.error_store_refusal.clone();
                *self.failed(request, 503, "not-recorded", text)
            }
        }
    }

    fn not_granted(&self, request: &Request<'_>) -> Response {
        let text = self.texts(self.language(request)).words.error_store.clone();
        *self.failed(request, 503, "not-recorded", text)
    }
}

/// Saves in the place of what the visitor was recognised by. A blank answer may stand for none, or be kept as it is, of
/// somebody who left on what the law has on: the store knows.
async fn save(store: &dyn AccountStore, id: &str, before: Option<Answer>, after: &Answer) -> Result<bool, StoreError> {
    let before = match before {
        Some(answer) if is_blank(&answer) => store.load(id).await?.filter(is_blank),
        other => other,
    };
    store.save(id, before.as_ref(), after).await
}

fn is_blank(answer: &Answer) -> bool {
    (answer.granted | answer.refused).is_empty() && answer.exceptions.is_empty()
}
