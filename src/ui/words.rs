//! The words of the banner and the pages that no policy states, one file a language.

use crate::policy::{Lifetime, Period, Technology};
use crate::terms::nearest::nearest;
use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// The words of the banner and the pages in one language.
///
/// English and German are built in. Another language is one JSON file with the keys of
/// [`src/ui/words/en.json`](https://docs.rs/crate/consent-gate/latest/source/src/ui/words/en.json), its BCP 47 tag at
/// `language`, and the same `{places}` to fill. A key that the file leaves out is English, so that a new version of the
/// crate with a new text does not break the file; a key that does not exist is an error.
///
/// # Example
/// ```
/// use consent_gate::ui::Words;
///
/// assert_eq!(Words::english().language(), "en");
/// assert_eq!(Words::from_json(r#"{"language": "fr", "save": "Enregistrer"}"#)?.language(), "fr");
/// let error = Words::from_json(r#"{"language": "fr", "safe": "Enregistrer"}"#).unwrap_err();
/// assert_eq!(error.to_string(), r#"the words cannot be used: "safe" is not a valid key: did you mean "save"?"#);
/// # Ok::<(), consent_gate::ui::WordsError>(())
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub(super) language: String,
    pub(super) banner_title: String,
    pub(super) banner_text: String,
    pub(super) banner_about: String,
    pub(super) accept_all: String,
    pub(super) refuse_all: String,
    pub(super) choose: String,
    pub(super) save: String,
    pub(super) settings: String,
    pub(super) page_title: String,
    pub(super) page_text: String,
    pub(super) essential_title: String,
    pub(super) essential_text: String,
    pub(super) help_title: String,
    pub(super) help_text: String,
    pub(super) impact: String,
    pub(super) on: String,
    pub(super) off: String,
    pub(super) always_on: String,
    pub(super) source_essential: String,
    pub(super) source_choice: String,
    pub(super) source_account: String,
    pub(super) source_gpc: String,
    pub(super) source_dnt: String,
    pub(super) source_objection: String,
    pub(super) source_exempt: String,
    pub(super) source_undecided: String,
    pub(super) source_expired: String,
    pub(super) source_changed: String,
    pub(super) source_unreadable: String,
    pub(super) source_forbidden: String,
    pub(super) gpc_honoured: String,
    pub(super) gpc_overridden: String,
    pub(super) gpc_no_effect: String,
    pub(super) dnt_honoured: String,
    pub(super) dnt_no_effect: String,
    pub(super) gpc_conflict: String,
    pub(super) decided: String,
    pub(super) holds_until: String,
    pub(super) asks_again: String,
    pub(super) reach_browser: String,
    pub(super) reach_account: String,
    pub(super) saved: String,
    pub(super) providers_title: String,
    pub(super) role_processor: String,
    pub(super) role_third_party: String,
    pub(super) collects: String,
    pub(super) country: String,
    pub(super) retention: String,
    pub(super) agreement: String,
    pub(super) policy_link: String,
    pub(super) opt_out_link: String,
    pub(super) refuse_provider: String,
    pub(super) allow_provider: String,
    pub(super) trackers_title: String,
    pub(super) column_name: String,
    pub(super) column_technology: String,
    pub(super) column_provider: String,
    pub(super) column_purpose: String,
    pub(super) column_lifetime: String,
    pub(super) own: String,
    pub(super) cookie: String,
    pub(super) local_storage: String,
    pub(super) session_storage: String,
    pub(super) indexed_db: String,
    pub(super) pixel: String,
    pub(super) script: String,
    pub(super) frame: String,
    pub(super) resource: String,
    pub(super) request: String,
    pub(super) lifetime_session: String,
    pub(super) lifetime_tab: String,
    pub(super) lifetime_none: String,
    pub(super) lifetime_open: String,
    pub(super) days: [String; 2],
    pub(super) hours: [String; 2],
    pub(super) minutes: [String; 2],
    pub(super) seconds: [String; 2],
    pub(super) date: String,
    pub(super) months: [String; 12],
    pub(super) details: String,
    pub(super) news_expired: String,
    pub(super) news_changed: String,
    pub(super) news_unreadable: String,
    pub(super) news_again: String,
    pub(super) questions: String,
    pub(super) privacy_policy: String,
    pub(super) law: String,
    pub(super) log_in_device: String,
    pub(super) log_in_off: String,
    pub(super) log_in_on: String,
    pub(super) log_in_change: String,
    pub(super) error_title: String,
    pub(super) error_cross_site: String,
    pub(super) error_prefetch: String,
    pub(super) error_outdated: String,
    pub(super) error_field: String,
    pub(super) error_store: String,
    pub(super) error_store_refusal: String,
}

