//! The handle of one request.

mod account;
mod changing;
mod deferred;
mod headers;
mod importing;
mod leaving;
mod pending;
mod permit;
mod settling;
#[cfg(feature = "ui")]
mod snapshot;
#[cfg(feature = "browser")]
mod survey;
mod telling;
mod transition;

pub use deferred::ForwardPermit;
pub(crate) use leaving::Leaving;
pub use pending::Pending;
pub use permit::{Permit, WriteError};
#[cfg(feature = "ui")]
pub(crate) use snapshot::Snapshot;

use crate::compiled::imports::AnswerState;
use crate::compiled::imports::Imported;
use crate::consent::{NamedProviders, SignalStatus};
use crate::enforce::{Judge, Verdict};
use crate::gate::explanation::Explanation;
use crate::gate::explanation::Grounds;
use crate::gate::watch::event::Thing;
use crate::gate::watch::span::Span;
use crate::wire::address::{Address, AddressError};
use crate::wire::reading::Reading;
use crate::{
    Answer, Category, ChangeError, Consent, CookieLine, CookieVerdict, Decision, Event, Facts, Gate, Prompt, Signals,
    Storage,
};
use chrono::{DateTime, Utc};
use importing::Keeper;
use std::cell::OnceCell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use telling::Events;

/// One visitor in one request: it answers what may be tracked, takes the visitor's clicks and the host's knowledge, and
/// says what the response must carry.
///
/// Clones are the same visitor: a change through one holds at once for all. What the host learns and what the visitor
/// clicks counts until the head of the response leaves; after that it is [`ChangeError::Late`].
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// # let now = testing::now();
/// let headers = [("cookie", "__Host-consent=1.4.1795000000.4.10.0; _lum1=a")];
/// let visitor = gate.visitor(headers, Facts::in_region("FR".parse()?), now);
/// assert!(visitor.may_track(Category::ANALYTICS));
/// visitor.refuse(Category::ANALYTICS)?;
/// assert!(!visitor.may_track(Category::ANALYTICS));
/// let lines: Vec<String> = visitor.finish().into_iter().map(String::from).collect();
/// assert!(lines[0].starts_with("__Host-consent=1.4."));
/// assert!(lines[1].starts_with("_lum1=; "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Visitor {
    shared: Arc<Shared>,
}

struct Shared {
    gate: Gate,
    now: DateTime<Utc>,
    /// What the events of this request belong to.
    span: Span,
    /// The allowed categories, so that the usual question takes no lock; [`NOT_FOLDED`] before the first question.
    allowed: AtomicU32,
    was_asked: AtomicBool,
    state: Mutex<State>,
}

/// No set of allowed categories: the essential is in each.
const NOT_FOLDED: u32 = 0;

struct State {
    /// All `Cookie` headers, joined.
    cookies: Vec<u8>,
    signals: Signals,
    facts: Facts,
    /// What the browser holds, changes of this request included.
    reading: Reading,
    /// What other systems' cookies say.
    imported: Imported,
    /// Folded at the first question: many requests ask none.
    consent: OnceCell<Consent>,
    /// The answer as it stands in the browser's one consent cookie, if it has exactly one and it can be read.
    stored: Option<Answer>,
    /// Whether the request carried a consent cookie, readable or not.
    had_cookie: bool,
    has_changed: bool,
    /// Why this request may not change consent, if so.
    locked: Option<ChangeError>,
    has_left: bool,
    /// Whether what is denied is counted for the operator, by tracker and reason.
    is_reporting: bool,
    /// Who keeps the proof of an answer that migrates.
    keeper: Option<Box<Keeper>>,
}

impl State {
    /// Whether the answer can be changed.
    fn check_open(&self) -> Result<(), ChangeError> {
        match &self.locked {
            _ if self.has_left => Err(ChangeError::Late),
            Some(reason) => Err(reason.clone()),
            None => Ok(()),
        }
    }

    /// Whether the request only fetches ahead of a visit.
    fn is_prefetch(&self) -> bool {
        self.locked == Some(ChangeError::Prefetch)
    }
}

