//! What the gate says, and why.
//!
//! Every decision carries a reason, and every reason a short stable code for logs, metrics and audits. Codes hold no
//! personal data, and one never changes its meaning; a new reason gets a new code.

/// Whether something may be written, read, loaded or sent, and why.
///
/// # Example
/// ```
/// use consent_gate::{AllowReason, Decision, DenyReason};
///
/// assert_eq!(Decision::Deny(DenyReason::Gpc).code(), "gpc");
/// assert!(Decision::Allow(AllowReason::Granted).is_allow());
/// assert_eq!(Decision::Deny(DenyReason::Undecided).to_string(), "deny undecided");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub enum Decision {
    /// It may.
    Allow(AllowReason),
    /// It may not.
    Deny(DenyReason),
}

impl Decision {
    /// Whether it may.
    #[must_use]
    pub const fn is_allow(self) -> bool {
        matches!(self, Self::Allow(_))
    }

    /// Whether it may not.
    #[must_use]
    pub const fn is_deny(self) -> bool {
        !self.is_allow()
    }

    /// The stable code of the reason, such as `granted` or `undecided`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Allow(reason) => reason.code(),
            Self::Deny(reason) => reason.code(),
        }
    }
}

impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verdict = if self.is_allow() { "allow" } else { "deny" };
        write!(f, "{verdict} {}", self.code())
    }
}

/// Why something may be done.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AllowReason {
    /// The service needs it.
    Essential,
    /// The regime asks for no choice, or honours the tracker's declared exemption.
    Exempt,
    /// The visitor granted it, and the grant is live.
    Granted,
    /// The regime allows it until objection, and there is none.
    NoObjection,
    /// The address is one of our own hosts.
    FirstParty,
    /// The header deletes a cookie.
    Deletion,
    /// It is not declared, and the policy lets that pass.
    Undeclared,
}

impl AllowReason {
    /// Every reason to allow.
    pub const ALL: &'static [Self] = &[
        Self::Essential,
        Self::Exempt,
        Self::Granted,
        Self::NoObjection,
        Self::FirstParty,
        Self::Deletion,
        Self::Undeclared,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Essential => "essential",
            Self::Exempt => "exempt",
            Self::Granted => "granted",
            Self::NoObjection => "no-objection",
            Self::FirstParty => "first-party",
            Self::Deletion => "deletion",
            Self::Undeclared => "undeclared",
        }
    }
}

/// Why something may not be done.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum DenyReason {
    /// The question is empty, or names a category that the policy does not declare.
    UnknownCategory,
    /// No tracker of that name or address is declared.
    Undeclared,
    /// The regime forbids it for this visitor, whatever they chose.
    Forbidden,
    /// The visitor refused or withdrew it.
    Refused,
    /// Global Privacy Control objects to it.
    Gpc,
    /// Do Not Track objects to it.
    Dnt,
    /// The visitor's answer could not be read: it may have been a refusal.
    Unreadable,
    /// The visitor was not asked or has not answered.
    Undecided,
    /// The grant is older than the regime lets a grant live.
    Expired,
    /// The grant was given before the category or the provider got its present meaning.
    NoticeChanged,
    /// The visitor refused this provider.
    ProviderRefused,
    /// Global Privacy Control objects to a provider that is not a processor.
    GpcThirdParty,
    /// The name belongs to the gate itself.
    Reserved,
    /// The request only fetches ahead of a visit.
    Prefetch,
    /// The stamp of deferred work cannot be read, is dated in the future, or was made for something else.
    Stamp,
    /// The deferred work is older than the host lets it get.
    TooOld,
}

impl DenyReason {
    /// Every reason to deny.
    pub const ALL: &'static [Self] = &[
        Self::UnknownCategory,
        Self::Undeclared,
        Self::Forbidden,
        Self::Refused,
        Self::Gpc,
        Self::Dnt,
        Self::Unreadable,
        Self::Undecided,
        Self::Expired,
        Self::NoticeChanged,
        Self::ProviderRefused,
        Self::GpcThirdParty,
        Self::Reserved,
        Self::Prefetch,
        Self::Stamp,
        Self::TooOld,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownCategory => "unknown-category",
            Self::Undeclared => "undeclared",
            Self::Forbidden => "forbidden",
            Self::Refused => "refused",
            Self::Gpc => "gpc",
            Self::Dnt => "dnt",
            Self::Unreadable => "unreadable",
            Self::Undecided => "undecided",
            Self::Expired => "expired",
            Self::NoticeChanged => "notice-changed",
            Self::ProviderRefused => "provider-refused",
            Self::GpcThirdParty => "gpc-third-party",
            Self::Reserved => "reserved",
            Self::Prefetch => "prefetch",
            Self::Stamp => "stamp",
            Self::TooOld => "too-old",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_reason_has_a_code_of_its_own() {
        let allow: BTreeSet<_> = AllowReason::ALL.iter().map(|r| r.code()).collect();
        let deny: BTreeSet<_> = DenyReason::ALL.iter().map(|r| r.code()).collect();
        assert_eq!(allow.len(), AllowReason::ALL.len());
        assert_eq!(deny.len(), DenyReason::ALL.len());
    }
}
