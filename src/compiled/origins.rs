//! The origins at which addresses are declared, for what names no more than an origin.

use super::{TrackerId, TrackerTerms};
use crate::wire::address::Address;
use std::collections::HashMap;

/// For each origin, one tracker of every way that trackers there are decided in.
#[derive(Debug)]
pub(crate) struct Origins(HashMap<Box<str>, Vec<TrackerId>>);

impl Origins {
    /// `addresses` are trackers and their canonical texts.
    pub(super) fn new<'n>(addresses: impl Iterator<Item = (TrackerId, &'n str)>, terms: &[TrackerTerms]) -> Self {
        let mut origins: HashMap<Box<str>, Vec<TrackerId>> = HashMap::new();
        let decided_by = |tracker: TrackerId| tracker.entry_in(terms).decided_by();
        for (tracker, name) in addresses {
            let Some(origin) = Address::parse(name).ok().and_then(|address| Some(connected_to(address.origin()?)))
            else {
                continue;
            };
            let known = origins.entry(origin.into()).or_default();
            if !known.iter().any(|other| decided_by(*other) == decided_by(tracker)) {
                known.push(tracker);
            }
        }
        Self(origins)
    }

    /// The trackers to ask about an origin, in the order of their declaration.
    pub(crate) fn at(&self, origin: &str) -> &[TrackerId] {
        self.0.get(&*connected_to(origin)).map_or(&[], Vec::as_slice)
    }
}

/// The origin as that of a page: a WebSocket shares the connection's host and port.
fn connected_to(origin: &str) -> String {
    match origin.strip_prefix("ws") {
        Some(rest) => format!("http{rest}"),
        None => origin.to_owned(),
    }
}
