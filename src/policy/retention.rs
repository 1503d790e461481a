//! How long records outlast their purpose.

use serde::{Deserialize, Serialize};

use super::period::Period;

/// How long records outlast their purpose.
///
/// # Example
/// ```
/// use consent_gate::policy::{Period, Retention};
///
/// assert_eq!(Retention::default().account_closure, Period::days(90));
/// assert_eq!(Retention::default().evidence, Period::days(730));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Retention {
    /// How long after an account is closed the host's records of it may be kept at most. Default: 90 days.
    #[serde(skip_serializing_if = "is_default_account_closure")]
    pub account_closure: Period,
    /// How long proof of consent is held, without identifiers after an erasure. Default: 730 days.
    #[serde(skip_serializing_if = "is_default_evidence")]
    pub evidence: Period,
}

const ACCOUNT_CLOSURE: Period = Period::days(90);
const EVIDENCE: Period = Period::days(730);

impl Retention {
    /// Sets how long the host's records of a closed account may be kept.
    #[must_use]
    pub const fn account_closure(mut self, account_closure: Period) -> Self {
        self.account_closure = account_closure;
        self
    }

    /// Sets how long proof of consent is held.
    #[must_use]
    pub const fn evidence(mut self, evidence: Period) -> Self {
        self.evidence = evidence;
        self
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { account_closure: ACCOUNT_CLOSURE, evidence: EVIDENCE }
    }
}

fn is_default_account_closure(period: &Period) -> bool {
    *period == ACCOUNT_CLOSURE
}

fn is_default_evidence(period: &Period) -> bool {
    *period == EVIDENCE
}
