//! One `[[import]]` entry, checked: what each item of the system is here.

use crate::cmp::{self, Site, SystemAnswer};
use crate::compiled::{Categories, ProviderId};
use crate::policy::config_error::ProblemKind;
use crate::policy::{Import, UnknownName};
use crate::wire::cookie_name::is_cookie_name;
use crate::{Category, Policy};
use std::collections::BTreeMap;

/// One entry, made ready.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) site: Site,
    /// The name of the cookie, or the start of its names, for people.
    pub(super) cookie: String,
    pub(super) precedence: Option<u8>,
    pub(super) migrates: bool,
    /// The items of each category.
    categories: Vec<(Category, u128)>,
    /// The items of each provider.
    providers: Vec<(ProviderId, u128)>,
    /// What an opt-out of the sale of data refuses.
    sale: Category,
}

/// The name of an entry in error messages.
pub(super) fn name(import: &Import) -> String {
    format!("import {:?}", import.system)
}

impl Entry {
    /// Checks an entry.
    pub(super) fn new(import: &Import, policy: &Policy, names: &Categories) -> Result<Self, Vec<ProblemKind>> {
        let system = cmp::find(&import.system).map_err(|kind| vec![kind])?;
        let mut problems = Vec::new();
        if let Some(cookie) = &import.cookie
            && !is_cookie_name(cookie)
        {
            problems.push(ProblemKind::CookieName);
        }
        if import.revision.is_some() && !system.has_revision() {
            problems.push(ProblemKind::NoRevision(import.system.clone()));
        }
        if !import.values.is_empty() && !system.has_words() {
            problems.push(ProblemKind::NoValues(import.system.clone()));
        }
        let items = items(import, system, policy, names, &mut problems);
        if items.len() > Site::ITEMS_MAX {
            problems.push(ProblemKind::TooManyItems { count: items.len(), limit: Site::ITEMS_MAX });
        }
        if items.values().all(Vec::is_empty) && problems.is_empty() && !system.only_refuses() {
            problems.push(ProblemKind::NothingMapped(import.system.clone()));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut entry = Self {
            site: Site::new(
                system,
                import.cookie.as_deref(),
                items.keys().map(|item| item.as_str().into()).collect(),
                words(import, system),
                import.revision.as_deref(),
            ),
            cookie: import.cookie.clone().unwrap_or_else(|| system.cookie().to_owned()),
            precedence: import.precedence,
            migrates: import.migrate,
            categories: Vec::new(),
            providers: Vec::new(),
            sale: Category::ADVERTISING.intersection(names.offered),
        };
        for (item, target) in items.values().enumerate().flat_map(|(item, ids)| ids.iter().map(move |id| (item, id))) {
            let bit = 1 << item;
            match target {
                Target::Category(category) => add(&mut entry.categories, *category, bit),
                Target::Provider(provider) => add(&mut entry.providers, *provider, bit),
            }
        }
        Ok(entry)
    }

    pub(super) fn granted(&self, answer: &SystemAnswer) -> Category {
        let granted = self.categories.iter().filter(|(_, items)| self.is_granted(answer, *items));
        granted.fold(Category::empty(), |all, (category, _)| all | *category)
    }

    pub(super) fn refused(&self, answer: &SystemAnswer) -> Category {
        let refused = self.categories.iter().filter(|(_, items)| answer.refused() & items != 0);
        let sale = if answer.opts_out { self.sale } else { Category::empty() };
        refused.fold(sale, |all, (category, _)| all | *category)
    }

    /// Every category that it could grant.
    pub(super) fn mapped(&self) -> Category {
        self.categories.iter().fold(Category::empty(), |all, (category, _)| all | *category)
    }

    /// The [bits](ProviderId::bit) of the providers that it grants.
    pub(super) fn granted_providers(&self, answer: &SystemAnswer) -> u64 {
        let granted = self.providers.iter().filter(|(_, items)| self.is_granted(answer, *items));
        granted.fold(0, |all, (provider, _)| all | provider.bit())
    }

    pub(super) fn refused_providers(&self, answer: &SystemAnswer) -> u64 {
        let refused = self.providers.iter().filter(|(_, items)| answer.refused() & items != 0);
        refused.fold(0, |all, (provider, _)| all | provider.bit())
    }

    pub(super) fn mapped_providers(&self) -> u64 {
        self.providers.iter().fold(0, |all, (provider, _)| all | provider.bit())
    }

    /// Whether all of these items are granted: those that count, and at least one.
    fn is_granted(&self, answer: &SystemAnswer, items: u128) -> bool {
        let counts = if self.site.names_all() { items & answer.named() } else { items };
        counts != 0 && answer.granted() & counts == counts
    }
}

fn add<T: PartialEq>(all: &mut Vec<(T, u128)>, target: T, bit: u128) {
    match all.iter_mut().find(|(known, _)| *known == target) {
        Some((_, items)) => *items |= bit,
        None => all.push((target, bit)),
    }
}

/// What an item is here.
#[derive(Clone, Copy)]
enum Target {
    Category(Category),
    Provider(ProviderId),
}

/// Every item of the map, the system's defaults included, and what it is.
fn items(
    import: &Import,
    system: &cmp::System,
    policy: &Policy,
    names: &Categories,
    problems: &mut Vec<ProblemKind>,
) -> BTreeMap<String, Vec<Target>> {
    let mut items: BTreeMap<String, Vec<Target>> = BTreeMap::new();
    for (item, ids) in system.default_map() {
        // What the policy does not offer, no default can grant.
        let offered = ids.split(' ').filter_map(|id| names.bit(id)).map(Target::Category);
        items.insert(item.to_owned(), offered.collect());
    }
    if system.has_words() {
        items.insert(cmp::WORD.to_owned(), names.offered_ids().map(|(bit, _)| Target::Category(bit)).collect());
    }
    for (item, targets) in &import.map {
        let mut found = Vec::new();
        for id in targets.iter() {
            match target(id, policy, names) {
                Ok(Some(target)) => found.push(target),
                Ok(None) => {}
                Err(kind) => problems.push(kind),
            }
        }
        items.insert(item.clone(), found);
    }
    // An item that is nothing here does not have to be named by a value, unless the operator lists it.
    items.retain(|item, targets| !targets.is_empty() || import.map.get(item).is_some_and(|ids| ids.iter().count() > 0));
    items
}

/// What an id names; nothing for `essential`, which needs no grant.
fn target(id: &str, policy: &Policy, names: &Categories) -> Result<Option<Target>, ProblemKind> {
    let provider = ProviderId::named(policy, id);
    match (names.bit(id), provider) {
        (Some(_), Some(_)) => Err(ProblemKind::AmbiguousTarget(id.to_owned())),
        (Some(Category::ESSENTIAL), None) => Ok(None),
        (Some(category), None) => Ok(Some(Target::Category(category))),
        (None, Some(provider)) => Ok(Some(Target::Provider(provider))),
        (None, None) if Category::built_in(id).is_some() => Err(ProblemKind::CategoryWithoutNotice(id.to_owned())),
        (None, None) => {
            let categories = policy.categories.iter().map(|category| &category.id);
            let known = categories.chain(policy.providers.iter().map(|provider| &provider.id));
            Err(ProblemKind::UnknownTarget(UnknownName::new(id, known)))
        }
    }
}

/// The words that mean yes and no.
fn words(import: &Import, system: &cmp::System) -> Vec<(Box<str>, bool)> {
    if import.values.is_empty() {
        return system.default_words().map(|(word, means)| (word.into(), means)).collect();
    }
    import.values.iter().map(|(word, means)| (word.as_str().into(), *means)).collect()
}
