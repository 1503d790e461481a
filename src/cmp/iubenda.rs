//! iubenda: `_iub_cs-<site>`, encoded JSON with a yes or no for each of five purposes, or one `consent`.
//!
//! Cookies of the same start whose tail is not the number of the site are others. A purpose that is missing is not
//! granted. Items: the numbers of the purposes.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "iubenda",
    cookie: "_iub_cs-",
    is_id: Some(|id| !id.is_empty() && id.iter().all(u8::is_ascii_digit)),
    map: &[("2", "functional"), ("3", "personalization"), ("4", "analytics"), ("5", "advertising")],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_ours, mut has_purposes, mut consent) = (SystemAnswer::default(), false, false, None);
    json(value, |path, value| {
        match (path, value) {
            ([Key("id")], _) => is_ours = true,
            ([Key("purposes")], Value::Object) => (is_ours, has_purposes) = (true, true),
            ([Key("purposes"), Key(purpose)], value) => answer.item(site, purpose, value.bool()?)?,
            ([Key("consent")], value) => consent = Some(value.bool()?),
            ([Key("timestamp")], value) => answer.date = Some(value.time()?),
            _ => {}
        }
        Ok(())
    })?;
    match consent {
        _ if !is_ours => return Err(Fault::Shape),
        None if !has_purposes => return Ok(SystemAnswer::undecided(Why::NotAnswered)),
        Some(false) => answer.also(site.all(), false),
        Some(true) if !has_purposes => answer.others(site, true),
        _ => {}
    }
    Ok(answer)
}
