//! A step from the answers that were to those that are: what a record says of it.

use super::{State, Visitor};
use crate::compiled::imports::Imported;
use crate::consent::change::ChangeContext;
use crate::record::{Circumstances, Record, Status, StatusChange};
use crate::terms::answer::Choice;
use crate::terms::signal::signal_words;
use crate::wire::reading::{Reading, is_ahead};
use crate::{Answer, Category, Change, Consent, Facts, Signals};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// A visitor's answers before and after, and all else that a record says.
pub(super) struct Transition {
    pub(super) visitor: Visitor,
    /// The browser's answer, and the account's.
    pub(super) before: [Option<Answer>; 2],
    /// The browser's answer.
    pub(super) answer: Answer,
    pub(super) account: Option<Answer>,
    /// What was allowed before.
    pub(super) consent: Consent,
    facts: Facts,
    /// What other systems say beside an answer of the gate's own.
    imported: Imported,
    signals: Signals,
}

impl Transition {
    /// What a change makes of the answers.
    pub(super) fn of_change(visitor: &Visitor, state: &State, change: &Change) -> Self {
        let (answer, account) = visitor.applied(state, change);
        Self { account, ..Self::new(visitor, state, *visitor.folded(state), answer) }
    }

    /// What happens when an account's answer, known by now, joins the browser's. `consent` is what was allowed before.
    pub(super) fn of_joining(visitor: &Visitor, state: &State, consent: Consent) -> Self {
        let [browser, account] = answers(state);
        let account = account.filter(|account| visitor.can_read(account));
        let decided = account.as_ref().map_or(visitor.shared.now, Answer::decided);
        let blank = || Answer::new(visitor.gate().policy().revision, decided);
        let answer = browser.clone().unwrap_or_else(blank);
        Self { before: [browser, None], account, ..Self::new(visitor, state, consent, answer) }
    }

    /// What happens when another system's answer becomes the browser's own.
    pub(super) fn of_migration(visitor: &Visitor, state: &State, answer: &Answer) -> Self {
        let imported = visitor.imported_beside_own(state);
        let now = visitor.shared.now.timestamp();
        let consent = visitor.gate().fold(&Reading::Absent, &imported, state.signals, &state.facts, now);
        let account = state.facts.account.clone();
        let before = [None, account.clone()];
        Self { before, account, ..Self::new(visitor, state, consent, answer.clone()) }
    }

    /// A step from the answers that are to one of the browser's.
    fn new(visitor: &Visitor, state: &State, consent: Consent, answer: Answer) -> Self {
        Self {
            before: answers(state),
            answer,
            account: None,
            consent,
            facts: state.facts.clone(),
            imported: visitor.imported_beside_own(state),
            signals: state.signals,
            visitor: visitor.clone(),
        }
    }

    /// Whether the answers stay as they are.
    pub(super) fn is_same(&self) -> bool {
        self.before[0].as_ref() == Some(&self.answer) && self.before[1] == self.account
    }

