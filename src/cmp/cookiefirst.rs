//! CookieFirst: `cookiefirst-consent`, encoded JSON with a key for each category (`type: category`, and before it had a
//! type) or for each service (`type: granular`).
//!
//! One map serves both: what the value does not name is not asked in its type. Revision: `version`.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "cookiefirst",
    cookie: "cookiefirst-consent",
    map: &[("advertising", "advertising"), ("functional", "functional"), ("performance", "analytics")],
    has_revision: true,
    names_all: true,
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_ours, mut is_present) = (SystemAnswer::default(), false, !site.has_revision());
    json(value, |path, value| {
        match (path, value) {
            ([Key("type")], Value::Text("category" | "granular")) => {}
            ([Key("type")], _) => return Err(Fault::Shape),
            ([Key("necessary" | "cookiefirst")], value) => is_ours = value.bool()?,
            ([Key("timestamp")], value) => answer.date = Some(value.time()?),
            ([Key("version")], value) => is_present = site.is_present(value),
            ([Key(item)], Value::Bool(granted)) => answer.item(site, item, granted)?,
            _ => {}
        }
        Ok(())
    })?;
    if is_ours { Ok(answer.present(is_present)) } else { Err(Fault::Shape) }
}
