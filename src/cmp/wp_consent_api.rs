//! The WP Consent API: a cookie for each category, `wp_consent_statistics=allow|deny`.
//!
//! `statistics-anonymous` is allowed even after a refusal, and not read by default. Items: the categories.

use super::complianz::allows;
use super::{Cookies, Fault, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "wp-consent-api",
    cookie: "wp_consent_",
    tails: &["consented_services"],
    has_cookie_per_item: true,
    map: &[("marketing", "advertising"), ("preferences", "functional"), ("statistics", "analytics")],
    read,
    ..System::ONE_COOKIE
};

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let mut answer = SystemAnswer::default();
    for (item, value) in cookies.of_items() {
        answer.also(item, allows(value?)?);
    }
    match (answer.named(), cookies.one(0)?) {
        (0, None) => Ok(None),
        // Consent to a service is none to a category.
        (0, Some(_)) => Ok(Some(SystemAnswer::undecided(Why::NotAnswered))),
        _ => Ok(Some(answer)),
    }
}