    /// The record of the step. `after` is what is allowed after it.
    pub(super) fn record(&self, after: &Consent, circumstances: &Circumstances) -> Record {
        let (gate, now) = (self.visitor.gate(), self.visitor.shared.now);
        let [browser, account] = &self.before;
        let decided = self.decided(Some(&self.answer), self.account.as_ref());
        let is_renewed = decided > self.decided(browser.as_ref(), account.as_ref());
        let category = |(category, id): (Category, &str)| {
            let before = Status::of(&self.consent, category);
            let after = Status::of(after, category).following(before, is_renewed);
            StatusChange { id: id.to_owned(), before, after }
        };
        let holding = gate.compiled().regimes.at(self.facts.region, now.timestamp());
        let mut record = Record {
            time: DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now),
            method: circumstances.method,
            actor: circumstances.actor,
            device: circumstances.device,
            categories: gate.categories().map(category).collect(),
            providers: self.providers(is_renewed),
            site: gate.policy().site.clone(),
            revision: self.answer.revision,
            language: circumstances.language.clone(),
            region: self.facts.region.to_string(),
            regime: holding.preset.to_owned(),
            signals: signal_words(self.signals),
            expiry: None,
        };
        if record.gives() {
            record.expiry = decided.map(|decided| decided + after.regime().grant_lasts);
        }
        record
    }

    /// When the term of what the browser and the account grant together began: the older grant ends first.
    fn decided(&self, browser: Option<&Answer>, account: Option<&Answer>) -> Option<DateTime<Utc>> {
        let account = account.filter(|account| self.visitor.can_read(account) && !account.granted().is_empty());
        browser.into_iter().chain(account).map(Answer::decided).min()
    }

    /// What is allowed after the step, as far as the answers decide it.
    pub(super) fn consent_after(&self) -> Consent {
        let visitor = &self.visitor.shared;
        let reading = Reading::Read { answer: self.answer.clone(), count: 1 };
        let mut facts = self.facts.clone();
        if self.account.is_some() {
            facts.account.clone_from(&self.account);
        }
        visitor.gate.fold(&reading, &self.imported, self.signals, &facts, visitor.now.timestamp())
    }

    /// Every provider about which something is said by name, before or after.
    fn providers(&self, is_renewed: bool) -> Vec<StatusChange> {
        let readable = |account: &&Answer| self.visitor.can_read(account);
        let before = [self.before[0].as_ref(), self.before[1].as_ref().filter(readable)];
        let after = [Some(&self.answer), self.account.as_ref().filter(readable)];
        let all = before.into_iter().chain(after).flatten();
        let named: BTreeSet<&str> = all.flat_map(|answer| answer.exceptions().map(|(id, _)| id)).collect();
        let change = |id: &str| {
            let earlier = provider_status(before, id);
            let later = provider_status(after, id).following(earlier, is_renewed);
            StatusChange { id: id.to_owned(), before: earlier, after: later }
        };
        named.into_iter().map(change).collect()
    }
}

/// What two answers say of a provider by name, by the strictest.
fn provider_status(answers: [Option<&Answer>; 2], id: &str) -> Status {
    let says = |choice| answers.into_iter().flatten().any(|answer| answer.provider(id) == choice);
    if says(Choice::Refused) {
        Status::Refused
    } else if says(Choice::Granted) {
        Status::Given
    } else {
        Status::Unknown
    }
}

/// The browser's answer, and the account's.
pub(super) fn answers(state: &State) -> [Option<Answer>; 2] {
    [state.reading.answer().cloned(), state.facts.account.clone()]
}

impl Visitor {
    /// Whether anything of an account's answer counts: one from the future is malformed in every respect.
    fn can_read(&self, account: &Answer) -> bool {
        !is_ahead(account.decided, self.shared.now.timestamp())
    }

    /// What a change makes of the browser's answer and of the account's.
    pub(super) fn applied(&self, state: &State, change: &Change) -> (Answer, Option<Answer>) {
        let context = self.change_context(state);
        let account = state.facts.account.as_ref().map(|account| {
            let readable = Some(account).filter(|account| self.can_read(account));
            change.apply(readable, readable.is_none(), &context)
        });
        let is_unreadable = state.reading.is_unreadable() || state.imported.is_unreadable;
        (change.apply(state.reading.answer(), is_unreadable, &context), account)
    }

    /// What a change is applied under.
    pub(super) fn change_context<'s>(&'s self, state: &State) -> ChangeContext<'s> {
        ChangeContext {
            compiled: self.shared.gate.compiled(),
            signals: state.signals,
            now: u64::try_from(self.shared.now.timestamp()).unwrap_or(0),
            grant_lasts: u64::try_from(self.folded(state).regime().grant_lasts.num_seconds()).unwrap_or(0),
        }
    }
}
