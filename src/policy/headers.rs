//! What documents carry for the browser to enforce.

use serde::{Deserialize, Serialize};

use super::serde_forms::is_default;

/// The headers that the gate adds to documents, for the browser to enforce what the server cannot see.
///
/// In a policy: the table `[headers]`.
///
/// # Example
/// ```
/// use consent_gate::policy::DocumentHeaders;
///
/// let headers = DocumentHeaders::default().omit(["frame-src"]);
/// assert!(headers.content_security_policy && headers.permissions_policy && !headers.clear_storage);
/// assert_eq!(headers.report, None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentHeaders {
    /// Whether documents get a second `Content-Security-Policy`, which lists our hosts and the addresses that are allowed
    /// now. Enforced where undeclared things are denied; otherwise it only reports, and only with
    /// [`report`](Self::report). Default: `true`.
    #[serde(skip_serializing_if = "is_true")]
    pub content_security_policy: bool,
    /// The directives to leave out, as in `frame-src`, which also governs where a frame navigates. `default-src`, which
    /// governs `<link rel=prefetch>`, is left out too: browsers would apply it in their place. Default: none.
    #[serde(skip_serializing_if = "is_default")]
    pub omit: Vec<String>,
    /// The path on our own host to which browsers report what the policy blocks, as in `/consent/csp`. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// Whether documents get a `Permissions-Policy` against advertising features while advertising is denied, and
    /// against detailed client hints while analytics is. Default: `true`.
    #[serde(skip_serializing_if = "is_true")]
    pub permissions_policy: bool,
    /// Whether a response that stores a withdrawal empties the browser's storage of our origin, by
    /// `Clear-Site-Data: "storage"`. It empties undeclared keys and service workers too, and is refused where an
    /// essential key is declared. Default: `false`.
    #[serde(skip_serializing_if = "is_default")]
    pub clear_storage: bool,
}

impl DocumentHeaders {
    /// The directives of the `Content-Security-Policy` that can be left [out](Self::omit): all that load something.
    pub const DIRECTIVES: &'static [&'static str] = &[
        "script-src",
        "style-src",
        "img-src",
        "connect-src",
        "frame-src",
        "media-src",
        "font-src",
        "worker-src",
        "object-src",
        "manifest-src",
    ];

    /// Sets whether documents get a second `Content-Security-Policy`.
    #[must_use]
    pub const fn content_security_policy(mut self, content_security_policy: bool) -> Self {
        self.content_security_policy = content_security_policy;
        self
    }

    /// Sets the directives to leave out.
    #[must_use]
    pub fn omit(mut self, omit: impl IntoIterator<Item: Into<String>>) -> Self {
        self.omit = omit.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the path to which browsers report what the policy blocks.
    #[must_use]
    pub fn report(mut self, report: impl Into<String>) -> Self {
        self.report = Some(report.into());
        self
    }

    /// Sets whether documents get a `Permissions-Policy`.
    #[must_use]
    pub const fn permissions_policy(mut self, permissions_policy: bool) -> Self {
        self.permissions_policy = permissions_policy;
        self
    }

    /// Sets whether a withdrawal empties the browser's storage of our origin.
    #[must_use]
    pub const fn clear_storage(mut self, clear_storage: bool) -> Self {
        self.clear_storage = clear_storage;
        self
    }

    /// Returns whether a directive is left out.
    #[must_use]
    pub fn omits(&self, directive: &str) -> bool {
        self.omit.iter().any(|omitted| omitted == directive)
    }
}

impl Default for DocumentHeaders {
    fn default() -> Self {
        Self {
            content_security_policy: true,
            omit: Vec::new(),
            report: None,
            permissions_policy: true,
            clear_storage: false,
        }
    }
}

// Serde passes references to `skip_serializing_if`.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_true(value: &bool) -> bool {
    *value
}
