//! The declared addresses as the sources of a Content-Security-Policy (CSP 3 §2.3.1), made ready.
//!
//! - An address includes everything below it. A source without a final slash is that path alone, one with it all below: most
//!   addresses are two sources. An origin is one, without a path.
//! - A path in a source is compared with percent-encoding resolved, and not at all after a redirection (CSP 3 §6.7.2.8, §6.7.2.12):
//!   there a browser lets more pass than the policy declares, on the same host.
//! - A source cannot except anything: an address below an allowed one is allowed with it. A warning says so.
//! - What has no spelling as a source is left out, and stays blocked: a host that is an IPv6 address.
//! - `default-src` has the same list where no directive is left out. Without it, prefetches are not restricted; with it,
//!   they load where any directive lets them (CSP 3, "Does resource hint request violate policy?").
//! - Our own hosts are listed with every port, as the decision about an address takes them.
//!
//! Addresses of one category, exemption and provider are decided alike: a visitor's policy is made of such groups, and
//! kept for the next visitor who allows the same ones.

use super::hosts::{is_own, own_hosts};
use super::{TrackerId, TrackerTerms};
use crate::policy::Undeclared;
use crate::wire::address::Address;
use crate::{Category, Deployment, Policy};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// How long a policy may be that names every directive, in bytes. Above it `default-src` says the same once: proxies make
/// room for 4 to 16 KiB of headers.
const EACH_DIRECTIVE_MAX: usize = 3_072;

/// How long a policy may be at all, in bytes.
const LONGEST: usize = 8_192;

/// How many policies are kept. Few combinations of categories are in use.
const KEPT_MAX: usize = 64;

/// The sources that are not about hosts. A nonce or a hash is never among them: it would switch `'unsafe-inline'` off;
/// nor is `'strict-dynamic'`, which would switch the hosts off; nor `'report-sample'`, which sends a piece of the page.
const SCHEMES: &str = " data: blob: filesystem:";
const SCRIPT: &str = " 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' 'unsafe-hashes' 'inline-speculation-rules' data: blob: filesystem:";
const STYLE: &str = " 'unsafe-inline' 'unsafe-hashes' data: blob: filesystem:";
const MEDIA: &str = " data: blob: filesystem: mediastream:";
/// Without `'inline-speculation-rules'`: Chromium reads it in directives of scripts alone, and says so on every page.
const DEFAULT: &str =
    " 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' 'unsafe-hashes' data: blob: filesystem: mediastream:";

/// The name under which the endpoint of reports is known to a browser.
const ENDPOINT: &str = "consent-gate";

/// Everything that a policy is made of.
#[derive(Debug)]
pub(crate) struct Sources {
    /// The directives that are not left out, and `default-src` where all are listed, each with its sources that are not hosts.
    directives: Vec<(&'static str, &'static str)>,
    is_whole: bool,
    own: String,
    groups: Vec<Group>,
    tail: String,
    /// The value of `Reporting-Endpoints`, where there is an endpoint.
    pub(crate) endpoints: Option<Arc<str>>,
    /// Whether browsers shall obey: undeclared things are denied.
    pub(crate) is_enforced: bool,
    kept: RwLock<HashMap<Vec<u64>, Arc<str>>>,
}

/// Addresses that are always decided alike.
#[derive(Debug)]
struct Group {
    /// One of them.
    tracker: TrackerId,
    is_essential: bool,
    sources: Vec<String>,
    origins: Vec<String>,
}

impl Sources {
    pub(crate) fn new(policy: &Policy, deployment: &Deployment, trackers: &[TrackerTerms]) -> Self {
        let headers = &policy.headers;
        let known =
            crate::policy::DocumentHeaders::DIRECTIVES.iter().copied().filter(|_| headers.content_security_policy);
        let mut directives: Vec<_> =
            known.filter(|name| !headers.omits(name)).map(|name| (name, beside_hosts(name))).collect();
        let is_whole = directives.len() == crate::policy::DocumentHeaders::DIRECTIVES.len();
        // It must not tighten what is left out.
        directives.extend(is_whole.then_some(("default-src", SCHEMES)));
        let tail = headers.report.as_ref().map(|path| format!("; report-uri {path}; report-to {ENDPOINT}"));
        Self {
            is_whole,
            directives,
            own: own_sources(policy, deployment),
            groups: groups(policy, deployment, trackers),
            tail: tail.unwrap_or_default(),
            endpoints: headers.report.as_ref().map(|path| format!("{ENDPOINT}=\"{path}\"").into()),
            is_enforced: policy.enforce.undeclared == Undeclared::Deny,
            kept: RwLock::default(),
        }
    }

    /// Whether there is a policy at all.
    pub(crate) const fn is_on(&self) -> bool {
        !self.directives.is_empty()
    }

