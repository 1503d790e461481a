//! What is told of a request to the gate's observers, and kept for the operator's report.

use super::{State, Visitor};
use crate::compiled::{Kind, TrackerId};
use crate::enforce::{CookieVerdict, Verdict};
use crate::gate::watch::event::Thing;
use crate::wire::pairs::pairs;
use crate::{AllowReason, Answer, Decision, DenyReason, Event};
use std::cell::RefCell;

/// The events of one look at a visitor's state. They are emitted when this is dropped.
///
/// An observer may ask the visitor, which takes the lock on the state. So this must be dropped after the lock is
/// released: declare it before the guard, or as a field after it. Nothing is allocated where nobody observes.
pub(super) struct Events<'v> {
    visitor: &'v Visitor,
    held: RefCell<Vec<Held<'v>>>,
}

enum Held<'v> {
    Event(Event<'v>),
    /// [`Event::Undeclared`]. The name is a copy, because it may come from the locked state.
    Undeclared {
        thing: Thing,
        name: String,
        decision: Decision,
        is_first: bool,
        from_browser: bool,
    },
    /// The host's code too must run without the lock.
    Call(Box<dyn FnOnce() + 'v>),
}

impl<'v> Events<'v> {
    pub(super) const fn new(visitor: &'v Visitor) -> Self {
        Self { visitor, held: RefCell::new(Vec::new()) }
    }

    pub(super) fn hold(&self, event: Event<'v>) {
        if self.visitor.gate().is_observed() {
            self.held.borrow_mut().push(Held::Event(event));
        }
    }

    pub(super) fn hold_call(&self, call: impl FnOnce() + 'v) {
        self.held.borrow_mut().push(Held::Call(Box::new(call)));
    }

    pub(super) fn hold_undeclared(&self, thing: Thing, name: &str, decision: Decision, from_browser: bool) {
        let gate = self.visitor.gate();
        let (name, is_first) = gate.tally().undeclared.meet(thing, name, from_browser);
        if gate.is_observed() {
            let name = name.into_owned();
            self.held.borrow_mut().push(Held::Undeclared { thing, name, decision, is_first, from_browser });
        }
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        for held in self.held.take() {
            match held {
                Held::Event(event) => self.visitor.tell(&event),
                Held::Undeclared { thing, ref name, decision, is_first, from_browser } => {
                    self.visitor.tell(&Event::Undeclared { thing, name, decision, is_first, from_browser });
                }
                Held::Call(call) => call(),
            }
        }
    }
}

impl Visitor {
    /// Tells an event of this request. The state must not be locked.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        self.shared.span.in_scope(|| self.gate().tell(event));
    }

    /// From now on counts what is denied, and remembers the cookies of the request that nothing declares.
    ///
    /// A pair without a value is passed over: a browser sends a nameless cookie as its value alone, and no value may be
    /// remembered.
    pub(crate) fn report(&self) {
        let events = Events::new(self);
        let mut state = self.state();
        state.is_reporting = true;
        let compiled = self.gate().compiled();
        let named = pairs(&state.cookies).filter(|(_, value)| !value.is_empty());
        for name in named.filter_map(|(name, _)| std::str::from_utf8(name).ok()) {
            if name != compiled.cookie_name && compiled.find(Kind::Cookie, name).is_none() {
                let decision = self.judge(&state).cookie_name(name).decision;
                events.hold_undeclared(Thing::Cookie, name, decision, true);
            }
        }
    }

    pub(super) fn tell_of<'v>(
        &'v self,
        events: &Events<'v>,
        state: &State,
        Verdict { decision, tracker, .. }: Verdict,
        thing: Thing,
        name: &str,
    ) {
        match (tracker, decision) {
            (Some(tracker), Decision::Deny(reason)) => {
                if state.is_reporting {
                    self.gate().tally().deny(tracker, reason);
                }
                let technology = self.gate().compiled().declared(tracker).technology;
                let (category, region) = (self.category_of(tracker), state.facts.region);
                events.hold(Event::Denied { technology, category, reason, region });
            }
            (None, Decision::Allow(AllowReason::Undeclared) | Decision::Deny(DenyReason::Undeclared)) => {
                events.hold_undeclared(thing, name, decision, false);
            }
            _ => {}
        }
    }

    /// Tells of a `Set-Cookie` line, and of what in it contradicts its declaration.
    pub(super) fn tell_of_line<'v>(&'v self, events: &Events<'v>, state: &State, judged: &CookieVerdict<'_>) {
        self.tell_of(events, state, judged.verdict, Thing::Cookie, judged.name);
        if let (Some(attribute), Some(tracker)) = (judged.mismatch, judged.verdict.tracker) {
            events.hold(Event::Mismatch { tracker: &self.gate().compiled().declared(tracker).name, attribute });
        }
    }

    /// Tells what the visitor says of each category now and did not before.
    pub(super) fn tell_changes<'v>(&'v self, events: &Events<'v>, state: &State, before: Option<&Answer>) {
        if !self.gate().is_observed() {
            return;
        }
        let region = state.facts.region;
        for (bit, category) in self.gate().categories() {
            let said = |answer: Option<&Answer>| answer.map_or(crate::Choice::Unasked, |answer| answer.choice(bit));
            let (before, after) = (said(before), said(state.reading.answer()));
            if before != after {
                events.hold(Event::Changed { category, before, after, region });
            }
        }
    }

    pub(super) fn category_of(&self, tracker: TrackerId) -> &str {
        self.gate().category_id(self.gate().compiled().terms(tracker).category)
    }
}

