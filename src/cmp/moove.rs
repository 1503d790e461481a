//! Moove GDPR Cookie Compliance: `moove_gdpr_popup`, JSON raw or encoded, whose values are the texts `"1"` and `"0"`.
//!
//! Items: `thirdparty` and `advanced`, whose meaning is the site's.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "moove",
    cookie: "moove_gdpr_popup",
    map: &[("advanced", "advertising"), ("thirdparty", "analytics")],
    has_revision: true,
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_ours, mut is_present) = (SystemAnswer::default(), false, !site.has_revision());
    json(value, |path, value| {
        match (path, value) {
            ([Key("strict")], Value::Text("0" | "1")) => is_ours = true,
            ([Key("version")], value) => is_present = site.is_present(value),
            ([Key(item)], Value::Text("1")) => answer.item(site, item, true)?,
            ([Key(item)], Value::Text("0")) => answer.item(site, item, false)?,
            ([_], _) => return Err(Fault::Shape),
            _ => {}
        }
        Ok(())
    })?;
    if is_ours { Ok(answer.present(is_present)) } else { Err(Fault::Shape) }
}
