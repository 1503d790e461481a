//! The `[[regime]]` entries: the operator's reading of the law. Which reading is right is a person's to judge.

use super::Diff;
use super::change::{Change, Weight, stated};
use consent_gate::policy::RegimeOverride;

impl Diff<'_> {
    pub(super) fn regimes(&mut self) {
        let (old, new) = (self.old, self.new);
        for regime in &new.regimes {
            match old.regimes.iter().find(|before| is_same(before, regime)) {
                Some(before) => self.regime(before, regime),
                None => self.add(Change::new(Weight::Review, entry(regime), "is new").unpublished()),
            }
        }
        for regime in old.regimes.iter().filter(|before| !new.regimes.iter().any(|after| is_same(before, after))) {
            let change = Change::new(Weight::Review, entry(regime), "was removed");
            self.add(change.note("the preset holds there again").unpublished());
        }
    }

    fn regime(&mut self, old: &RegimeOverride, new: &RegimeOverride) {
        let entry = entry(new);
        let lasts = [old.grant_lasts, new.grant_lasts].map(|period| stated(period.map(|period| period.to_string())));
        for (key, [before, after]) in
            values(old).into_iter().zip(values(new)).map(|((key, old), (_, new))| (key, [old, new]))
        {
            if before != after {
                let what = format!("{key} changed from {before} to {after}");
                self.add(Change::new(Weight::Review, &entry, what).unpublished());
            }
        }
        if lasts[0] != lasts[1] {
            let what = format!("grant_lasts changed from {} to {}", lasts[0], lasts[1]);
            let change = Change::new(Weight::Review, &entry, what).note("it holds for grants already given too");
            self.add(change.unpublished());
        }
    }
}

fn values(regime: &RegimeOverride) -> Vec<(&'static str, String)> {
    let rules: Vec<String> = regime.rules.iter().map(|(id, rule)| format!("{id} = {rule}")).collect();
    vec![
        ("rules", stated(Some(rules.join(", ")).filter(|rules| !rules.is_empty()))),
        ("gpc", stated(regime.gpc.as_ref())),
        ("gpc_third_parties", stated(regime.gpc_third_parties)),
        ("dnt", stated(regime.dnt)),
        ("forbidden_for_minors", stated(regime.forbidden_for_minors.as_ref())),
        ("exemptions", stated(regime.exemptions.as_ref())),
        ("ask_again_after", stated(regime.ask_again_after.map(|period| period.to_string()))),
    ]
}

fn is_same(one: &RegimeOverride, other: &RegimeOverride) -> bool {
    let sorted = |regime: &RegimeOverride| {
        let mut regions = regime.regions.clone();
        regions.sort();
        regions
    };
    sorted(one) == sorted(other)
}

fn entry(regime: &RegimeOverride) -> String {
    format!("regime {:?}", regime.regions.join(", "))
}
