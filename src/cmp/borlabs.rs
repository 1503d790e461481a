//! Borlabs Cookie: `borlabs-cookie`, encoded JSON that lists, for each group, the services that are granted.
//!
//! Items: the groups. Revision: `version`, the site's own.

use super::json::{
    Step::{Entry, Key},
    Value, json,
};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "borlabs",
    cookie: "borlabs-cookie",
    map: &[("external-media", "functional"), ("marketing", "advertising"), ("statistics", "analytics")],
    has_revision: true,
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_consents, mut is_present) = (SystemAnswer::default(), false, !site.has_revision());
    json(value, |path, value| {
        match (path, value) {
            ([Key("consents")], Value::Object) => has_consents = true,
            // PHP writes an empty array for an empty object.
            ([Key("consents")], Value::List) => has_consents = true,
            ([Key("consents")], _) => return Err(Fault::Shape),
            ([Key("consents"), Key(group), Entry(0)], Value::Text(_)) => answer.item(site, group, true)?,
            ([Key("version")], value) => is_present = site.is_present(value),
            _ => {}
        }
        Ok(())
    })?;
    if !has_consents {
        return Err(Fault::Shape);
    }
    answer.others(site, false);
    Ok(answer.present(is_present))
}
