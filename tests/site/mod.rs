//! The small site that these tests are held against, and visitors of it.
//!
//! Revision 4. Analytics means what it means since revision 3; `tally` works for us since 4, `adloop` since 3.
#![allow(dead_code, unreachable_pub)]

use chrono::{DateTime, Utc};
use consent_gate::policy::{
    CategoryDeclaration, Exemption, Lifetime, Period, Provider, Role, Technology, Text, Tracker,
};
use consent_gate::{Facts, Gate, Policy, Region, Visitor};

/// 2026-11-23 00:00:00 UTC, the time of most requests.
pub const NOW: i64 = 1_795_392_000;
pub const DAY: i64 = 86_400;

pub fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

pub fn text(text: &str) -> Text {
    Text::from([("en", text)])
}

pub fn days(days: u16) -> Option<Lifetime> {
    Some(Lifetime::For(Period::days(days)))
}

pub fn category(id: &str, since: u32) -> CategoryDeclaration {
    CategoryDeclaration::new(id)
        .since(since)
        .title(text(id))
        .purpose(text("What it is for."))
        .impact(text("What is lost without it."))
}

pub fn provider(id: &str, role: Role, since: u32) -> Provider {
    Provider::new(id, id, role)
        .since(since)
        .purpose(text("What it does."))
        .collects([("en", ["pages viewed"])])
        .policy_url(format!("https://{id}.example/privacy"))
        .opt_out_url(format!("https://{id}.example/opt-out"))
}

pub fn tracker(name: &str, technology: Technology, category: &str) -> Tracker {
    let tracker = Tracker::new(name, technology, category).purpose(text("What it holds."));
    match technology {
        Technology::Cookie | Technology::LocalStorage | Technology::IndexedDb => tracker.lifetime(Period::days(30)),
        _ => tracker,
    }
}

pub fn cookie(name: &str, category: &str) -> Tracker {
    tracker(name, Technology::Cookie, category)
}

pub fn of(provider: &str, tracker: Tracker) -> Tracker {
    tracker.provider(provider)
}

pub fn measuring(tracker: Tracker) -> Tracker {
    tracker.exemption(Exemption::AudienceMeasurement)
}

pub fn requested(tracker: Tracker) -> Tracker {
    tracker.exemption(Exemption::UserRequested)
}

pub fn policy() -> Policy {
    let mut policy = Policy::new("shop", 4, "2026-11", ["en"], ["shop.example"]);
    policy.categories = vec![
        category("functional", 1),
        category("analytics", 3),
        category("personalization", 1),
        category("advertising", 1),
    ];
    policy.providers = vec![
        provider("tally", Role::Processor, 4),
        provider("peek", Role::ThirdParty, 1),
        provider("adloop", Role::ThirdParty, 3),
        provider("cliptube", Role::ThirdParty, 1),
    ];
    policy.trackers = vec![
        cookie("sid", "essential"),
        of("adloop", tracker("https://adloop.example/pay/", Technology::Frame, "essential")),
        cookie("own_a", "analytics"),
        measuring(cookie("count_a", "analytics")),
        of("tally", cookie("tally_*", "analytics")),
        measuring(of("tally", tracker("https://tally.example/v.gif", Technology::Pixel, "analytics"))),
        of("peek", tracker("peek.queue", Technology::LocalStorage, "analytics")),
        cookie("own_ad", "advertising"),
        of("adloop", tracker("https://adloop.example/t.js", Technology::Script, "advertising")),
        requested(cookie("lang", "functional")),
        cookie("seen", "functional"),
        cookie("recommend", "personalization"),
        of("cliptube", tracker("https://cliptube.example/embed/", Technology::Frame, "personalization")),
    ];
    policy
}

pub fn gate() -> Gate {
    Gate::new(policy()).unwrap()
}

/// A gate of the policy after a change of it.
pub fn gate_with(change: impl FnOnce(&mut Policy)) -> Gate {
    let mut policy = policy();
    change(&mut policy);
    Gate::new(policy).unwrap()
}

pub fn region(code: &str) -> Region {
    if code.is_empty() { Region::UNKNOWN } else { code.parse().unwrap() }
}

pub fn facts(code: &str) -> Facts {
    Facts::in_region(region(code))
}

/// A visitor with these `Cookie` pairs, at [`NOW`]. `A` stands for the name of the consent cookie.
pub fn visitor(gate: &Gate, code: &str, cookies: &str) -> Visitor {
    visitor_with(gate, code, cookies, &[])
}

/// The same with the given signals, `sec-gpc` or `dnt`.
pub fn visitor_with(gate: &Gate, code: &str, cookies: &str, signals: &[&str]) -> Visitor {
    let cookies = cookies.replace("A=", &format!("{}=", gate.cookie_name()));
    let mut headers = vec![("cookie", cookies.as_str())];
    headers.extend(signals.iter().map(|name| (*name, "1")));
    gate.visitor(headers, facts(code), time(NOW))
}

/// The `Set-Cookie` lines that end a request.
pub fn lines(visitor: &Visitor) -> Vec<String> {
    visitor.finish().into_iter().map(String::from).collect()
}
