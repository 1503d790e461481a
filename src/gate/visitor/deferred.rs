//! Work that is done later, and forwards from the server. [`Gate::without_request`] states how.

use super::Visitor;
use super::telling::Events;
use crate::compiled::{Compiled, TrackerId, TrackerTerms};
use crate::consent::Provision;
use crate::enforce::{Judge, Verdict};
use crate::gate::watch::event::Thing;
use crate::policy::Technology;
use crate::terms::rule::Exemption;
use crate::wire::address::Address;
use crate::{AllowReason, Category, ChangeError, Decision, DenyReason, Event, Facts, Gate, Signals, Stamp};
use chrono::{DateTime, TimeDelta, Utc};
use std::marker::PhantomData;

/// A proof that one address may be sent to by the server, for a visitor in this request or this job. It cannot be made
/// elsewhere.
///
/// A function of the host's that sends takes one in the place of an address, so that it cannot be called without the
/// question having been asked, nor for another address than the one that was judged. It borrows the visitor: ask when
/// you send, not before.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// fn send(to: &ForwardPermit<'_>, body: &str) -> String {
///     format!("POST {} {body}", to.address())
/// }
///
/// let visitor = testing::accepted(&gate);
/// let permit = visitor.forward_permit("https://px.lumen.example/v.gif?lesson=3").unwrap();
/// assert_eq!(send(&permit, "{}"), "POST https://px.lumen.example/v.gif?lesson=3 {}");
/// assert_eq!(testing::refused(&gate).forward_permit("https://px.lumen.example/v.gif").unwrap_err().code(), "refused");
/// ```
///
/// Without the question there is no permit:
/// ```compile_fail,E0451
/// # use consent_gate::*;
/// # use std::marker::PhantomData;
/// let permit = ForwardPermit { address: "https://a.example/", reason: AllowReason::Granted, visitor: PhantomData };
/// ```
/// An address alone is none:
/// ```compile_fail,E0308
/// # use consent_gate::*;
/// fn send(to: &ForwardPermit<'_>, body: &str) {}
/// send(&"https://px.lumen.example/v.gif", "{}");
/// ```
/// And none outlives the visitor:
/// ```compile_fail,E0505
/// # use consent_gate::*;
/// let visitor = testing::accepted(&testing::gate());
/// let permit = visitor.forward_permit("https://px.lumen.example/v.gif").unwrap();
/// drop(visitor);
/// permit.address();
/// ```
#[derive(Debug)]
pub struct ForwardPermit<'v> {
    address: &'v str,
    reason: AllowReason,
    visitor: PhantomData<&'v Visitor>,
}

impl<'v> ForwardPermit<'v> {
    /// The address that may be sent to, as it was asked about.
    #[must_use]
    pub const fn address(&self) -> &'v str {
        self.address
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> AllowReason {
        self.reason
    }
}

impl Gate {
    /// A person who makes no request: for jobs that do later what was allowed before.
    ///
    /// A queued event carries a [`Stamp`], made of what was allowed when it happened. Before it is sent it is judged again,
    /// against the latest answer, and what is sent names the declared address:
    ///
    /// 1. The **latest answer** of a person who makes no request is what the host keeps of it: the account's answer
    ///    ([`Facts::account`](crate::Facts::account)), or the text that a browser or an application sent last
    ///    ([`Facts::answer_text`](crate::Facts::answer_text)). Both at once combine by the strictest. Where the store
    ///    cannot be asked, the answer is not absent but unknown: leave the work in the queue.
    /// 2. **Signals** are those that the host has last seen of this person, GPC say, and the region is where they are now.
    ///    Give the region of the event as [`Facts::residence`](crate::Facts::residence), and the stricter of both holds.
    ///    A region that nobody knows is by default the strictest.
    /// 3. Judging changes nothing, so a retry may judge as often as it likes, and each time the latest answer counts.
    ///    Whoever withdraws and grants again gets the old event sent: it was allowed when it happened, and it is now.
    ///
    /// The answer is what `facts` hold. It cannot be changed here, for no response would carry it:
    /// [`ChangeError::Late`].
    #[must_use]
    pub fn without_request(&self, facts: Facts, signals: Signals, now: DateTime<Utc>) -> Visitor {
        Visitor::new(self.clone(), Vec::new(), signals, facts, now, Some(ChangeError::Late))
    }
}

