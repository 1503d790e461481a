//! The rules of every region that a preset or the policy tells apart, and of the two that no code names.

use super::sheet::Sheet;
use super::words;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use consent_gate::policy::{Exemption, Period};
use consent_gate::regime::{Preset, Regime, presets};
use consent_gate::{Category, Facts, Gate, Region};

/// The regimes on a day.
pub(super) fn regimes(gate: &Gate, day: NaiveDate) -> Sheet {
    let categories: Vec<(Category, &str)> = gate.categories().collect();
    let mut heads = vec!["Region".to_owned(), "On".to_owned()];
    heads.extend(categories.iter().map(|(_, id)| (*id).to_owned()));
    let rest = [
        "GPC denies",
        "GPC denies third parties",
        "DNT objects",
        "Forbidden for minors",
        "Exemptions honoured",
        "Grant lasts",
        "Asked again after",
        "The policy's own entry",
        "Preset",
        "Law",
        "Law in force from",
        "Source",
        "Reviewed on",
    ];
    heads.extend(rest.map(str::to_owned));
    let mut sheet = Sheet::new("Regimes", heads);
    let page = Page { gate, presets: without_own_entries(gate), categories };
    for (name, region) in regions(gate) {
        sheet.row(page.row(&name, region, day));
        let starts = presets().iter().find(|preset| preset.region == name).map(|preset| preset.valid_from);
        if let Some(starts) = starts.filter(|starts| *starts > day) {
            sheet.row(page.row(&name, region, starts));
        }
    }
    sheet
}

struct Page<'a> {
    gate: &'a Gate,
    /// The same policy without its `[[regime]]` entries.
    presets: Option<Gate>,
    categories: Vec<(Category, &'a str)>,
}

impl Page<'_> {
    fn row(&self, name: &str, region: Region, day: NaiveDate) -> Vec<String> {
        let now = day.and_time(NaiveTime::MIN).and_utc();
        let regime = self.gate.regime(region, now);
        let preset = self.presets.as_ref().map_or(regime, |gate| gate.regime(region, now));
        let marked = |value: &dyn Fn(&Regime) -> String| {
            let (own, given) = (value(&regime), value(&preset));
            if own == given { own } else { format!("{own} (preset: {given})") }
        };
        let set = |set: fn(&Regime) -> Category| marked(&|regime| self.names(set(regime)));
        let mut row = vec![name.to_owned(), day.to_string()];
        row.extend(self.categories.iter().map(|(bit, _)| marked(&|regime| regime.rule(*bit).to_string())));
        row.push(set(|regime| regime.gpc));
        row.push(marked(&|regime| yes(regime.gpc_third_parties)));
        row.push(marked(&|regime| yes(regime.dnt)));
        row.push(set(|regime| regime.forbidden_for_minors));
        row.push(marked(&|regime| exemptions(regime)));
        row.push(marked(&|regime| length(regime.grant_lasts)));
        row.push(marked(&|regime| length(regime.ask_again_after)));
        row.extend(self.origin(name, region, now));
        row
    }

    /// Whether the policy has an entry there, and the preset behind it.
    fn origin(&self, name: &str, region: Region, now: DateTime<Utc>) -> Vec<String> {
        let none: [(&str, &str); 0] = [];
        let explanation = self.gate.visitor(none, Facts::in_region(region), now).explain(Category::ESSENTIAL);
        let behind = match name {
            "unknown" => format!("{} (the policy's unknown_region)", self.gate.policy().enforce.unknown_region),
            _ => explanation.preset.to_owned(),
        };
        let preset: Option<&Preset> = presets().iter().find(|preset| preset.region == explanation.preset);
        let stated = |value: fn(&Preset) -> String| preset.map(value).unwrap_or_default();
        vec![
            yes(explanation.is_replaced),
            behind,
            explanation.law.to_owned(),
            stated(|preset| preset.valid_from.to_string()),
            stated(|preset| preset.source.to_owned()),
            stated(|preset| preset.reviewed_on.to_string()),
        ]
    }

    fn names(&self, set: Category) -> String {
        let names = self.categories.iter().filter(|(bit, _)| set.contains(*bit)).map(|(_, id)| *id);
        let names: Vec<&str> = names.collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

/// The regions of the table, by the names that it gives them: `*` is every other place.
fn regions(gate: &Gate) -> Vec<(String, Region)> {
    let own = gate.policy().regimes.iter().flat_map(|entry| entry.regions.iter());
    let codes = presets().iter().map(|preset| preset.region.to_owned()).chain(own.cloned());
    let mut out: Vec<(String, Region)> = Vec::new();
    for code in codes.filter(|code| code != "*") {
        if let Ok(region) = code.parse::<Region>()
            && !out.iter().any(|(_, known)| *known == region)
        {
            out.push((region.to_string(), region));
        }
    }
    // A code that ISO 3166 leaves to its users, so that no preset and no sane policy names it.
    out.insert(0, ("*".to_owned(), "QZ".parse().unwrap_or(Region::UNKNOWN)));
    out.insert(0, ("unknown".to_owned(), Region::UNKNOWN));
    out
}

fn without_own_entries(gate: &Gate) -> Option<Gate> {
    let mut policy = gate.policy().clone();
    policy.regimes.clear();
    Gate::new(policy).ok()
}

fn exemptions(regime: &Regime) -> String {
    let all = [Exemption::UserRequested, Exemption::AudienceMeasurement];
    let honoured: Vec<&str> =
        all.into_iter().filter(|exemption| regime.honours(*exemption)).map(Exemption::as_str).collect();
    if honoured.is_empty() { "none".to_owned() } else { honoured.join(", ") }
}

fn length(delta: TimeDelta) -> String {
    let seconds = u64::try_from(delta.num_seconds()).unwrap_or(0);
    Period::from_seconds(seconds).map_or_else(|_| format!("{seconds} seconds"), words)
}

fn yes(is_so: bool) -> String {
    (if is_so { "yes" } else { "no" }).to_owned()
}
