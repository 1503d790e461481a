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
/// use consent_gate::policy::{CategoryDeclaration, Period, Technology, Tracker};
/// use consent_gate::Policy;
///
/// let functional = CategoryDeclaration::new("functional")
///     .title([("en", "Functional")])
///     .purpose([("en", "Remembers your language.")])
///     .impact([("en", "You choose your language on every visit.")]);
/// let lang = Tracker::new("lang", Technology::Cookie, "functional").lifetime(Period::days(365));
/// let policy = Policy::new("shop", 1, "2026-11", ["en"], ["shop.example"]).categories([functional]).trackers([lang]);
///
/// assert_eq!(policy.cookie.name_or_default(), "__Host-consent");
/// assert_eq!(policy.trackers[0].path_or_root(), "/");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
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
    /// The categories in use, except `essential`, which needs no entry. Key `category`; default: none.
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

    /// Sets who answers for the processing.
    #[must_use]
    pub fn controller(mut self, controller: Controller) -> Self {
        self.controller = Some(controller);
        self
    }

    /// Sets what the banner and the privacy settings say of the site.
    #[must_use]
    pub fn notice(mut self, notice: Notice) -> Self {
        self.notice = notice;
        self
    }

    /// Sets the cookie that keeps the visitor's answer.
    #[must_use]
    pub fn cookie(mut self, cookie: ConsentCookie) -> Self {
        self.cookie = cookie;
        self
    }

    /// Sets what is done where the policy or the region is silent.
    #[must_use]
    pub fn enforce(mut self, enforce: Enforce) -> Self {
        self.enforce = enforce;
        self
    }

    /// Sets what documents carry for the browser to enforce.
    #[must_use]
    pub fn headers(mut self, headers: DocumentHeaders) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the categories in use.
    #[must_use]
    pub fn categories(mut self, categories: impl IntoIterator<Item = CategoryDeclaration>) -> Self {
        self.categories = categories.into_iter().collect();
        self
    }

    /// Sets the outside parties.
    #[must_use]
    pub fn providers(mut self, providers: impl IntoIterator<Item = Provider>) -> Self {
        self.providers = providers.into_iter().collect();
        self
    }

    /// Sets what is stored, read or loaded.
    #[must_use]
    pub fn trackers(mut self, trackers: impl IntoIterator<Item = Tracker>) -> Self {
        self.trackers = trackers.into_iter().collect();
        self
    }

    /// Sets the operator's own reading of the law.
    #[must_use]
    pub fn regimes(mut self, regimes: impl IntoIterator<Item = RegimeOverride>) -> Self {
        self.regimes = regimes.into_iter().collect();
        self
    }

    /// Sets the other systems whose consent cookies are read.
    #[must_use]
    pub fn imports(mut self, imports: impl IntoIterator<Item = Import>) -> Self {
        self.imports = imports.into_iter().collect();
        self
    }

    /// Sets how long records outlast their purpose.
    #[must_use]
    pub const fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// The language that others fall back to: the first of [`languages`](Self::languages).
    #[must_use]
    pub fn default_language(&self) -> Option<&str> {
        self.languages.first().map(String::as_str)
    }
}
