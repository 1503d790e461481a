//! What visitors were told, kept once per content.
//!
//! A record names the SHA-256 of the text that the visitor read. The text itself is JSON: who answers for the processing,
//! the site's own words on banner and settings, what each category and provider is for, what it collects, what is stored and
//! for how long, in one language.

use super::LedgerError;
use super::secret::{Hash, hex, sha256};
use crate::Policy;
use crate::policy::{Controller, Lifetime, Period, Retention, Text};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The SHA-256 of a notice, printed as 64 hexadecimal digits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ContentHash(pub(crate) Hash);

impl ContentHash {
    /// A text that was stored under this hash, if it has it.
    pub(crate) fn checked<T: AsRef<str>>(self, text: T) -> Result<T, LedgerError> {
        if sha256(text.as_ref().as_bytes()) == self.0 {
            Ok(text)
        } else {
            Err(LedgerError::Damaged(format!("the notice {self} was edited")))
        }
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&hex(&self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ContentHash({self})")
    }
}

/// What visitors were told in one language, and its hash. Cheap to clone.
///
/// # Example
/// ```
/// # use consent_gate::testing;
/// use consent_gate::ledger::Notice;
///
/// let mut policy = testing::policy();
/// let notice = Notice::of(&policy, "en");
/// assert!(notice.text().contains("What it does for us."));
///
/// policy.categories[0].purpose = consent_gate::policy::Text::from([("en", "Something else.")]);
/// assert_ne!(Notice::of(&policy, "en").hash(), notice.hash());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice {
    text: Arc<str>,
    hash: ContentHash,
}

impl Notice {
    /// What the policy says in a language; a text that is missing there is the default language's, as visitors see it.
    #[must_use]
    pub fn of(policy: &Policy, language: &str) -> Self {
        // Borrowed texts and numbers: there is nothing that JSON could not hold.
        let text: Arc<str> = serde_json::to_string(&Told::of(policy, language)).unwrap_or_default().into();
        Self { hash: ContentHash(sha256(text.as_bytes())), text }
    }

    /// The notices of a policy in all of its languages.
    pub(crate) fn all(policy: &Policy) -> BTreeMap<String, Self> {
        policy.languages.iter().map(|language| (language.clone(), Self::of(policy, language))).collect()
    }

    /// One that was stored before.
    pub(crate) fn stored(text: Arc<str>, hash: ContentHash) -> Result<Self, LedgerError> {
        Ok(Self { text: hash.checked(text)?, hash })
    }

    /// The text, as JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The hash of the text.
    #[must_use]
    pub const fn hash(&self) -> ContentHash {
        self.hash
    }
}

/// A policy in one language. Structs, and no maps: the order of a map's keys depends on features of `serde_json` that a
/// stranger may switch on, and the hash must not.
#[derive(Serialize)]
struct Told<'p> {
    /// By its version, the crate's own words are found.
    consent_gate: &'static str,
    site: &'p str,
    revision: u32,
    language: &'p str,
    controller: Option<&'p Controller>,
    words: ToldWords<'p>,
    categories: Vec<ToldCategory<'p>>,
    providers: Vec<ToldProvider<'p>>,
    trackers: Vec<ToldTracker<'p>>,
    retention: ToldRetention,
}

/// The site's own words.
#[derive(Serialize)]
struct ToldWords<'p> {
    banner_title: Option<&'p str>,
    banner_text: Option<&'p str>,
    page_title: Option<&'p str>,
    page_text: Option<&'p str>,
    essential: Option<&'p str>,
    help: Option<&'p str>,
}

#[derive(Serialize)]
struct ToldCategory<'p> {
    id: &'p str,
    title: Option<&'p str>,
    purpose: Option<&'p str>,
    impact: Option<&'p str>,
}

#[derive(Serialize)]
struct ToldProvider<'p> {
    id: &'p str,
    name: &'p str,
    company: &'p str,
    role: &'static str,
    purpose: Option<&'p str>,
    collects: Option<&'p [String]>,
    country: Option<&'p str>,
    retention: Option<&'p str>,
    agreement: Option<&'p str>,
    policy_url: Option<&'p str>,
    opt_out_url: Option<&'p str>,
}

