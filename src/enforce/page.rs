//! What a document carries, so that the browser enforces what the server cannot see.
//!
//! - A second `Content-Security-Policy`: policies add up, so that it can only tighten what the application sends. It lists
//!   `'self'`, our hosts and the addresses that are allowed now, and with them every source that is not about hosts, so
//!   that it restricts hosts and nothing else. Where undeclared things pass it only reports, and only to somebody: a list
//!   cannot say "all but these".
//! - `Permissions-Policy`: advertising features are off while advertising is denied, detailed client hints while analytics
//!   is. Of two members of one name the last counts (RFC 9651 §3.2), so that a line after the application's own tightens
//!   it, as long as a browser can read both.
//!
//! `private-state-token-*` and `storage-access` are not among the features: pages need them to tell people from robots, and
//! to sign in.

use super::Judge;
use crate::Category;
use std::sync::Arc;

/// One header that a document is to carry, as a line of its own in addition to the application's.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// let policy = testing::accepted(&gate).content_security_policy().unwrap();
/// assert_eq!(policy.name, "content-security-policy");
/// assert!(policy.value.contains(" https://px.lumen.example/v.gif "));
/// let policy = testing::refused(&gate).content_security_policy().unwrap();
/// assert!(!policy.value.contains("lumen.example"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PageHeader {
    /// The name, in lower case.
    pub name: &'static str,
    /// The value.
    pub value: Arc<str>,
}

/// The features that serve advertising. Most have been removed from browsers, and are named until 2027.
const ADVERTISING: &str = "attribution-reporting=(), browsing-topics=(), interest-cohort=(), join-ad-interest-group=(), \
                           private-aggregation=(), run-ad-auction=(), shared-storage=(), shared-storage-select-url=()";

/// The feature by which a script asks for what tells one browser from the next (R41).
const DETAILED_HINTS: &str = "ch-ua-high-entropy-values=()";

/// For whom a page is made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Audience {
    /// This visitor.
    Visitor,
    /// Whoever gets it from a shared cache: what is declared may load, allowed or not.
    Everybody,
}

impl Judge<'_> {
    /// The second `Content-Security-Policy`, and the endpoint that it reports to; none where it would do nothing.
    pub(crate) fn security_policy(&self, audience: Audience, is_report: bool) -> Vec<PageHeader> {
        let sources = &self.compiled.sources;
        let is_enforced = sources.is_enforced && !is_report;
        if !sources.is_on() || !(is_enforced || sources.endpoints.is_some()) {
            return Vec::new();
        }
        let name = if is_enforced { "content-security-policy" } else { "content-security-policy-report-only" };
        let value =
            sources.policy(|tracker| audience == Audience::Everybody || self.decide_tracker(tracker).is_allow());
        let endpoints = sources.endpoints.clone().map(|value| PageHeader { name: "reporting-endpoints", value });
        std::iter::once(PageHeader { name, value }).chain(endpoints).collect()
    }

    /// The lines of `Permissions-Policy`.
    pub(crate) fn permissions_policy(&self) -> impl Iterator<Item = PageHeader> {
        let is_on = self.compiled.policy.headers.permissions_policy;
        let denied = [(Category::ADVERTISING, ADVERTISING), (Category::ANALYTICS, DETAILED_HINTS)];
        let denied = denied.into_iter().filter(move |(category, _)| is_on && !self.consent.may_track(*category));
        denied.map(|(_, features)| PageHeader { name: "permissions-policy", value: features.into() })
    }
}
