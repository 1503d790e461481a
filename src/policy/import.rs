//! Another system's banner whose consent cookie the gate reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::serde_forms::{is_default, unique_keys};

/// Another system's banner whose consent cookie the gate reads. Needs the feature `cmp`.
///
/// What it grants and refuses is combined with the gate's own cookie, as an account's answer is: refusals add up, and a
/// grant is as old as the older of two.
///
/// # Example
/// ```
/// use consent_gate::policy::Import;
///
/// let banner = Import::new("vanilla-cookieconsent").map([("ads", "advertising")]).revision("2");
/// assert!(banner.cookie.is_none(), "the name that the banner has by default");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Import {
    /// The system, as in `onetrust`. Required.
    pub system: String,
    /// The name of its cookie, where the site changed it; the prefix, for a system with a cookie for each category.
    /// Default: the system's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cookie: Option<String>,
    /// What the system's categories, services, purposes or vendors are here: each becomes one of our categories or
    /// providers, several, or with an empty list none.
    ///
    /// Entries are added to the defaults of a system with fixed names, and replace those of the same name. All that map
    /// to one category must be granted for the category to be. Default: empty.
    #[serde(default, deserialize_with = "map", skip_serializing_if = "is_default")]
    pub map: BTreeMap<String, Targets>,
    /// The values that mean yes (`true`) and no (`false`), for a system that stores one word and lets the site choose it.
    /// Where only such are named that mean yes, every other means no. Default: the system's own.
    #[serde(default, deserialize_with = "values", skip_serializing_if = "is_default")]
    pub values: BTreeMap<String, bool>,
    /// The present revision of the system's own configuration, for a system that stores one: an answer of another
    /// revision counts as none, except its refusals. A number or a text. Default: every revision counts.
    #[serde(default, deserialize_with = "revision", skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The place in the order of precedence: of the entries that have one, only the lowest counts that holds an answer
    /// or cannot be read. Default: none; the entry always counts, and all combine by the strictest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precedence: Option<u8>,
    /// Whether an answer becomes the gate's own cookie, once, keeping its date. The other system is not read for a visitor
    /// who has that cookie: take its banner down. Default: no.
    #[serde(default, skip_serializing_if = "is_default")]
    pub migrate: bool,
}

impl Import {
    /// A system with the defaults.
    #[must_use]
    pub fn new(system: impl Into<String>) -> Self {
        Self {
            system: system.into(),
            cookie: None,
            map: BTreeMap::new(),
            values: BTreeMap::new(),
            revision: None,
            precedence: None,
            migrate: false,
        }
    }

    /// Sets the name of its cookie, or the prefix of its cookies.
    #[must_use]
    pub fn cookie(mut self, cookie: impl Into<String>) -> Self {
        self.cookie = Some(cookie.into());
        self
    }

    /// Sets what the system's items are here.
    #[must_use]
    pub fn map(mut self, map: impl IntoIterator<Item = (impl Into<String>, impl Into<Targets>)>) -> Self {
        self.map = map.into_iter().map(|(item, targets)| (item.into(), targets.into())).collect();
        self
    }

    /// Sets which values mean yes and no.
    #[must_use]
    pub fn values(mut self, values: impl IntoIterator<Item = (impl Into<String>, bool)>) -> Self {
        self.values = values.into_iter().map(|(value, is_yes)| (value.into(), is_yes)).collect();
        self
    }

    /// Sets the present revision of the system's own configuration.
    #[must_use]
    pub fn revision(mut self, revision: impl Into<String>) -> Self {
        self.revision = Some(revision.into());
        self
    }

    /// Sets the place in the order of precedence.
    #[must_use]
    pub const fn precedence(mut self, precedence: u8) -> Self {
        self.precedence = Some(precedence);
        self
    }

    /// Sets whether an answer becomes the gate's own cookie.
    #[must_use]
    pub const fn migrate(mut self, migrate: bool) -> Self {
        self.migrate = migrate;
        self
    }
}

/// What an item of another system is here: ids of categories and providers.
///
/// In a policy: `"analytics"`, or `["analytics", "advertising"]`.
///
/// # Example
/// ```
/// use consent_gate::policy::Targets;
///
/// assert_eq!(Targets::from("analytics"), Targets::from(["analytics"]));
/// assert_eq!(Targets::from(["analytics", "lumen"]).iter().count(), 2);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(from = "OneOrSeveral", into = "OneOrSeveral")]
pub struct Targets(Vec<String>);

impl Targets {
    /// The ids, as they are spelt.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl From<&str> for Targets {
    fn from(id: &str) -> Self {
        Self(vec![id.to_owned()])
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for Targets {
    fn from(ids: [T; N]) -> Self {
        ids.into_iter().collect()
    }
}

impl<T: Into<String>> FromIterator<T> for Targets {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        Self(ids.into_iter().map(Into::into).collect())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the id of a category or a provider, or a list of them")]
enum OneOrSeveral {
    One(String),
    Several(Vec<String>),
}

impl From<OneOrSeveral> for Targets {
    fn from(ids: OneOrSeveral) -> Self {
        match ids {
            OneOrSeveral::One(id) => Self(vec![id]),
            OneOrSeveral::Several(ids) => Self(ids),
        }
    }
}

impl From<Targets> for OneOrSeveral {
    fn from(Targets(ids): Targets) -> Self {
        match <[String; 1]>::try_from(ids) {
            Ok([id]) => Self::One(id),
            Err(ids) => Self::Several(ids),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a revision: a number or a text")]
enum Revision {
    Number(u64),
    Text(String),
}

fn revision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(match Revision::deserialize(deserializer)? {
        Revision::Number(number) => number.to_string(),
        Revision::Text(text) => text,
    }))
}

fn map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Targets>, D::Error> {
    unique_keys(deserializer, "what each item of the system is here, as in `C0002 = \"analytics\"`")
}

fn values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, bool>, D::Error> {
    unique_keys(deserializer, "what each value means, as in `accepted = true`")
}
