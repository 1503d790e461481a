//! The `[[import]]` entries, made ready, and what they read.
//!
//! 1. Entries with a precedence are read in its order, until one holds an answer or cannot be read; those of the same
//!    place all count. Entries without one always count.
//! 2. What counts combines by the strictest: refusals add up, and a grant counts that no other answer withholds which
//!    could have given it. A system in which nobody has answered withholds nothing.
//! 3. One that cannot be read leaves the refusals of the others, and denies everything else.
//! 4. An imported answer is of the policy's present revision: the system's own revision says whether its question was
//!    the present one. It is as old as the oldest that says when it was given; where none does, it is taken as new, for
//!    as long as the system's cookie lasts.
//! 5. Entries that migrate count only for a visitor without the gate's own cookie.

mod entry;

use super::{AnswerState, Imported, ImportedCookie};
use crate::cmp::{Cookies, Fault, SystemAnswer};
use crate::compiled::Categories;
use crate::policy::config_error::Problem;
use crate::terms::answer::Exceptions;
use crate::wire::reading::is_ahead;
use crate::{Answer, Category, Policy, Signals};
use chrono::DateTime;
use entry::Entry;

/// The other systems of a site.
#[derive(Debug)]
pub(crate) struct Imports {
    /// Those with a precedence first, in its order.
    entries: Vec<Entry>,
    /// The policy's revision.
    revision: u32,
    /// The ids of the policy's providers, in its order.
    providers: Vec<Box<str>>,
}

/// What one system answers.
struct Heard<'e> {
    entry: &'e Entry,
    state: AnswerState,
    why: Option<&'static str>,
    answer: SystemAnswer,
}

impl Imports {
    /// The entries of a policy, and their problems.
    pub(crate) fn of(policy: &Policy, names: &Categories) -> (Self, Vec<Problem>) {
        let (mut entries, mut problems) = (Vec::new(), Vec::new());
        for import in &policy.imports {
            match Entry::of(import, policy, names) {
                Ok(entry) => entries.push(entry),
                Err(kinds) => {
                    problems.extend(kinds.into_iter().map(|kind| Problem { entry: entry::name(import), kind }))
                }
            }
        }
        entries.sort_by_key(|entry| entry.precedence.map_or(u16::MAX, u16::from));
        let providers = policy.providers.iter().map(|provider| provider.id.as_str().into()).collect();
        (Self { entries, revision: policy.revision, providers }, problems)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The cookie of each system, and whether that is only the start of its cookies' names.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&'static str, &str, bool)> {
        self.entries.iter().map(|entry| (entry.site.system_name(), &*entry.cookie, entry.site.is_start()))
    }

    /// What the cookies of a request say, on a clock of `now` seconds since 1970. `has_own` is whether there is a cookie of
    /// the gate's own.
    pub(crate) fn read(&self, cookies: &[u8], has_own: bool, now: i64) -> Imported {
        let mut imported = Imported::default();
        let (mut beside, mut own) = (Sum::default(), Sum::default());
        for heard in self.heard(cookies, has_own, now) {
            imported.signals |= heard.answer.signals;
            imported.is_unreadable |= heard.state == AnswerState::Unreadable;
            imported.is_answered |= heard.state == AnswerState::Decided;
            if heard.entry.migrates { &mut own } else { &mut beside }.add(&heard);
        }
        if imported.is_unreadable {
            // The refusals of the others stand. What the visitor has to be asked again about does not migrate.
            beside.refuse(&own);
            beside.withhold();
        } else {
            imported.own = self.answer(&own, now);
        }
        imported.beside = self.answer(&beside, now);
        imported
    }

