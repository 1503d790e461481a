//! Why a policy could not be read or written.

use std::error::Error;
use std::fmt;

/// Why a policy could not be read or written. Always the fault of the operator's file, never of a visitor.
///
/// It concerns the form alone. What a well-formed policy gets wrong is found by [`Gate::new`](crate::Gate::new).
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The text is not in the format, has a key that the schema does not know, lacks a required one, or gives a key
    /// a value that it cannot have.
    #[error("cannot read the policy as {format}{}: {message}", at(.position))]
    Read {
        /// The format that the text was read as.
        format: PolicyFormat,
        /// Where the parser stopped, if it says so.
        position: Option<Position>,
        /// The parser's message, without the position.
        message: String,
        /// The parser's own error.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The format cannot express the policy.
    #[error("cannot write the policy as {format}: {message}")]
    Write {
        /// The format that was to be written.
        format: PolicyFormat,
        /// The writer's message.
        message: String,
        /// The writer's own error.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// A format that a policy is read from and written to.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PolicyFormat {
    /// TOML, in UTF-8.
    Toml,
    /// JSON, in UTF-8.
    Json,
}

impl fmt::Display for PolicyFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Toml => "TOML",
            Self::Json => "JSON",
        })
    }
}

/// A place in a text.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column: in TOML the character where the fault begins, counted from 1; in JSON the byte that the parser had
    /// read last, where 0 is the end of the line before.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}", self.line, self.column)
    }
}

fn at(position: &Option<Position>) -> String {
    position.map_or_else(String::new, |position| format!(" at {position}"))
}
