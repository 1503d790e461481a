//! Chromium's own log of its network.

use super::trap::LOCAL;
use std::collections::BTreeSet;
use std::path::Path;

/// The names that a browser looked up, be it only to be quick later on (`dns-prefetch`).
///
/// A browser connects to no host whose name is not here.
#[derive(Debug)]
pub struct NetLog {
    /// The names that the trap knows by name; all others are `elsewhere`.
    pub looked_up: BTreeSet<String>,
}

impl NetLog {
    pub(super) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        // A host that the browser asks its resolver for stands there as the trap's rules map it, with scheme and port.
        let hosts = text.split("\"host\":\"").skip(1).filter_map(|rest| {
            let host = rest.split('"').next()?;
            let host = host.split_once("://").map_or(host, |(_, rest)| rest);
            host.split(':').next()?.strip_suffix(LOCAL).map(str::to_owned)
        });
        Self { looked_up: hosts.collect() }
    }
}
