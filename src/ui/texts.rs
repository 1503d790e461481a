//! One language of one site: what its policy says, and the words between.

use super::words::{Words, fill};
use crate::Policy;
use crate::policy::{Text, TextList};

/// The texts of a page in one language.
#[derive(Clone, Copy)]
pub(super) struct Texts<'p> {
    pub(super) policy: &'p Policy,
    pub(super) language: &'p str,
    pub(super) words: &'p Words,
}

impl<'p> Texts<'p> {
    /// A text of the policy, in the default language where it is not translated.
    pub(super) fn of(&self, text: &'p Text) -> Option<&'p str> {
        text.in_language(self.language, self.policy.default_language().unwrap_or_default())
    }

    pub(super) fn list(&self, list: &'p TextList) -> &'p [String] {
        list.in_language(self.language, self.policy.default_language().unwrap_or_default()).unwrap_or_default()
    }

    /// A text of the policy's notice, or else words of the crate about this site.
    pub(super) fn notice(&self, text: &'p Text, words: &str) -> String {
        self.of(text).map_or_else(|| fill(words, &[("site", self.site())]), str::to_owned)
    }

    /// Who asks: the controller, or else the name of the policy.
    pub(super) fn site(&self) -> &'p str {
        self.policy.controller.as_ref().map_or(&*self.policy.site, |controller| &*controller.name)
    }

    /// The title of a category by its id.
    pub(super) fn category<'i>(&self, id: &'i str) -> &'i str
    where
        'p: 'i,
    {
        let declared = self.policy.categories.iter().find(|declared| declared.id == id);
        declared.and_then(|declared| self.of(&declared.title)).unwrap_or(id)
    }
}
