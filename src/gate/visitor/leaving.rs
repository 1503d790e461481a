//! A visitor whose response is leaving: nothing can change any more, and everything is judged at once.

use super::telling::Events;
use super::{State, Visitor};
use crate::enforce::{Asked, Audience, CookieLine, Destination, HeaderDoor, LineEdit, PageHeader, Verdict};
use crate::enforce::{answer_lines, deletion_lines};
use crate::gate::watch::event::Thing;
use crate::wire::field::FieldText;
use crate::wire::reading::{Reading, only_refusals};
use crate::{AllowReason, Answer, Category, Decision, DenyReason, Event};
use std::borrow::Cow;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;

/// The one look at a visitor's state that makes a response.
pub(crate) struct Leaving<'v> {
    pub(super) visitor: &'v Visitor,
    pub(super) state: MutexGuard<'v, State>,
    /// Declared after the state, so that the lock is released when the events are emitted.
    events: Events<'v>,
}

impl Visitor {
    /// Closes the visitor to changes.
    pub(crate) fn leave(&self) -> Leaving<'_> {
        let mut state = self.state();
        state.has_left = true;
        Leaving { visitor: self, state, events: Events::new(self) }
    }

    /// A look at the visitor, who stays open to changes.
    pub(crate) fn look(&self) -> Leaving<'_> {
        Leaving { visitor: self, state: self.state(), events: Events::new(self) }
    }
}

