//! The `[[provider]]` entries.

use super::site::is_page;
use super::{Check, repeated};
use crate::policy::config_error::ProblemKind;
use crate::policy::{Provider, Role};
use crate::terms::answer::Exceptions;
use crate::wire::host::is_host_pattern;
use crate::wire::parse::VALUE_MAX;

/// The longest consent cookie without exceptions: every number and set at its longest, and the dot before exceptions.
const LONGEST_START: usize = "1.4294967295.18446744073709551615.ffff001e.ffff001e.3.".len();

impl Check<'_> {
    pub(super) fn providers(&mut self) {
        let providers = &self.policy.providers;
        let ids: Vec<_> = providers.iter().map(|provider| &provider.id).collect();
        for index in repeated(&ids) {
            self.add(entry(&providers[index]), ProblemKind::DeclaredTwice);
        }
        let bytes = LONGEST_START + providers.iter().map(|provider| provider.id.len() + "~+".len()).sum::<usize>();
        if providers.len() > Exceptions::MAX || bytes > VALUE_MAX + 1 {
            self.add("provider", ProblemKind::TooManyProviders { count: providers.len(), bytes });
        }
        for provider in providers {
            self.provider(provider);
        }
    }

    fn provider(&mut self, provider: &Provider) {
        let entry = entry(provider);
        if !Exceptions::is_id(&provider.id) {
            self.add(&entry, ProblemKind::Id(provider.id.clone()));
        }
        self.since(&entry, provider.since);
        for host in provider.hosts.iter().filter(|host| !is_host_pattern(host)) {
            self.add(&entry, ProblemKind::Host(host.clone()));
        }
        // A third party is declared with what it collects and why, or not at all; for a processor it may be left out.
        let is_third_party = provider.role == Role::ThirdParty;
        if is_third_party || !provider.purpose.is_empty() {
            self.text(&entry, "purpose", &provider.purpose);
        }
        if is_third_party || !provider.collects.is_empty() {
            self.text_list(&entry, "collects", &provider.collects);
        }
        for (key, address) in [("policy_url", &provider.policy_url), ("opt_out_url", &provider.opt_out_url)] {
            match address {
                None if is_third_party => self.add(&entry, ProblemKind::ThirdPartyAddress(key)),
                Some(address) if !is_page(address) => self.add(&entry, ProblemKind::Address(address.clone())),
                _ => {}
            }
        }
        self.one_category(&entry, provider);
    }

    /// A visitor refuses a provider in its category; so it can have only one.
    fn one_category(&mut self, entry: &str, provider: &Provider) {
        let own = self.policy.trackers.iter().filter(|tracker| tracker.provider.as_ref() == Some(&provider.id));
        let mut categories = own.map(|tracker| &tracker.category).filter(|category| *category != "essential");
        if let Some(first) = categories.next()
            && let Some(second) = categories.find(|category| *category != first)
        {
            self.add(entry, ProblemKind::TwoCategories(first.clone(), second.clone()));
        }
    }
}

fn entry(provider: &Provider) -> String {
    format!("provider {:?}", provider.id)
}
