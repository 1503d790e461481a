//! Whether a policy is sound: every mistake and every warning.

use crate::read::{self, counted};
use crate::{Failure, Outcome};
use std::path::Path;

/// Checks a file. Warnings do not make it unsound.
pub(crate) fn check(file: &Path) -> Result<Outcome, Failure> {
    let gate = match read::gate(file)? {
        Ok(gate) => gate,
        Err(error) => return Ok(Outcome { text: read::problems(file, &error), is_sound: false }),
    };
    let policy = gate.policy();
    let mut text = format!(
        "{}: sound, revision {}: {}, {}, {}\n",
        file.display(),
        policy.revision,
        counted(policy.categories.len(), "category"),
        counted(policy.providers.len(), "provider"),
        counted(policy.trackers.len(), "tracker"),
    );
    let warnings = gate.warnings();
    if !warnings.is_empty() {
        text += &format!("{}:\n", counted(warnings.len(), "warning"));
    }
    for warning in warnings {
        text += &format!("- {warning}\n");
    }
    Ok(Outcome { text, is_sound: true })
}
