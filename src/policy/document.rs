//! The policy as a whole.

use super::serde_forms::is_default;
use super::{
    CategoryDeclaration, ConsentCookie, Controller, DocumentHeaders, Enforce, Import, Notice, Provider, RegimeOverride,
    Retention, Tracker,
};
use serde::{Deserialize, Serialize};

/// What one site stores, reads and loads, why, for how long, and with whom.
///
/// Everything is derived from it: enforcement, the settings page, the cookie table, the headers. Plain data, not yet
/// checked: [`Gate::new`](crate::Gate::new) does that.
///
/// Only [`site`](Self::site), [`revision`](Self::revision), [`presets`](Self::presets),
/// [`languages`](Self::languages) and [`hosts`](Self::hosts) are required.
///
/// # Example
/// ```
/// use consent_gate::policy::{CategoryDeclaration, Lifetime, Period, Technology, Text, Tracker};
/// use consent_gate::Policy;
///
/// let mut policy = Policy::new("shop", 1, "2026-11", ["en"], ["shop.example"]);
/// policy.categories.push(CategoryDeclaration {
///     title: Text::from([("en", "Functional")]),
///     purpose: Text::from([("en", "Remembers your language.")]),
///     impact: Text::from([("en", "You choose your language on every visit.")]),
///     ..CategoryDeclaration::new("functional")
/// });
/// policy.trackers.push(Tracker {
///     lifetime: Some(Lifetime::For(Period::days(365))),
///     ..Tracker::new("lang", Technology::Cookie, "functional")
/// });
///
/// assert_eq!(policy.cookie.name(), "__Host-consent");
/// assert_eq!(policy.trackers[0].path(), "/");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The name of the policy, as records of consent state it. A ledger is opened by it: it cannot be changed later.
    pub site: String,
    /// The number of the published text, raised with every change.
    pub revision: u32,
    /// The edition of the built-in legal presets that was reviewed, as in `2026-11`.
    ///
    /// A newer edition may narrow what is allowed; it widens nothing until this names it.
    pub presets: String,
    /// The languages of the texts, as BCP 47 tags. The first is the default, which every text needs.
    pub languages: Vec<String>,
    /// The site's own hosts, without scheme or port: what is loaded from them is first-party, and the domain of a
    /// cookie must be one of them.
    pub hosts: Vec<String>,
    /// Who answers for the processing. Default: not stated.
    #[serde(default, skip_serializing_if = "is_default")]
    pub controller: Option<Controller>,
    /// What the banner and the privacy settings say of the site as a whole.
    #[serde(default, skip_serializing_if = "is_default")]
    pub notice: Notice,
    /// The cookie that keeps the visitor's answer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cookie: ConsentCookie,
    /// What is done where the policy or the region is silent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub enforce: Enforce,
    /// What documents carry for the browser to enforce.
    #[serde(default, skip_serializing_if = "is_default")]
    pub headers: DocumentHeaders,
    /// The categories in use, but for `essential`, which needs no entry. Key `category`; default: none.
    #[serde(default, rename = "category", skip_serializing_if = "is_default")]
    pub categories: Vec<CategoryDeclaration>,
    /// The outside parties. Key `provider`; default: none.
    #[serde(default, rename = "provider", skip_serializing_if = "is_default")]
    pub providers: Vec<Provider>,
    /// What is stored, read or loaded. Key `tracker`; default: nothing.
    #[serde(default, rename = "tracker", skip_serializing_if = "is_default")]
    pub trackers: Vec<Tracker>,
    /// The operator's own reading of the law, region by region. Key `regime`; default: the presets as they are.
    #[serde(default, rename = "regime", skip_serializing_if = "is_default")]
    pub regimes: Vec<RegimeOverride>,
    /// The other systems whose consent cookies are read. Key `import`; default: none.
    #[serde(default, rename = "import", skip_serializing_if = "is_default")]
    pub imports: Vec<Import>,
    /// How long records outlast their purpose.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retention: Retention,
}

impl Policy {
    /// A policy that declares nothing yet: with it, only the essential category exists, and it has no tracker.
    ///
    /// The arguments are the fields of the same names.
    #[must_use]
    pub fn new(
        site: impl Into<String>,
        revision: u32,
        presets: impl Into<String>,
        languages: impl IntoIterator<Item: Into<String>>,
        hosts: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        Self {
            site: site.into(),
            revision,
            presets: presets.into(),
            languages: languages.into_iter().map(Into::into).collect(),
            hosts: hosts.into_iter().map(Into::into).collect(),
            controller: None,
            notice: Notice::default(),
            cookie: ConsentCookie::default(),
            enforce: Enforce::default(),
            headers: DocumentHeaders::default(),
            categories: Vec::new(),
            providers: Vec::new(),
            trackers: Vec::new(),
            regimes: Vec::new(),
            imports: Vec::new(),
            retention: Retention::default(),
        }
    }

    /// The language that others fall back to: the first of [`languages`](Self::languages).
    #[must_use]
    pub fn default_language(&self) -> Option<&str> {
        self.languages.first().map(String::as_str)
    }
}
