//! The `[[import]]` entries: what other systems' answers are here. Which of them covers which of our categories is a
//! person's to judge.

use super::Diff;
use super::change::{Change, Weight};
use consent_gate::policy::Import;

impl Diff<'_> {
    pub(super) fn imports(&mut self) {
        let (old, new) = (self.old, self.new);
        for import in &new.imports {
            match old.imports.iter().find(|before| is_same(before, import)) {
                Some(before) => self.import(before, import),
                None => self.add(Change::new(Weight::Review, entry(import), "is new").unpublished()),
            }
        }
        for import in old.imports.iter().filter(|before| !new.imports.iter().any(|after| is_same(before, after))) {
            let change = Change::new(Weight::Review, entry(import), "was removed");
            self.add(change.note("refusals given there count no more").unpublished());
        }
    }

    fn import(&mut self, old: &Import, new: &Import) {
        for ((key, before), (_, after)) in values(old).into_iter().zip(values(new)) {
            if before != after {
                let what = format!("{key} changed from {} to {}", shown(&before), shown(&after));
                self.add(Change::new(Weight::Review, entry(new), what).unpublished());
            }
        }
    }
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "nothing stated" } else { value }
}

/// What of an entry is shown and compared, by its keys; empty where it is not stated.
pub(crate) fn values(import: &Import) -> [(&'static str, String); 5] {
    let map = import.map.iter().map(|(item, ids)| format!("{item} = {}", ids.iter().collect::<Vec<_>>().join(" + ")));
    let words = import.values.iter().map(|(word, means)| format!("{word} = {means}"));
    [
        ("map", map.collect::<Vec<_>>().join(", ")),
        ("values", words.collect::<Vec<_>>().join(", ")),
        ("revision", import.revision.clone().unwrap_or_default()),
        ("precedence", import.precedence.map(|place| place.to_string()).unwrap_or_default()),
        ("migrate", import.migrate.to_string()),
    ]
}

fn is_same(one: &Import, other: &Import) -> bool {
    one.system == other.system && one.cookie == other.cookie
}

fn entry(import: &Import) -> String {
    match &import.cookie {
        Some(cookie) => format!("import {:?} ({cookie})", import.system),
        None => format!("import {:?}", import.system),
    }
}
