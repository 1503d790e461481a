//! A name in a policy that does not exist.

use crate::terms::nearest::meant;
use std::fmt;

/// A name in a policy that does not exist, with those that do.
///
/// # Example
/// ```
/// use consent_gate::policy::{ProblemKind, Technology, Tracker};
/// use consent_gate::{Gate, Policy};
///
/// let mut policy = consent_gate::testing::policy();
/// policy.trackers[2].category = "analitics".to_owned();
/// let error = Gate::new(policy).unwrap_err();
/// let last = error.problems().last().unwrap();
/// let ProblemKind::UnknownCategory(name) = &last.kind else { panic!("{error}") };
/// assert_eq!((name.given(), name.meant()), ("analitics", Some("analytics")));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownName {
    given: String,
    known: Vec<String>,
}

impl UnknownName {
    /// A name that is not one of those that exist.
    #[must_use]
    pub fn new(given: impl Into<String>, known: impl IntoIterator<Item: Into<String>>) -> Self {
        Self { given: given.into(), known: known.into_iter().map(Into::into).collect() }
    }

    /// The name that the policy gives.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The names that exist.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(String::as_str)
    }

    /// The name that was probably meant, where the given one is near to it.
    #[must_use]
    pub fn meant(&self) -> Option<&str> {
        meant(&self.given, self.known())
    }

    /// What to do about it: take the name that was meant, or else `cure`. `known_are` introduces the names that exist.
    pub(super) fn cure(&self, cure: &str, known_are: &str) -> String {
        let advice = match self.meant() {
            Some(meant) => format!("did you mean {meant:?}?"),
            None if self.known.is_empty() => return format!("{self}; {cure}"),
            None => format!("{cure}."),
        };
        let known: Vec<String> = self.known().map(|name| format!("{name:?}")).collect();
        format!("{self}; {advice} {known_are} {}", known.join(", "))
    }
}

impl fmt::Display for UnknownName {
    /// The given name, quoted.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cure_is_the_name_that_was_meant_or_else_to_declare_it() {
        for (given, known, expected) in [
            ("lumens", &["lumen", "adloop"][..], r#""lumens"; did you mean "lumen"? Declared are "lumen", "adloop""#),
            ("chat", &["lumen"], r#""chat"; declare it. Declared are "lumen""#),
            ("chat", &[], r#""chat"; declare it"#),
        ] {
            let name = UnknownName::new(given, known.iter().copied());
            assert_eq!(name.cure("declare it", "Declared are"), expected);
        }
    }
}
