//! Reads and writes a policy as JSON.

use super::{PolicyFormat, Position};
use crate::{Policy, PolicyError};

impl Policy {
    /// Reads a policy from JSON, under the same keys as TOML. Needs the feature `json`.
    ///
    /// # Errors
    /// [`PolicyError::Read`], with the line and the column, for
    /// - `{"site": shop}`: no JSON;
    /// - `{"site": "shop"}`: a required key is missing;
    /// - `{"revison": 4}`: no such key;
    /// - `{"site": "shop", "site": "store"}`: a repeated key.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::Policy;
    /// let policy = Policy::from_json(
    ///     r#"{"site": "shop", "revision": 1, "presets": "2026-11", "languages": ["en"], "hosts": ["shop.example"]}"#,
    /// )?;
    /// assert_eq!(policy, Policy::new("shop", 1, "2026-11", ["en"], ["shop.example"]));
    /// # Ok::<(), consent_gate::PolicyError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        serde_json::from_str(text).map_err(|error| {
            let full = error.to_string();
            let suffix = format!(" at line {} column {}", error.line(), error.column());
            PolicyError::Read {
                format: PolicyFormat::Json,
                position: Some(Position { line: error.line(), column: error.column() }),
                message: full.strip_suffix(&suffix).unwrap_or(&full).to_owned(),
                source: error.into(),
            }
        })
    }

    /// Writes the policy as indented JSON, without what equals its default. Needs the feature `json`.
    ///
    /// # Errors
    /// [`PolicyError::Write`], if JSON cannot express the policy; no policy is known for which it is returned.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::Policy;
    /// let policy = Policy::new("shop", 1, "2026-11", ["en"], ["shop.example"]);
    /// assert_eq!(Policy::from_json(&policy.to_json()?)?, policy);
    /// # Ok::<(), consent_gate::PolicyError>(())
    /// ```
    pub fn to_json(&self) -> Result<String, PolicyError> {
        serde_json::to_string_pretty(self).map_err(|error| PolicyError::Write {
            format: PolicyFormat::Json,
            message: error.to_string(),
            source: error.into(),
        })
    }
}
