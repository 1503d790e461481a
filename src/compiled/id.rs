//! The numbers of the trackers and providers that a policy declares.
//!
//! They follow the order of the policy. Only this room makes them and reads lists by them, so that a number always has an
//! entry: elsewhere a number is turned into an entry by the methods of [`Compiled`](super::Compiled).

use crate::Policy;

/// The number of a declared tracker.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct TrackerId(u32);

/// The number of a declared provider.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ProviderId(u32);

impl TrackerId {
    /// The entries of a list that has one for each tracker, with their numbers.
    pub(super) fn numbered<T>(entries: impl IntoIterator<Item = T>) -> impl Iterator<Item = (Self, T)> {
        (0..).map(Self).zip(entries)
    }

    /// The entry of this tracker in such a list.
    pub(super) fn entry_in<T>(self, entries: &[T]) -> &T {
        &entries[self.0 as usize]
    }
}

impl ProviderId {
    /// The provider of this id in the policy.
    pub(super) fn named(policy: &Policy, id: &str) -> Option<Self> {
        Self::numbered(&policy.providers).find_map(|(provider, declared)| (declared.id == id).then_some(provider))
    }

    /// The entries of a list that has one for each provider, with their numbers.
    pub(super) fn numbered<T>(entries: impl IntoIterator<Item = T>) -> impl Iterator<Item = (Self, T)> {
        (0..).map(Self).zip(entries)
    }

    /// The entry of this provider in such a list.
    pub(super) fn entry_in<T>(self, entries: &[T]) -> &T {
        &entries[self.0 as usize]
    }

    /// The bit of this provider in a set: a policy has at most 64.
    #[cfg(feature = "cmp")]
    pub(super) const fn bit(self) -> u64 {
        1 << self.0
    }
}
