//! The one fold: what was read, the signals, the facts and the clock become a decision.
//!
//! [`Consent`] states the rules as a list; what a tracker and its provider add is in [`tracker`]. There is no clock and no
//! I/O here.

pub(crate) mod change;
mod prompt;
mod tracker;

pub use prompt::{Prompt, PromptState, SignalState, SignalStatus};
pub(crate) use tracker::{NamedProviders, Provision};

use crate::compiled::Categories;
use crate::regime::Regime;
use crate::{AllowReason, Answer, Category, Decision, DenyReason, Signals};

/// What one visitor allows, in one request: every answer to "may this be done?", worked out once.
///
/// For one category, the first line that applies wins:
///
/// 1. The empty question, or a bit that the policy does not declare: deny `unknown-category`.
/// 2. Essential: allow `essential`.
/// 3. Forbidden here, for this visitor: deny `forbidden`.
/// 4. Refused, however long ago: deny `refused`. Refusals never lapse.
/// 5. GPC, where the regime honours it for this category: deny `gpc`, unless a known visitor holds a live grant made
///    while GPC was sent.
/// 6. The answer could not be read: deny `unreadable`, in every regime. Whoever has a broken cookie may have opted out.
/// 7. Granted, and live: allow `granted`. A grant lives `grant_lasts` from the click, and only while the answer's
///    revision is at least the category's `since`. An answer from a newer revision counts, so that a rolling deployment
///    does not flap.
/// 8. Otherwise the rule. Exempt: allow `exempt`. Opt-out: deny `dnt` where the regime honours DNT, else allow
///    `no-objection`. Opt-in: deny `expired`, `notice-changed` or `undecided`.
///
/// A question of several bits is allowed when each is. An undeclared bit gives the code first, then the first denied in
/// bit order; when allowed, the lowest non-essential bit's.
///
/// The account's answer and that of other systems are folded together with the browser's. One that is silent about a
/// category yields to the others, refusals add up, and a grant that several hold is as old as the oldest one.
///
/// A small value without references, cheap to copy. It changes when the visitor's answer or the facts do, so ask the
/// [`Visitor`](crate::Visitor) again after a change.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::error::RegionError;
/// # let gate = testing::gate();
/// # let now = testing::now();
/// let headers = [("cookie", "__Host-consent=1.4.1795000000.4.10.0")];
/// let consent = gate.consent(headers, &Facts::in_region("FR".parse()?), now);
/// assert!(consent.may_track(Category::ANALYTICS));
/// assert_eq!(consent.decide(Category::ADVERTISING).code(), "refused");
/// assert_eq!(consent.decide(Category::ANALYTICS | Category::ADVERTISING).code(), "refused");
/// assert_eq!(consent.decide(Category::empty()).code(), "unknown-category");
/// # Ok::<(), RegionError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Consent {
    offered: Category,
    /// Essential, and every offered category that is allowed.
    allowed: Category,
    forbidden: Category,
    refused: Category,
    /// What GPC denies, override considered.
    gpc: Category,
    is_unreadable: bool,
    /// Granted by the answer, live or not.
    granted: Category,
    live: Category,
    /// Granted, but the date has lapsed.
    lapsed: Category,
    /// Refused, and open to be asked about again.
    ask_again: Category,
    /// Live grants made while GPC was sent, by a visitor who is known.
    overriding: Category,
    regime: Regime,
    signals: Signals,
    is_known: bool,
    answers: [WeighedAnswer; SOURCES],
}

/// How many answers are folded together: the browser's, the account's, and that of other systems.
pub(crate) const SOURCES: usize = 3;

