//! A policy, checked and made ready: masks, the look-up index, the regimes of every region.
//!
//! Made once from a [`Policy`] and a [`Deployment`]; every request only reads it.

mod check;
pub(crate) mod deployment;
mod hosts;
mod id;
pub(crate) mod imports;
mod index;
mod origins;
mod regimes;
mod sources;
mod warnings;

pub(crate) use id::{ProviderId, TrackerId};
pub(crate) use index::Kind;
pub(crate) use regimes::Regimes;
pub(crate) use sources::Sources;
pub use warnings::Warning;

use crate::compiled::imports::Imports;
use crate::policy::config_error::ConfigError;
use crate::policy::{Lifetime, Role, Technology, Tracker};
use crate::terms::category::{OPTIONAL, OPTIONAL_IDS};
use crate::terms::rule::Exemption;
use crate::wire::address::Address;
use crate::wire::pairs::CookieFinder;
use crate::wire::set_cookie::Floor;
use crate::{Category, Deployment, Policy};
use chrono::TimeDelta;
use hosts::own_address_hosts;
use index::Index;
use origins::Origins;

/// Everything that requests are judged by.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) policy: Policy,
    pub(crate) deployment: Deployment,
    pub(crate) names: Categories,
    providers: Vec<ProviderTerms>,
    trackers: Vec<TrackerTerms>,
    pub(crate) regimes: Regimes,
    pub(crate) warnings: Vec<Warning>,
    /// The name of the consent cookie in this deployment.
    pub(crate) cookie_name: String,
    pub(crate) cookie_finder: CookieFinder,
    pub(crate) imports: Imports,
    /// The second `Content-Security-Policy`.
    pub(crate) sources: Sources,
    pub(crate) origins: Origins,
    index: Index,
    own_address_hosts: Vec<String>,
}

/// The categories that the policy declares, and since which revision each means what it means.
#[derive(Debug)]
pub(crate) struct Categories {
    /// Declared and not essential.
    pub(crate) offered: Category,
    /// In bit order, `essential` first.
    entries: Vec<(Category, String, u32)>,
    /// The highest `since`: an answer of that revision or a later one covers all.
    latest: u32,
}

/// What a provider adds to the decision about its trackers.
#[derive(Debug)]
pub(crate) struct ProviderTerms {
    pub(crate) id: Box<str>,
    pub(crate) since: u32,
    pub(crate) is_processor: bool,
    /// The one category of its non-essential trackers; empty where it has none.
    pub(crate) category: Category,
}

/// What a tracker is decided by, and what a kept line of it must obey.
#[derive(Debug)]
pub(crate) struct TrackerTerms {
    pub(crate) category: Category,
    pub(crate) provider: Option<ProviderId>,
    pub(crate) exemption: Option<Exemption>,
    /// The longest lifetime of a kept cookie; `None` for the session.
    pub(crate) lifetime: Option<TimeDelta>,
    pub(crate) floor: Floor,
}

impl TrackerTerms {
    /// Trackers that are equal in this are always decided alike.
    fn decided_by(&self) -> (Category, Option<Exemption>, Option<ProviderId>) {
        (self.category, self.exemption, self.provider)
    }
}

impl Compiled {
    /// Checks and compiles.
    pub(crate) fn new(policy: Policy, deployment: Deployment) -> Result<Self, ConfigError> {
        let names = Categories::new(&policy);
        let (imports, problems) = Imports::new(&policy, &names);
        check::check(&policy, &deployment, &names, problems)?;

        let category = |id: &str| names.bit(id).unwrap_or_default();
        let providers = policy.providers.iter().map(|provider| ProviderTerms {
            id: provider.id.as_str().into(),
            since: provider.since,
            is_processor: provider.role == Role::Processor,
            category: policy
                .trackers
                .iter()
                .filter(|tracker| tracker.provider.as_ref() == Some(&provider.id))
                .map(|tracker| category(&tracker.category))
                .find(|category| *category != Category::ESSENTIAL)
                .unwrap_or_default(),
        });
        let trackers = policy.trackers.iter().map(|tracker| TrackerTerms {
            category: category(&tracker.category),
            provider: tracker.provider.as_deref().and_then(|id| ProviderId::named(&policy, id)),
            exemption: tracker.exemption,
            lifetime: match tracker.lifetime {
                Some(Lifetime::For(period)) => Some(period.to_delta()),
                Some(Lifetime::Session) | None => None,
            },
            floor: Floor {
                secure: tracker.secure && !deployment.is_plain_http(),
                http_only: tracker.http_only,
                same_site: tracker.same_site,
            },
        });
        let (providers, trackers): (Vec<_>, Vec<_>) = (providers.collect(), trackers.collect());
        let keys: Vec<_> = policy
            .trackers
            .iter()
            .map(|t| (Kind::from_technology(t.technology), literal(t.technology, &t.name)))
            .collect();
        let index = Index::new(keys.iter().map(|(kind, name)| (*kind, name.as_str())), |_| {});
        let addresses = TrackerId::numbered(&keys).filter(|(_, (kind, _))| *kind == Kind::Address);
        let origins = Origins::new(addresses.map(|(tracker, (_, name))| (tracker, name.as_str())), &trackers);
        let regimes = Regimes::new(&policy, &names);
        let sources = Sources::new(&policy, &deployment, &trackers);
        let warnings = warnings::list(&policy, &trackers, &names, &regimes, &sources, &imports);
        let cookie_name = deployment.cookie_name(policy.cookie.name_or_default()).to_owned();
        let own_address_hosts = own_address_hosts(&policy, &deployment);
        Ok(Self {
            policy,
            deployment,
            names,
            providers,
            trackers,
            regimes,
            warnings,
            cookie_finder: CookieFinder::new(&cookie_name),
            imports,
            cookie_name,
            sources,
            origins,
            index,
            own_address_hosts,
        })
    }

