//! An event in the few words that logs and metrics have for all events: the one place that knows them all.

use crate::policy::Technology;
use crate::{Choice, Decision, Event, Region};

/// The fields of an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'e> {
    pub(super) kind: Kind,
    pub(super) category: Option<&'e str>,
    pub(super) technology: Option<&'static str>,
    pub(super) reason: Option<&'static str>,
    pub(super) region: Option<Region>,
    pub(super) name: Option<Name<'e>>,
    /// Whether it is for the operator to correct, rather than a visitor's doing.
    #[cfg_attr(not(feature = "tracing"), allow(dead_code))]
    pub(super) is_fault: bool,
}

/// The name of a thing, without identifiers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'e> {
    pub(super) text: &'e str,
    #[cfg_attr(not(feature = "metrics"), allow(dead_code))]
    pub(super) from: From,
}

/// Where a name comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum From {
    /// The policy.
    Policy,
    /// The site's own code, which wrote or embedded it.
    Site,
    /// A browser, which sent it.
    Browser,
}

/// What happened: the message of an event, and the name and meaning of its counter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(not(all(feature = "tracing", feature = "metrics")), allow(dead_code))]
pub(super) struct Kind {
    pub(super) message: &'static str,
    pub(super) counter: &'static str,
    pub(super) meaning: &'static str,
}

const fn kind(message: &'static str, counter: &'static str, meaning: &'static str) -> Kind {
    Kind { message, counter, meaning }
}

const DENIED: Kind = kind("denied", "consent_gate_denied_total", "Declared trackers that were denied");
const ERASED: Kind = kind("erased", "consent_gate_erased_total", "Cookies of browsers that were expired");
const CHANGED: Kind = kind("changed", "consent_gate_changed_total", "Categories about which an answer was changed");
const MIGRATED: Kind =
    kind("migrated", "consent_gate_migrated_total", "Answers of other systems that became the gate's own");
const UNREADABLE: Kind = kind("unreadable", "consent_gate_unreadable_total", "Consent cookies that could not be read");
const UNDECLARED: Kind = kind("undeclared", "consent_gate_undeclared_total", "Things met that no tracker declares");
const MISMATCH: Kind = kind("mismatch", "consent_gate_mismatch_total", "Cookies that contradict their declaration");
const BLOCKED: Kind =
    kind("blocked", "consent_gate_blocked_total", "Reports of browsers that a declared address was blocked");
const UNFILTERED: Kind = kind("unfiltered", "consent_gate_unfiltered_total", "Pages that left without being filtered");
const ABANDONED: Kind = kind("abandoned", "consent_gate_abandoned_total", "Pages that were broken off");

impl Kind {
    #[cfg(feature = "metrics")]
    pub(super) const ALL: [Self; 10] =
        [DENIED, ERASED, CHANGED, MIGRATED, UNREADABLE, UNDECLARED, MISMATCH, BLOCKED, UNFILTERED, ABANDONED];

    /// Nothing but that it happened.
    const fn fields<'e>(self) -> Fields<'e> {
        let (category, technology, reason, region, name) = (None, None, None, None, None);
        Fields { kind: self, category, technology, reason, region, name, is_fault: false }
    }
}

impl<'e> Fields<'e> {
    pub(super) fn of(event: &Event<'e>) -> Self {
        match *event {
            Event::Denied { technology, category, reason, region } => Self {
                category: Some(category),
                technology: Some(technology.as_str()),
                reason: Some(reason.code()),
                region: Some(region),
                ..DENIED.fields()
            },
            Event::Erased { category, reason, region } => Self {
                category: Some(category),
                technology: Some(Technology::Cookie.as_str()),
                reason: Some(reason.code()),
                region: Some(region),
                ..ERASED.fields()
            },
            Event::Changed { category, before, after, region } => Self {
                category: Some(category),
                reason: Some(change(before, after)),
                region: Some(region),
                ..CHANGED.fields()
            },
            Event::Migrated { region } => Self { region: Some(region), ..MIGRATED.fields() },
            Event::Unreadable { region } => Self { region: Some(region), ..UNREADABLE.fields() },
            Event::Undeclared { thing, name, decision, is_first, from_browser } => Self {
                technology: Some(thing.technology().as_str()),
                reason: Some(match decision {
                    Decision::Deny(_) => "denied",
                    Decision::Allow(_) => "passed",
                }),
                name: Some(Name { text: name, from: if from_browser { From::Browser } else { From::Site } }),
                is_fault: is_first,
                ..UNDECLARED.fields()
            },
            Event::Mismatch { tracker, attribute } => Self {
                technology: Some(Technology::Cookie.as_str()),
                reason: Some(attribute),
                name: Some(Name { text: tracker, from: From::Policy }),
                is_fault: true,
                ..MISMATCH.fields()
            },
            Event::Blocked { technology, category } => {
                Self { category: Some(category), technology: Some(technology.as_str()), ..BLOCKED.fields() }
            }
            Event::Unfiltered { why } => Self { reason: Some(why), is_fault: true, ..UNFILTERED.fields() },
            Event::Abandoned { why } => Self { reason: Some(why), is_fault: true, ..ABANDONED.fields() },
        }
    }
}

const fn change(before: Choice, after: Choice) -> &'static str {
    match (before, after) {
        (_, Choice::Granted) => "granted",
        (Choice::Granted, Choice::Refused) => "withdrawn",
        (_, Choice::Refused) => "refused",
        (_, Choice::Unasked) => "forgotten",
    }
}
