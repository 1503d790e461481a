//! Google's Consent Mode v2.
//!
//! | type | granted by |
//! |---|---|
//! | `security_storage` | always |
//! | `functionality_storage` | `functional` |
//! | `personalization_storage` | `personalization` |
//! | `analytics_storage` | `analytics` |
//! | `ad_storage` | `advertising` |
//! | `ad_user_data`, `ad_personalization` | `advertising`, unless GPC objects to third parties, as in the United States |
//!
//! Basic mode: Google's tags are trackers like any other, and do not load before they are allowed. No `region`: the server
//! knows it. `ads_data_redaction` holds while `ad_storage` is denied; `url_passthrough` is off until advertising is granted
//! in full. Source: Google, "Set up consent mode on websites".

use super::element::script;
use super::safe_json;
use crate::enforce::Judge;
use crate::{Category, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The seven states of Google's Consent Mode v2: `true` for `granted`, `false` for `denied`.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// use consent_gate::browser::ConsentMode;
///
/// let mode = ConsentMode::of(&testing::granted(&gate, Category::ANALYTICS));
/// assert!(mode.analytics_storage && !mode.ad_storage);
/// assert!(mode.default_calls().contains(r#"gtag("consent","default",{"ad_storage":"denied","#));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ConsentMode {
    /// Storage for advertising.
    pub ad_storage: bool,
    /// Sending data about the visitor to Google for advertising.
    pub ad_user_data: bool,
    /// Personalized advertising.
    pub ad_personalization: bool,
    /// Storage for analytics.
    pub analytics_storage: bool,
    /// Storage for what the site remembers: language, settings.
    pub functionality_storage: bool,
    /// Storage for personalized content.
    pub personalization_storage: bool,
    /// Storage for security: signing in, preventing fraud.
    pub security_storage: bool,
}

impl ConsentMode {
    /// The states for a visitor, now.
    #[must_use]
    pub fn of(visitor: &Visitor) -> Self {
        visitor.survey(|now, _, _| Self::by(now))
    }

    pub(super) fn by(judge: &Judge<'_>) -> Self {
        let allows = |category| judge.consent.may_track(category);
        let gives_away = judge.consent.may_give_away(Category::ADVERTISING);
        Self {
            ad_storage: allows(Category::ADVERTISING),
            ad_user_data: gives_away,
            ad_personalization: gives_away,
            analytics_storage: allows(Category::ANALYTICS),
            functionality_storage: allows(Category::FUNCTIONAL),
            personalization_storage: allows(Category::PERSONALIZATION),
            security_storage: allows(Category::ESSENTIAL),
        }
    }

    /// Each type by its name, and whether it is granted.
    pub fn states(&self) -> impl Iterator<Item = (&'static str, bool)> {
        [
            ("ad_storage", self.ad_storage),
            ("ad_user_data", self.ad_user_data),
            ("ad_personalization", self.ad_personalization),
            ("analytics_storage", self.analytics_storage),
            ("functionality_storage", self.functionality_storage),
            ("personalization_storage", self.personalization_storage),
            ("security_storage", self.security_storage),
        ]
        .into_iter()
    }

    /// Whether click identifiers are to be left out: while `ad_storage` is denied.
    #[must_use]
    pub const fn ads_data_redaction(&self) -> bool {
        !self.ad_storage
    }

    /// Whether identifiers may travel in links: only when all three types of advertising are granted.
    #[must_use]
    pub const fn url_passthrough(&self) -> bool {
        self.ad_storage && self.ad_user_data && self.ad_personalization
    }

    /// The JavaScript that must run before any tag: it defines `dataLayer` and `gtag` where they are missing.
    #[must_use]
    pub fn default_calls(&self) -> String {
        format!("window.dataLayer??=[];window.gtag??=function(){{dataLayer.push(arguments)}};{}", self.calls("default"))
    }

    /// The JavaScript that tells a page with [`default_calls`](Self::default_calls) of a new answer.
    #[must_use]
    pub fn update_calls(&self) -> String {
        self.calls("update")
    }

    /// [`default_calls`](Self::default_calls) as an inline script. Not needed where the guard runs:
    /// [`Manifest::consent_mode`](super::Manifest::consent_mode).
    #[must_use]
    pub fn script(&self, nonce: Option<&str>) -> String {
        script(nonce, "", &self.default_calls())
    }

    fn calls(&self, command: &str) -> String {
        let [states, settings] = [safe_json(&States(self)), safe_json(&Settings(self))];
        format!("gtag(\"consent\",\"{command}\",{states});gtag(\"set\",{settings});")
    }
}

impl Serialize for ConsentMode {
    /// As the arguments of the two calls: the states, then the settings.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (States(self), Settings(self)).serialize(serializer)
    }
}

struct States<'m>(&'m ConsentMode);

impl Serialize for States<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let state = |granted| if granted { "granted" } else { "denied" };
        serializer.collect_map(self.0.states().map(|(name, granted)| (name, state(granted))))
    }
}

struct Settings<'m>(&'m ConsentMode);

impl Serialize for Settings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("ads_data_redaction", &self.0.ads_data_redaction())?;
        map.serialize_entry("url_passthrough", &self.0.url_passthrough())?;
        map.end()
    }
}