    /// The tracker that covers a name: of a cookie, of a storage key, or the canonical text of an address.
    pub(crate) fn find(&self, kind: Kind, name: &str) -> Option<TrackerId> {
        self.index.find(kind, name)
    }

    /// Every tracker as the policy declares it, in its order.
    pub(crate) fn trackers(&self) -> impl Iterator<Item = (TrackerId, &Tracker)> {
        TrackerId::numbered(&self.policy.trackers)
    }

    /// A tracker as the policy declares it.
    pub(crate) fn declared(&self, tracker: TrackerId) -> &Tracker {
        tracker.entry_in(&self.policy.trackers)
    }

    /// What a tracker is decided by.
    pub(crate) fn terms(&self, tracker: TrackerId) -> &TrackerTerms {
        tracker.entry_in(&self.trackers)
    }

    /// What every provider adds to the decision about its trackers, in the order of the policy.
    pub(crate) fn providers(&self) -> impl Iterator<Item = &ProviderTerms> {
        self.providers.iter()
    }

    /// What a provider adds to the decision about its trackers.
    pub(crate) fn provider(&self, id: &str) -> Option<&ProviderTerms> {
        self.providers.iter().find(|provider| *provider.id == *id)
    }

    /// What the provider of a tracker adds to the decision about it.
    pub(crate) fn provider_of(&self, terms: &TrackerTerms) -> Option<&ProviderTerms> {
        terms.provider.map(|provider| provider.entry_in(&self.providers))
    }

    /// A provider as the policy declares it.
    #[cfg(feature = "html")]
    pub(crate) fn declared_provider(&self, provider: ProviderId) -> &crate::policy::Provider {
        provider.entry_in(&self.policy.providers)
    }

    /// Whether documents carry something that is made for their visitor.
    pub(crate) fn adds_to_pages(&self) -> bool {
        let reaches_browser = self.sources.is_on() && (self.sources.is_enforced || self.sources.endpoints.is_some());
        reaches_browser || self.policy.headers.permissions_policy
    }

    /// Whether an address names one of our own hosts, here.
    pub(crate) fn is_own(&self, address: &Address<'_>) -> bool {
        hosts::is_own(&self.policy, &self.deployment, address)
    }

    /// Our hosts at which an address is declared, so that a relative address may be that tracker.
    pub(crate) fn own_address_hosts(&self) -> impl Iterator<Item = &str> {
        self.own_address_hosts.iter().map(String::as_str)
    }

    /// The hosts of the policy, then those of the deployment.
    #[cfg(any(feature = "html", feature = "browser"))]
    pub(crate) fn own_hosts(&self) -> impl Iterator<Item = &str> {
        hosts::own_hosts(&self.policy, &self.deployment)
    }
}

impl Categories {
    /// The categories of a policy. What is not valid is left out: the check reports it.
    fn new(policy: &Policy) -> Self {
        let mut entries = vec![(Category::ESSENTIAL, "essential".to_owned(), 0)];
        for declared in &policy.categories {
            let bit = Category::built_in(&declared.id).or_else(|| Category::custom(declared.custom?));
            if let Some(bit) = bit.filter(|bit| *bit != Category::ESSENTIAL) {
                entries.push((bit, declared.id.clone(), declared.since));
            }
        }
        entries.sort_by_key(|(bit, ..)| *bit);
        let offered = entries.iter().skip(1).fold(Category::empty(), |all, (bit, ..)| all | *bit);
        let latest = entries.iter().map(|(.., since)| *since).max().unwrap_or(0);
        Self { offered, entries, latest }
    }

    /// The bit of a declared category, or of `essential`.
    pub(crate) fn bit(&self, id: &str) -> Option<Category> {
        self.entries.iter().find(|(_, known, _)| known == id).map(|(bit, ..)| *bit)
    }

    /// The id of a single bit: the policy's name, the built-in name, or `unknown`.
    pub(crate) fn id(&self, category: Category) -> &str {
        let declared = self.entries.iter().find(|(bit, ..)| *bit == category).map(|(_, id, _)| id.as_str());
        declared.or_else(|| built_in_id(category)).unwrap_or("unknown")
    }

    /// The declared categories that mean the same as when an answer of this revision was given.
    pub(crate) fn covered_by(&self, revision: u32) -> Category {
        if revision >= self.latest {
            return self.offered;
        }
        let covered = self.entries.iter().filter(|(.., since)| *since <= revision);
        covered.fold(Category::empty(), |all, (bit, ..)| all | *bit).intersection(self.offered)
    }

    /// The revision in which the meaning of a single category last changed; 0 for one that is not declared.
    pub(crate) fn since(&self, category: Category) -> u32 {
        self.entries.iter().find(|(bit, ..)| *bit == category).map_or(0, |(.., since)| *since)
    }

    /// Every declared category and its id, in bit order, without `essential`.
    pub(crate) fn offered_ids(&self) -> impl Iterator<Item = (Category, &str)> {
        self.entries.iter().skip(1).map(|(bit, id, _)| (*bit, id.as_str()))
    }
}

fn built_in_id(category: Category) -> Option<&'static str> {
    OPTIONAL_IDS.into_iter().zip(OPTIONAL).find_map(|(id, bit)| (bit == category).then_some(id))
}

/// The text that a tracker is looked up by: an address in its canonical spelling, any other name as it is.
pub(crate) fn literal(technology: Technology, name: &str) -> String {
    match Kind::from_technology(technology) {
        Kind::Address => match Address::parse(name) {
            Ok(Address::Absolute { text, .. }) => text.into_owned(),
            Ok(Address::Relative { .. }) | Err(_) => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}
