//! What changed between the published policy and the new one, and whether earlier consent still covers it.
//!
//! A grant covers what the visitor was told when it was given. A change that it cannot have covered is **material**:
//! the `since` of the entry must be raised above the published revision, so that older grants lapse; else the
//! comparison fails. The entry is the provider where the change concerns one, because a visitor may have granted that
//! provider by name and such a grant is held against the provider's `since` alone; else it is the category.
//!
//! Material:
//!
//! 1. A provider is new, or a tracker gets a provider that it did not have.
//! 2. A category is new.
//! 3. A provider's `collects` gains an entry (in the default language).
//! 4. A provider's role changes from `processor` to `third-party`.
//! 5. A tracker is new, and no older one of the same category and provider covered its name.
//! 6. A tracker moves to another category, or changes its technology.
//! 7. A tracker's lifetime, or a provider's stated retention, becomes longer.
//! 8. A tracker's exemption is added, changed or removed.
//!
//! Wrong, whatever `since` says:
//!
//! 9. A custom bit changes its meaning: it belongs to another category now, or a category has another bit. Stored
//!    answers would grant what nobody asked for.
//! 10. A `since` is lowered: grants that had lapsed would count again.
//! 11. The revision is lowered, or is not raised although the published text changed. Published is what visitors are
//!     told: `enforce`, `headers`, `hosts`, `presets`, `[[regime]]`, `[[import]]` and the floors of cookies are not.
//!
//! For a person to review; it does not fail:
//!
//! 12. A purpose is reworded in the default language: only a reader can tell a mended sentence from a new purpose.
//! 13. What no `since` can express: a change to an essential tracker, which nobody is asked about; a provider that
//!     bears another name or works in another country; another controller; other rules for a region; what another system's answers are here; anything that
//!     lets more through without a question; a retention that cannot be compared.
//!
//! Everything else is **editorial**: it is listed and needs nothing. So are a provider's new host (the same party
//! receives the data) and another name or domain of the consent cookie, which comes with a warning, because everybody
//! is asked again and earlier refusals are lost.
//!
//! The comparison knows two texts. Compare with what is published, not with the last draft: a bit that was given up
//! several revisions ago, or a `since` that belongs to a draft, is not seen.

mod categories;
mod change;
pub(crate) mod imports;
mod providers;
mod regimes;
mod report;
mod site;
mod texts;
mod trackers;

use crate::read;
use crate::{Failure, Outcome};
use change::{Change, Owner, Weight};
use consent_gate::Policy;
use std::path::Path;

/// Compares two files. Both must be sound.
pub(crate) fn diff(old: &Path, new: &Path) -> Result<Outcome, Failure> {
    match (read::gate(old)?, read::gate(new)?) {
        (Ok(before), Ok(after)) => {
            let mut diff = Diff { old: before.policy(), new: after.policy(), changes: Vec::new() };
            diff.site();
            diff.categories();
            diff.providers();
            diff.trackers();
            diff.regimes();
            diff.imports();
            diff.revision();
            Ok(report::report(&diff))
        }
        (before, after) => {
            let problems = |file, result: Result<_, _>| result.err().map(|error| read::problems(file, &error));
            let text = [problems(old, before), problems(new, after)].into_iter().flatten().collect();
            Ok(Outcome { text, is_sound: false })
        }
    }
}

/// Two policies, and what was found so far.
struct Diff<'a> {
    old: &'a Policy,
    new: &'a Policy,
    changes: Vec<Change>,
}

impl Diff<'_> {
    fn add(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// A value that changed, if it did.
    fn value(&mut self, weight: Weight, entry: &str, key: &str, values: [String; 2]) {
        let [old, new] = values;
        if old != new {
            self.add(Change::new(weight, entry, format!("{key} changed from {old} to {new}")));
        }
    }

    /// Whether a material change is stated, and the cure where it is not.
    fn settled(&self, owner: &Owner) -> Result<u32, String> {
        let since = owner.since(self.new).unwrap_or(0);
        let (old, new) = (self.old.revision, self.new.revision);
        if since > old {
            return Ok(since);
        }
        let least = old.saturating_add(1);
        let to = match new {
            new if new <= old => format!("{least}, and revision from {new} to {least}"),
            new if new == least => format!("{least}"),
            new => format!("a revision from {least} to {new}"),
        };
        Err(format!("raise since of {owner} from {since} to {to}"))
    }
}
