//! What is enforced, as tables: trackers, categories, providers, the rules of every region, and what documents carry.
//!
//! - Texts are in the policy's default language.
//! - The rules of a region are those that hold on the day, the operator's own values included. A law that starts later
//!   has a second row for the day on which it starts.
//! - A value that the policy replaced is followed by the preset's, as in `exempt (preset: opt-in)`. A region whose
//!   entry repeats the preset's values has `yes` in the column of the policy's entry, and no mark.

mod regimes;
mod sheet;

use crate::diff;
use crate::read;
use crate::{Failure, Outcome};
use chrono::NaiveDate;
use consent_gate::policy::{
    CategoryDeclaration, DocumentHeaders, Lifetime, Period, Provider, Technology, Tracker, Undeclared,
};
use consent_gate::{Gate, Policy};
pub(crate) use sheet::Form;
use sheet::Sheet;
use std::path::Path;

/// Prints the tables of a file.
pub(crate) fn table(file: &Path, form: Form, day: NaiveDate) -> Result<Outcome, Failure> {
    let gate = match read::gate(file)? {
        Ok(gate) => gate,
        Err(error) => return Ok(Outcome { text: read::problems(file, &error), is_sound: false }),
    };
    let sheets =
        [trackers(&gate), categories(&gate), providers(&gate), regimes::regimes(&gate, day), documents(gate.policy())];
    let sheets: Vec<Sheet> = sheets.into_iter().chain(imports(&gate)).collect();
    let policy = gate.policy();
    let title = format!("{}, revision {}, presets {}, on {day}", policy.site, policy.revision, policy.presets);
    Ok(Outcome { text: sheet::print(&title, &sheets, form), is_sound: true })
}

fn trackers(gate: &Gate) -> Sheet {
    let policy = gate.policy();
    let mut sheet = Sheet::new(
        "Trackers",
        ["Tracker", "Technology", "Category", "Provider", "Role", "Purpose", "Lifetime", "Where", "Exemption", "Floor"],
    );
    for tracker in &policy.trackers {
        let provider = policy.providers.iter().find(|provider| Some(&provider.id) == tracker.provider.as_ref());
        sheet.row([
            tracker.name.clone(),
            tracker.technology.to_string(),
            tracker.category.clone(),
            provider.map_or_else(|| "our own".to_owned(), |provider| provider.name.clone()),
            provider.map(|provider| provider.role.to_string()).unwrap_or_default(),
            text(policy, &tracker.purpose),
            lifetime(tracker),
            place(tracker),
            tracker.exemption.map(|exemption| exemption.to_string()).unwrap_or_default(),
            floor(tracker),
        ]);
    }
    sheet
}

fn categories(gate: &Gate) -> Sheet {
    let policy = gate.policy();
    let mut sheet =
        Sheet::new("Categories", ["Category", "Title", "Purpose", "Without it", "Since revision", "Bit", "Like"]);
    for category in &policy.categories {
        let CategoryDeclaration { id, custom, like, since, title, purpose, impact, .. } = category;
        sheet.row([
            id.clone(),
            text(policy, title),
            text(policy, purpose),
            text(policy, impact),
            since.to_string(),
            custom.map_or_else(|| "built in".to_owned(), |bit| format!("custom {bit}")),
            like.clone().unwrap_or_else(|| custom.map_or("", |_| "the strictest").to_owned()),
        ]);
    }
    sheet
}

fn providers(gate: &Gate) -> Sheet {
    let policy = gate.policy();
    let heads = [
        "Provider",
        "Name",
        "Company",
        "Role",
        "Purpose",
        "Collects",
        "Hosts",
        "Country",
        "Retention",
        "Agreement",
        "Privacy policy",
        "Opt-out",
        "Since revision",
    ];
    let mut sheet = Sheet::new("Providers", heads);
    let language = policy.default_language().unwrap_or_default();
    for provider in &policy.providers {
        let Provider { id, name, role, purpose, collects, hosts, since, .. } = provider;
        let stated = |value: &Option<String>| value.clone().unwrap_or_default();
        sheet.row([
            id.clone(),
            name.clone(),
            provider.company_or_name().to_owned(),
            role.to_string(),
            text(policy, purpose),
            collects.get(language).unwrap_or_default().join(", "),
            hosts.join(", "),
            stated(&provider.country),
            stated(&provider.retention),
            stated(&provider.agreement),
            stated(&provider.policy_url),
            stated(&provider.opt_out_url),
            since.to_string(),
        ]);
    }
    sheet
}