/// Everything that the fold looks at.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) names: &'a Categories,
    pub(crate) regime: &'a Regime,
    /// The browser's answer, the account's, and that of other systems. What could not be read is `None`.
    pub(crate) answers: [Option<&'a Answer>; SOURCES],
    pub(crate) is_unreadable: bool,
    pub(crate) signals: Signals,
    pub(crate) is_known: bool,
    pub(crate) is_minor: bool,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

/// One answer, with what the clock and the regime make of it.
#[derive(Clone, Copy, Debug, Default)]
struct WeighedAnswer {
    granted: Category,
    refused: Category,
    /// The categories that still mean what they meant when this was answered.
    covered: Category,
    is_fresh: bool,
    is_old_refusal: bool,
    saw_gpc: bool,
    revision: u32,
}

impl WeighedAnswer {
    fn new(answer: &Answer, inputs: &Inputs<'_>) -> Self {
        let decided = i64::try_from(answer.decided).unwrap_or(i64::MAX);
        let past = |term: chrono::TimeDelta| inputs.now >= decided.saturating_add(term.num_seconds());
        Self {
            granted: answer.granted.intersection(inputs.names.offered),
            refused: answer.refused.intersection(inputs.names.offered),
            covered: inputs.names.covered_by(answer.revision),
            is_fresh: !past(inputs.regime.grant_lasts),
            is_old_refusal: past(inputs.regime.ask_again_after),
            saw_gpc: answer.seen.contains(Signals::GPC),
            revision: answer.revision,
        }
    }

    /// The grants that do not count: too old, or from before the category meant what it means.
    fn dead(&self) -> Category {
        if self.is_fresh { self.granted.difference(self.covered) } else { self.granted }
    }
}

impl Consent {
    /// Folds everything into one value.
    pub(crate) fn fold(inputs: &Inputs<'_>) -> Self {
        let answers =
            inputs.answers.map(|answer| answer.map(|answer| WeighedAnswer::new(answer, inputs)).unwrap_or_default());
        let any = |part: &dyn Fn(&WeighedAnswer) -> Category| {
            answers.iter().fold(Category::empty(), |all, answer| all | part(answer))
        };
        let (regime, offered) = (inputs.regime, inputs.names.offered);

        let minors = if inputs.is_minor { regime.forbidden_for_minors } else { Category::empty() };
        let forbidden = offered.difference(regime.not_forbidden()) | offered.intersection(minors);
        let refused = any(&|answer| answer.refused);
        let granted = any(&|answer| answer.granted).difference(refused);
        let live = granted.difference(any(&WeighedAnswer::dead));
        let unseen = |answer: &WeighedAnswer| if answer.saw_gpc { Category::empty() } else { answer.granted };
        let overriding = match inputs.is_known {
            true => live.difference(any(&unseen)),
            false => Category::empty(),
        };
        let reach = if inputs.signals.contains(Signals::GPC) { regime.gpc & offered } else { Category::empty() };
        let too_old = |answer: &WeighedAnswer| if answer.is_fresh { Category::empty() } else { answer.granted };
        let keep = |answer: &WeighedAnswer| {
            if answer.is_old_refusal { Category::empty() } else { answer.refused & answer.covered }
        };

        let mut consent = Self {
            offered,
            allowed: Category::ESSENTIAL,
            forbidden,
            refused,
            gpc: reach.difference(overriding),
            is_unreadable: inputs.is_unreadable,
            granted,
            live,
            lapsed: granted & any(&too_old),
            ask_again: refused.difference(any(&keep)),
            overriding,
            regime: *regime,
            signals: inputs.signals,
            is_known: inputs.is_known,
            answers,
        };
        consent.allowed |= consent.allowed_now();
        consent
    }

    /// Lines 3 to 8 for all categories at once, without the reason, so that [`may_track`](Self::may_track) only compares
    /// bits. The order of the lines is in [`tracker`].
    fn allowed_now(&self) -> Category {
        if self.is_unreadable {
            return Category::empty();
        }
        let open = self.offered.difference(self.forbidden | self.refused | self.gpc);
        let no_objection = if self.dnt_objects() { Category::empty() } else { self.regime.opt_out };
        open & (self.live | self.regime.exempt | no_objection)
    }

    /// Whether all of these may be tracked: exactly whether [`decide`](Self::decide) allows.
    #[inline]
    #[must_use]
    pub const fn may_track(&self, categories: Category) -> bool {
        let bits = categories.bits();
        bits != 0 && bits & !self.allowed.bits() == 0
    }

    /// Whether all of these may be tracked, and why.
    pub fn decide(&self, categories: Category) -> Decision {
        let declared = self.offered | Category::ESSENTIAL;
        if categories.is_empty() || !declared.contains(categories) {
            return Decision::Deny(DenyReason::UnknownCategory);
        }
        let denied = categories.difference(self.allowed);
        let asked = if denied.is_empty() { categories.difference(Category::ESSENTIAL) } else { denied };
        let decision = match asked.lowest() {
            none if none.is_empty() => Decision::Allow(AllowReason::Essential),
            category => self.by_category(category),
        };
        // The set algebra is the fast path; law 4 compares it to the reason for every set of bits.
        debug_assert_eq!(decision.is_allow(), denied.is_empty(), "the mask contradicts the reason: {self:?}");
        decision
    }

    fn dnt_objects(&self) -> bool {
        self.regime.dnt && self.signals.contains(Signals::DNT)
    }

    /// The categories and `essential` that are allowed.
    pub(crate) const fn allowed(&self) -> Category {
        self.allowed
    }

    /// The regime that it was folded under.
    pub(crate) const fn regime(&self) -> &Regime {
        &self.regime
    }

    /// Whether a single category is granted, and the date has lapsed.
    pub(crate) const fn is_lapsed(&self, category: Category) -> bool {
        self.lapsed.contains(category)
    }

    /// The categories that GPC denies and nothing else would: allowed until objection, and not refused.
    pub(crate) const fn opted_out_by_signal(&self) -> Category {
        self.gpc.intersection(self.regime.opt_out).difference(self.forbidden.union(self.refused))
    }

    /// The granted categories that the policy declares, live or lapsed.
    #[must_use]
    pub const fn granted(&self) -> Category {
        self.granted
    }

    /// The refused categories that the policy declares.
    #[must_use]
    pub const fn refused(&self) -> Category {
        self.refused
    }

    /// The granted categories whose grant counts.
    #[must_use]
    pub const fn live(&self) -> Category {
        self.live
    }
}
