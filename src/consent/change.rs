//! A change of a visitor's answer: what was clicked, and what it makes of the answer before.
//!
//! 1. A complete answer (the form, accept all, refuse all) is dated now, under the revision that is shown now. It keeps the
//!    refusals of categories that were not asked about.
//! 2. A partial change (one switch, one provider) keeps the older date while any grant of it is live, so that a click
//!    never prolongs another's consent. It also keeps the older revision, and of the signals only those sent both times.
//! 3. Where the older revision would make the click void, because what was granted is newer, the answer takes the new
//!    revision: it loses grants that the old one no longer covered, and providers that it did not know are refused by name.
//!    Nobody said yes to them.
//! 4. Refusing a category removes the `+id`s in it.
//! 5. A change of an answer that could not be read refuses every offered category that it does not grant: whoever
//!    has a broken cookie may have opted out, and the click must not hide that.
//! 6. Categories and providers that this policy does not declare keep their refusals: another server of the site may know
//!    them.

use crate::compiled::{Compiled, ProviderTerms};
use crate::wire::parse::VALUE_MAX;
use crate::{Answer, Category, Signals};

/// What a visitor clicked.
///
/// # Example
/// ```
/// use consent_gate::{Category, Change};
///
/// let form = Change::answer(Category::FUNCTIONAL | Category::ANALYTICS).provider("cliptube", true);
/// let one_switch = Change::refuse(Category::ANALYTICS);
/// assert_ne!(form, one_switch);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Change {
    is_complete: bool,
    grant: Category,
    refuse: Category,
    /// What a complete answer says nothing about.
    unasked: Category,
    providers: Vec<(String, bool)>,
}

impl Change {
    /// A complete answer: these are granted, every other offered category is refused.
    pub fn answer(granted: Category) -> Self {
        Self { is_complete: true, grant: granted, ..Self::grant(Category::empty()) }
    }

    /// Grants these categories and leaves the others as they are.
    pub fn grant(categories: Category) -> Self {
        let none = Category::empty();
        Self { is_complete: false, grant: categories, refuse: none, unasked: none, providers: Vec::new() }
    }

    /// Refuses, or withdraws, these categories and leaves the others as they are.
    pub fn refuse(categories: Category) -> Self {
        Self { refuse: categories, ..Self::grant(Category::empty()) }
    }

    /// Says nothing, in a complete answer, about categories that are not granted: what a law allows until objection was on
    /// before the visitor came, and leaving it so is neither a grant nor a refusal. An earlier refusal of them stays.
    pub fn unasked(mut self, categories: Category) -> Self {
        self.unasked = categories;
        self
    }

    /// Grants (`true`) or refuses one provider by its id, in addition to the categories.
    pub fn provider(mut self, id: impl Into<String>, granted: bool) -> Self {
        self.providers.push((id.into(), granted));
        self
    }
}

impl Change {
    /// Whether anything is granted.
    pub(crate) fn grants(&self) -> bool {
        !self.grant.is_empty() || self.providers.iter().any(|(_, granted)| *granted)
    }

    /// The categories that are granted.
    pub(crate) const fn granted(&self) -> Category {
        self.grant
    }

    /// The refusals of the change alone; `None` where it refuses nothing.
    pub(crate) fn refusals(&self, offered: Category) -> Option<Self> {
        let refuse = if self.is_complete { offered.difference(self.grant | self.unasked) } else { self.refuse };
        let providers: Vec<_> = self.providers.iter().filter(|(_, granted)| !granted).cloned().collect();
        let refuses = !refuse.is_empty() || !providers.is_empty();
        refuses.then(|| Self { providers, ..Self::refuse(refuse) })
    }
}

/// Why a visitor's answer, or what is known of the visitor, could not be changed. Nothing was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The change names no category and no provider.
    #[error("the change names no category and no provider")]
    Empty,
    /// A category is not offered: it is essential, reserved, or not declared.
    #[error("the categories {0:#x} are not offered by the policy")]
    NotOffered(u32),
    /// A category is granted and refused at once.
    #[error("the categories {0:#x} are granted and refused at once")]
    Contradiction(u32),
    /// The policy declares no provider of this id with a tracker that can be refused.
    #[error("the policy offers no choice about a provider {0:?}")]
    UnknownProvider(String),
    /// The head of the response has left; the change would not reach the browser.
    #[error("the head of the response has left: change the answer before it")]
    Late,
    /// The request came from another site, or cannot show that it did not.
    #[error("a request from another origin cannot change consent")]
    CrossOrigin,
    /// The request only fetches ahead of a visit: nobody clicked.
    #[error("a request that fetches ahead of a visit cannot change consent")]
    Prefetch,
}

/// What a change is applied under.
pub(crate) struct ChangeContext<'a> {
    pub(crate) compiled: &'a Compiled,
    pub(crate) signals: Signals,
    /// Seconds since 1970.
    pub(crate) now: u64,
    /// How long a grant lives here, in seconds.
    pub(crate) grant_lasts: u64,
}

