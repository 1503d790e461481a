//! The `[[provider]]` entries.

use super::Diff;
use super::change::{Change, Owner, Weight, gained, stated};
use consent_gate::policy::{Provider, Role};

impl Diff<'_> {
    pub(super) fn providers(&mut self) {
        let (old, new) = (self.old, self.new);
        for provider in &new.providers {
            match old.providers.iter().find(|before| before.id == provider.id) {
                Some(before) => self.provider(before, provider),
                None => self.add(Change::new(material(provider), entry(provider), "is new")),
            }
        }
        for provider in old.providers.iter().filter(|before| !new.providers.iter().any(|after| after.id == before.id)) {
            self.add(Change::new(Weight::Editorial, entry(provider), "was removed"));
        }
    }

    fn provider(&mut self, old: &Provider, new: &Provider) {
        let entry = entry(new);
        self.since(&entry, old.since, new.since);
        self.value(Weight::Review, &entry, "name", [old, new].map(|provider| format!("{:?}", provider.name)));
        if old.name == new.name {
            self.value(
                Weight::Review,
                &entry,
                "company",
                [old, new].map(|provider| format!("{:?}", provider.company_or_name())),
            );
        }
        let weight = if new.role == Role::ThirdParty { material(new) } else { Weight::Editorial };
        self.value(weight, &entry, "role", [old.role, new.role].map(|role| role.to_string()));
        self.data(&entry, &new.id, &old.collects, &new.collects);
        for host in gained(&old.hosts, &new.hosts) {
            let change = Change::new(Weight::Editorial, &entry, format!("hosts gained {host:?}"));
            self.add(change.note("the same party receives the data there"));
        }
        for host in gained(&new.hosts, &old.hosts) {
            self.add(Change::new(Weight::Editorial, &entry, format!("hosts lost {host:?}")));
        }
        self.value(Weight::Review, &entry, "country", [old, new].map(|provider| stated(provider.country.as_ref())));
        self.kept(&entry, old, new);
        let weight =
            if old.agreement.is_some() && new.agreement.is_none() { Weight::Review } else { Weight::Editorial };
        self.value(weight, &entry, "agreement", [old, new].map(|provider| stated(provider.agreement.as_ref())));
        self.purpose(&entry, &old.purpose, &new.purpose);
        let addresses = |provider: &Provider| [provider.policy_url.clone(), provider.opt_out_url.clone()];
        for (key, (old, new)) in
            ["policy_url", "opt_out_url"].into_iter().zip(addresses(old).into_iter().zip(addresses(new)))
        {
            self.value(Weight::Editorial, &entry, key, [old, new].map(stated));
        }
    }

    /// How long the provider keeps the data: a text, compared as far as it reads as a length of time.
    fn kept(&mut self, entry: &str, old: &Provider, new: &Provider) {
        let lengths = [old, new].map(|provider| provider.retention.as_deref().and_then(hours));
        let weight = match (lengths, &old.retention) {
            ([Some(before), Some(after)], _) if after > before => material(new),
            ([Some(_), Some(_)], _) | (_, None) => Weight::Editorial,
            _ => Weight::Review,
        };
        self.value(weight, entry, "retention", [old, new].map(|provider| stated(provider.retention.as_ref())));
    }
}

fn material(provider: &Provider) -> Weight {
    Weight::Material(Owner::Provider(provider.id.clone()))
}

fn entry(provider: &Provider) -> String {
    format!("provider {:?}", provider.id)
}

/// The length of a text such as `25 months`; `None` for any other text.
fn hours(text: &str) -> Option<f64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let hours = match unit.trim().trim_end_matches('s') {
        "hour" => 1.0,
        "day" => 24.0,
        "week" => 168.0,
        "month" => 730.5,
        "year" => 8766.0,
        _ => return None,
    };
    Some(f64::from(number.parse::<u32>().ok()?) * hours)
}
