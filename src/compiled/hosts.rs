//! Our own hosts: those of the policy, then those of the deployment.

use crate::wire::address::Address;
use crate::{Deployment, Policy};

/// Every host of our own.
pub(super) fn own_hosts<'a>(policy: &'a Policy, deployment: &'a Deployment) -> impl Iterator<Item = &'a str> {
    policy.hosts.iter().map(String::as_str).chain(deployment.hosts())
}

/// Whether an address names one of our own hosts, at whatever port. A relative address names none.
pub(super) fn is_own(policy: &Policy, deployment: &Deployment, address: &Address<'_>) -> bool {
    address.host().is_some_and(|host| own_hosts(policy, deployment).any(|own| own == host))
}

/// Our hosts, with their ports, at which a tracker is declared.
pub(super) fn own_address_hosts(policy: &Policy, deployment: &Deployment) -> Vec<String> {
    let addresses = policy.trackers.iter().filter(|tracker| tracker.technology.is_address());
    let mut hosts: Vec<String> = addresses
        .filter_map(|tracker| {
            let address = Address::parse(&tracker.name).ok().filter(|address| is_own(policy, deployment, address))?;
            Some(address.origin()?.split_once("://")?.1.to_owned())
        })
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}