impl Visitor {
    /// A stamp for later work of the site's own in these categories.
    ///
    /// # Errors
    /// The [`DenyReason`] that [`decide`](Self::decide) gives, or `prefetch` for a request that only fetches ahead of a
    /// visit: what was not allowed when it happened is not to be queued.
    pub fn stamp(&self, categories: Category) -> Result<Stamp, DenyReason> {
        self.allowed(self.decide(categories), categories)?;
        Ok(self.stamp_of(categories, None, None))
    }

    /// A stamp for later work that reaches one provider, by its id, in the category of its trackers.
    ///
    /// # Errors
    /// As [`stamp`](Self::stamp), also `provider-refused`, `gpc-third-party`, and `undeclared` for an id that the policy
    /// does not declare or of which every tracker is essential.
    pub fn stamp_provider(&self, id: &str) -> Result<Stamp, DenyReason> {
        self.note_question();
        let compiled = self.gate().compiled();
        let provider = compiled.provider(id).filter(|provider| !provider.category.is_empty());
        let category = provider.ok_or(DenyReason::Undeclared)?.category;
        let decision = self.judge(&self.state()).decide_provision(&Provision { category, exemption: None, provider });
        self.allowed(decision, category)?;
        Ok(self.stamp_of(category, Some(id), None))
    }

    /// A stamp for a later forward to a declared address.
    ///
    /// # Errors
    /// As [`forward_permit`](Self::forward_permit), and `undeclared` for an address that no tracker declares, though it may pass now:
    /// there is nothing that it could be judged by later.
    pub fn stamp_forward(&self, address: &str) -> Result<Stamp, DenyReason> {
        let (_, tracker) = self.forwarded(address, |judge| judge.address(&Address::parse(address)))?;
        let compiled = self.gate().compiled();
        let terms = compiled.terms(tracker.ok_or(DenyReason::Undeclared)?);
        let exemption = terms.exemption.filter(|_| terms.category != Category::ESSENTIAL);
        Ok(self.stamp_of(terms.category, provider_id(compiled, terms), exemption))
    }

    /// Judges later work again: allowed only if it was when it happened, and still is. The first line that applies wins:
    ///
    /// 1. The stamp is dated more than 300 s ahead of the clock: deny `stamp`.
    /// 2. It names a category that the policy does not declare any more: deny `unknown-category`; a provider or an
    ///    exemption that no tracker of the category has any more: deny `undeclared`.
    /// 3. What is denied now, by the latest answer, the signals and the facts, is denied with its own code.
    /// 4. The category or the provider has got another meaning since (its `since` is above the stamp's revision): deny
    ///    `notice-changed`. What was collected under one notice is not sent under another. What is essential skips this.
    /// 5. It is older than `max_age`: deny `too-old`. [`TimeDelta::MAX`] sets no bound.
    /// 6. Otherwise allow, with the code of what is allowed now.
    ///
    /// A stamp from a *newer* revision counts, as an answer from one does: a deployment may roll. A code is safe to log.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use chrono::TimeDelta;
    /// # let gate = testing::gate();
    /// # let now = testing::now();
    /// let stamp = testing::accepted(&gate).stamp_provider("lumen").unwrap();
    /// let later = now + TimeDelta::hours(1);
    /// let judged = |latest: &str| {
    ///     let mut facts = Facts::in_region("DE".parse().unwrap());
    ///     facts.answer_text = Some(latest.to_owned());
    ///     gate.without_request(facts, Signals::empty(), later).rejudge(&stamp, TimeDelta::days(2)).code()
    /// };
    /// assert_eq!(judged("1.4.1795000000.4.0.0"), "granted");
    /// assert_eq!(judged("1.4.1795435260.4.0.0.-lumen"), "provider-refused");
    /// assert_eq!(judged("garbage"), "unreadable");
    /// ```
    pub fn rejudge(&self, stamp: &Stamp, max_age: TimeDelta) -> Decision {
        self.note_question();
        let events = Events::new(self);
        let state = self.state();
        let decision = self.judge(&state).stamped(stamp, max_age, self.shared.now.timestamp());
        if let Decision::Deny(reason) = decision {
            let category = first_denied(stamp.categories, self.folded(&state).allowed());
            let (technology, category) = (Technology::Request, self.gate().category_id(category));
            events.hold(Event::Denied { technology, category, reason, region: state.facts.region });
        }
        decision
    }

    /// A proof that the server may send to this address now: the declared endpoint of a server-to-server call.
    ///
    /// It is judged as a page's embed of it is: by its tracker, with its provider.
    ///
    /// # Errors
    /// The [`DenyReason`] that [`decide_address`](Self::decide_address) gives, or `prefetch` for a request that only fetches ahead of a
    /// visit.
    pub fn forward_permit<'v>(&'v self, address: &'v str) -> Result<ForwardPermit<'v>, DenyReason> {
        let (reason, _) = self.forwarded(address, |judge| judge.address(&Address::parse(address)))?;
        Ok(ForwardPermit { address, reason, visitor: PhantomData })
    }

