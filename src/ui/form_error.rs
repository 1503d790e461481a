//! Why a form was refused.

/// The most bytes that a form may have: more than every policy's fields take.
pub const BODY_MAX: usize = 16 * 1024;

/// Why a form was refused. Nothing was stored; the text names the field.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// The body is too long.
    #[error("the body is longer than {BODY_MAX} bytes")]
    TooLong,
    /// The body is neither a form nor JSON, by its `Content-Type`.
    #[error("the body is neither application/x-www-form-urlencoded nor application/json")]
    MediaType,
    /// The body is not what its `Content-Type` says.
    #[error("the body cannot be read: {0}")]
    Malformed(String),
    /// There is no such field.
    #[error("there is no field {0:?}")]
    UnknownField(String),
    /// A field is missing.
    #[error("the field {0:?} is missing")]
    Missing(&'static str),
    /// A field, or a value of it, comes twice.
    #[error("the field {0:?} comes twice")]
    Repeated(String),
    /// A field has a value that it cannot have.
    #[error("the field {field:?} cannot be {value:?}")]
    Value {
        /// The field.
        field: &'static str,
        /// Its value, cut to 64 characters.
        value: String,
    },
    /// A field has no meaning beside the action.
    #[error("the field {0:?} has no meaning here")]
    Misplaced(&'static str),
}

impl FormError {
    pub(super) fn value(field: &'static str, value: &str) -> Self {
        Self::Value { field, value: cut(value) }
    }
}

/// The beginning of a text of the visitor's, for an error.
pub(super) fn cut(text: &str) -> String {
    text.chars().take(64).collect()
}
