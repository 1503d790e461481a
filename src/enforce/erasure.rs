//! Expires the declared cookies that the browser just sent and that are now denied.
//!
//! - It needs no memory and may be repeated: it covers withdrawal, expiry, a new revision and a signal alike.
//! - `unreadable` only blocks, and so does `undecided` in an unknown region: a failed look-up or a lost key must not
//!   destroy what a visitor allowed. An undeclared cookie is never erased.
//! - A cookie's identity is its name, host or `Domain`, `Path` and partition (RFC 6265bis §5.7), so that a line repeats
//!   what the policy declares: once host-only, and once more with the declared `Domain`. A name with a prefix keeps what
//!   the prefix demands, or the browser would ignore the erasure itself.
//! - Both `Max-Age=0` and a past `Expires`: older browsers know one of them.
//! - Never `Clear-Site-Data: "cookies"`: it runs after `Set-Cookie` and would wipe the refusal just stored.

use super::{CookieLine, Judge};
use crate::compiled::Kind;
use crate::wire::cookie_name::Prefix;
use crate::wire::pairs::pairs;
use crate::{Decision, DenyReason, SameSite, Tracker};
use cookie::time::{Duration, OffsetDateTime};
use cookie::{Cookie, CookieBuilder};
use std::collections::HashSet;

/// One cookie to erase: its tracker, why, and the lines that do it.
pub(crate) struct Erasure {
    pub(crate) tracker: usize,
    pub(crate) reason: DenyReason,
    pub(crate) lines: Vec<CookieLine>,
}

impl Judge<'_> {
    /// Every erasure for the names in these `Cookie` header values, in their order, each name once.
    pub(crate) fn erasures<'h>(
        &'h self,
        header: &'h [u8],
        is_region_unknown: bool,
    ) -> impl Iterator<Item = Erasure> + use<'h> {
        let mut names = HashSet::new();
        let found = pairs(header).filter_map(move |(name, _)| self.erasing(name, is_region_unknown));
        let once = found.filter(move |(name, ..)| names.insert(*name));
        once.map(|(name, tracker, reason)| {
            let declared = &self.compiled.policy.trackers[tracker];
            Erasure { tracker, reason, lines: lines(name, declared, self.compiled.deployment.is_plain_http()) }
        })
    }

    fn erasing<'h>(&self, name: &'h [u8], is_region_unknown: bool) -> Option<(&'h str, usize, DenyReason)> {
        let name = std::str::from_utf8(name).ok()?;
        let tracker = self.compiled.tracker(Kind::Cookie, name)?;
        if name.contains(char::is_control) {
            return None;
        }
        Some((name, tracker, erases(self.tracker(tracker), is_region_unknown)?))
    }
}

/// Why what is decided so is erased; `None` where it stays.
pub(crate) const fn erases(decision: Decision, is_region_unknown: bool) -> Option<DenyReason> {
    match decision {
        Decision::Allow(_) | Decision::Deny(DenyReason::Unreadable) => None,
        Decision::Deny(DenyReason::Undecided) if is_region_unknown => None,
        Decision::Deny(reason) => Some(reason),
    }
}

/// The lines that erase one cookie: host-only, and with the declared domain.
fn lines(name: &str, declared: &Tracker, is_plain_http: bool) -> Vec<CookieLine> {
    let host_only = CookieLine::new(&expired(name, declared, is_plain_http).build());
    let with_domain = declared
        .domain
        .as_ref()
        .filter(|_| !Prefix::of(name).is_host)
        .map(|domain| CookieLine::new(&expired(name, declared, is_plain_http).domain(domain.clone()).build()));
    std::iter::once(host_only).chain(with_domain).collect()
}

fn expired<'n>(name: &'n str, declared: &'n Tracker, is_plain_http: bool) -> CookieBuilder<'n> {
    let prefix = Prefix::of(name);
    let needs_secure =
        declared.secure || declared.partitioned || prefix.is_secure || declared.same_site == Some(SameSite::None);
    let same_site = match declared.same_site {
        Some(SameSite::Strict) => cookie::SameSite::Strict,
        Some(SameSite::Lax) => cookie::SameSite::Lax,
        Some(SameSite::None) => cookie::SameSite::None,
        None if declared.partitioned => cookie::SameSite::None,
        None => cookie::SameSite::Lax,
    };
    // Plain HTTP has neither partitions nor secure cookies.
    let secure = needs_secure && !is_plain_http;
    let mut cookie = Cookie::build((name, ""))
        .path(if prefix.is_host { "/" } else { declared.path() })
        .max_age(Duration::ZERO)
        .expires(OffsetDateTime::UNIX_EPOCH)
        .same_site(if secure || same_site != cookie::SameSite::None { same_site } else { cookie::SameSite::Lax });
    if secure {
        cookie = cookie.secure(true);
    }
    if declared.partitioned && secure {
        cookie = cookie.partitioned(true);
    }
    if declared.http_only || prefix.is_http {
        cookie = cookie.http_only(true);
    }
    cookie
}
