//! What the site says on its banner and on its privacy settings.

use serde::{Deserialize, Serialize};

use super::serde_forms::is_default;
use super::text::Text;

/// What the site says on its banner and on its privacy settings, in its own words.
///
/// Everything may be left out: the feature `ui` has words of its own in English and German. A text that is given is shown
/// in the default language where a translation is missing.
///
/// # Example
/// ```
/// use consent_gate::policy::Notice;
///
/// let notice = Notice::default().banner_title([("en", "Cookies on this site")]);
/// assert!(notice.page_title.is_empty());
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Notice {
    /// The heading of the banner. Default: words of the crate.
    #[serde(skip_serializing_if = "is_default")]
    pub banner_title: Text,
    /// What the banner says before its buttons. Default: words of the crate.
    #[serde(skip_serializing_if = "is_default")]
    pub banner_text: Text,
    /// The heading of the privacy settings. Default: words of the crate.
    #[serde(skip_serializing_if = "is_default")]
    pub page_title: Text,
    /// The introduction of the privacy settings. Default: words of the crate.
    #[serde(skip_serializing_if = "is_default")]
    pub page_text: Text,
    /// What essential cookies and similar technologies are for. Default: words of the crate.
    #[serde(skip_serializing_if = "is_default")]
    pub essential: Text,
    /// What browsers and their extensions can do beside this page. Default: words of the crate.
    #[serde(skip_serializing_if = "is_default")]
    pub help: Text,
}

impl Notice {
    /// Sets the heading of the banner.
    #[must_use]
    pub fn banner_title(mut self, banner_title: impl Into<Text>) -> Self {
        self.banner_title = banner_title.into();
        self
    }

    /// Sets what the banner says before its buttons.
    #[must_use]
    pub fn banner_text(mut self, banner_text: impl Into<Text>) -> Self {
        self.banner_text = banner_text.into();
        self
    }

    /// Sets the heading of the privacy settings.
    #[must_use]
    pub fn page_title(mut self, page_title: impl Into<Text>) -> Self {
        self.page_title = page_title.into();
        self
    }

    /// Sets the introduction of the privacy settings.
    #[must_use]
    pub fn page_text(mut self, page_text: impl Into<Text>) -> Self {
        self.page_text = page_text.into();
        self
    }

    /// Sets what essential cookies and similar technologies are for.
    #[must_use]
    pub fn essential(mut self, essential: impl Into<Text>) -> Self {
        self.essential = essential.into();
        self
    }

    /// Sets what browsers and their extensions can do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Text>) -> Self {
        self.help = help.into();
        self
    }

    /// Each text and its key.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        [
            ("banner_title", &self.banner_title),
            ("banner_text", &self.banner_text),
            ("page_title", &self.page_title),
            ("page_text", &self.page_text),
            ("essential", &self.essential),
            ("help", &self.help),
        ]
        .into_iter()
    }
}