/// Why a file of words cannot be used: `language` is missing, a key is unknown, or a value is of another kind.
#[derive(Debug, thiserror::Error)]
#[error("the words cannot be used: {0}")]
pub struct WordsError(Fault);

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Json(serde_json::Error),
    #[error("missing key \"language\": give the BCP 47 tag, such as \"fr\"")]
    Language,
    #[error("{0:?} is not a valid key: did you mean {1:?}?")]
    Key(String, String),
    #[error("{0:?} has no valid value: write a text")]
    Text(String),
    #[error("{0:?} has no valid value: write a list of {1} texts")]
    List(String, usize),
}

const ENGLISH: &str = include_str!("words/en.json");

impl Words {
    /// The built-in English words.
    ///
    /// # Panics
    /// Never: a test reads the file.
    #[must_use]
    #[allow(clippy::expect_used)]
    pub fn english() -> Self {
        serde_json::from_str(ENGLISH).expect("the English words are complete")
    }

    /// The built-in German words.
    ///
    /// # Panics
    /// Never: a test reads the file.
    #[must_use]
    #[allow(clippy::expect_used)]
    pub fn german() -> Self {
        Self::from_json(include_str!("words/de.json")).expect("the German words are complete")
    }

    /// Reads the words of another language.
    ///
    /// # Errors
    /// [`WordsError`] for `{}`, for a key that does not exist, for a value of another kind, and for text that is no JSON.
    pub fn from_json(text: &str) -> Result<Self, WordsError> {
        let json = |error| WordsError(Fault::Json(error));
        let Given(given) = serde_json::from_str(text).map_err(json)?;
        let mut words: Map<String, Value> = serde_json::from_str(ENGLISH).map_err(json)?;
        if !given.contains_key("language") {
            return Err(WordsError(Fault::Language));
        }
        for (key, value) in given {
            if !words.contains_key(&key) {
                let nearest = nearest(&key, words.keys().map(String::as_str)).unwrap_or_default().to_owned();
                return Err(WordsError(Fault::Key(key, nearest)));
            }
            match &words[&key] {
                Value::Array(known) if !is_list(&value, known.len()) => {
                    return Err(WordsError(Fault::List(key, known.len())));
                }
                Value::String(_) if !value.is_string() => return Err(WordsError(Fault::Text(key))),
                _ => {}
            }
            words.insert(key, value);
        }
        Self::deserialize(Value::Object(words)).map_err(json)
    }

    /// The BCP 47 tag of the language.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    pub(super) fn technology(&self, technology: Technology) -> &str {
        match technology {
            Technology::Cookie => &self.cookie,
            Technology::LocalStorage => &self.local_storage,
            Technology::SessionStorage => &self.session_storage,
            Technology::IndexedDb => &self.indexed_db,
            Technology::Pixel => &self.pixel,
            Technology::Script => &self.script,
            Technology::Frame => &self.frame,
            Technology::Resource => &self.resource,
            Technology::Request => &self.request,
        }
    }

    /// A lifetime in words, by the longest unit that divides it: `395 days`, `30 minutes`.
    pub(super) fn lifetime(&self, technology: Technology, lifetime: Option<Lifetime>) -> String {
        match lifetime {
            Some(Lifetime::For(period)) => self.period(period),
            Some(Lifetime::Session) if technology == Technology::SessionStorage => self.lifetime_tab.clone(),
            Some(Lifetime::Session) => self.lifetime_session.clone(),
            None if technology == Technology::SessionStorage => self.lifetime_tab.clone(),
            None if technology.is_storage() => self.lifetime_open.clone(),
            None => self.lifetime_none.clone(),
        }
    }

    fn period(&self, period: Period) -> String {
        let seconds = period.as_seconds();
        let units = [(86_400, &self.days), (3_600, &self.hours), (60, &self.minutes), (1, &self.seconds)];
        let (length, [one, many]) =
            units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length)).unwrap_or((1, &self.seconds));
        let number = seconds / length;
        fill(if number == 1 { one } else { many }, &[("n", &number.to_string())])
    }

    /// A day, as the language writes it. UTC.
    pub(super) fn day(&self, time: DateTime<Utc>) -> String {
        let month = &self.months[time.month0() as usize % 12];
        fill(&self.date, &[("day", &time.day().to_string()), ("month", month), ("year", &time.year().to_string())])
    }
}

/// What a file says, in which no key may stand twice.
struct Given(Map<String, Value>);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = Given;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of words")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Given, A::Error> {
                let mut given = Map::new();
                while let Some((key, value)) = entries.next_entry::<String, Value>()? {
                    if given.contains_key(&key) {
                        return Err(A::Error::custom(format_args!("duplicate key {key:?}")));
                    }
                    given.insert(key, value);
                }
                Ok(Given(given))
            }
        }

        deserializer.deserialize_map(Keys)
    }
}