impl Leaving<'_> {
    /// Whether anything was asked of the visitor, so that the response depends on the answer.
    pub(crate) fn was_asked(&self) -> bool {
        self.visitor.shared.was_asked.load(Ordering::Relaxed)
    }

    /// The lines of the new answer, if this request changed it.
    pub(crate) fn answer_lines(&self) -> Vec<CookieLine> {
        let State { reading, stored, has_changed, had_cookie, .. } = &*self.state;
        let compiled = self.visitor.gate().compiled();
        match reading {
            Reading::Read { answer, .. } if *has_changed && stored.as_ref() != Some(answer) => {
                answer_lines(compiled, answer, *had_cookie && stored.is_none())
            }
            Reading::Absent if *has_changed && *had_cookie => deletion_lines(compiled),
            _ => Vec::new(),
        }
    }

    /// The line of an answer that another system's cookie held and that becomes our own, unless this request changed it.
    pub(crate) fn migration_lines(&mut self) -> Vec<CookieLine> {
        let State { imported, has_changed, facts, .. } = &*self.state;
        let Some(answer) = imported.own.clone().filter(|_| !has_changed) else { return Vec::new() };
        self.events.hold(Event::Migrated { region: facts.region });
        self.visitor.prove_migration(&self.events, &mut self.state, &answer);
        answer_lines(self.visitor.gate().compiled(), &answer, false)
    }

    /// The line that keeps a refusal from lapsing with its cookie, where that is due: the answer was not changed here,
    /// carries refusals and no live grant, and is in the last quarter of its cookie's life.
    pub(crate) fn reissue_lines(&self) -> Vec<CookieLine> {
        match &self.state.reading {
            Reading::Read { answer, .. }
                if self.state.stored.is_some() && !self.state.has_changed && self.is_reissue_due(answer) =>
            {
                // Grants that have lapsed here may live elsewhere: a late response must not restore one that was withdrawn.
                let refusals = only_refusals(answer.clone());
                answer_lines(self.visitor.gate().compiled(), &refusals, false)
            }
            _ => Vec::new(),
        }
    }

    fn is_reissue_due(&self, answer: &Answer) -> bool {
        let context = self.visitor.change_context(&self.state);
        let max_age = self.visitor.gate().policy().cookie.max_age.as_seconds();
        let last_quarter = answer.decided.saturating_add(max_age - max_age / 4);
        let refuses = !answer.refused.is_empty() || answer.exceptions().any(|(_, granted)| !granted);
        refuses && context.now >= last_quarter && !context.has_live_grant(answer)
    }

    /// The lines that expire denied cookies, at most so many; the rest go with the next response.
    pub(crate) fn erasures(&self, most: usize) -> Vec<CookieLine> {
        let facts = &self.state.facts;
        let mut lines = Vec::new();
        if self.state.cookies.is_empty() {
            return lines;
        }
        let judge = self.visitor.judge(&self.state);
        for erasure in judge.erasures(&self.state.cookies, facts.region.is_unknown()) {
            if lines.len() + erasure.lines.len() > most {
                break;
            }
            let category = self.visitor.category_of(erasure.tracker);
            self.events.hold(Event::Erased { category, reason: erasure.reason, region: facts.region });
            lines.extend(erasure.lines);
        }
        lines
    }

    /// Counts for the report what would be expired.
    pub(crate) fn report_erasures(&self) {
        let judge = self.visitor.judge(&self.state);
        for erasure in judge.erasures(&self.state.cookies, self.state.facts.region.is_unknown()) {
            self.visitor.gate().tally().deny(erasure.tracker, erasure.reason);
        }
    }

    /// What becomes of one `Set-Cookie` line of the response. A request that only fetches ahead of a visit writes nothing
    /// but what is essential.
    pub(crate) fn line(&self, bytes: &[u8], is_prefetch: bool) -> LineEdit {
        let text = FieldText::new(bytes);
        let mut judged = self.visitor.judge(&self.state).set_cookie(text.as_str(), self.visitor.shared.now);
        if is_prefetch && judged.is_allow() && !self.is_essential(judged.verdict) {
            judged.verdict.decision = Decision::Deny(DenyReason::Prefetch);
        }
        self.visitor.tell_of_line(&self.events, &self.state, &judged);
        match judged.line {
            _ if judged.verdict.is_deny() => LineEdit::Drop,
            Some(Cow::Owned(line)) => LineEdit::Replace(text.bytes(&line)),
            Some(Cow::Borrowed(_)) => LineEdit::Keep,
            None => LineEdit::Drop,
        }
    }

    /// What becomes of one line of another header, and whether another visitor's might become something else.
    pub(crate) fn door(&self, door: HeaderDoor, bytes: &[u8], destination: Destination) -> (LineEdit, bool) {
        let judge = self.visitor.judge(&self.state);
        let mut tell = |verdict, address: &str| {
            self.visitor.tell_of(&self.events, &self.state, verdict, Thing::Address, address);
        };
        let mut asked = Asked::new(&judge, destination, &mut tell);
        let edit = asked.edit(door, bytes);
        (edit, asked.is_personal)
    }

    /// The second `Content-Security-Policy` and its endpoint.
    pub(crate) fn security_policy(&self, audience: Audience, is_report: bool) -> Vec<PageHeader> {
        self.visitor.judge(&self.state).security_policy(audience, is_report)
    }

    /// The lines of `Permissions-Policy`.
    pub(crate) fn permissions_policy(&self) -> Vec<PageHeader> {
        self.visitor.judge(&self.state).permissions_policy().collect()
    }

    /// Whether this response stores a withdrawal, and nothing in the browser's storage is to stay: the origin's may be
    /// emptied (R29).
    pub(crate) fn empties_storage(&self) -> bool {
        let compiled = self.visitor.gate().compiled();
        if !compiled.policy.headers.clear_storage || !self.state.has_changed {
            return false;
        }
        let judge = self.visitor.judge(&self.state);
        let mut keys = compiled.trackers().filter(|(_, tracker)| tracker.technology.is_storage()).peekable();
        keys.peek().is_some() && keys.all(|(tracker, _)| judge.decide_tracker(tracker).is_deny())
    }

    fn is_essential(&self, Verdict { decision, tracker, .. }: Verdict) -> bool {
        let category = tracker.map(|tracker| self.visitor.gate().compiled().terms(tracker).category);
        decision == Decision::Allow(AllowReason::Deletion) || category == Some(Category::ESSENTIAL)
    }
}
