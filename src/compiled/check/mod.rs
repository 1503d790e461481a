//! Every mistake of a policy, found before anything is built from it.
//!
//! A check never stops at the first problem, and none repeats what another has said of the same entry.

mod category;
mod provider;
mod regime;
mod site;
mod tracker;

use super::Categories;
use crate::policy::config_error::{ConfigError, Problem, ProblemKind};
use crate::policy::{Text, TextList, UnknownName};
use crate::{Category, Deployment, Policy};

/// All problems of a policy in its deployment. Those of its imports were found where they were made ready.
pub(super) fn check(
    policy: &Policy,
    deployment: &Deployment,
    names: &Categories,
    of_imports: Vec<Problem>,
) -> Result<(), ConfigError> {
    let mut check = Check { policy, deployment, names, problems: Vec::new() };
    check.site();
    check.categories();
    check.providers();
    check.trackers();
    check.regimes();
    check.problems.extend(of_imports);
    ConfigError::of(check.problems)
}

struct Check<'a> {
    policy: &'a Policy,
    deployment: &'a Deployment,
    names: &'a Categories,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn add(&mut self, entry: impl Into<String>, kind: ProblemKind) {
        self.problems.push(Problem { entry: entry.into(), kind });
    }

    /// A category named by another entry.
    fn category_in_use(&mut self, entry: &str, id: &str) {
        if self.names.bit(id).is_some() || self.policy.categories.iter().any(|declared| declared.id == id) {
            return;
        }
        let kind = match Category::built_in(id) {
            Some(_) => ProblemKind::CategoryWithoutNotice(id.to_owned()),
            None => {
                let declared = self.policy.categories.iter().map(|category| category.id.as_str());
                ProblemKind::UnknownCategory(UnknownName::new(id, ["essential"].into_iter().chain(declared)))
            }
        };
        self.add(entry, kind);
    }

    fn since(&mut self, entry: &str, since: u32) {
        let revision = self.policy.revision;
        if since > revision {
            self.add(entry, ProblemKind::SinceAboveRevision { since, revision });
        }
    }

    fn text(&mut self, entry: &str, key: &'static str, text: &Text) {
        self.text_missing(entry, key, |language| text.get(language).is_none());
    }

    fn text_list(&mut self, entry: &str, key: &'static str, list: &TextList) {
        self.text_missing(entry, key, |language| list.get(language).is_none());
    }

    fn text_missing(&mut self, entry: &str, text: &'static str, missing: impl Fn(&str) -> bool) {
        let language = self.policy.default_language().unwrap_or_default().to_owned();
        if !language.trim().is_empty() && missing(&language) {
            self.add(entry, ProblemKind::TextMissing { text, language });
        }
    }
}

/// The positions of values that are repeated.
fn repeated<T: PartialEq>(values: &[T]) -> impl Iterator<Item = usize> {
    (0..values.len()).filter(|index| values[..*index].contains(&values[*index]))
}
