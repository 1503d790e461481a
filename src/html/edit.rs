//! What was changed in a page, for logs and for people.

use crate::DenyReason;
use std::fmt;

/// One change of a page. It never holds a path, a query or any content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Edit<'a> {
    /// Where the element begins: bytes from the start of the page, or of the `<noscript>` or `srcdoc` that holds it.
    pub at: usize,
    /// The name of the element, in lower case.
    pub element: &'a str,
    /// The attribute that was changed; `None` for the content of the element.
    pub attribute: Option<&'a str>,
    /// The origin of the address, as in `https://lumen.example`; empty where there is none.
    pub origin: &'a str,
    /// What was done.
    pub action: Action,
}

/// What was done to an element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// It may not load, and why.
    Deny(DenyReason),
    /// An inline script that waited for consent runs.
    Release,
}

impl fmt::Display for Edit<'_> {
    /// One line, as in `at 120: script[src] https://adloop.example: deny undecided`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.at, self.element)?;
        if let Some(attribute) = self.attribute {
            write!(f, "[{attribute}]")?;
        }
        if !self.origin.is_empty() {
            write!(f, " {}", self.origin)?;
        }
        match self.action {
            Action::Deny(reason) => write!(f, ": deny {}", reason.code()),
            Action::Release => f.write_str(": release"),
        }
    }
}
