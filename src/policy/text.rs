//! What visitors read, by language.
//!
//! - A language is a BCP 47 tag, spelt as in the policy's `languages`: tags are compared as they are spelt.
//! - A text of white space alone, or a list without items, counts as missing: a notice that says nothing is none.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::serde_forms::unique_keys;

/// A text, by language.
///
/// In a policy: `title.en = "Functional"`.
///
/// # Example
/// ```
/// use consent_gate::policy::Text;
///
/// let title = Text::from([("en", "Functional"), ("de", "Funktional")]);
/// assert_eq!(title.get("de"), Some("Funktional"));
/// assert_eq!(title.get("fr"), None);
/// assert_eq!(title.in_language("fr", "en"), Some("Functional"));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Text(BTreeMap<String, String>);

impl Text {
    /// The text in a language, if there is one.
    #[must_use]
    pub fn get(&self, language: &str) -> Option<&str> {
        self.0.get(language).map(String::as_str).filter(|text| !is_blank(text))
    }

    /// The text in a language, or else in another.
    #[must_use]
    pub fn in_language(&self, language: &str, fallback: &str) -> Option<&str> {
        self.get(language).or_else(|| self.get(fallback))
    }

    /// The languages that have a text, sorted by tag.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, text)| !is_blank(text)).map(|(language, _)| language.as_str())
    }

    /// Returns whether there is no text in any language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.languages().next().is_none()
    }
}

impl<L: Into<String>, T: Into<String>> FromIterator<(L, T)> for Text {
    fn from_iter<I: IntoIterator<Item = (L, T)>>(texts: I) -> Self {
        Self(texts.into_iter().map(|(language, text)| (language.into(), text.into())).collect())
    }
}

impl<L: Into<String>, T: Into<String>, const N: usize> From<[(L, T); N]> for Text {
    fn from(texts: [(L, T); N]) -> Self {
        texts.into_iter().collect()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        unique_keys(deserializer, "a text for each language, as in `title.en = \"…\"`").map(Self)
    }
}

/// A list of texts, by language.
///
/// In a policy: `collects.en = ["pages viewed", "device type"]`.
///
/// # Example
/// ```
/// use consent_gate::policy::TextList;
///
/// let collects = TextList::from([("en", ["pages viewed", "device type"])]);
/// assert_eq!(collects.in_language("de", "en").map(<[_]>::len), Some(2));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct TextList(BTreeMap<String, Vec<String>>);

impl TextList {
    /// The list in a language, if there is one.
    #[must_use]
    pub fn get(&self, language: &str) -> Option<&[String]> {
        self.0.get(language).map(Vec::as_slice).filter(|list| !is_blank_list(list))
    }

    /// The list in a language, or else in another.
    #[must_use]
    pub fn in_language(&self, language: &str, fallback: &str) -> Option<&[String]> {
        self.get(language).or_else(|| self.get(fallback))
    }

    /// The languages that have a list, sorted by tag.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, list)| !is_blank_list(list)).map(|(language, _)| language.as_str())
    }

    /// Returns whether there is no list in any language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.languages().next().is_none()
    }
}

impl<L: Into<String>, T: IntoIterator<Item: Into<String>>> FromIterator<(L, T)> for TextList {
    fn from_iter<I: IntoIterator<Item = (L, T)>>(lists: I) -> Self {
        Self(
            lists
                .into_iter()
                .map(|(language, list)| (language.into(), list.into_iter().map(Into::into).collect()))
                .collect(),
        )
    }
}

impl<L: Into<String>, T: IntoIterator<Item: Into<String>>, const N: usize> From<[(L, T); N]> for TextList {
    fn from(lists: [(L, T); N]) -> Self {
        lists.into_iter().collect()
    }
}

impl<'de> Deserialize<'de> for TextList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        unique_keys(deserializer, "a list for each language, as in `collects.en = [\"…\"]`").map(Self)
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_blank_list(list: &[String]) -> bool {
    list.iter().all(|text| is_blank(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_back_to_the_other_language_and_no_further() {
        let text = Text::from([("de", "Zweck"), ("en", "Purpose")]);
        for (language, fallback, found) in [
            ("de", "en", Some("Zweck")),
            ("fr", "en", Some("Purpose")),
            ("DE", "en", Some("Purpose")),
            ("fr", "es", None),
        ] {
            assert_eq!(text.in_language(language, fallback), found, "{language}, {fallback}");
        }
        assert!(text.languages().eq(["de", "en"]));
    }

    #[test]
    fn a_blank_text_counts_as_missing() {
        let text = Text::from([("en", "Purpose"), ("de", " \n")]);
        assert_eq!(text.get("de"), None);
        assert_eq!(text.in_language("de", "en"), Some("Purpose"));
        assert!(text.languages().eq(["en"]));
        assert!(Text::from([("en", "")]).is_empty());

        let list = TextList::from([("en", vec!["pages"]), ("de", vec![]), ("fr", vec![" "])]);
        assert!(list.languages().eq(["en"]));
        assert_eq!(list.in_language("de", "fr"), None);
        assert!(TextList::default().is_empty());
    }

    #[test]
    fn a_language_given_twice_is_refused() {
        let error = serde_json::from_str::<Text>(r#"{"en": "a", "de": "b", "en": "c"}"#).unwrap_err();
        assert!(error.to_string().contains("duplicate key `en`"), "{error}");
    }

    #[test]
    fn a_text_without_a_language_is_refused_with_the_cure() {
        let error = serde_json::from_str::<Text>("\"Analytics\"").unwrap_err();
        assert!(error.to_string().contains("expected a text for each language"), "{error}");
        let error = serde_json::from_str::<TextList>("[\"pages\"]").unwrap_err();
        assert!(error.to_string().contains("expected a list for each language"), "{error}");
    }
}