    /// The same for later work: its stamp must be of this address's category and provider, and be allowed still.
    ///
    /// # Errors
    /// As [`rejudge`](Self::rejudge) and [`forward_permit`](Self::forward_permit); `stamp` for one that was made for something else,
    /// and `undeclared` for an address that no tracker declares.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use chrono::TimeDelta;
    /// # let gate = testing::gate();
    /// const PIXEL: &str = "https://px.lumen.example/v.gif";
    /// let queued = testing::accepted(&gate).stamp_forward(PIXEL).unwrap().to_string();
    ///
    /// # let person = testing::accepted(&gate);
    /// let send = || -> Result<(), DenyReason> {
    ///     let stamp: Stamp = queued.parse()?;
    ///     let permit = person.stamped_forward_permit(&stamp, TimeDelta::days(2), PIXEL)?;
    ///     println!("POST {}", permit.address());
    ///     Ok(())
    /// };
    /// assert_eq!(send(), Ok(()));
    /// ```
    pub fn stamped_forward_permit<'v>(
        &'v self,
        stamp: &Stamp,
        max_age: TimeDelta,
        address: &'v str,
    ) -> Result<ForwardPermit<'v>, DenyReason> {
        let now = self.shared.now.timestamp();
        let (reason, _) = self.forwarded(address, |judge| {
            let verdict = judge.address(&Address::parse(address));
            let decision = match (verdict.decision, verdict.tracker) {
                (Decision::Allow(_), None) => Decision::Deny(DenyReason::Undeclared),
                (Decision::Allow(reason), Some(tracker)) => match judge.stamped(stamp, max_age, now) {
                    _ if !judge.is_covered(judge.compiled.terms(tracker), stamp) => Decision::Deny(DenyReason::Stamp),
                    Decision::Allow(_) => Decision::Allow(reason),
                    denied => denied,
                },
                (denied, _) => denied,
            };
            Verdict { decision, ..verdict }
        })?;
        Ok(ForwardPermit { address, reason, visitor: PhantomData })
    }

    /// Judges a forward, tells of it, and gives what it was allowed by.
    fn forwarded(
        &self,
        address: &str,
        question: impl FnOnce(&Judge<'_>) -> Verdict,
    ) -> Result<(AllowReason, Option<TrackerId>), DenyReason> {
        self.note_question();
        let events = Events::new(self);
        let state = self.state();
        let mut verdict = question(&self.judge(&state));
        let category = verdict.tracker.map(|tracker| self.gate().compiled().terms(tracker).category);
        if verdict.is_allow() && state.is_prefetch() && category != Some(Category::ESSENTIAL) {
            verdict.decision = Decision::Deny(DenyReason::Prefetch);
        }
        self.tell_of(&events, &state, verdict, Thing::Address, address);
        match verdict.decision {
            Decision::Allow(reason) => Ok((reason, verdict.tracker)),
            Decision::Deny(reason) => Err(reason),
        }
    }

    /// A decision about what happens on the server, as a result.
    fn allowed(&self, decision: Decision, categories: Category) -> Result<(), DenyReason> {
        match decision {
            Decision::Deny(reason) => Err(reason),
            Decision::Allow(_) if self.state().is_prefetch() && categories != Category::ESSENTIAL => {
                Err(DenyReason::Prefetch)
            }
            Decision::Allow(_) => Ok(()),
        }
    }

    fn stamp_of(&self, categories: Category, provider: Option<&str>, exemption: Option<Exemption>) -> Stamp {
        Stamp {
            revision: self.gate().policy().revision,
            at: u64::try_from(self.shared.now.timestamp()).unwrap_or(0),
            categories,
            provider: provider.map(Into::into),
            exemption,
        }
    }
}

/// The category that a denial of these is told of: the first that is not allowed, or else the first that is not essential.
fn first_denied(categories: Category, allowed: Category) -> Category {
    let places = [categories.difference(allowed), categories.difference(Category::ESSENTIAL), categories];
    places.into_iter().find(|places| !places.is_empty()).unwrap_or_default().lowest()
}

fn provider_id<'c>(compiled: &'c Compiled, terms: &TrackerTerms) -> Option<&'c str> {
    compiled.provider_of(terms).map(|provider| &*provider.id)
}
