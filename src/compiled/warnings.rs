//! What an operator should know about a policy, and may still want.

use super::regimes::Regimes;
use super::sources::Sources;
use super::{Categories, TrackerId, TrackerTerms};
use crate::compiled::imports::Imports;
use crate::policy::{Technology, Text, TextList, Tracker, Undeclared};
use crate::regime::{TABLE, preset_at};
use crate::wire::address::Address;
use crate::{Category, Policy, Region};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Something about a policy that is allowed and deserves a look.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// A `[[regime]]` entry is looser than the presets of these regions.
    #[error("regime {regions:?}: {value} is looser than the preset of {presets}; keep the reason with the policy")]
    LooserThanPreset {
        /// The regions of the entry, as the policy lists them.
        regions: String,
        /// The value, by the key that the policy gives it.
        value: String,
        /// The regions whose preset asks for more.
        presets: String,
    },
    /// A text is missing in a language other than the default one, which is shown instead.
    #[error("{entry}: {text} is missing in {language:?}; visitors will read it in the default language")]
    MissingTranslation {
        /// The entry, as in `category "analytics"`.
        entry: String,
        /// The key of the text.
        text: &'static str,
        /// The language that lacks it.
        language: String,
    },
    /// A text is left out, so that visitors do not see it.
    #[error("{entry}: it has no {text}; visitors will not be told")]
    NoText {
        /// The entry, as in `tracker "_lum*" (cookie)`.
        entry: String,
        /// The key of the text.
        text: &'static str,
    },
    /// An essential frame may lead its visitor to hosts that the policy does not know.
    #[error(
        "tracker {0:?} (frame): the directive frame-src of the Content-Security-Policy also governs where the frame \
         navigates, as a bank's 3-D Secure page does; leave it out (headers.omit = [\"frame-src\"]), or declare those hosts"
    )]
    EssentialFrame(String),
    /// An address that may be denied is below one that may be allowed, which a Content-Security-Policy cannot distinguish.
    #[error(
        "tracker {inner:?} lies below {outer:?}, which is decided separately: a Content-Security-Policy that allows the outer \
         address allows both; only the addresses in pages are judged separately"
    )]
    AddressBelowAnother {
        /// The outer address, as the policy names it.
        outer: String,
        /// The address below it.
        inner: String,
    },
    /// So many addresses are declared that the Content-Security-Policy of a visitor who allows them all cannot name them.
    #[error(
        "the Content-Security-Policy of a visitor who allows everything would name {hosts} hosts and has room for {room}; \
         the others stay blocked. Declare fewer hosts, or turn headers.content_security_policy off"
    )]
    TooManyHosts {
        /// How many hosts are declared.
        hosts: usize,
        /// How many of them fit.
        room: usize,
    },
    /// The cookie in which another system keeps its answer would be lost with the answer.
    #[error(
        "import {system:?}: the cookie {cookie:?} holds the visitor's answer and is not declared as an essential tracker, so \
         the gate and the guard script drop it when they see it written; declare it"
    )]
    BannerCookie {
        /// The system, as the policy names it.
        system: &'static str,
        /// The name of its cookie, or what the names of its cookies start with.
        cookie: String,
    },
}

/// Every warning about a policy.
pub(super) fn list(
    policy: &Policy,
    trackers: &[TrackerTerms],
    names: &Categories,
    regimes: &Regimes,
    sources: &Sources,
    imports: &Imports,
) -> Vec<Warning> {
    let mut out = looser_values(policy, names, regimes);
    out.extend(left_out(policy));
    out.extend(missing_translations(policy));
    if policy.headers.content_security_policy && !policy.headers.omits("frame-src") {
        let frames = policy.trackers.iter().filter(|t| t.technology == Technology::Frame && t.category == "essential");
        out.extend(frames.map(|tracker| Warning::EssentialFrame(tracker.name.clone())));
    }
    if sources.is_on() {
        out.extend(addresses_below_another(policy, trackers));
        let (hosts, room) = sources.hosts_and_room();
        out.extend((room < hosts).then_some(Warning::TooManyHosts { hosts, room }));
    }
    out.extend(banner_cookies(policy, imports));
    out
}

/// The addresses below one that is decided by other terms.
fn addresses_below_another(policy: &Policy, trackers: &[TrackerTerms]) -> Vec<Warning> {
    let terms = |tracker: TrackerId| tracker.entry_in(trackers);
    let canonical = |name: &str| match Address::parse(name) {
        Ok(Address::Absolute { text, .. }) => Some(text.into_owned()),
        _ => None,
    };
    let addresses = TrackerId::numbered(&policy.trackers).filter(|(_, declared)| declared.technology.is_address());
    let mut addresses: Vec<(String, TrackerId)> =
        addresses.filter_map(|(tracker, declared)| Some((canonical(&declared.name)?, tracker))).collect();
    // In this order an address follows those that it lies below: a slash sorts before all that a name can hold.
    addresses.sort_by_key(|(address, _)| address.replace('/', "\0"));
    let mut open: Vec<(String, TrackerId)> = Vec::new();
    let mut warnings = Vec::new();
    for (address, tracker) in addresses {
        let is_below =
            |outer: &str| address.strip_prefix(outer).is_some_and(|rest| outer.ends_with('/') || rest.starts_with('/'));
        while open.last().is_some_and(|(outer, _)| !is_below(outer)) {
            open.pop();
        }
        if let Some((_, outer)) =
            open.last().filter(|(_, outer)| terms(*outer).decided_by() != terms(tracker).decided_by())
            && terms(tracker).category != Category::ESSENTIAL
        {
            let [outer, inner] = [*outer, tracker].map(|tracker| tracker.entry_in(&policy.trackers).name.clone());
            warnings.push(Warning::AddressBelowAnother { outer, inner });
        }
        open.push((address, tracker));
    }
    warnings
}

