//! From a file to a gate.

use crate::Failure;
use consent_gate::{ConfigError, Gate, Policy};
use std::path::Path;

/// Reads a policy and checks it.
///
/// # Errors
/// A file that cannot be read as a policy is a [`Failure`], with the line and the column where the parser stopped. A
/// policy with mistakes is the inner error.
pub(crate) fn gate(file: &Path) -> Result<Result<Gate, ConfigError>, Failure> {
    let unreadable = |cause: String| Failure::Unreadable(format!("{}: {cause}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let policy = if is_json { Policy::from_json(&text) } else { Policy::from_toml(&text) };
    Ok(Gate::new(policy.map_err(|error| unreadable(error.to_string()))?))
}

/// The mistakes of a policy, a line each.
pub(crate) fn problems(file: &Path, error: &ConfigError) -> String {
    let count = error.problems().len();
    let mut text = format!("{}: {}\n", file.display(), counted(count, "problem"));
    for problem in error.problems() {
        text += &format!("- {problem}\n");
    }
    text
}

/// A number and its noun, as in `1 problem` or `2 problems`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match noun {
        noun if count == 1 => format!("1 {noun}"),
        "category" => format!("{count} categories"),
        noun => format!("{count} {noun}s"),
    }
}
