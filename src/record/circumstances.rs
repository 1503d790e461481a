//! How, by whom and on what an answer came to be changed.

use crate::terms::device::DeviceType;
use crate::terms::spelling::{UnknownWord, Word, read};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What the host knows about the circumstances of a change.
///
/// # Example
/// ```
/// use consent_gate::record::{Actor, Circumstances, DeviceType, Method};
///
/// let circumstances = Circumstances::new(Method::Settings, "de")
///     .device(DeviceType::read([("sec-ch-ua-mobile", "?1")]))
///     .actor(Actor::Parent);
/// assert_eq!(circumstances.language, "de");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Circumstances {
    /// How the answer came to be changed.
    pub method: Method,
    /// The language in which the visitor was told.
    pub language: String,
    /// Who acted. Default: the visitor.
    pub actor: Actor,
    /// The kind of device. Default: unknown.
    pub device: DeviceType,
}

impl Circumstances {
    /// A change by the visitor, on a device that nobody knows.
    #[must_use]
    pub fn new(method: Method, language: impl Into<String>) -> Self {
        Self { method, language: language.into(), actor: Actor::default(), device: DeviceType::default() }
    }

    /// Sets who acted.
    #[must_use]
    pub const fn actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// Sets the kind of device.
    #[must_use]
    pub const fn device(mut self, device: DeviceType) -> Self {
        self.device = device;
        self
    }
}

/// How an answer came to be changed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Method {
    /// By a button of the banner.
    Banner,
    /// On the page of settings, or at one blocked thing.
    Settings,
    /// By a signal of the browser, such as Global Privacy Control.
    Signal,
    /// By a click that confirms an exception from such a signal, after notice of the conflict.
    Override,
    /// By what the visitor's account held.
    Account,
    /// By a migration from another system.
    Import,
    /// By an application, through the host's own interface.
    Api,
    /// By nobody: a term ended.
    Expiry,
}

impl Method {
    /// The spelling in a record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Settings => "settings",
            Self::Signal => "signal",
            Self::Override => "override",
            Self::Account => "account",
            Self::Import => "import",
            Self::Api => "api",
            Self::Expiry => "expiry",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Who acted.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Actor {
    /// The visitor. Spelt `self`.
    #[default]
    #[serde(rename = "self")]
    Visitor,
    /// Whoever holds parental responsibility (GDPR 8, COPPA).
    Parent,
}

impl Actor {
    /// The spelling in a record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "self",
            Self::Parent => "parent",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Word for Method {
    const KIND: &'static str = "method";
    const ALL: &'static [Self] = &[
        Self::Banner,
        Self::Settings,
        Self::Signal,
        Self::Override,
        Self::Account,
        Self::Import,
        Self::Api,
        Self::Expiry,
    ];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl FromStr for Method {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text: `Banner` and the empty text.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

impl Word for Actor {
    const KIND: &'static str = "actor";
    const ALL: &'static [Self] = &[Self::Visitor, Self::Parent];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl FromStr for Actor {
    type Err = UnknownWord;

    /// Reads the stable word, as [`as_str`](Self::as_str) writes it.
    ///
    /// # Errors
    /// [`UnknownWord`] for every other text: `visitor`, which is spelt `self` and the empty text.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_and_as_str_spell_alike() {
        use Method::{Account, Api, Banner, Expiry, Import, Override, Settings, Signal};
        for method in [Banner, Settings, Signal, Override, Account, Import, Api, Expiry] {
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
        for actor in [Actor::Visitor, Actor::Parent] {
            assert_eq!(serde_json::to_value(actor).unwrap(), actor.as_str());
        }
    }
}