    /// The policy of a visitor; `is_allowed` decides about one tracker.
    pub(crate) fn policy(&self, is_allowed: impl Fn(TrackerId) -> bool) -> Arc<str> {
        let mut allowed = vec![0_u64; self.groups.len().div_ceil(64)];
        for (number, group) in self.groups.iter().enumerate() {
            if group.is_essential || is_allowed(group.tracker) {
                allowed[number / 64] |= 1 << (number % 64);
            }
        }
        if let Some(kept) = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&allowed) {
            return kept.clone();
        }
        let text: Arc<str> = self.text(&allowed).0.into();
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        // Answers that name providers at random must not fill the memory.
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(allowed, text.clone());
        text
    }

    /// How many hosts the policy of a visitor would name who allows everything, and how many of them fit.
    pub(super) fn hosts_and_room(&self) -> (usize, usize) {
        let everything = vec![u64::MAX; self.groups.len().div_ceil(64)];
        let left_out = self.text(&everything).1;
        let hosts = self.listed(&everything, |group| &group.origins).len();
        (hosts, hosts - left_out)
    }

    /// The shortest exact spelling that fits; failing that, hosts without their paths; failing that, as many of those as
    /// fit, and how many do not: what is not listed is blocked.
    fn text(&self, allowed: &[u64]) -> (String, usize) {
        let exact = self.listed(allowed, |group| &group.sources);
        let origins = self.listed(allowed, |group| &group.origins);
        let text = [&exact, &origins].into_iter().find_map(|list| self.print(list));
        if let Some(text) = text {
            return (text, 0);
        }
        // The length grows with the list, so that the longest that fits is found by halving.
        let room = greatest(origins.len(), |count| self.print(&origins[..count]).is_some());
        (self.print(&origins[..room]).unwrap_or_default(), origins.len() - room)
    }

    /// The sources of the allowed groups, essential ones first, each once.
    fn listed<'s>(&'s self, allowed: &[u64], of: impl Fn(&'s Group) -> &'s Vec<String>) -> Vec<&'s str> {
        let is_allowed = |number: usize| allowed[number / 64] & (1 << (number % 64)) != 0;
        let groups = self.groups.iter().enumerate().filter(|(number, _)| is_allowed(*number));
        let mut seen = std::collections::HashSet::new();
        groups.flat_map(|(_, group)| of(group)).map(String::as_str).filter(|source| seen.insert(*source)).collect()
    }

    /// The policy of a list: directive by directive where that is short, else once for all; `None` where it is too long.
    fn print(&self, list: &[&str]) -> Option<String> {
        let hosts = self.own.len() + list.iter().map(|source| source.len() + 1).sum::<usize>();
        let length = |directives: &[(&str, &str)]| {
            let each = directives.iter().map(|(name, beside)| name.len() + hosts + beside.len() + "; ".len());
            each.sum::<usize>() + self.tail.len()
        };
        let once = [("default-src", DEFAULT)];
        let forms: &[(&[_], usize)] = if self.is_whole {
            &[(&self.directives, EACH_DIRECTIVE_MAX), (&once, LONGEST)]
        } else {
            &[(&self.directives, LONGEST)]
        };
        let (directives, _) = forms.iter().find(|(directives, most)| length(directives) <= *most)?;
        let mut text = String::with_capacity(length(directives));
        for (number, (name, beside)) in directives.iter().enumerate() {
            text.push_str(if number == 0 { "" } else { "; " });
            text.push_str(name);
            text.push_str(&self.own);
            for source in list {
                text.push(' ');
                text.push_str(source);
            }
            text.push_str(beside);
        }
        text.push_str(&self.tail);
        Some(text)
    }
}

/// The greatest number, up to `most`, that fits, where every smaller one does.
fn greatest(most: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

fn beside_hosts(directive: &str) -> &'static str {
    match directive {
        "script-src" => SCRIPT,
        "style-src" => STYLE,
        "media-src" => MEDIA,
        _ => SCHEMES,
    }
}

fn own_sources(policy: &Policy, deployment: &Deployment) -> String {
    let schemes = if deployment.is_plain_http() { ["http", "ws"] } else { ["https", "wss"] };
    let hosts = own_hosts(policy, deployment).filter(|host| !host.starts_with('['));
    hosts.fold(" 'self'".to_owned(), |mut own, host| {
        for scheme in schemes {
            own.extend([" ", scheme, "://", host, ":*"]);
        }
        own
    })
}

fn groups(policy: &Policy, deployment: &Deployment, trackers: &[TrackerTerms]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut numbers: HashMap<_, usize> = HashMap::new();
    for (tracker, declared) in TrackerId::numbered(&policy.trackers).filter(|(_, t)| t.technology.is_address()) {
        let Ok(address) = Address::parse(&declared.name) else { continue };
        let (Some(origin), Some(host)) = (address.origin(), address.host()) else { continue };
        if host.starts_with('[') || is_own(policy, deployment, &address) {
            continue;
        }
        let terms = tracker.entry_in(trackers);
        let is_essential = terms.category == Category::ESSENTIAL;
        let key = if is_essential { (terms.category, None, None) } else { terms.decided_by() };
        let number = *numbers.entry(key).or_insert_with(|| {
            groups.push(Group { tracker, is_essential, sources: Vec::new(), origins: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[number];
        group.sources.extend(sources(origin, &address.text()[origin.len()..]));
        group.origins.push(origin.to_owned());
    }
    groups.sort_by_key(|group| !group.is_essential);
    groups
}

/// The sources of an address and everything below it.
fn sources(origin: &str, path: &str) -> Vec<String> {
    let path: String = path.chars().fold(String::new(), |mut out, character| {
        push_encoded(&mut out, character);
        out
    });
    let path = stray_percents_encoded(&path);
    match path.strip_suffix('/') {
        Some("") => vec![origin.to_owned()],
        Some(_) => vec![format!("{origin}{path}")],
        None => vec![format!("{origin}{path}"), format!("{origin}{path}/")],
    }
}

/// A character of a path, encoded where a source cannot hold it (RFC 3986 §3.3, without `;` and `,`).
fn push_encoded(out: &mut String, character: char) {
    if character.is_ascii_alphanumeric() || "/%-._~!$&'()*+=:@".contains(character) {
        return out.push(character);
    }
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        out.push_str(&format!("%{byte:02X}"));
    }
}

/// A percent sign that begins no encoding is a plain character, to a browser as well.
fn stray_percents_encoded(path: &str) -> String {
    let mut pieces = path.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_encoding = piece.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        out.push_str(if is_encoding { "%" } else { "%25" });
        out.push_str(piece);
    }
    out
}
