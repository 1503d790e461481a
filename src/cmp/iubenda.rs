//! iubenda: `_iub_cs-<site>`, encoded JSON with a yes or no for each of five purposes, or one `consent`.
//!
//! Cookies of the same start whose tail is not the number of the site are others. A purpose that is missing is not
//! granted. Items: the numbers of the purposes.

use super::decode::json;
use super::json::Step::Key;
use super::{Fault, Said, Site, System, Why};

pub(super) const SYSTEM: System = System {
    name: "iubenda",
    cookie: "_iub_cs-",
    is_id: Some(|id| !id.is_empty() && id.iter().all(u8::is_ascii_digit)),
    map: &[("2", "functional"), ("3", "personalization"), ("4", "analytics"), ("5", "advertising")],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<Said, Fault> {
    let (mut said, mut has_id, mut has_purposes, mut consent) = (Said::default(), false, false, None);
    json(value, |path, value| {
        match (path, value) {
            ([Key("id")], _) => has_id = true,
            ([Key("purposes")], _) => has_purposes = true,
            ([Key("purposes"), Key(purpose)], value) => said.item(site, purpose, value.bool()?)?,
            ([Key("consent")], value) => consent = Some(value.bool()?),
            ([Key("timestamp")], value) => said.date = Some(value.time()?),
            _ => {}
        }
        Ok(())
    })?;
    match consent {
        _ if !has_id => return Err(Fault::Shape),
        None if !has_purposes => return Ok(Said::undecided(Why::NotAnswered)),
        Some(false) => said.also(site.all(), false),
        Some(true) if !has_purposes => said.others(site, true),
        _ => {}
    }
    Ok(said)
}
