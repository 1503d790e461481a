//! What the gate says, and why.
//!
//! Every decision carries a reason, and every reason a short stable code for logs, metrics and audits. Codes hold no
//! personal data, and one never changes its meaning; a new reason gets a new code.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

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
    /// Returns whether it may.
    #[must_use]
    pub const fn is_allow(self) -> bool {
        matches!(self, Self::Allow(_))
    }

    /// Returns whether it may not.
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

impl Serialize for Decision {
    /// `{"allow": false, "code": "undecided"}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Decision", 2)?;
        fields.serialize_field("allow", &self.is_allow())?;
        fields.serialize_field("code", self.code())?;
        fields.end()
    }
}

/// Why something may be done.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
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

    /// The stable word: the [code](Self::code).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.code()
    }

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
///
/// It is an error, so that `?` passes a denial on: its text is a sentence with the code in it.
///
/// # Example
/// ```
/// use consent_gate::DenyReason;
///
/// assert_eq!(DenyReason::Refused.as_str(), "refused");
/// assert_eq!(DenyReason::Refused.to_string(), "the visitor refused or withdrew it (refused)");
/// assert_eq!("refused".parse(), Ok(DenyReason::Refused));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
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

    /// The stable word: the [code](Self::code).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.code()
    }

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

impl std::fmt::Display for DenyReason {
    /// A sentence, with the code in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sentence = match self {
            Self::UnknownCategory => "the question names no category, or one that the policy does not declare",
            Self::Undeclared => "the policy declares nothing of this name or address",
            Self::Forbidden => "the law forbids it for this visitor",
            Self::Refused => "the visitor refused or withdrew it",
            Self::Gpc => "the visitor's browser objects with Global Privacy Control",
            Self::Dnt => "the visitor's browser objects with Do Not Track",
            Self::Unreadable => "the visitor's answer cannot be read, and may be a refusal",
            Self::Undecided => "the visitor has not answered yet",
            Self::Expired => "the visitor's consent has expired",
            Self::NoticeChanged => "the visitor agreed before the category or the provider changed",
            Self::ProviderRefused => "the visitor refused this provider",
            Self::GpcThirdParty => "Global Privacy Control objects to a provider that is not a processor",
            Self::Reserved => "the name is reserved for the consent cookie",
            Self::Prefetch => "the browser only fetches ahead of a visit",
            Self::Stamp => "the stamp cannot be read, is from the future, or was made for something else",
            Self::TooOld => "the deferred work is too old",
        };
        write!(f, "{sentence} ({})", self.code())
    }
}

impl std::error::Error for DenyReason {}

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

    #[test]
    fn a_decision_is_serialized_as_its_verdict_and_code() {
        let json = serde_json::to_string(&Decision::Deny(DenyReason::Gpc)).unwrap();
        assert_eq!(json, r#"{"allow":false,"code":"gpc"}"#);
    }
}
