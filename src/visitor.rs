//! The handle of one request.

mod headers;
mod leaving;
mod pending;
mod permit;
#[cfg(feature = "browser")]
mod survey;

pub(crate) use leaving::Leaving;
pub use pending::Pending;
pub use permit::{Permit, WriteError};

use crate::compiled::Kind;
use crate::consent::Said;
use crate::enforce::{Judge, Judged};
use crate::wire::pairs::pairs;
use crate::wire::reading::Reading;
use crate::{
    Answer, AnswerState, Category, Change, ChangeError, Consent, CookieLine, CookieVerdict, Decision, DenyReason,
    Event, Explanation, Facts, Gate, Prompt, Region, SignalStatus, Signals, Storage, Thing,
};
use chrono::{DateTime, Utc};
use std::cell::OnceCell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
        let reading = reading.with_text(facts.answer_text.as_deref(), seconds);
        if reading.is_unreadable() {
            gate.tell(&Event::Unreadable { region: facts.region });
        }
        let state = State {
            cookies,
            signals,
            facts,
            reading,
            consent: OnceCell::new(),
            stored,
            had_cookie,
            has_changed: false,
            locked,
            has_left: false,
        };
        Self {
            shared: Arc::new(Shared {
                gate,
                now,
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
            &state.reading,
            &state.facts,
            state.signals,
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
        AnswerState::of(&self.state().reading)
    }

    /// The gate of this visitor's request.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.shared.gate
    }

    /// Judges one `Set-Cookie` line, the raw value of the header.
    pub fn set_cookie<'l>(&self, line: &'l str) -> CookieVerdict<'l> {
        self.note_question();
        let state = self.state();
        let verdict = self.judge(&state).set_cookie(line, self.shared.now);
        self.tell_of((verdict.decision, verdict.tracker), Thing::Cookie, verdict.name, state.facts.region);
        self.tell_mismatch(&verdict);
        verdict
    }

    /// Whether an address may be loaded, framed or sent to by the page that is being made.
    ///
    /// The address is read as a browser reads it. A relative one is our own.
    pub fn embed(&self, address: &str) -> Decision {
        self.ask(Thing::Address, address, |judge| judge.address(address))
    }

    /// Whether a key may be written to, or read from, a browser store.
    pub fn storage(&self, storage: Storage, key: &str) -> Decision {
        let thing = match storage {
            Storage::Local => Thing::LocalStorage,
            Storage::Session => Thing::SessionStorage,
            Storage::IndexedDb => Thing::IndexedDb,
        };
        self.ask(thing, key, |judge| judge.storage(storage, key))
    }

    /// Whether a cookie of this name may be written, or read from the request.
    pub fn cookie(&self, name: &str) -> Decision {
        self.ask(Thing::Cookie, name, |judge| judge.cookie_name(name))
    }

    /// Tells the gate what the host has learned: that the visitor is known, is a minor, lives elsewhere, has an account.
    ///
    /// # Errors
    /// [`ChangeError::Late`] when the head of the response has left.
    pub fn learn(&self, update: impl FnOnce(&mut Facts)) -> Result<(), ChangeError> {
        // The host's code runs without the lock, on a copy: it may ask this visitor, and what it leaves half done is lost.
        let mut facts = self.state().facts.clone();
        update(&mut facts);
        let mut state = self.state();
        if state.has_left {
            return Err(ChangeError::Late);
        }
        let has_text = facts.answer_text != state.facts.answer_text;
        state.facts = facts;
        if has_text {
            let reading = std::mem::take(&mut state.reading);
            state.reading = reading.with_text(state.facts.answer_text.as_deref(), self.shared.now.timestamp());
        }
        self.refold(&mut state);
        Ok(())
    }

    /// Works a change of the answer out, without making it: the answer to record before it takes effect.
    ///
    /// # Errors
    /// [`ChangeError`]: the empty change, a category that is not offered (`Category::ESSENTIAL`, `Category::all()`), an
    /// unknown provider, a request from another origin, one that only fetches ahead, or a response whose head has left.
    pub fn prepare(&self, change: &Change) -> Result<Pending, ChangeError> {
        let state = self.state();
        state.check_open()?;
        change.check(self.shared.gate.compiled())?;
        Ok(Pending::new(self.clone(), &state, change))
    }

    /// The opt-out that a known visitor's signal asks for and that nothing has stored yet, to be prepared, recorded and
    /// committed as any change, so that it holds on all devices of the account: `None` where there is nothing to store.
    ///
    /// It names categories that the law allows until objection. Where consent must be asked for, a signal is no answer,
    /// and a visitor who is not known is never asked to log in for it (11 CCR 7025(c)).
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # let gate = testing::gate();
    /// # let now = testing::now();
    /// let known = Facts::in_region("US-CA".parse()?).known(true);
    /// let visitor = gate.visitor([("sec-gpc", "1")], known, now);
    /// assert_eq!(visitor.signal_opt_out(), Some(Change::refuse(Category::ADVERTISING)));
    /// # Ok::<(), RegionError>(())
    /// ```
    #[must_use]
    pub fn signal_opt_out(&self) -> Option<Change> {
        let state = self.state();
        let open = self.folded(&state).opted_out_by_signal();
        (state.facts.known && !open.is_empty()).then(|| Change::refuse(open))
    }

    /// Grants categories and leaves the others as they are. It holds for the rest of this request.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn grant(&self, categories: Category) -> Result<(), ChangeError> {
        self.prepare(&Change::grant(categories))?.commit()
    }

    /// Refuses, or withdraws, categories and leaves the others as they are. It holds for the rest of this request.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn refuse(&self, categories: Category) -> Result<(), ChangeError> {
        self.prepare(&Change::refuse(categories))?.commit()
    }

    /// Grants everything that is offered.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn accept_all(&self) -> Result<(), ChangeError> {
        self.prepare(&Change::answer(self.shared.gate.offered()))?.commit()
    }

    /// Refuses everything that is offered.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn refuse_all(&self) -> Result<(), ChangeError> {
        self.prepare(&Change::answer(Category::empty()))?.commit()
    }

    /// Grants one provider by its id, beside the categories: "load this video".
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn grant_provider(&self, id: &str) -> Result<(), ChangeError> {
        self.prepare(&Change::grant(Category::empty()).provider(id, true))?.commit()
    }

    /// Refuses one provider by its id, whatever its category.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn refuse_provider(&self, id: &str) -> Result<(), ChangeError> {
        self.prepare(&Change::grant(Category::empty()).provider(id, false))?.commit()
    }

    /// Deletes the answer, so that the visitor is as one who was never asked: for a page on which visitors delete all that
    /// a site keeps about them. A refusal is deleted too; to withdraw consent, [`refuse_all`](Self::refuse_all).
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare), but for what a change names.
    pub fn forget(&self) -> Result<(), ChangeError> {
        let mut state = self.state();
        state.check_open()?;
        state.reading = Reading::Absent;
        state.has_changed = true;
        self.refold(&mut state);
        Ok(())
    }

    /// Every line that expires a cookie which the browser sent and which is denied now.
    #[must_use]
    pub fn erasures(&self) -> Vec<CookieLine> {
        self.look().erasures(usize::MAX)
    }

    /// The `Set-Cookie` lines that the response must carry: the new answer, if it changed, and every erasure. Nothing
    /// can be changed afterwards.
    #[must_use]
    pub fn finish(&self) -> Vec<CookieLine> {
        let leaving = self.leave();
        let mut lines = leaving.answer_lines();
        lines.extend(leaving.erasures(usize::MAX));
        lines
    }

    /// Remembers the cookies of the request that nothing declares.
    ///
    /// A pair without a value is passed over: a browser sends a nameless cookie as its value alone, and no value may be
    /// remembered.
    pub(crate) fn collect_undeclared(&self) {
        let state = self.state();
        let compiled = self.shared.gate.compiled();
        let named = pairs(&state.cookies).filter(|(_, value)| !value.is_empty());
        for name in named.filter_map(|(name, _)| std::str::from_utf8(name).ok()) {
            if name != compiled.cookie_name && compiled.tracker(Kind::Cookie, name).is_none() {
                self.tell_of(self.judge(&state).cookie_name(name), Thing::Cookie, name, state.facts.region);
            }
        }
    }

    fn ask(&self, thing: Thing, name: &str, question: impl FnOnce(&Judge<'_>) -> Judged) -> Decision {
        self.note_question();
        let state = self.state();
        let judged = question(&self.judge(&state));
        self.tell_of(judged, thing, name, state.facts.region);
        judged.0
    }

    fn tell_of(&self, (decision, tracker): Judged, thing: Thing, name: &str, region: Region) {
        let gate = &self.shared.gate;
        match (tracker, decision) {
            (Some(tracker), Decision::Deny(reason)) => {
                let technology = gate.policy().trackers[tracker].technology;
                gate.tell(&Event::Denied { technology, category: self.category_of(tracker), reason, region });
            }
            (None, Decision::Allow(crate::AllowReason::Undeclared) | Decision::Deny(DenyReason::Undeclared)) => {
                let (name, is_first) = gate.remembered().meet(thing, name);
                gate.tell(&Event::Undeclared { thing, name: &name, decision, is_first });
            }
            _ => {}
        }
    }

    fn tell_mismatch(&self, verdict: &CookieVerdict<'_>) {
        if let (Some(attribute), Some(place)) = (verdict.mismatch, verdict.tracker) {
            let tracker = &self.shared.gate.policy().trackers[place].name;
            self.shared.gate.tell(&Event::Mismatch { tracker, attribute });
        }
    }

    fn category_of(&self, tracker: usize) -> &str {
        self.shared.gate.category_id(self.shared.gate.compiled().trackers[tracker].category)
    }

    fn judge<'s>(&'s self, state: &'s State) -> Judge<'s> {
        let exceptions = |answer: Option<&'s Answer>| answer.map(|answer| &answer.exceptions);
        let said = Said([exceptions(state.reading.answer()), exceptions(state.facts.account.as_ref())]);
        Judge { compiled: self.shared.gate.compiled(), consent: self.folded(state), said }
    }

    /// Everything that the visitor allows at this moment.
    fn folded<'s>(&self, state: &'s State) -> &'s Consent {
        state.consent.get_or_init(|| {
            let State { reading, signals, facts, .. } = state;
            let consent = self.shared.gate.fold(reading, *signals, facts, self.shared.now.timestamp());
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
        // Nothing panics while it holds the lock; were an observer to, the state is whole.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn forgetting_deletes_the_answer_and_what_it_allowed() {
        let gate = testing::gate();
        let cookie = format!("{}; lang=de", testing::cookie(&gate, Category::FUNCTIONAL, testing::now()));
        let visitor = gate.visitor([("cookie", cookie)], Facts::in_region("DE".parse().unwrap()), testing::now());
        visitor.forget().unwrap();
        assert_eq!(visitor.decide(Category::FUNCTIONAL).code(), "undecided");
        let lines: Vec<String> = visitor.finish().into_iter().map(String::from).collect();
        assert!(lines[0].starts_with("__Host-consent=; ") && lines[0].contains("Max-Age=0"), "{lines:?}");
        assert!(lines[1].starts_with("lang=; "), "{lines:?}");
        assert_eq!(visitor.forget(), Err(ChangeError::Late));
    }

    #[test]
    fn what_the_host_learns_may_be_asked_for_while_it_learns() {
        let visitor = testing::undecided(&testing::gate());
        let learned = visitor.learn(|facts| facts.minor = visitor.decide(Category::ADVERTISING).is_deny());
        assert_eq!(learned, Ok(()));
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "forbidden");
    }

    #[test]
    fn a_failed_look_up_erases_nothing_that_is_only_undecided_though_the_residence_is_known() {
        let facts = Facts::default().residence("US-CA".parse().unwrap());
        let visitor = testing::gate().visitor([("cookie", "_lum1=a; lang=de")], facts, testing::now());
        assert_eq!(visitor.cookie("_lum1").code(), "undecided");
        assert!(visitor.erasures().is_empty());
    }

    #[test]
    fn a_complete_answer_keeps_the_refusal_of_a_provider_that_only_another_server_knows() {
        let cookie = "__Host-consent=1.5.1795000000.4.10.0.-lumen~-newer";
        let facts = Facts::in_region("DE".parse().unwrap());
        let visitor = testing::gate().visitor([("cookie", cookie)], facts, testing::now());
        visitor.accept_all().unwrap();
        assert!(visitor.finish()[0].as_str().starts_with("__Host-consent=1.4.1795435200.1e.0.0.-newer; "));
    }

    #[test]
    fn forgetting_without_an_answer_writes_nothing() {
        let visitor = testing::undecided(&testing::gate());
        visitor.forget().unwrap();
        assert!(visitor.finish().is_empty());
    }
}
