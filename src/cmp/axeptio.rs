//! Axeptio: `axeptio_cookies`, JSON half or fully encoded, with a key for each vendor.
//!
//! `$$completed` says whether the visitor has answered; the cookie exists before. Items: the vendors.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System =
    System { name: "axeptio", cookie: "axeptio_cookies", read: |cookies| cookies.each(0, value), ..System::ONE_COOKIE };

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_completed) = (SystemAnswer::default(), None);
    json(value, |path, value| {
        match (path, value) {
            ([Key("$$completed")], value) => is_completed = Some(value.bool()?),
            ([Key("$$date")], value) => answer.date = Some(value.time()?),
            ([Key(vendor)], Value::Bool(granted)) => answer.item(site, vendor, granted)?,
            _ => {}
        }
        Ok(())
    })?;
    match is_completed {
        Some(true) => Ok(answer),
        Some(false) => Ok(SystemAnswer::undecided(Why::NotAnswered)),
        None => Err(Fault::Shape),
    }
}