fn is_list(value: &Value, length: usize) -> bool {
    value.as_array().is_some_and(|texts| texts.len() == length && texts.iter().all(Value::is_string))
}

/// Puts values into the `{places}` of a text, in one pass: a value that looks like a place is not filled again.
pub(super) fn fill(text: &str, places: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        rest = &rest[start..];
        let place =
            places.iter().find(|(name, _)| rest[1..].strip_prefix(*name).is_some_and(|after| after.starts_with('}')));
        match place {
            Some((name, value)) => {
                filled.push_str(value);
                rest = &rest[name.len() + 2..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn both_languages_fill_the_same_places() {
        let read = |text| serde_json::from_str::<serde_json::Map<_, _>>(text).unwrap();
        let places = |value: &serde_json::Value| -> BTreeSet<String> {
            let text = value.to_string();
            text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0.to_owned()).collect()
        };
        let (english, german) = (read(include_str!("words/en.json")), read(include_str!("words/de.json")));
        for (key, value) in &english {
            assert_eq!(places(value), places(&german[key]), "{key}");
        }
        assert_eq!((Words::english().language(), Words::german().language()), ("en", "de"));
    }

    #[test]
    fn a_key_that_a_file_leaves_out_is_english() {
        let words = Words::from_json(r#"{"language": "fr", "save": "Enregistrer", "days": ["{n} jour", "{n} jours"]}"#);
        let words = words.unwrap();
        assert_eq!((words.language(), &*words.save, &*words.days[1]), ("fr", "Enregistrer", "{n} jours"));
        assert_eq!(Words { language: "en".into(), save: "".into(), days: Default::default(), ..words }, {
            Words { save: "".into(), days: Default::default(), ..Words::english() }
        });
    }

    #[test]
    fn a_file_that_cannot_be_used_says_why() {
        for (text, why) in [
            ("{}", r#"missing key "language": give the BCP 47 tag, such as "fr""#),
            (
                r#"{"language": "fr", "acept_all": "Oui"}"#,
                r#""acept_all" is not a valid key: did you mean "accept_all"?"#,
            ),
            (r#"{"language": "fr", "save": 1}"#, r#""save" has no valid value: write a text"#),
            (r#"{"language": "fr", "days": ["jour"]}"#, r#""days" has no valid value: write a list of 2 texts"#),
            (r#"{"language": "fr", "language": "fr"}"#, "duplicate key \"language\" at line 1 column 36"),
            ("[]", "invalid type: sequence, expected an object of words at line 1 column 0"),
        ] {
            assert_eq!(Words::from_json(text).unwrap_err().to_string(), format!("the words cannot be used: {why}"));
        }
        for language in [include_str!("words/en.json"), include_str!("words/de.json")] {
            assert!(Words::from_json(language).is_ok());
        }
    }

    #[test]
    fn both_languages_have_every_key() {
        let keys = |text| serde_json::from_str::<Map<String, Value>>(text).unwrap().into_iter().map(|(key, _)| key);
        let german: BTreeSet<String> = keys(include_str!("words/de.json")).collect();
        assert_eq!(keys(ENGLISH).collect::<BTreeSet<_>>(), german);
    }

    #[test]
    fn lifetimes_and_days_are_said_in_words() {
        let days = |days| Some(Lifetime::For(Period::days(days)));
        let (english, german) = (Words::english(), Words::german());
        for (technology, lifetime, en, de) in [
            (Technology::Cookie, days(395), "395 days", "395 Tage"),
            (Technology::Cookie, days(1), "1 day", "1 Tag"),
            (Technology::Cookie, "90m".parse().ok(), "90 minutes", "90 Minuten"),
            (Technology::Cookie, "3600s".parse().ok(), "1 hour", "1 Stunde"),
            (
                Technology::Cookie,
                Some(Lifetime::Session),
                "Until you close the browser",
                "Bis Sie den Browser schließen",
            ),
            (
                Technology::SessionStorage,
                Some(Lifetime::Session),
                "Until you close the tab",
                "Bis Sie den Tab schließen",
            ),
            (Technology::Pixel, None, "While the page loads", "Während die Seite lädt"),
            (Technology::LocalStorage, None, "Until it is deleted", "Bis es gelöscht wird"),
        ] {
            assert_eq!(english.lifetime(technology, lifetime), en);
            assert_eq!(german.lifetime(technology, lifetime), de);
        }
        let now = crate::testing::now();
        assert_eq!((english.day(now), german.day(now)), ("23 November 2026".into(), "23. November 2026".into()));
    }

    #[test]
    fn a_value_that_looks_like_a_place_is_shown_as_it_is() {
        assert_eq!(fill("{a} and {b}, {c}{", &[("a", "{b}"), ("b", "2")]), "{b} and 2, {c}{");
    }
}
