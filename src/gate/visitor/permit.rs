//! A proof that a category was allowed, which the crate's own writers ask for.

use super::Visitor;
use crate::compiled::Kind;
use crate::enforce::{CookieLine, declared_line};
use crate::{AllowReason, Category, Decision, DenyReason};
use std::marker::PhantomData;

/// A proof that a category was allowed for a visitor in this request. It cannot be made elsewhere.
///
/// A function of the host's that writes or forwards can take one, so that it cannot be called without the question
/// having been asked. It is good for the request alone: a change of the answer is judged again when it is used.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::error::WriteError;
/// # let gate = testing::gate();
/// let visitor = testing::accepted(&gate);
/// let permit = visitor.permit(Category::ANALYTICS).unwrap();
/// let line = visitor.write_cookie(&permit, "_lum1", "a")?;
/// assert!(line.as_str().starts_with("_lum1=a; "));
/// assert_eq!(testing::refused(&gate).permit(Category::ANALYTICS).unwrap_err().code(), "refused");
/// # Ok::<(), WriteError>(())
/// ```
///
/// Without the question there is none:
/// ```compile_fail,E0451
/// # use consent_gate::*;
/// let permit = Permit { categories: Category::ANALYTICS, reason: AllowReason::Granted, visitor: std::marker::PhantomData };
/// ```
/// A writer cannot do without it:
/// ```compile_fail,E0061
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// testing::accepted(&gate).write_cookie("_lum1", "a");
/// ```
/// And it does not outlive the visitor, to be used for somebody else:
/// ```compile_fail,E0505
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// let visitor = testing::accepted(&gate);
/// let permit = visitor.permit(Category::ANALYTICS).unwrap();
/// drop(visitor);
/// permit.categories();
/// ```
///
/// A forward from the server has a permit of its own: [`ForwardPermit`](crate::ForwardPermit).
#[derive(Debug)]
pub struct Permit<'v> {
    categories: Category,
    reason: AllowReason,
    visitor: PhantomData<&'v Visitor>,
}

impl Permit<'_> {
    /// What is allowed.
    #[must_use]
    pub const fn categories(&self) -> Category {
        self.categories
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> AllowReason {
        self.reason
    }
}

/// Why a cookie was not written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The policy declares no cookie of this name.
    #[error("the policy declares no cookie {0:?}")]
    Undeclared(String),
    /// The permit is for other categories.
    #[error("the permit does not cover the category {0:?}")]
    OtherCategory(String),
    /// The cookie is denied now: its provider is refused, or the answer has changed.
    #[error("the cookie is denied: {0}")]
    Denied(DenyReason),
    /// The value holds a character that no cookie can carry.
    #[error("a cookie value cannot hold {0:?}")]
    Value(char),
}

impl Visitor {
    /// A proof that these categories are allowed.
    ///
    /// # Errors
    /// The [`DenyReason`] that [`decide`](Self::decide) gives: `unknown-category` for the empty set, `refused`, `gpc`.
    pub fn permit(&self, categories: Category) -> Result<Permit<'_>, DenyReason> {
        match self.decide(categories) {
            Decision::Allow(reason) => Ok(Permit { categories, reason, visitor: PhantomData }),
            Decision::Deny(reason) => Err(reason),
        }
    }

    /// A `Set-Cookie` line for a declared cookie, with the attributes that the policy declares.
    ///
    /// # Errors
    /// [`WriteError`] for an undeclared name, a permit of another category, a denied provider, and a value with a
    /// control character, a space, `"`, `,`, `;` or `\` (RFC 6265 §4.1.1).
    pub fn write_cookie(&self, permit: &Permit<'_>, name: &str, value: &str) -> Result<CookieLine, WriteError> {
        let gate = self.gate();
        let compiled = gate.compiled();
        let tracker = compiled.find(Kind::Cookie, name).ok_or_else(|| WriteError::Undeclared(name.to_owned()))?;
        let category = compiled.terms(tracker).category;
        if !permit.categories.contains(category) {
            return Err(WriteError::OtherCategory(gate.category_id(category).to_owned()));
        }
        let allowed = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
        if let Some(character) = value.chars().find(|c| !allowed(*c)) {
            return Err(WriteError::Value(character));
        }
        match self.decide_cookie(name) {
            Decision::Deny(reason) => Err(WriteError::Denied(reason)),
            Decision::Allow(_) => Ok(declared_line(compiled, tracker, name, value)),
        }
    }
}
