//! Visitors for the tests of a host's own handlers.
//!
//! Everything here is made through the same cookie and the same fold as real traffic, so that a test cannot pass by
//! a short cut that production lacks. The clock stands still at [`now`].

use crate::policy::{CategoryDeclaration, Lifetime, Period, Provider, Role, Technology, Text, Tracker};
use crate::{Answer, Category, Facts, Gate, Policy, Region, Visitor};
use chrono::{DateTime, Utc};

/// The time of every test visitor: 2026-11-23 12:00:00 UTC.
#[must_use]
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap_or_default()
}

/// A visitor in Germany who has not answered.
#[must_use]
pub fn undecided(gate: &Gate) -> Visitor {
    visitor(gate, None)
}

/// A visitor in Germany who granted everything that the policy offers.
#[must_use]
pub fn accepted(gate: &Gate) -> Visitor {
    granted(gate, gate.offered())
}

/// A visitor in Germany who refused everything that the policy offers.
#[must_use]
pub fn refused(gate: &Gate) -> Visitor {
    granted(gate, Category::empty())
}

/// A visitor in Germany who granted these categories and refused the others.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// let visitor = testing::granted(&gate, Category::ANALYTICS);
/// assert!(visitor.may_track(Category::ANALYTICS));
/// assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
/// ```
#[must_use]
pub fn granted(gate: &Gate, categories: Category) -> Visitor {
    visitor(gate, Some(&cookie(gate, categories, now())))
}

/// The `Cookie` header of a browser that granted these categories at that time and refused the others: for tests over
/// HTTP.
#[must_use]
pub fn cookie(gate: &Gate, categories: Category, decided: DateTime<Utc>) -> String {
    let answer = Answer::new(gate.policy().revision, decided);
    let answer = answer.grant(categories).refuse(gate.offered().difference(categories));
    format!("{}={answer}", gate.cookie_name())
}

fn visitor(gate: &Gate, cookie: Option<&str>) -> Visitor {
    let germany = "DE".parse().unwrap_or(Region::UNKNOWN);
    gate.visitor(cookie.map(|value| ("cookie", value)), Facts::in_region(germany), now())
}

/// The gate of [`policy`].
///
/// # Panics
/// Never: the policy is sound, as this crate's own tests show.
#[must_use]
#[allow(clippy::expect_used)]
pub fn gate() -> Gate {
    Gate::new(policy()).expect("the policy for tests is sound")
}

/// A small sound policy with the four built-in categories and a tracker or two in each.
#[must_use]
pub fn policy() -> Policy {
    let mut policy = Policy::new("calminteraction", 4, "2026-11", ["en"], ["calminteraction.example"]);
    let text = |text: &str| Text::from([("en", text)]);
    for (id, since) in [("functional", 1), ("analytics", 3), ("personalization", 1), ("advertising", 1)] {
        policy.categories.push(
            CategoryDeclaration::new(id)
                .since(since)
                .title(text(id))
                .purpose(text("What it is for."))
                .impact(text("What you lose without it.")),
        );
    }
    for (id, role) in [("lumen", Role::Processor), ("adloop", Role::ThirdParty)] {
        policy.providers.push(
            Provider::new(id, id, role)
                .purpose(text("What it does for us."))
                .collects([("en", ["pages viewed"])])
                .policy_url(format!("https://{id}.example/privacy"))
                .opt_out_url(format!("https://{id}.example/opt-out")),
        );
    }
    let days = |days| Some(Lifetime::For(Period::days(days)));
    for (name, technology, category, provider, lifetime) in [
        ("sid", Technology::Cookie, "essential", None, Some(Lifetime::Session)),
        ("lang", Technology::Cookie, "functional", None, days(365)),
        ("_lum*", Technology::Cookie, "analytics", Some("lumen"), days(395)),
        ("https://px.lumen.example/v.gif", Technology::Pixel, "analytics", Some("lumen"), None),
        ("recommend", Technology::Cookie, "personalization", None, days(30)),
        ("_adl", Technology::Cookie, "advertising", Some("adloop"), days(90)),
        ("player.*", Technology::LocalStorage, "functional", None, days(365)),
    ] {
        let mut tracker = Tracker::new(name, technology, category).purpose(text("What it holds."));
        tracker.provider = provider.map(str::to_owned);
        tracker.lifetime = lifetime;
        policy.trackers.push(tracker);
    }
    policy
}
