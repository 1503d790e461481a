//! The `[[category]]` entries.

use super::{Check, repeated};
use crate::Category;
use crate::policy::config_error::ProblemKind;
use crate::policy::{CategoryDeclaration, UnknownName};
use crate::terms::answer::Exceptions;
use crate::terms::category::OPTIONAL_IDS;

impl Check<'_> {
    pub(super) fn categories(&mut self) {
        let declared = &self.policy.categories;
        let ids: Vec<_> = declared.iter().map(|category| &category.id).collect();
        for index in repeated(&ids) {
            self.add(entry(&declared[index]), ProblemKind::DeclaredTwice);
        }
        let bits: Vec<_> = declared.iter().filter_map(|category| Some((category.custom?, &category.id))).collect();
        for (index, (bit, id)) in bits.iter().enumerate() {
            if let Some((_, taken)) = bits[..index].iter().find(|(other, taken)| other == bit && taken != id) {
                self.add(format!("category {id:?}"), ProblemKind::CustomBitTwice(*bit, (*taken).clone()));
            }
        }
        for category in declared {
            self.category(category);
        }
    }

    fn category(&mut self, category: &CategoryDeclaration) {
        let entry = entry(category);
        if !Exceptions::is_id(&category.id) {
            self.add(&entry, ProblemKind::Id(category.id.clone()));
        }
        match (Category::built_in(&category.id), category.custom) {
            (Some(_), custom) if custom.is_some() || category.like.is_some() => self.add(&entry, ProblemKind::BuiltIn),
            (None, None) => self.add(&entry, ProblemKind::NoCustomBit),
            (None, Some(bit)) if bit >= Category::CUSTOM_COUNT => {
                self.add(&entry, ProblemKind::CustomBitOutOfRange(bit))
            }
            _ => {}
        }
        if let Some(like) = &category.like {
            match Category::built_in(like) {
                None => self.add(&entry, ProblemKind::UnknownCategory(UnknownName::new(like, OPTIONAL_IDS))),
                Some(Category::ESSENTIAL) => self.add(&entry, ProblemKind::EssentialHere),
                Some(_) => {}
            }
        }
        self.since(&entry, category.since);
        for (key, text) in [("title", &category.title), ("purpose", &category.purpose), ("impact", &category.impact)] {
            self.text(&entry, key, text);
        }
    }
}

fn entry(category: &CategoryDeclaration) -> String {
    format!("category {:?}", category.id)
}
