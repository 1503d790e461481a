//! What visitors read, language by language.

use super::change::{Change, Weight, gained, stated};
use super::{Diff, Owner};
use consent_gate::policy::{Text, TextList};
use std::collections::BTreeSet;

impl Diff<'_> {
    /// A text that is no purpose: rewording it is editorial.
    pub(super) fn text(&mut self, entry: &str, key: &str, old: &Text, new: &Text) {
        self.reworded(entry, key, [old, new], false);
    }

    /// A purpose: rewording it in the default language is for a person to judge.
    pub(super) fn purpose(&mut self, entry: &str, old: &Text, new: &Text) {
        self.reworded(entry, "purpose", [old, new], true);
    }

    fn reworded(&mut self, entry: &str, key: &str, [old, new]: [&Text; 2], is_purpose: bool) {
        let languages: BTreeSet<&str> = old.languages().chain(new.languages()).collect();
        for language in languages {
            let (before, after) = (old.get(language), new.get(language));
            let weight = match is_purpose && before.is_some() && self.is_default(language) {
                true => Weight::Review,
                false => Weight::Editorial,
            };
            self.value(weight, entry, &format!("{key}.{language}"), [before, after].map(stated));
        }
    }

    /// The kinds of data: a new one in the default language is material, one in a translation for a person to judge.
    pub(super) fn data(&mut self, entry: &str, id: &str, old: &TextList, new: &TextList) {
        let default = self.new.default_language().unwrap_or_default().to_owned();
        let before = self.old.default_language().and_then(|language| old.get(language)).unwrap_or_default();
        let after = new.get(&default).unwrap_or_default();
        for item in gained(before, after) {
            let weight = Weight::Material(Owner::Provider(id.to_owned()));
            self.add(Change::new(weight, entry, format!("collects gained {item:?}")));
        }
        for item in gained(after, before) {
            self.add(Change::new(Weight::Editorial, entry, format!("collects lost {item:?}")));
        }
        let others: BTreeSet<&str> = old.languages().chain(new.languages()).filter(|other| *other != default).collect();
        for language in others {
            let (before, after) = (old.get(language), new.get(language));
            let weight = match (before, after) {
                (Some(before), Some(after)) if after.len() > before.len() => Weight::Review,
                _ => Weight::Editorial,
            };
            self.value(weight, entry, &format!("collects.{language}"), [before, after].map(stated));
        }
    }

    fn is_default(&self, language: &str) -> bool {
        [self.old, self.new].iter().any(|policy| policy.default_language() == Some(language))
    }
}
