//! The `[[tracker]]` entries.

use super::Diff;
use super::change::{Change, Owner, Weight, stated};
use consent_gate::policy::{Lifetime, Tracker};

/// Erasure repeats the attributes under which a cookie was set.
const NOT_ERASED: &str =
    "cookies set before keep the old place and are no longer erased: declare that place until they have expired";

impl Diff<'_> {
    pub(super) fn trackers(&mut self) {
        let (old, new) = (self.old, self.new);
        for tracker in &new.trackers {
            let same = old.trackers.iter().find(|before| is_same(before, tracker));
            let covering = || {
                let covering = old.trackers.iter().filter(|before| covers(before, tracker));
                covering.max_by_key(|before| before.name.len())
            };
            match same.or_else(covering) {
                Some(before) => self.tracker(before, tracker),
                None => {
                    self.add(Change::new(weight(tracker), entry(tracker), format!("is new in {:?}", tracker.category)))
                }
            }
        }
        for tracker in old.trackers.iter().filter(|before| !new.trackers.iter().any(|after| is_same(before, after))) {
            self.add(Change::new(Weight::Editorial, entry(tracker), "was removed"));
        }
    }

    fn tracker(&mut self, old: &Tracker, new: &Tracker) {
        let entry = entry(new);
        if old.name != new.name {
            self.add(Change::new(Weight::Editorial, &entry, format!("is new; {:?} covered it", old.name)));
        }
        if old.category != new.category {
            let what = format!("moved from category {:?} to {:?}", old.category, new.category);
            let change = Change::new(weight(new), &entry, what);
            let is_essential = new.category == "essential";
            self.add(if is_essential { change.note("nobody is asked about it any more") } else { change });
        }
        if old.provider != new.provider {
            let what = format!("provider changed from {} to {}", party(old), party(new));
            self.add(match new.provider {
                Some(_) => Change::new(weight(new), &entry, what),
                None => Change::new(Weight::Review, &entry, what)
                    .note("refusals of that provider no longer stop this tracker"),
            });
        }
        self.value(weight(new), &entry, "technology", [old, new].map(|tracker| tracker.technology.to_string()));
        let lifetime = if length(new) > length(old) { weight(new) } else { Weight::Editorial };
        self.value(
            lifetime,
            &entry,
            "lifetime",
            [old, new].map(|tracker| match tracker.lifetime {
                Some(lifetime) => lifetime.to_string(),
                None => stated(None::<()>),
            }),
        );
        self.value(
            weight(new),
            &entry,
            "exemption",
            [old, new].map(|tracker| match tracker.exemption {
                Some(exemption) => exemption.to_string(),
                None => "none".to_owned(),
            }),
        );
        self.place(&entry, old, new);
        self.floor(&entry, old, new);
        self.purpose(&entry, &old.purpose, &new.purpose);
    }

    fn place(&mut self, entry: &str, old: &Tracker, new: &Tracker) {
        let is_wider = (old.domain.is_none() && new.domain.is_some()) || (old.partitioned && !new.partitioned);
        let places = [old, new].map(|tracker| {
            let domain = tracker.domain.as_deref().unwrap_or("this host only");
            let partitioned = if tracker.partitioned { ", partitioned" } else { "" };
            format!("{domain} {}{partitioned}", tracker.path_or_root())
        });
        if places[0] != places[1] {
            let weight = if is_wider { Weight::Review } else { Weight::Editorial };
            let what = format!("domain, path or partitioned changed from {} to {}", places[0], places[1]);
            self.add(Change::new(weight, entry, what).note(NOT_ERASED));
        }
    }

    fn floor(&mut self, entry: &str, old: &Tracker, new: &Tracker) {
        let floors = [old, new].map(super::super::table::floor);
        if floors[0] != floors[1] {
            let [before, after] = floors.map(|floor| if floor.is_empty() { "none".to_owned() } else { floor });
            let what = format!("floor changed from {before} to {after}");
            self.add(Change::new(Weight::Editorial, entry, what).unpublished());
        }
    }
}

/// What a change to a tracker weighs that its grant did not cover. Nobody is asked about an essential one of our own.
fn weight(tracker: &Tracker) -> Weight {
    match &tracker.provider {
        Some(provider) => Weight::Material(Owner::Provider(provider.clone())),
        None if tracker.category == "essential" => Weight::Review,
        None => Weight::Material(Owner::Category(tracker.category.clone())),
    }
}

fn entry(tracker: &Tracker) -> String {
    format!("tracker {:?} ({})", tracker.name, tracker.technology)
}

fn party(tracker: &Tracker) -> String {
    tracker.provider.as_ref().map_or_else(|| "our own".to_owned(), |provider| format!("{provider:?}"))
}

/// Seconds, to compare by. A store without a stated end has none; an address stores nothing by itself.
fn length(tracker: &Tracker) -> u64 {
    match tracker.lifetime {
        Some(Lifetime::Session) => 0,
        Some(Lifetime::For(period)) => period.as_seconds(),
        None if tracker.technology.is_address() => 0,
        None => u64::MAX,
    }
}

/// Whether two names are looked up among each other: cookies, each storage, and addresses, which are one kind.
fn is_same_kind(one: &Tracker, other: &Tracker) -> bool {
    one.technology == other.technology || (one.technology.is_address() && other.technology.is_address())
}

fn is_same(old: &Tracker, new: &Tracker) -> bool {
    is_same_kind(old, new) && old.name == new.name
}

/// Whether an older entry of the same category and party already covered a name that is now declared by itself.
fn covers(old: &Tracker, new: &Tracker) -> bool {
    let is_alike = is_same_kind(old, new) && old.category == new.category && old.provider == new.provider;
    let reaches = || match (new.technology.is_address(), old.name.strip_suffix('*')) {
        (true, _) => match new.name.strip_prefix(&old.name) {
            Some(rest) => old.name.ends_with('/') || rest.starts_with('/'),
            None => false,
        },
        (false, Some(literal)) => new.name.starts_with(literal),
        (false, None) => false,
    };
    is_alike && reaches()
}
