//! The verdict on one `Set-Cookie` line, whoever wrote it.
//!
//! 1. A line with a control character is denied as `undeclared`: a browser drops it, and a proxy might split it.
//! 2. A line of the consent cookie's name is denied as `reserved`, also the nameless `=name=…` that a browser sends back
//!    as that name: only the gate may write or delete the visitor's answer.
//! 3. A deletion passes: `deletion`.
//! 4. A declared cookie is decided as its tracker. A kept line keeps its bytes, except a lifetime above the
//!    declared one, which is capped, and the tracker's floor, which is added.
//! 5. Anything else is undeclared. A nameless line is never let through where the name that it comes back as is denied.

use super::{Judge, Verdict, undeclared};
use crate::compiled::{Kind, TrackerId};
use crate::wire::set_cookie::{Persistence, SetCookie};
use crate::{AllowReason, Decision, DenyReason};
use chrono::{DateTime, Utc};
use std::borrow::Cow;

/// What becomes of one `Set-Cookie` line.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// let visitor = testing::accepted(&gate);
/// let verdict = visitor.judge_set_cookie("_lum1=a; Max-Age=99999999; Path=/");
/// assert!(verdict.is_allow());
/// assert_eq!(verdict.line(), Some("_lum1=a; Max-Age=34128000; Path=/"));
/// assert_eq!(visitor.judge_set_cookie("_other=1").code(), "undeclared");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct CookieVerdict<'l> {
    pub(crate) verdict: Verdict,
    pub(crate) line: Option<Cow<'l, str>>,
    pub(crate) name: &'l str,
    /// The first declared attribute that the line contradicts, so that an erasure would miss the cookie.
    pub(crate) mismatch: Option<&'static str>,
}

/// What becomes of one line of a response's head.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LineEdit {
    /// It stays, byte for byte.
    Keep,
    /// It is replaced by this one.
    Replace(Vec<u8>),
    /// It goes.
    Drop,
}

impl<'l> CookieVerdict<'l> {
    /// Whether the line leaves, and why.
    pub const fn decision(&self) -> Decision {
        self.verdict.decision
    }

    /// Whether the line leaves.
    #[must_use]
    pub const fn is_allow(&self) -> bool {
        self.verdict.is_allow()
    }

    /// Whether the line is dropped.
    #[must_use]
    pub const fn is_deny(&self) -> bool {
        self.verdict.is_deny()
    }

    /// The stable code of the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.verdict.decision.code()
    }

    /// The name of the cookie; empty for a nameless line.
    #[must_use]
    pub const fn name(&self) -> &'l str {
        self.name
    }

    /// The line as it leaves, or `None` when it is dropped.
    #[must_use]
    pub fn line(&self) -> Option<&str> {
        self.line.as_deref()
    }

    /// The first of the attributes `Domain`, `Path` and `Partitioned` that differs from the declared one; a missing
    /// `Path` differs. The verdict is not affected, but an erasure would miss this cookie: correct the policy, or the line.
    #[must_use]
    pub const fn mismatch(&self) -> Option<&'static str> {
        self.mismatch
    }
}

impl Judge<'_> {
    /// Judges one line.
    pub(crate) fn set_cookie<'l>(&self, line: &'l str, now: DateTime<Utc>) -> CookieVerdict<'l> {
        let Ok(cookie) = SetCookie::parse(line) else {
            return denied(DenyReason::Undeclared, name_of_unreadable(line));
        };
        let name = cookie.name();
        if cookie.stored_name() == self.compiled.cookie_name {
            return denied(DenyReason::Reserved, name);
        }
        if cookie.persistence(now) == Persistence::Deletion {
            let verdict = Verdict::without_tracker(Decision::Allow(AllowReason::Deletion));
            return CookieVerdict { verdict, line: Some(line.into()), name, mismatch: None };
        }
        let verdict = self.cookie(&cookie);
        let mut judged = CookieVerdict { verdict, line: None, name, mismatch: None };
        if verdict.is_deny() {
            return judged;
        }
        judged.line = Some(line.into());
        if let Some(tracker) = verdict.tracker {
            let terms = self.compiled.terms(tracker);
            judged.line = Some(cookie.conformed(terms.lifetime, terms.floor, now));
            judged.mismatch = self.mismatch(&cookie, tracker);
        }
        judged
    }

    fn cookie(&self, cookie: &SetCookie<'_>) -> Verdict {
        if !cookie.name().is_empty() {
            return self.verdict_or_undeclared(self.compiled.find(Kind::Cookie, cookie.name()));
        }
        let comes_back_as = self.compiled.find(Kind::Cookie, cookie.stored_name());
        let denied = comes_back_as.map(|tracker| self.decide_tracker(tracker)).filter(|decision| decision.is_deny());
        Verdict::without_tracker(denied.unwrap_or_else(|| undeclared(&self.compiled.policy)))
    }

    fn mismatch(&self, cookie: &SetCookie<'_>, tracker: TrackerId) -> Option<&'static str> {
        let declared = self.compiled.declared(tracker);
        if cookie
            .domain()
            .is_some_and(|domain| !declared.domain.as_ref().is_some_and(|d| d.eq_ignore_ascii_case(domain)))
        {
            Some("Domain")
        } else if cookie.path() != Some(declared.path_or_root()) {
            // Without a path the browser takes the directory of the request, which an erasure cannot know.
            Some("Path")
        } else if cookie.partitioned() != declared.partitioned {
            Some("Partitioned")
        } else {
            None
        }
    }
}

fn denied(reason: DenyReason, name: &str) -> CookieVerdict<'_> {
    let verdict = Verdict::without_tracker(Decision::Deny(reason));
    CookieVerdict { verdict, line: None, name, mismatch: None }
}

/// The text in the place of the name, up to the first character that no name holds. Without a `=` it is a nameless
/// cookie's value, and is not returned.
fn name_of_unreadable(line: &str) -> &str {
    let end = line.find(';').unwrap_or(line.len());
    let name = line[..end].split_once('=').map_or("", |(name, _)| name);
    name.split(char::is_control).next().unwrap_or_default().trim()
}
