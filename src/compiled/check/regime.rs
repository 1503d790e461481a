//! The `[[regime]]` entries.

use super::Check;
use crate::Region;
use crate::policy::RegimeOverride;
use crate::policy::config_error::ProblemKind;

impl Check<'_> {
    pub(super) fn regimes(&mut self) {
        let mut known = Vec::new();
        for regime in &self.policy.regimes {
            let entry = format!("regime {:?}", regime.regions.join(", "));
            if regime.regions.is_empty() {
                self.add(&entry, ProblemKind::Empty);
            }
            for code in &regime.regions {
                let region = if code == "*" { Some(None) } else { code.parse::<Region>().ok().map(Some) };
                match region {
                    None | Some(Some(Region::UNKNOWN)) => self.add(&entry, ProblemKind::Region(code.clone())),
                    Some(region) if known.contains(&region) => self.add(&entry, ProblemKind::DeclaredTwice),
                    Some(region) => known.push(region),
                }
            }
            self.regime_categories(&entry, regime);
        }
    }

    fn regime_categories(&mut self, entry: &str, regime: &RegimeOverride) {
        let lists = regime.gpc.iter().chain(&regime.forbidden_for_minors).flatten();
        for id in regime.rules.keys().chain(lists) {
            if id == "essential" {
                self.add(entry, ProblemKind::EssentialHere);
            } else if crate::Category::built_in(id).is_none() {
                // A preset's category that the site does not use may be named: the entry then changes nothing.
                self.category_in_use(entry, id);
            }
        }
    }
}
