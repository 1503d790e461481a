//! Cookie Notice by hu-manity: `hu-consent`, raw JSON with a yes or no for each of four categories.
//!
//! `consent` is true for a partial answer too, and is not read. Where the cookie is not there, that of the classic plugin
//! is, `cookie_notice_accepted`, which is one answer for all. Items: the numbers of the categories, whose order is not
//! documented for certain.

use super::decode::text;
use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer, cookie_notice};

pub(super) const SYSTEM: System = System {
    name: "hu-manity",
    cookie: "hu-consent",
    map: &[("2", "personalization"), ("3", "analytics"), ("4", "advertising")],
    beside: &[cookie_notice::SYSTEM.cookie],
    read: |cookies| Ok(cookies.each(0, value)?.or(cookies.each(1, classic)?)),
    ..System::ONE_COOKIE
};

fn classic(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let word = text(value)?.parse().map_err(|_| Fault::Shape)?;
    let mut answer = SystemAnswer::default();
    answer.others(site, word);
    Ok(answer)
}

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_categories, mut has_consent) = (SystemAnswer::default(), false, false);
    json(value, |path, value| {
        match (path, value) {
            ([Key("categories")], Value::Object) => has_categories = true,
            ([Key("categories"), Key(category)], value) => answer.item(site, category, value.bool()?)?,
            ([Key("consent")], Value::Bool(_)) => has_consent = true,
            ([Key("timestamp")], value) => answer.date = Some(value.time()?),
            _ => {}
        }
        Ok(())
    })?;
    if has_categories && has_consent { Ok(answer) } else { Err(Fault::Shape) }
}