#[cfg(test)]
mod tests {
    use crate::web::{Exchange, Mode, RequestLine};
    use crate::{Category, Facts, Gate, Storage, Visitor, testing};
    use chrono::TimeDelta;
    use std::cell::Cell;
    use std::collections::BTreeSet;
    use std::sync::{Arc, Mutex, mpsc};
    use std::time::Duration;

    const COOKIES: &str = "__Host-consent=1.4.1795000000.0.1e.0; _lum1=a; lang=de; other=b";

    type Asked = Arc<Mutex<Option<Visitor>>>;

    thread_local! {
        /// Whether an observer is asking: its own questions are events too.
        static IS_ASKING: Cell<bool> = const { Cell::new(false) };
    }

    /// A gate whose observer asks the visitor in `asked`, and the kinds of events at which it did.
    fn asking() -> (Gate, Asked, Arc<Mutex<BTreeSet<String>>>) {
        let (asked, met) = (Asked::default(), Arc::new(Mutex::new(BTreeSet::new())));
        let (visitor, kinds) = (Arc::clone(&asked), Arc::clone(&met));
        let gate = testing::gate().on_event(move |event| {
            let Some(visitor) = visitor.lock().unwrap().clone().filter(|_| !IS_ASKING.get()) else { return };
            IS_ASKING.set(true);
            let _ = visitor.decide(Category::ANALYTICS);
            let _ = visitor.decide_address("https://px.lumen.example/v.gif");
            let _ = visitor.decide_storage(Storage::Local, "nobody");
            let _ = visitor.prompt();
            let _ = visitor.judge_set_cookie("_lum1=a");
            let _ = visitor.erasures();
            IS_ASKING.set(false);
            let event = format!("{event:?}");
            kinds.lock().unwrap().insert(event.split(' ').next().unwrap_or_default().to_owned());
        });
        (gate, asked, met)
    }

    fn facts() -> Facts {
        Facts::in_region("FR".parse().unwrap())
    }

    /// Runs on a thread of its own, so that a deadlock fails the test.
    #[track_caller]
    fn returns(name: &str, work: impl FnOnce(&Visitor) + Send + 'static) {
        let (gate, asked, met) = asking();
        let visitor = gate.visitor([("cookie", COOKIES)], facts(), testing::now());
        *asked.lock().unwrap() = Some(visitor.clone());
        let (sender, done) = mpsc::channel();
        std::thread::spawn(move || {
            work(&visitor);
            sender.send(()).unwrap();
        });
        assert!(done.recv_timeout(Duration::from_secs(20)).is_ok(), "{name} does not return");
        assert!(!met.lock().unwrap().is_empty(), "{name} emits nothing");
    }

    #[test]
    fn an_observer_may_ask_the_visitor_of_its_event() {
        returns("embed", |visitor| {
            assert!(!visitor.decide_address("https://px.lumen.example/v.gif").code().is_empty())
        });
        returns("connect", |visitor| assert!(!visitor.decide_origin("https://other.example").code().is_empty()));
        returns("storage", |visitor| assert!(!visitor.decide_storage(Storage::Session, "unknown").code().is_empty()));
        returns("cookie", |visitor| assert!(!visitor.decide_cookie("_lum1").code().is_empty()));
        returns("set_cookie", |visitor| drop(visitor.judge_set_cookie("_lum1=a; Path=/")));
        returns("erasures", |visitor| drop(visitor.erasures()));
        returns("finish", |visitor| drop(visitor.finish()));
        returns("grant", |visitor| visitor.grant(Category::ANALYTICS).unwrap());
        returns("forget", |visitor| visitor.forget().unwrap());
        returns("forward", |visitor| assert!(visitor.forward_permit("https://px.lumen.example/v.gif").is_err()));
        returns("response_header", |visitor| {
            drop(visitor.judge_header("link", b"<https://px.lumen.example/v.gif>; rel=preload"));
        });
        returns("rejudge", |visitor| {
            let stamp = testing::accepted(visitor.gate()).stamp_provider("lumen").unwrap();
            assert!(visitor.rejudge(&stamp, TimeDelta::days(2)).is_deny());
        });
        returns("report", Visitor::report);
    }

    #[test]
    fn an_observer_may_ask_the_visitor_during_a_whole_exchange() {
        for mode in [Mode::Enforce, Mode::Report] {
            let (gate, asked, met) = asking();
            let line = RequestLine { method: "GET", authority: None };
            let headers: [(&str, &[u8]); 3] =
                [("cookie", COOKIES.as_bytes()), ("sec-fetch-site", b"same-origin"), ("sec-fetch-mode", b"navigate")];
            let (sender, done) = mpsc::channel();
            std::thread::spawn(move || {
                let exchange = Exchange::begin(&gate, line, headers, facts(), testing::now(), mode);
                *asked.lock().unwrap() = Some(exchange.visitor().clone());
                exchange.visitor().grant(Category::FUNCTIONAL).unwrap();
                let response: [(&str, &[u8]); 4] = [
                    ("content-type", b"text/html"),
                    ("set-cookie", b"_lum1=b; Path=/"),
                    ("set-cookie", b"stranger=b"),
                    ("link", b"<https://px.lumen.example/v.gif>; rel=preload"),
                ];
                drop(exchange.inform(response));
                sender.send(exchange.finish(response)).unwrap();
            });
            let edits = done.recv_timeout(Duration::from_secs(20)).expect("an exchange does not return");
            assert!(!edits.append.is_empty(), "{edits:?}");
            let met = met.lock().unwrap();
            assert!(["Changed", "Denied", "Undeclared"].iter().all(|kind| met.contains(*kind)), "{met:?}");
            assert_eq!(met.contains("Erased"), mode == Mode::Enforce, "{met:?}");
        }
    }
}