impl Visitor {
    /// `cookies` are all `Cookie` headers, joined; `locked` is why this request may not change consent.
    pub(crate) fn new(
        gate: Gate,
        cookies: Vec<u8>,
        signals: Signals,
        facts: Facts,
        now: DateTime<Utc>,
        locked: Option<ChangeError>,
    ) -> Self {
        let seconds = now.timestamp();
        let reading = Reading::Absent.with_header(&cookies, &gate.compiled().cookie_finder, seconds);
        let stored = match &reading {
            Reading::Read { answer, count: 1 } => Some(answer.clone()),
            _ => None,
        };
        let had_cookie = !matches!(reading, Reading::Absent);
        let (reading, imported) = gate.with_imports(reading, &cookies, &facts, now);
        let span = Span::open(facts.region);
        if reading.is_unreadable() || imported.is_unreadable {
            span.in_scope(|| gate.tell(&Event::Unreadable { region: facts.region }));
        }
        let state = State {
            cookies,
            signals,
            facts,
            reading,
            imported,
            consent: OnceCell::new(),
            stored,
            had_cookie,
            has_changed: false,
            locked,
            has_left: false,
            is_reporting: false,
            keeper: None,
        };
        Self {
            shared: Arc::new(Shared {
                gate,
                now,
                span,
                allowed: AtomicU32::new(NOT_FOLDED),
                was_asked: AtomicBool::new(false),
                state: Mutex::new(state),
            }),
        }
    }

    /// Whether all of these may be tracked: exactly whether [`decide`](Self::decide) allows. One mask test.
    #[inline]
    #[must_use]
    pub fn may_track(&self, categories: Category) -> bool {
        self.note_question();
        let allowed = match self.shared.allowed.load(Ordering::Relaxed) {
            NOT_FOLDED => self.folded(&self.state()).allowed().bits(),
            allowed => allowed,
        };
        !categories.is_empty() && categories.bits() & !allowed == 0
    }

    /// Whether all of these may be tracked, and why.
    pub fn decide(&self, categories: Category) -> Decision {
        self.consent().decide(categories)
    }

    /// Everything that the visitor allows at this moment, as a value.
    #[must_use]
    pub fn consent(&self) -> Consent {
        self.note_question();
        *self.folded(&self.state())
    }

    /// What is decided about a category, and everything that led to it: for debugging a site and for audits.
    #[must_use]
    pub fn explain(&self, categories: Category) -> Explanation {
        self.note_question();
        let state = self.state();
        Explanation::of(
            &self.shared.gate,
            self.folded(&state),
            Grounds {
                reading: &state.reading,
                imported: &state.imported,
                imports: self.imports(&state),
                facts: &state.facts,
                signals: state.signals,
            },
            categories,
            self.shared.now,
        )
    }

    /// Whether the visitor is to be asked, and about what.
    #[must_use]
    pub fn prompt(&self) -> Prompt {
        self.consent().prompt()
    }

    /// What became of the visitor's opt-out signals.
    #[must_use]
    pub fn signal_status(&self) -> SignalStatus {
        self.consent().signal_status()
    }

    /// Whether the visitor has answered.
    #[must_use]
    pub fn answered(&self) -> AnswerState {
        self.note_question();
        let state = self.state();
        AnswerState::new(&state.reading, &state.imported)
    }