    /// An answer of the policy's present revision; none where nothing was answered.
    fn answer(&self, sum: &Sum, now: i64) -> Option<Answer> {
        let has_refused = !sum.refused.is_empty() || sum.refused_providers != 0;
        if !sum.is_answered && !has_refused {
            return None;
        }
        let mut answer = Answer {
            revision: self.revision,
            decided: sum.date.unwrap_or(u64::try_from(now).unwrap_or(0)),
            granted: sum.granted.difference(sum.withheld | sum.refused),
            refused: sum.refused,
            seen: Signals::empty(),
            exceptions: Exceptions::default(),
        };
        let granted_providers = sum.granted_providers & !(sum.withheld_providers | sum.refused_providers);
        for (place, id) in self.providers.iter().enumerate() {
            for (set, granted) in [(granted_providers, true), (sum.refused_providers, false)] {
                if set & 1 << place != 0 {
                    // All providers of a policy fit one answer: its check sees to that.
                    let _ = answer.exceptions.set(id, granted);
                }
            }
        }
        Some(answer)
    }

    /// The same, system by system.
    pub(crate) fn explain(&self, cookies: &[u8], has_own: bool, now: i64) -> Vec<ImportedCookie> {
        let date = |seconds: u64| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0);
        let heard = self.heard(cookies, has_own, now);
        heard
            .map(|heard| ImportedCookie {
                system: heard.entry.site.system_name(),
                cookie: heard.entry.cookie.clone(),
                state: heard.state,
                why: heard.why,
                granted: heard.entry.granted(&heard.answer),
                refused: heard.entry.refused(&heard.answer),
                signals: heard.answer.signals,
                decided: heard.answer.date.and_then(date),
            })
            .collect()
    }

    /// Every system that counts.
    fn heard<'h>(&'h self, cookies: &'h [u8], has_own: bool, now: i64) -> impl Iterator<Item = Heard<'h>> {
        let mut settled = None;
        let counted = self.entries.iter().filter(move |entry| !(has_own && entry.migrates));
        counted.filter_map(move |entry| {
            if settled.is_some_and(|place| entry.precedence.is_some_and(|own| own > place)) {
                return None;
            }
            let heard = hear(entry, cookies, now);
            if heard.state != AnswerState::Undecided {
                settled = settled.or(entry.precedence);
            }
            Some(heard)
        })
    }
}

/// Reads one system's cookies.
fn hear<'e>(entry: &'e Entry, cookies: &[u8], now: i64) -> Heard<'e> {
    let read = Cookies::new(&entry.site, cookies).read().and_then(|answer| match answer {
        Some(answer) if answer.date.is_some_and(|date| is_ahead(date, now)) => Err(Fault::Future),
        answer => Ok(answer),
    });
    let (state, why, answer) = match read {
        Ok(None) => (AnswerState::Undecided, None, SystemAnswer::default()),
        Ok(Some(answer)) => match answer.undecided {
            Some(why) => (AnswerState::Undecided, Some(why.code()), answer),
            None => (AnswerState::Decided, None, answer),
        },
        Err(fault) => (AnswerState::Unreadable, Some(fault.code()), SystemAnswer::default()),
    };
    Heard { entry, state, why, answer }
}

/// What several systems answer.
#[derive(Clone, Copy, Default)]
struct Sum {
    is_answered: bool,
    granted: Category,
    /// What a system could have granted in which the visitor has answered, and did not.
    withheld: Category,
    refused: Category,
    /// Providers by their place in the policy.
    granted_providers: u64,
    withheld_providers: u64,
    refused_providers: u64,
    date: Option<u64>,
}

impl Sum {
    fn add(&mut self, heard: &Heard<'_>) {
        let Heard { entry, state, answer, .. } = heard;
        self.refused |= entry.refused(answer);
        self.refused_providers |= entry.refused_providers(answer);
        if *state == AnswerState::Decided {
            let (granted, providers) = (entry.granted(answer), entry.granted_providers(answer));
            self.is_answered = true;
            self.granted |= granted;
            self.granted_providers |= providers;
            self.withheld |= entry.mapped().difference(granted);
            self.withheld_providers |= entry.mapped_providers() & !providers;
            self.date = self.date.into_iter().chain(answer.date).min();
        }
    }

    /// Adds the refusals of another.
    fn refuse(&mut self, other: &Self) {
        self.refused |= other.refused;
        self.refused_providers |= other.refused_providers;
    }

    /// Takes every grant back.
    fn withhold(&mut self) {
        (self.granted, self.granted_providers) = (Category::empty(), 0);
    }
}
