//! Counters of the `metrics` facade.

use super::fields::{Fields, From, Kind, Name};
use crate::regime::presets;
use crate::{Event, Region};
use metrics::{Label, Unit, counter, describe_counter};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// How many names of undeclared things have a label of their own.
const NAMES_MAX: usize = 256;

/// The label of every other name.
const OTHER: &str = "other";

/// An observer that counts each event with `metrics`: see [`observe`](super) for names and labels.
///
/// It describes the counters to the recorder that is installed now, and counts with the one that is installed when an
/// event comes.
pub fn to_metrics() -> impl Fn(&Event<'_>) + Send + Sync + 'static {
    for kind in Kind::ALL {
        describe_counter!(kind.counter, Unit::Count, kind.meaning);
    }
    let names = Names::default();
    move |event| {
        let Fields { kind, category, technology, reason, region, name, .. } = Fields::of(event);
        let labels: Vec<Label> = [
            category.map(|category| Label::new("category", category.to_owned())),
            technology.map(|technology| Label::from_static_parts("technology", technology)),
            reason.map(|reason| Label::from_static_parts("reason", reason)),
            region.map(|region| Label::new("region", region_label(region))),
            name.map(|name| Label::new("name", names.label(name))),
        ]
        .into_iter()
        .flatten()
        .collect();
        counter!(kind.counter, labels).increment(1);
    }
}

/// The names that have a label of their own. None ever loses it, so that there are never more.
#[derive(Default)]
struct Names(Mutex<BTreeSet<String>>);

impl Names {
    fn label(&self, name: Name<'_>) -> String {
        let has_label = match name.from {
            From::Policy => true,
            From::Site => self.has(name.text),
            From::Browser => false,
        };
        if has_label { name.text } else { OTHER }.to_owned()
    }

    fn has(&self, name: &str) -> bool {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.contains(name) || (names.len() < NAMES_MAX && names.insert(name.to_owned()))
    }
}

/// A country, or a subdivision that has a preset: whatever hosts take for a region, there are not many of these.
fn region_label(region: Region) -> String {
    let code = region.to_string();
    let has_preset = presets().iter().any(|preset| preset.region == code);
    if has_preset { code } else { region.country().to_string() }
}