/// The cookies of other systems that are not as free to be written as an answer must be.
fn banner_cookies<'p>(policy: &'p Policy, imports: &'p Imports) -> impl Iterator<Item = Warning> + 'p {
    let lost = move |(_, cookie, is_start): &(&str, &str, bool)| {
        let covers = |tracker: &&Tracker| match tracker.name.strip_suffix('*') {
            Some(start) => cookie.starts_with(start) || *is_start && start.starts_with(cookie),
            None => tracker.name == *cookie || *is_start && tracker.name.starts_with(cookie),
        };
        let mut declared =
            policy.trackers.iter().filter(|t| t.technology == Technology::Cookie).filter(covers).peekable();
        match declared.peek() {
            Some(_) => declared.any(|tracker| tracker.category != "essential"),
            None => policy.enforce.undeclared == Undeclared::Deny,
        }
    };
    let lost = imports.cookies().filter(lost);
    lost.map(|(system, cookie, _)| Warning::BannerCookie { system, cookie: cookie.to_owned() })
}

/// Compares on the day of the edition that the policy names: warnings do not depend on a clock.
fn looser_values(policy: &Policy, names: &Categories, regimes: &Regimes) -> Vec<Warning> {
    let reviewed =
        TABLE.editions.iter().find(|(name, _)| *name == policy.presets).map_or(NaiveDate::MIN, |(_, day)| *day);
    let now = reviewed.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    let own = policy.regimes.iter().flat_map(|entry| entry.regions.iter().map(String::as_str));
    let codes = TABLE.rows.iter().map(|row| row.region).filter(|code| *code != "*");
    let mut regions: Vec<Region> = codes.chain(own).filter_map(|code| code.parse().ok()).collect();
    regions.sort_unstable();
    regions.dedup();

    let mut looser: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    for region in regions.into_iter().filter(|region| !region.is_unknown()) {
        let holding = regimes.at(region, now);
        let (Some(entry), Some(preset)) = (holding.replaced_by, preset_at(TABLE, &policy.presets, region, reviewed))
        else {
            continue;
        };
        let mut before = preset.regime;
        super::regimes::widen_to_custom(&mut before, policy, names);
        let name = |category: Category| names.id(category).to_owned();
        for value in holding.regime.looser_than(&before, name) {
            looser.entry((entry, value)).or_default().push(region.to_string());
        }
    }
    let warning = |((entry, value), presets): ((usize, String), Vec<String>)| Warning::LooserThanPreset {
        regions: policy.regimes[entry].regions.join(", "),
        value,
        presets: presets.join(", "),
    };
    looser.into_iter().map(warning).collect()
}

fn left_out(policy: &Policy) -> impl Iterator<Item = Warning> {
    let providers = policy.providers.iter().flat_map(|provider| {
        let texts = [("purpose", provider.purpose.is_empty()), ("collects", provider.collects.is_empty())];
        texts.map(|(text, is_empty)| (format!("provider {:?}", provider.id), text, is_empty))
    });
    let trackers = policy.trackers.iter().map(|tracker| {
        (format!("tracker {:?} ({})", tracker.name, tracker.technology), "purpose", tracker.purpose.is_empty())
    });
    providers.chain(trackers).filter(|(.., is_empty)| *is_empty).map(|(entry, text, _)| Warning::NoText { entry, text })
}

fn missing_translations(policy: &Policy) -> Vec<Warning> {
    let mut out = Vec::new();
    let default = policy.default_language().unwrap_or_default();
    for language in policy.languages.iter().filter(|language| *language != default) {
        let mut note = |entry: String, text: &'static str, has: bool, shown: bool| {
            if shown && !has {
                out.push(Warning::MissingTranslation { entry, text, language: language.clone() });
            }
        };
        let has = |text: &Text| (text.get(language).is_some(), !text.is_empty());
        let has_list = |list: &TextList| (list.get(language).is_some(), !list.is_empty());
        for (key, text) in policy.notice.texts() {
            let (has, shown) = has(text);
            note("notice".to_owned(), key, has, shown);
        }
        for category in &policy.categories {
            let entry = || format!("category {:?}", category.id);
            for (key, text) in
                [("title", &category.title), ("purpose", &category.purpose), ("impact", &category.impact)]
            {
                let (has, shown) = has(text);
                note(entry(), key, has, shown);
            }
        }
        for provider in &policy.providers {
            let entry = || format!("provider {:?}", provider.id);
            let (purpose, collects) = (has(&provider.purpose), has_list(&provider.collects));
            note(entry(), "purpose", purpose.0, purpose.1);
            note(entry(), "collects", collects.0, collects.1);
        }
        for tracker in &policy.trackers {
            let (has, shown) = has(&tracker.purpose);
            note(format!("tracker {:?} ({})", tracker.name, tracker.technology), "purpose", has, shown);
        }
    }
    out
}
