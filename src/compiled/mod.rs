//! A policy, checked and made ready: masks, the look-up index, the regimes of every region.
//!
//! Made once from a [`Policy`] and a [`Deployment`]; every request only reads it.

mod check;
pub(crate) mod deployment;
pub(crate) mod imports;
mod index;
mod origins;
mod regimes;
mod sources;
mod warnings;

pub(crate) use index::Kind;
pub(crate) use regimes::Regimes;
pub(crate) use sources::Sources;
pub use warnings::Warning;

use crate::compiled::imports::Imports;
use crate::policy::config_error::ConfigError;
use crate::policy::{Lifetime, Role, Technology};
use crate::terms::category::{OPTIONAL, OPTIONAL_IDS};
use crate::terms::rule::Exemption;
use crate::wire::address::Address;
use crate::wire::pairs::CookieFinder;
use crate::wire::set_cookie::Floor;
use crate::{Category, Deployment, Policy};
use chrono::TimeDelta;
use index::Index;
use origins::Origins;

/// Everything that requests are judged by.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) policy: Policy,
    pub(crate) deployment: Deployment,
    pub(crate) names: Categories,
    pub(crate) providers: Vec<ProviderTerms>,
    pub(crate) trackers: Vec<TrackerTerms>,
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
    pub(crate) provider: Option<usize>,
    pub(crate) exemption: Option<Exemption>,
    /// The longest lifetime of a kept cookie; `None` for the session.
    pub(crate) lifetime: Option<TimeDelta>,
    pub(crate) floor: Floor,
}

impl Compiled {
    /// Checks and compiles.
    pub(crate) fn new(policy: Policy, deployment: Deployment) -> Result<Self, ConfigError> {
        let names = Categories::of(&policy);
        let (imports, problems) = Imports::of(&policy, &names);
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
            provider: policy.providers.iter().position(|provider| Some(&provider.id) == tracker.provider.as_ref()),
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
        let keys: Vec<_> =
            policy.trackers.iter().map(|t| (Kind::of(t.technology), literal(t.technology, &t.name))).collect();
        let index = Index::new(keys.iter().map(|(kind, name)| (*kind, name.as_str())), |_| {});
        let addresses = keys.iter().enumerate().filter(|(_, (kind, _))| *kind == Kind::Address);
        let origins = Origins::new(addresses.map(|(place, (_, name))| (place, name.as_str())), &trackers);
        let regimes = Regimes::of(&policy, &names);
        let sources = Sources::new(&policy, &deployment, &trackers);
        let warnings = warnings::of(&policy, &names, &regimes, &sources, &imports);
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

    /// The number of the tracker that covers a cookie or a storage key.
    pub(crate) fn tracker(&self, kind: Kind, name: &str) -> Option<usize> {
        self.index.find(kind, name)
    }

    /// What a provider adds to the decision about its trackers.
    pub(crate) fn provider(&self, id: &str) -> Option<&ProviderTerms> {
        self.providers.iter().find(|provider| *provider.id == *id)
    }

    /// Whether documents carry something that is made for their visitor.
    pub(crate) fn adds_to_pages(&self) -> bool {
        let reaches_browser = self.sources.is_on() && (self.sources.is_enforced || self.sources.endpoints.is_some());
        reaches_browser || self.policy.headers.permissions_policy
    }

    /// Whether a host is one of ours, here.
    pub(crate) fn is_own_host(&self, host: &str) -> bool {
        self.own_hosts().any(|own| own == host)
    }

    /// Our hosts at which an address is declared, so that a relative address may be that tracker.
    pub(crate) fn own_address_hosts(&self) -> impl Iterator<Item = &str> {
        self.own_address_hosts.iter().map(String::as_str)
    }

    /// The hosts of the policy, then those of the deployment.
    pub(crate) fn own_hosts(&self) -> impl Iterator<Item = &str> {
        self.policy.hosts.iter().map(String::as_str).chain(self.deployment.hosts())
    }
}

impl Categories {
    /// The categories of a policy, as far as it is sound.
    fn of(policy: &Policy) -> Self {
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

    /// The declared categories of which an answer of this revision still says what it said.
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

/// Our hosts, with their ports, at which a tracker is declared.
fn own_address_hosts(policy: &Policy, deployment: &Deployment) -> Vec<String> {
    let is_own = |host: &str| policy.hosts.iter().map(String::as_str).chain(deployment.hosts()).any(|own| own == host);
    let addresses = policy.trackers.iter().filter(|tracker| tracker.technology.is_address());
    let mut hosts: Vec<String> = addresses
        .filter_map(|tracker| {
            let address = Address::parse(&tracker.name).ok()?;
            address.host().filter(|host| is_own(host))?;
            Some(address.origin()?.split_once("://")?.1.to_owned())
        })
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// The text that a tracker is looked up by: an address in its canonical spelling, any other name as it is.
pub(crate) fn literal(technology: Technology, name: &str) -> String {
    match Kind::of(technology) {
        Kind::Address => match Address::parse(name) {
            Ok(Address::Absolute { text, .. }) => text.into_owned(),
            Ok(Address::Relative { .. }) | Err(_) => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}
