//! Reads and writes a policy as TOML.

use super::{PolicyFormat, Position};
use crate::{Policy, PolicyError};

impl Policy {
    /// Reads a policy from TOML. Needs the feature `toml`.
    ///
    /// # Errors
    /// [`PolicyError::Read`], with the line and the column, for
    /// - `site = shop`: no TOML;
    /// - `site = "shop"` alone: a required key is missing;
    /// - `revison = 4`: no such key;
    /// - `revision = "4"`, `revision = -1`: not a number that fits;
    /// - `lifetime = "1 year"`: not a [`Lifetime`](super::Lifetime);
    /// - `title = "Analytics"`: a text without its language.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::Policy;
    /// let policy = Policy::from_toml(r#"
    ///     site = "shop"
    ///     revision = 1
    ///     presets = "2026-11"
    ///     languages = ["en"]
    ///     hosts = ["shop.example"]
    /// "#)?;
    /// assert_eq!(policy, Policy::new("shop", 1, "2026-11", ["en"], ["shop.example"]));
    ///
    /// let error = Policy::from_toml("sight = \"shop\"").unwrap_err();
    /// assert!(error.to_string().starts_with("cannot read the policy as TOML at line 1, column 1: unknown field `sight`"));
    /// # Ok::<(), consent_gate::PolicyError>(())
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        ::toml::from_str(text).map_err(|error| PolicyError::Read {
            format: PolicyFormat::Toml,
            position: error.span().map(|span| position(text, span.start)),
            message: error.message().to_owned(),
            source: error.into(),
        })
    }

    /// Writes the policy as TOML, without what equals its default. Needs the feature `toml`.
    ///
    /// # Errors
    /// [`PolicyError::Write`], if TOML cannot express the policy; no policy is known for which it is returned.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::Policy;
    /// let policy = Policy::new("shop", 1, "2026-11", ["en"], ["shop.example"]);
    /// assert_eq!(Policy::from_toml(&policy.to_toml()?)?, policy);
    /// # Ok::<(), consent_gate::PolicyError>(())
    /// ```
    pub fn to_toml(&self) -> Result<String, PolicyError> {
        ::toml::to_string(self).map_err(|error| PolicyError::Write {
            format: PolicyFormat::Toml,
            message: error.to_string(),
            source: error.into(),
        })
    }
}

fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or(before);
    Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_lines_and_characters_from_one() {
        let text = "a\n\u{e9}\u{e9}x\r\n";
        for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (2, 2, 1), (6, 2, 3), (9, 3, 1), (99, 3, 1), (3, 3, 1)] {
            assert_eq!(position(text, offset), Position { line, column }, "offset {offset}");
        }
    }
}
