//! Drupal's EU Cookie Compliance: `cookie-agreed=0|1|2`, `cookie-agreed-categories`, JSON that lists what is granted, raw
//! or encoded, and `cookie-agreed-version`.
//!
//! 1 and 2 mean that the visitor agreed to something: only the list says to what. Items: the categories, whose ids are
//! the site's.

use super::decode::text;
use super::json::{Step::Entry, Value, json};
use super::{Cookies, Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "drupal-eu-cookie-compliance",
    cookie: "cookie-agreed",
    tails: &["", "-categories", "-version"],
    has_revision: true,
    read,
    ..System::ONE_COOKIE
};

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let has_agreed = match cookies.one(0)? {
        None => return Ok(None),
        Some(b"0") => false,
        Some(b"1" | b"2") => true,
        Some(_) => return Err(Fault::Shape),
    };
    let mut answer = cookies.each(1, listed)?.unwrap_or_default();
    if !has_agreed {
        answer.also(cookies.site().all(), false);
    }
    let version = cookies.one(2)?.map(text).transpose()?.map_or(Value::Null, Value::Text);
    Ok(Some(answer.present(cookies.site().is_present(version))))
}

fn listed(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut answer = SystemAnswer::default();
    json(value, |path, value| match (path, value) {
        ([], Value::List) => Ok(()),
        ([Entry(_)], Value::Text(category)) => answer.item(site, category, true),
        _ => Err(Fault::Shape),
    })?;
    answer.others(site, false);
    Ok(answer)
}
