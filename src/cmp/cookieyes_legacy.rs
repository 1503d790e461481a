//! CookieYes before 2022 (GDPR Cookie Consent): `viewed_cookie_policy=yes|no`, a cookie for each category
//! (`cookielawinfo-checkbox-analytics=yes|no`), and `CookieLawInfoConsent`, base64 of JSON.
//!
//! The category cookies exist before a choice and follow every tick before it is saved; only `viewed_cookie_policy` is a
//! choice, and where `CookieLawInfoConsent` says what was saved, both must grant. Items: the categories. Revision:
//! `ver`.

use super::decode::{Buffer, base64, percent};
use super::json::{self, Step::Key, Value};
use super::{Cookies, Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "cookieyes-legacy",
    cookie: "cookielawinfo-checkbox-",
    tails: &[],
    beside: &["viewed_cookie_policy", "CookieLawInfoConsent"],
    has_cookie_per_item: true,
    map: &[
        ("advertisement", "advertising"),
        ("analytics", "analytics"),
        ("functional", "functional"),
        ("performance", "analytics"),
    ],
    has_revision: true,
    read,
    ..System::ONE_COOKIE
};

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let mut answer = SystemAnswer::default();
    let mut is_any = false;
    for (item, value) in cookies.of_items() {
        is_any = true;
        answer.also(item, yes(value?)?);
    }
    let is_accepted = match cookies.one(0)? {
        Some(value) => yes(value)?,
        None if is_any => return Ok(Some(SystemAnswer::undecided(Why::NotAnswered))),
        None => return Ok(None),
    };
    if !is_accepted {
        answer.also(cookies.site().all(), false);
    }
    let saved = cookies.each(1, saved)?;
    let is_outdated = saved.is_none() && cookies.site().has_revision();
    let answer = saved.map_or(answer, |saved| answer.merge(saved));
    Ok(Some(answer.present(!is_outdated)))
}

fn yes(value: &[u8]) -> Result<bool, Fault> {
    match value {
        b"yes" => Ok(true),
        b"no" => Ok(false),
        _ => Err(Fault::Shape),
    }
}

fn saved(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut unquoted, mut decoded) = (Buffer::new(), Buffer::new());
    let (mut answer, mut is_present) = (SystemAnswer::default(), !site.has_revision());
    json::read(base64(percent(value, &mut unquoted)?, &mut decoded)?, |path, value| {
        match (path, value) {
            ([Key("ver")], value) => is_present = site.is_present(value),
            ([Key(category)], Value::Bool(granted)) => answer.item(site, category, granted)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(answer.present(is_present))
}