impl Change {
    /// Whether the policy offers all that the change names.
    pub(crate) fn check(&self, compiled: &Compiled) -> Result<(), ChangeError> {
        let named = self.grant | self.refuse;
        if !self.is_complete && named.is_empty() && self.providers.is_empty() {
            return Err(ChangeError::Empty);
        }
        let unknown = named.difference(compiled.names.offered);
        if !unknown.is_empty() {
            return Err(ChangeError::NotOffered(unknown.bits()));
        }
        if self.grant.intersects(self.refuse) {
            return Err(ChangeError::Contradiction(self.grant.intersection(self.refuse).bits()));
        }
        let offered = |id: &str| compiled.provider(id).is_some_and(|provider| !provider.category.is_empty());
        match self.providers.iter().find(|(id, _)| !offered(id)) {
            Some((id, _)) => Err(ChangeError::UnknownProvider(id.clone())),
            None => Ok(()),
        }
    }

    /// What the change makes of the answer before.
    pub(crate) fn apply(&self, before: Option<&Answer>, is_unreadable: bool, context: &ChangeContext<'_>) -> Answer {
        let mut answer = if self.is_complete { self.complete(before, context) } else { self.partial(before, context) };
        if is_unreadable {
            answer = answer.refuse(context.compiled.names.offered.difference(self.grant));
        }
        if answer.to_string().len() > VALUE_MAX {
            // Only ids that this policy does not declare can have made it so long: all of its own fit.
            answer.exceptions.retain(|id, _| context.compiled.provider(id).is_some());
        }
        answer
    }

    fn complete(&self, before: Option<&Answer>, context: &ChangeContext<'_>) -> Answer {
        let asked = context.compiled.names.offered.difference(self.unasked);
        // Nobody took back a refusal of what was not asked about: by this policy, or by this form.
        let kept = before.map_or(Category::empty(), |answer| answer.refused.difference(asked));
        let mut answer = context.blank().grant(self.grant).refuse((asked | kept).difference(self.grant));
        if let Some(before) = before {
            answer.exceptions = before.exceptions.clone();
            answer.exceptions.retain(|id, granted| !granted && context.compiled.provider(id).is_none());
        }
        self.set_providers(&mut answer, context.compiled);
        answer
    }

    fn partial(&self, before: Option<&Answer>, context: &ChangeContext<'_>) -> Answer {
        let mut answer = before.cloned().unwrap_or_else(|| context.blank());
        answer.granted = answer.granted.difference(self.refuse);
        let refused = self.refuse;
        answer.exceptions.retain(|id, granted| {
            let replaced = self.providers.iter().any(|(other, _)| other == id);
            let goes = granted && context.compiled.provider(id).is_some_and(|p| refused.intersects(p.category));
            !(replaced || goes)
        });
        if context.has_live_grant(&answer) {
            answer.seen = answer.seen.intersection(context.signals);
            if self.needs_revision(context.compiled) > answer.revision {
                renew_revision(&mut answer, context.compiled);
            }
        } else {
            answer.granted = Category::empty();
            answer.exceptions.retain(|_, granted| !granted);
            (answer.decided, answer.revision, answer.seen) =
                (context.now, context.compiled.policy.revision, context.signals);
        }
        answer = answer.grant(self.grant).refuse(self.refuse);
        self.set_providers(&mut answer, context.compiled);
        answer
    }

    /// The revision that an answer must have for what the change grants to count.
    fn needs_revision(&self, compiled: &Compiled) -> u32 {
        let granted = self.providers.iter().filter(|(_, granted)| *granted).filter_map(|(id, _)| compiled.provider(id));
        let providers = granted.map(|provider| provider.since);
        providers.chain(self.grant.each().map(|category| compiled.names.since(category))).max().unwrap_or(0)
    }

    fn set_providers(&self, answer: &mut Answer, compiled: &Compiled) {
        for (id, granted) in &self.providers {
            if answer.exceptions.set(id, *granted).is_err() {
                // As above: there are more than 64 only with foreign ids.
                answer.exceptions.retain(|id, _| compiled.provider(id).is_some());
                let _ = answer.exceptions.set(id, *granted);
            }
        }
    }
}

/// Rule 3: the answer takes the policy's revision without saying yes to anything newer than its own.
fn renew_revision(answer: &mut Answer, compiled: &Compiled) {
    let newer = |provider: &&ProviderTerms| provider.since > answer.revision;
    let unknown: Vec<&ProviderTerms> = compiled.providers().filter(newer).collect();
    answer.granted = answer.granted.intersection(compiled.names.covered_by(answer.revision));
    answer.exceptions.retain(|id, granted| !granted || !unknown.iter().any(|provider| *provider.id == *id));
    for provider in unknown.into_iter().filter(|provider| answer.granted.intersects(provider.category)) {
        let _ = answer.exceptions.set(&provider.id, false);
    }
    answer.revision = compiled.policy.revision;
}

impl ChangeContext<'_> {
    /// An answer of now that says nothing yet.
    fn blank(&self) -> Answer {
        Answer {
            revision: self.compiled.policy.revision,
            decided: self.now,
            granted: Category::empty(),
            refused: Category::empty(),
            seen: self.signals,
            exceptions: crate::terms::answer::Exceptions::default(),
        }
    }

    /// Whether any grant of an answer counts now.
    pub(crate) fn has_live_grant(&self, answer: &Answer) -> bool {
        let is_fresh = self.now < answer.decided.saturating_add(self.grant_lasts);
        let by_category = answer.granted.intersects(self.compiled.names.covered_by(answer.revision));
        let is_live = |id: &str| self.compiled.provider(id).is_some_and(|provider| provider.since <= answer.revision);
        is_fresh && (by_category || answer.exceptions.iter().any(|(id, granted)| granted && is_live(id)))
    }
}
