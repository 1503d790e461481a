//! The verdict on an address that was read once, and on a connection to its origin.

use super::{Judge, Verdict};
use crate::compiled::{Kind, TrackerId};
use crate::wire::address::{Address, AddressError};
use crate::{AllowReason, Decision, DenyReason};

const FIRST_PARTY: Verdict = Verdict::without_tracker(Decision::Allow(AllowReason::FirstParty));

impl Judge<'_> {
    /// Whether this address may be loaded, framed or sent to.
    pub(crate) fn address(&self, address: &Result<Address<'_>, AddressError>) -> Verdict {
        match address {
            Ok(Address::Relative { text }) => self.relative(text),
            Ok(address @ Address::Absolute { text, .. }) => self.absolute(text, address),
            Err(AddressError::Scheme) => self.verdict_or_undeclared(None),
            Err(AddressError::Host | AddressError::Port | AddressError::TooLong) => {
                Verdict::without_tracker(Decision::Deny(DenyReason::Undeclared))
            }
        }
    }

    /// Whether a browser may connect to the origin of this address before it needs anything there.
    ///
    /// It may where an address of the origin is declared and allowed; what is denied there has the reason of the first that
    /// is declared. Where none is, and at our own hosts, the origin is asked like the address of its root.
    pub(crate) fn connection(&self, address: &Result<Address<'_>, AddressError>) -> Verdict {
        let Ok(read) = address else { return self.address(address) };
        // The page came from there.
        let Some(origin) = read.origin() else { return FIRST_PARTY };
        let mut declared = self.compiled.origins.at(origin).iter().map(|tracker| self.verdict(*tracker));
        let is_own = self.compiled.is_own(read);
        let allowed = declared.clone().find(Verdict::is_allow);
        allowed
            .or_else(|| declared.next().filter(|_| !is_own))
            .unwrap_or_else(|| self.absolute(&format!("{origin}/"), read))
    }

    /// A relative address is one of every own host: a tracker that any of them declares at that path counts.
    fn relative(&self, text: &str) -> Verdict {
        let hosts = self.compiled.own_address_hosts();
        let origins = hosts.flat_map(|host| ["https", "http"].map(|scheme| format!("{scheme}://{host}{text}")));
        let mut found = origins.filter_map(|address| self.compiled.find(Kind::Address, &address));
        let verdict = |tracker: TrackerId| self.verdict(tracker);
        let Some(first) = found.next().map(verdict) else { return FIRST_PARTY };
        // Any of our hosts may be the page's: of several trackers, one that is denied counts.
        if first.is_deny() { first } else { found.map(verdict).find(Verdict::is_deny).unwrap_or(first) }
    }

    /// The verdict on a canonical text. `address` says whose host it is at.
    fn absolute(&self, text: &str, address: &Address<'_>) -> Verdict {
        match self.compiled.find(Kind::Address, text) {
            None if self.compiled.is_own(address) => FIRST_PARTY,
            found => self.verdict_or_undeclared(found),
        }
    }
}
