//! The GOV.UK pattern: `cookies_policy`, encoded JSON, beside `cookies_preferences_set`.
//!
//! The first is written before a choice, with nothing granted; the second marks a choice, and is not always there. Items:
//! the categories; services use different ones.

use super::json::{Step::Key, Value, json};
use super::{Cookies, Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "govuk",
    cookie: "cookies_policy",
    beside: &["cookies_preferences_set"],
    map: &[
        ("campaigns", "advertising"),
        ("marketing", "advertising"),
        ("settings", "functional"),
        ("usage", "analytics"),
    ],
    names_all: true,
    read,
    ..System::ONE_COOKIE
};

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let Some(answer) = cookies.each(0, value)? else { return Ok(None) };
    let is_choice = match cookies.one(1)? {
        Some(set) => set == b"true",
        None => answer.granted() != 0,
    };
    Ok(Some(if is_choice { answer } else { SystemAnswer::undecided(Why::NotAnswered) }))
}

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_ours) = (SystemAnswer::default(), false);
    json(value, |path, value| {
        match (path, value) {
            ([Key("essential")], value) => is_ours = value.bool()?,
            ([Key(category)], Value::Bool(granted)) => answer.item(site, category, granted)?,
            ([_], _) => return Err(Fault::Shape),
            _ => {}
        }
        Ok(())
    })?;
    if is_ours { Ok(answer) } else { Err(Fault::Shape) }
}
