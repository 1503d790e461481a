//! The `[[tracker]]` entries.

use super::Check;
use crate::compiled::index::{Index, Kind};
use crate::compiled::literal;
use crate::policy::config_error::ProblemKind;
use crate::policy::{Lifetime, Period, Technology, Tracker, UnknownName};
use crate::terms::rule::Exemption;
use crate::wire::address::Address;
use crate::wire::cookie_name::{Prefix, is_cookie_name};

/// The longest lifetime of anything: what browsers keep a cookie for (RFC 6265bis §5.5).
const LONGEST: Period = Period::days(400);

/// The longest lifetime of audience measurement that needs no consent (CNIL: 13 months, R31).
const LONGEST_MEASUREMENT: Period = Period::days(395);

/// The shortest literal of a pattern, so that it cannot cover by accident.
const SHORTEST_LITERAL: usize = 3;

impl Check<'_> {
    pub(super) fn trackers(&mut self) {
        let trackers = &self.policy.trackers;
        let names: Vec<_> =
            trackers.iter().map(|t| (Kind::from_technology(t.technology), literal(t.technology, &t.name))).collect();
        let mut twice = Vec::new();
        let index = Index::new(names.iter().map(|(kind, name)| (*kind, name.as_str())), |tracker| twice.push(tracker));
        for tracker in twice {
            self.add(entry(tracker.entry_in(trackers)), ProblemKind::DeclaredTwice);
        }
        let consent = self.policy.cookie.name_or_default();
        // Without a prefix to take off, both are one name.
        let here = Some(self.deployment.cookie_name(consent)).filter(|here| *here != consent);
        for name in [consent].into_iter().chain(here) {
            if let Some(tracker) = index.find(Kind::Cookie, name) {
                self.add(entry(tracker.entry_in(trackers)), ProblemKind::Reserved(name.to_owned()));
            }
        }
        for tracker in trackers {
            self.tracker(tracker);
        }
    }

    fn tracker(&mut self, tracker: &Tracker) {
        let entry = entry(tracker);
        self.name(&entry, tracker);
        self.category_in_use(&entry, &tracker.category);
        if let Some(id) = &tracker.provider
            && !self.policy.providers.iter().any(|provider| provider.id == *id)
        {
            let declared = self.policy.providers.iter().map(|provider| &provider.id);
            self.add(&entry, ProblemKind::UnknownProvider(UnknownName::new(id, declared)));
        }
        self.lifetime(&entry, tracker);
        if tracker.technology == Technology::Cookie {
            self.scope(&entry, tracker);
        }
        if !tracker.purpose.is_empty() {
            self.text(&entry, "purpose", &tracker.purpose);
        }
    }

    fn name(&mut self, entry: &str, tracker: &Tracker) {
        if tracker.technology.is_address() {
            let is_whole = !tracker.name.contains(['?', '#', '*']) && has_scheme(&tracker.name);
            let is_sent =
                matches!(Address::parse(&tracker.name), Ok(Address::Absolute { text, .. }) if is_sent_as_it_is(&text));
            if !is_whole || !is_sent {
                self.add(entry, ProblemKind::Address(tracker.name.clone()));
            }
            return;
        }
        match tracker.name.strip_suffix('*') {
            Some(literal) if literal.chars().count() < SHORTEST_LITERAL => {
                self.add(entry, ProblemKind::PatternTooShort)
            }
            _ if tracker.name.is_empty() => self.add(entry, ProblemKind::Empty),
            _ if tracker.technology == Technology::Cookie && !is_cookie_name(&tracker.name) => {
                self.add(entry, ProblemKind::CookieName);
            }
            _ => {}
        }
    }

    fn lifetime(&mut self, entry: &str, tracker: &Tracker) {
        let technology = tracker.technology;
        let cure = match (technology, tracker.lifetime) {
            (Technology::Cookie, None) => return self.add(entry, ProblemKind::NoLifetime),
            (Technology::LocalStorage | Technology::IndexedDb, Some(Lifetime::Session)) => {
                "it outlives the session; give a duration such as \"30d\""
            }
            (Technology::SessionStorage, Some(Lifetime::For(_))) => "it ends with the session; write \"session\"",
            _ => "",
        };
        if let (false, Some(lifetime)) = (cure.is_empty(), tracker.lifetime) {
            let lifetime = lifetime.to_string();
            return self.add(entry, ProblemKind::LifetimeContradiction { technology, lifetime, cure });
        }
        let limit = match tracker.exemption {
            Some(Exemption::AudienceMeasurement) => LONGEST_MEASUREMENT,
            _ => LONGEST,
        };
        match tracker.lifetime {
            Some(Lifetime::For(lifetime)) if lifetime > limit => {
                self.add(entry, ProblemKind::LifetimeTooLong { lifetime, limit });
            }
            _ => {}
        }
    }

    /// Where a cookie is set: its domain and path.
    fn scope(&mut self, entry: &str, tracker: &Tracker) {
        if !tracker.path_or_root().starts_with('/') {
            self.add(entry, ProblemKind::Path(tracker.path_or_root().to_owned()));
        }
        let Some(domain) = &tracker.domain else { return };
        if Prefix::of(&tracker.name).is_host {
            self.add(entry, ProblemKind::PrefixAndDomain(domain.clone()));
        }
        self.own_domain(entry, domain);
        if self.policy.cookie.domain.is_none() && self.policy.hosts.len() > 1 && tracker.category != "essential" {
            self.add(entry, ProblemKind::SharedDomain(domain.clone()));
        }
    }
}

/// Returns whether an address names its scheme itself, rather than taking the page's.
fn has_scheme(address: &str) -> bool {
    address.split_once("://").is_some_and(|(scheme, _)| !scheme.is_empty())
}

/// Returns whether browsers leave the path of an address alone: what they encode (URL Standard, "path percent-encode
/// set") would never match as it was declared.
fn is_sent_as_it_is(address: &str) -> bool {
    address
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'}'))
}

fn entry(tracker: &Tracker) -> String {
    format!("tracker {:?} ({})", tracker.name, tracker.technology)
}
