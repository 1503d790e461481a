//! An outside party, as the policy declares it.

use crate::terms::spelling::{UnknownWord, Word, read};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::serde_forms::{FIRST_REVISION, first_revision, is_default, is_first_revision};
use super::text::{Text, TextList};

/// An outside party that receives data, or sets or reads something.
///
/// Its non-essential trackers share one category: a vendor that does two things is declared twice, under one
/// [`company`](Self::company).
///
/// # Example
/// ```
/// use consent_gate::policy::{Provider, Role};
///
/// let lumen = Provider::new("lumen", "Lumen Analytics", Role::Processor);
/// assert_eq!(lumen.company_or_name(), "Lumen Analytics");
/// assert_eq!(lumen.company("Lumen GmbH").company_or_name(), "Lumen GmbH");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Provider {
    /// The name that trackers and the consent cookie use: 1 to 32 of `a` to `z`, `0` to `9`, `-`, `_`. Required.
    pub id: String,
    /// What visitors see as its name. Required.
    pub name: String,
    /// The company, which groups its entries on the page. Default: as [`company_or_name`](Self::company_or_name) says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The revision of the policy in which it was added or last changed what it does: grants from before it do not
    /// cover it. Default: 1.
    #[serde(default = "first_revision", skip_serializing_if = "is_first_revision")]
    pub since: u32,
    /// Where the data goes, shown as it is spelt. Default: not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// How long the data is kept, shown as it is spelt. Default: not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<String>,
    /// The safeguards agreed, shown as they are spelt. Default: not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// For whose purposes it works. Required.
    pub role: Role,
    /// Its hosts, without scheme or port; `*.` at the start covers every host below. Default: none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hosts: Vec<String>,
    /// The kinds of data that it collects. Default: empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collects: TextList,
    /// What it does, in plain words. Default: empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub purpose: Text,
    /// The absolute URL of its privacy policy. Default: none, which [`Gate::new`](crate::Gate::new) refuses for a third party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_url: Option<String>,
    /// The absolute URL where visitors opt out with the provider itself. Default: none, which [`Gate::new`](crate::Gate::new) refuses for
    /// a third party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opt_out_url: Option<String>,
}

impl Provider {
    /// A provider without hosts, texts and addresses.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, role: Role) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            company: None,
            since: FIRST_REVISION,
            country: None,
            retention: None,
            agreement: None,
            role,
            hosts: Vec::new(),
            collects: TextList::default(),
            purpose: Text::default(),
            policy_url: None,
            opt_out_url: None,
        }
    }

    /// Sets the company.
    #[must_use]
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
    }

    /// Sets the revision in which it was added or last changed what it does.
    #[must_use]
    pub const fn since(mut self, since: u32) -> Self {
        self.since = since;
        self
    }

    /// Sets where the data goes.
    #[must_use]
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.country = Some(country.into());
        self
    }

    /// Sets how long the data is kept.
    #[must_use]
    pub fn retention(mut self, retention: impl Into<String>) -> Self {
        self.retention = Some(retention.into());
        self
    }

    /// Sets the safeguards agreed.
    #[must_use]
    pub fn agreement(mut self, agreement: impl Into<String>) -> Self {
        self.agreement = Some(agreement.into());
        self
    }

    /// Sets its hosts.
    #[must_use]
    pub fn hosts(mut self, hosts: impl IntoIterator<Item: Into<String>>) -> Self {
        self.hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the kinds of data that it collects.
    #[must_use]
    pub fn collects(mut self, collects: impl Into<TextList>) -> Self {
        self.collects = collects.into();
        self
    }

    /// Sets what it does.
    #[must_use]
    pub fn purpose(mut self, purpose: impl Into<Text>) -> Self {
        self.purpose = purpose.into();
        self
    }

    /// Sets the absolute URL of its privacy policy.
    #[must_use]
    pub fn policy_url(mut self, policy_url: impl Into<String>) -> Self {
        self.policy_url = Some(policy_url.into());
        self
    }

    /// Sets the absolute URL where visitors opt out with the provider itself.
    #[must_use]
    pub fn opt_out_url(mut self, opt_out_url: impl Into<String>) -> Self {
        self.opt_out_url = Some(opt_out_url.into());
        self
    }

    /// The company: the declared one, or else the name.
    #[must_use]
    pub fn company_or_name(&self) -> &str {
        self.company.as_deref().unwrap_or(&self.name)
    }
}

/// For whose purposes a provider works.
///
/// In a policy: `processor`, `third-party`.
///
/// # Example
/// ```
/// use consent_gate::policy::Role;
///
/// assert_eq!(Role::ThirdParty.to_string(), "third-party");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// The site's: it is bound to them by contract.
    Processor,
    /// Its own.
    ThirdParty,
}

impl Role {
    /// The spelling in a policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processor => "processor",
            Self::ThirdParty => "third-party",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Word for Role {
    const KIND: &'static str = "role";
    const ALL: &'static [Self] = &[Self::Processor, Self::ThirdParty];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl FromStr for Role {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text: `Processor`, `third_party` and the empty text.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_and_as_str_spell_a_role_alike() {
        for role in [Role::Processor, Role::ThirdParty] {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
    }
}
