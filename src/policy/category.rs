//! A category, as the policy declares it.

use serde::{Deserialize, Serialize};

use super::serde_forms::{FIRST_REVISION, first_revision, is_default, is_first_revision};
use super::text::Text;

/// A category in use: its notice, and for one of the site's own, its bit.
///
/// `essential` needs no entry; each other category in use does.
///
/// # Example
/// ```
/// use consent_gate::policy::CategoryDeclaration;
///
/// let live_help = CategoryDeclaration::new("live-help").custom(0).like("functional").title([("en", "Live help")]);
/// assert_eq!(live_help.since, 1);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CategoryDeclaration {
    /// The name that trackers and regimes use: `functional`, `analytics`, `personalization`, `advertising`, or the
    /// site's own. Required.
    pub id: String,
    /// The bit of a category of the site's own, from 0 to 15; never to be given a second meaning. Default: none, for
    /// a built-in category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<u8>,
    /// The built-in category whose preset rules one of the site's own takes. Default: the strictest of the four.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// The revision of the policy in which the meaning last changed: grants from before it lapse. Default: 1.
    #[serde(default = "first_revision", skip_serializing_if = "is_first_revision")]
    pub since: u32,
    /// What visitors see as its name. Default: empty, which [`Gate::new`](crate::Gate::new) refuses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Text,
    /// What it is for, in plain words. Default: empty, which [`Gate::new`](crate::Gate::new) refuses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub purpose: Text,
    /// What a refusal changes for the visitor. Default: empty, which [`Gate::new`](crate::Gate::new) refuses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub impact: Text,
}

impl CategoryDeclaration {
    /// A category that has its name only; its texts are still to be given.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            custom: None,
            like: None,
            since: FIRST_REVISION,
            title: Text::default(),
            purpose: Text::default(),
            impact: Text::default(),
        }
    }

    /// Sets the bit of a category of the site's own.
    #[must_use]
    pub const fn custom(mut self, custom: u8) -> Self {
        self.custom = Some(custom);
        self
    }

    /// Sets the built-in category whose preset rules it takes.
    #[must_use]
    pub fn like(mut self, like: impl Into<String>) -> Self {
        self.like = Some(like.into());
        self
    }

    /// Sets the revision in which the meaning last changed.
    #[must_use]
    pub const fn since(mut self, since: u32) -> Self {
        self.since = since;
        self
    }

    /// Sets what visitors see as its name.
    #[must_use]
    pub fn title(mut self, title: impl Into<Text>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets what it is for.
    #[must_use]
    pub fn purpose(mut self, purpose: impl Into<Text>) -> Self {
        self.purpose = purpose.into();
        self
    }

    /// Sets what a refusal changes for the visitor.
    #[must_use]
    pub fn impact(mut self, impact: impl Into<Text>) -> Self {
        self.impact = impact.into();
        self
    }
}