/// The other systems whose answers count, where there are any.
fn imports(gate: &Gate) -> Option<Sheet> {
    let mut sheet = Sheet::new("Imports", ["System", "Cookie", "Map", "Values", "Revision", "Precedence", "Migrates"]);
    for import in &gate.policy().imports {
        let cookie = import.cookie.clone().unwrap_or_else(|| "its own".to_owned());
        let [map, values, revision, precedence, migrates] = diff::imports::values(import).map(|(_, value)| value);
        sheet.row([import.system.clone(), cookie, map, values, revision, precedence, migrates]);
    }
    (!gate.policy().imports.is_empty()).then_some(sheet)
}

/// What browsers are told to enforce.
fn documents(policy: &Policy) -> Sheet {
    let DocumentHeaders { content_security_policy, omit, report, permissions_policy, clear_storage, .. } =
        &policy.headers;
    let mut sheet = Sheet::new("Documents", ["In documents", "What it does"]);
    let on = |is_on: bool, text: &str| if is_on { text.to_owned() } else { "off".to_owned() };
    let undeclared = match policy.enforce.undeclared {
        Undeclared::Deny => "blocks every host that is neither ours nor allowed now",
        _ if report.is_some() => "only reports, since undeclared things pass",
        _ => "not sent, since undeclared things pass and nobody hears reports",
    };
    sheet.row(["Content-Security-Policy".to_owned(), on(*content_security_policy, undeclared)]);
    sheet.row(["directives left out".to_owned(), if omit.is_empty() { "none".to_owned() } else { omit.join(", ") }]);
    sheet.row(["reports go to".to_owned(), report.clone().unwrap_or_else(|| "nobody".to_owned())]);
    let features = "no advertising features while advertising is denied, no detailed hints while analytics is";
    sheet.row(["Permissions-Policy".to_owned(), on(*permissions_policy, features)]);
    let clear = "a withdrawal that leaves no key allowed empties all storage of the site";
    sheet.row(["Clear-Site-Data".to_owned(), on(*clear_storage, clear)]);
    sheet
}

fn text(policy: &Policy, text: &consent_gate::policy::Text) -> String {
    policy.default_language().and_then(|language| text.get(language)).unwrap_or_default().to_owned()
}

fn lifetime(tracker: &Tracker) -> String {
    match (tracker.lifetime, tracker.technology) {
        (Some(Lifetime::For(period)), _) => words(period),
        (Some(Lifetime::Session) | None, Technology::SessionStorage) => "until the tab is closed".to_owned(),
        (Some(Lifetime::Session), _) => "until the browser is closed".to_owned(),
        (None, technology) if technology.is_address() => String::new(),
        (None, _) => "not stated".to_owned(),
    }
}

/// A period in words, as in `395 days`.
fn words(period: Period) -> String {
    let text = period.to_string();
    let units = [('d', "day"), ('h', "hour"), ('m', "minute"), ('s', "second")];
    let read = units.iter().find_map(|(unit, noun)| Some((text.strip_suffix(*unit)?.parse().ok()?, *noun)));
    read.map_or_else(|| text.clone(), |(count, noun)| read::counted(count, noun))
}

fn place(tracker: &Tracker) -> String {
    if tracker.technology != Technology::Cookie {
        return String::new();
    }
    let domain = tracker.domain.as_ref().map_or_else(|| "this host".to_owned(), |domain| format!("{domain} and below"));
    let partitioned = if tracker.partitioned { ", partitioned" } else { "" };
    format!("{domain}, path {}{partitioned}", tracker.path_or_root())
}

/// What is added to a cookie where it is missing.
pub(crate) fn floor(tracker: &Tracker) -> String {
    let same_site = tracker.same_site.map(|same_site| format!("SameSite={same_site}"));
    let flags = [tracker.secure.then_some("Secure"), tracker.http_only.then_some("HttpOnly")];
    let parts: Vec<String> = flags.into_iter().flatten().map(str::to_owned).chain(same_site).collect();
    parts.join(", ")
}
