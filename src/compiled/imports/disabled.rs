//! Nothing is imported: a policy with an entry was refused.

use super::{Imported, ImportedCookie};
use crate::Policy;
use crate::compiled::Categories;
use crate::policy::config_error::{Problem, ProblemKind};

/// No other system.
#[derive(Debug)]
pub(crate) struct Imports;

impl Imports {
    /// Nothing, and a problem for each entry.
    pub(crate) fn new(policy: &Policy, _: &Categories) -> (Self, Vec<Problem>) {
        let problem =
            |system: &String| Problem { entry: format!("import {system:?}"), kind: ProblemKind::FeatureMissing("cmp") };
        (Self, policy.imports.iter().map(|import| problem(&import.system)).collect())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        true
    }

    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&'static str, &str, bool)> {
        std::iter::empty()
    }

    pub(crate) fn read(&self, _: &[u8], _: bool, _: i64) -> Imported {
        Imported::default()
    }

    pub(crate) const fn explain(&self, _: &[u8], _: bool, _: i64) -> Vec<ImportedCookie> {
        Vec::new()
    }
}
