//! Who answers for the processing.

use serde::{Deserialize, Serialize};

/// Who answers for the processing: shown to visitors and stated in records of consent.
///
/// # Example
/// ```
/// use consent_gate::policy::Controller;
///
/// let controller = Controller::new("Shop Ltd", "privacy@shop.example").privacy_url("https://shop.example/privacy");
/// assert_eq!(controller.contact, "privacy@shop.example");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Controller {
    /// The name of the person or the company. Required.
    pub name: String,
    /// Where visitors turn with questions and requests: an e-mail or postal address. Required.
    pub contact: String,
    /// The absolute URL of the privacy policy. Default: not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_url: Option<String>,
}

impl Controller {
    /// A controller without a privacy policy.
    #[must_use]
    pub fn new(name: impl Into<String>, contact: impl Into<String>) -> Self {
        Self { name: name.into(), contact: contact.into(), privacy_url: None }
    }

    /// Sets the absolute URL of the privacy policy.
    #[must_use]
    pub fn privacy_url(mut self, privacy_url: impl Into<String>) -> Self {
        self.privacy_url = Some(privacy_url.into());
        self
    }
}