    /// What the browser itself answered, as far as it could be read, changes of this request included. It says nothing about
    /// whether its grants count, and nothing of the account.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        self.note_question();
        self.state().reading.answer().cloned()
    }

    /// The gate of this visitor's request.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.shared.gate
    }

    /// Judges one `Set-Cookie` line, the raw value of the header.
    pub fn judge_set_cookie<'l>(&self, line: &'l str) -> CookieVerdict<'l> {
        self.note_question();
        let events = Events::new(self);
        let state = self.state();
        let verdict = self.judge(&state).set_cookie(line, self.shared.now);
        self.tell_of_line(&events, &state, &verdict);
        verdict
    }

    /// Whether an address may be loaded, framed or sent to by the page that is being made.
    ///
    /// The address is read as a browser reads it. A relative one is our own.
    pub fn decide_address(&self, address: &str) -> Decision {
        self.judge_address(address).0.decision
    }

    /// Whether a page may make the browser connect to the origin of an address ahead of need, as `preconnect` and
    /// `dns-prefetch` do: where some address of that origin is declared and allowed. What is denied there has the reason of
    /// the first that is declared.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # let gate = testing::gate();
    /// // The policy declares `https://px.lumen.example/v.gif`.
    /// assert!(testing::accepted(&gate).decide_origin("https://px.lumen.example").is_allow());
    /// assert_eq!(testing::refused(&gate).decide_origin("https://px.lumen.example").code(), "refused");
    /// assert_eq!(testing::accepted(&gate).decide_origin("https://other.example").code(), "undeclared");
    /// ```
    pub fn decide_origin(&self, address: &str) -> Decision {
        self.judge_origin(address).0.decision
    }

    /// Whether a key may be written to, or read from, a browser store.
    pub fn decide_storage(&self, storage: Storage, key: &str) -> Decision {
        let thing = match storage {
            Storage::Local => Thing::LocalStorage,
            Storage::Session => Thing::SessionStorage,
            Storage::IndexedDb => Thing::IndexedDb,
        };
        self.ask(thing, key, |judge| judge.storage(storage, key)).decision
    }

    /// Whether a cookie of this name may be written, or read from the request.
    pub fn decide_cookie(&self, name: &str) -> Decision {
        self.ask(Thing::Cookie, name, |judge| judge.cookie_name(name)).decision
    }

    /// Every line that expires a cookie which the browser sent and which is denied now.
    ///
    /// Whatever it is denied for, but for `unreadable` and, in an unknown region, `undecided`: a lost key or a failed look-up
    /// must not destroy what a visitor allowed. What is not declared stays.
    #[must_use]
    pub fn erasures(&self) -> Vec<CookieLine> {
        self.look().erasures(usize::MAX)
    }

    /// The `Set-Cookie` lines that the response must carry: the new answer, if it changed, and every erasure. Nothing
    /// can be changed afterwards.
    #[must_use]
    pub fn finish(&self) -> Vec<CookieLine> {
        let mut leaving = self.leave();
        let mut lines = leaving.answer_lines();
        lines.extend(leaving.migration_lines());
        lines.extend(leaving.erasures(usize::MAX));
        lines
    }

    /// As [`decide_address`](Self::decide_address), with the tracker behind the decision and the address as it was read.
    pub(crate) fn judge_address<'a>(&self, address: &'a str) -> (Verdict, Result<Address<'a>, AddressError>) {
        let read = Address::parse(address);
        (self.ask(Thing::Address, address, |judge| judge.address(&read)), read)
    }

    /// As [`decide_origin`](Self::decide_origin), with the tracker behind the decision and the address as it was read.
    pub(crate) fn judge_origin<'a>(&self, address: &'a str) -> (Verdict, Result<Address<'a>, AddressError>) {
        let read = Address::parse(address);
        (self.ask(Thing::Address, address, |judge| judge.connection(&read)), read)
    }

    fn ask(&self, thing: Thing, name: &str, question: impl FnOnce(&Judge<'_>) -> Verdict) -> Verdict {
        self.note_question();
        let events = Events::new(self);
        let state = self.state();
        let verdict = question(&self.judge(&state));
        self.tell_of(&events, &state, verdict, thing, name);
        verdict
    }

    fn judge<'s>(&'s self, state: &'s State) -> Judge<'s> {
        let exceptions = |answer: Option<&'s Answer>| answer.map(|answer| &answer.exceptions);
        let State { reading, facts, imported, .. } = state;
        let answers = [reading.answer(), facts.account.as_ref(), imported.beside.as_ref()];
        let named = NamedProviders(answers.map(exceptions));
        Judge { compiled: self.shared.gate.compiled(), consent: self.folded(state), named }
    }

    /// Everything that the visitor allows at this moment.
    fn folded<'s>(&self, state: &'s State) -> &'s Consent {
        state.consent.get_or_init(|| {
            let State { reading, imported, signals, facts, .. } = state;
            let consent = self.shared.gate.fold(reading, imported, *signals, facts, self.shared.now.timestamp());
            self.shared.allowed.store(consent.allowed().bits(), Ordering::Relaxed);
            consent
        })
    }

    /// Something has changed that the fold looks at.
    fn refold(&self, state: &mut State) {
        state.consent = OnceCell::new();
        self.folded(state);
    }

    fn note_question(&self) {
        self.shared.was_asked.store(true, Ordering::Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock, and observers run without it.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Visitor {
    /// The site and the region. What the visitor sent stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let region = self.state().facts.region;
        f.debug_struct("Visitor").field("gate", &self.shared.gate).field("region", &region).finish_non_exhaustive()
    }
}
