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

use super::{CookieAttributes, CookieLine, Judge};
use crate::compiled::{Kind, TrackerId};
use crate::wire::pairs::pairs;
use crate::{Decision, DenyReason};
use cookie::CookieBuilder;
use cookie::time::{Duration, OffsetDateTime};
use std::collections::HashSet;

/// One cookie to erase: its tracker, why, and the lines that do it.
pub(crate) struct Erasure {
    pub(crate) tracker: TrackerId,
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
            let attributes = CookieAttributes::new(name, self.compiled.declared(tracker), &self.compiled.deployment);
            Erasure { tracker, reason, lines: lines(name, &attributes) }
        })
    }

    fn erasing<'h>(&self, name: &'h [u8], is_region_unknown: bool) -> Option<(&'h str, TrackerId, DenyReason)> {
        let name = std::str::from_utf8(name).ok()?;
        let tracker = self.compiled.find(Kind::Cookie, name)?;
        if name.contains(char::is_control) {
            return None;
        }
        Some((name, tracker, erases(self.decide_tracker(tracker), is_region_unknown)?))
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
fn lines(name: &str, attributes: &CookieAttributes<'_>) -> Vec<CookieLine> {
    let host_only = CookieLine::new(&expired(name, attributes).build());
    let with_domain =
        attributes.domain().map(|domain| CookieLine::new(&expired(name, attributes).domain(domain).build()));
    std::iter::once(host_only).chain(with_domain).collect()
}

fn expired<'n>(name: &'n str, attributes: &CookieAttributes<'n>) -> CookieBuilder<'n> {
    attributes.cookie(name, "").max_age(Duration::ZERO).expires(OffsetDateTime::UNIX_EPOCH)
}
