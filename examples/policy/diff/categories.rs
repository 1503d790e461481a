//! The `[[category]]` entries, and the bits that stored answers hold.

use super::Diff;
use super::change::{Change, Owner, Weight, stated};
use consent_gate::Category;
use consent_gate::policy::CategoryDeclaration;

impl Diff<'_> {
    pub(super) fn categories(&mut self) {
        let (old, new) = (self.old, self.new);
        for category in &new.categories {
            match old.categories.iter().find(|before| before.id == category.id) {
                Some(before) => self.category(before, category),
                None => {
                    let weight = Weight::Material(Owner::Category(category.id.clone()));
                    self.add(Change::new(weight, entry(category), "is new"));
                }
            }
        }
        for category in &old.categories {
            if !new.categories.iter().any(|after| after.id == category.id) {
                let change = Change::new(Weight::Editorial, entry(category), "was removed");
                let has_bit = category.custom.is_some();
                self.add(if has_bit { change.note("its bit must never be given to another category") } else { change });
            }
        }
        self.bits();
    }

    /// The bits of the site's own categories: what a stored answer says must not come to mean something else.
    fn bits(&mut self) {
        for bit in 0..Category::CUSTOM_COUNT {
            let owner = |categories: &[CategoryDeclaration]| {
                categories.iter().find(|category| category.custom == Some(bit)).map(|category| category.id.clone())
            };
            if let (Some(before), Some(after)) = (owner(&self.old.categories), owner(&self.new.categories))
                && before != after
            {
                let weight =
                    Weight::Wrong(format!("give {after:?} a bit that was never used, and leave {bit} to {before:?}"));
                let what = format!("custom = {bit} meant {before:?} and means {after:?} now");
                self.add(Change::new(weight, format!("category {after:?}"), what));
            }
        }
    }

    fn category(&mut self, old: &CategoryDeclaration, new: &CategoryDeclaration) {
        let entry = entry(new);
        if old.custom != new.custom {
            let weight = Weight::Wrong(match old.custom {
                Some(bit) => format!("restore custom = {bit}: answers already given hold that bit"),
                None => "remove custom: answers already given hold the built-in bit".to_owned(),
            });
            self.value(weight, &entry, "custom", [old.custom, new.custom].map(stated));
        }
        self.since(&entry, old.since, new.since);
        if old.like != new.like {
            let what = format!("like changed from {} to {}", stated(old.like.as_ref()), stated(new.like.as_ref()));
            self.add(Change::new(Weight::Review, &entry, what).note("it takes other rules in every region"));
        }
        self.text(&entry, "title", &old.title, &new.title);
        self.purpose(&entry, &old.purpose, &new.purpose);
        self.text(&entry, "impact", &old.impact, &new.impact);
    }

    /// A raised `since` lapses older grants; a lowered one would bring lapsed ones back.
    pub(super) fn since(&mut self, entry: &str, old: u32, new: u32) {
        let weight = match new < old {
            true => Weight::Wrong(format!("restore at least {old}: grants that had lapsed would count again")),
            false => Weight::Editorial,
        };
        self.value(weight, entry, "since", [old, new].map(|since| since.to_string()));
    }
}

fn entry(category: &CategoryDeclaration) -> String {
    format!("category {:?}", category.id)
}