#[derive(Serialize)]
struct ToldTracker<'p> {
    name: &'p str,
    technology: &'static str,
    category: &'p str,
    provider: Option<&'p str>,
    lifetime: Option<Lifetime>,
    purpose: Option<&'p str>,
}

#[derive(Serialize)]
struct ToldRetention {
    account_closure: Period,
    evidence: Period,
}

impl<'p> Told<'p> {
    fn of(policy: &'p Policy, language: &'p str) -> Self {
        let fallback = policy.default_language().unwrap_or("en");
        let text = |text: &'p Text| text.in_language(language, fallback);
        let categories = policy.categories.iter().map(|category| ToldCategory {
            id: &category.id,
            title: text(&category.title),
            purpose: text(&category.purpose),
            impact: text(&category.impact),
        });
        let providers = policy.providers.iter().map(|provider| ToldProvider {
            id: &provider.id,
            name: &provider.name,
            company: provider.company_or_name(),
            role: provider.role.as_str(),
            purpose: text(&provider.purpose),
            collects: provider.collects.in_language(language, fallback),
            country: provider.country.as_deref(),
            retention: provider.retention.as_deref(),
            agreement: provider.agreement.as_deref(),
            policy_url: provider.policy_url.as_deref(),
            opt_out_url: provider.opt_out_url.as_deref(),
        });
        let trackers = policy.trackers.iter().map(|tracker| ToldTracker {
            name: &tracker.name,
            technology: tracker.technology.as_str(),
            category: &tracker.category,
            provider: tracker.provider.as_deref(),
            lifetime: tracker.lifetime,
            purpose: text(&tracker.purpose),
        });
        let crate::policy::Notice { banner_title, banner_text, page_title, page_text, essential, help } =
            &policy.notice;
        let Retention { account_closure, evidence } = policy.retention;
        Self {
            consent_gate: env!("CARGO_PKG_VERSION"),
            site: &policy.site,
            revision: policy.revision,
            language,
            controller: policy.controller.as_ref(),
            words: ToldWords {
                banner_title: text(banner_title),
                banner_text: text(banner_text),
                page_title: text(page_title),
                page_text: text(page_text),
                essential: text(essential),
                help: text(help),
            },
            categories: categories.collect(),
            providers: providers.collect(),
            trackers: trackers.collect(),
            retention: ToldRetention { account_closure, evidence },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn the_same_policy_has_the_same_hash_and_each_language_its_own() {
        let policy = testing::policy();
        assert_eq!(Notice::of(&policy, "en"), Notice::of(&policy.clone(), "en"));
        assert_ne!(Notice::of(&policy, "en").hash(), Notice::of(&policy, "de").hash());
        let hash = Notice::of(&policy, "en").hash();
        assert_eq!(super::super::secret::unhex(&hash.to_string()), Some(hash.0));
    }

    #[test]
    fn what_visitors_do_not_read_changes_no_hash() {
        let mut policy = testing::policy();
        let before = Notice::of(&policy, "en").hash();
        policy.trackers[0].http_only = true;
        policy.presets = "2025-01".to_owned();
        assert_eq!(Notice::of(&policy, "en").hash(), before);
        policy.providers[0].retention = Some("25 months".to_owned());
        assert_ne!(Notice::of(&policy, "en").hash(), before);
    }

    #[test]
    fn each_of_the_sites_own_words_is_part_of_what_was_told() {
        let policy = testing::policy();
        let before = Notice::of(&policy, "en");
        let words = |policy: &mut crate::Policy, place: usize| {
            let crate::policy::Notice { banner_title, banner_text, page_title, page_text, essential, help } =
                &mut policy.notice;
            let word = [banner_title, banner_text, page_title, page_text, essential, help].into_iter().nth(place);
            *word.unwrap() = Text::from([("en", "In our own words.")]);
        };
        for (place, (key, _)) in policy.notice.texts().enumerate() {
            let mut worded = policy.clone();
            words(&mut worded, place);
            let after = Notice::of(&worded, "en");
            assert!(after.text().contains(&format!("\"{key}\":\"In our own words.\"")), "{key}");
            assert_ne!(after.hash(), before.hash(), "{key}");
        }
    }
}
