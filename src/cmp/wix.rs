//! Wix: `consent-policy`, encoded JSON with 1 or 0 for each category.
//!
//! Items: `func`, `anl`, `adv`. `ts` counts minutes since 1970.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "wix",
    cookie: "consent-policy",
    map: &[("adv", "advertising"), ("anl", "analytics"), ("func", "functional")],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_ours) = (SystemAnswer::default(), false);
    json(value, |path, value| {
        match (path, value) {
            ([Key("ess")], Value::Number(0 | 1)) => is_ours = true,
            ([Key("ts")], Value::Number(minutes)) => answer.date = Some(minutes.saturating_mul(60)),
            ([Key(category)], Value::Number(choice @ (0 | 1))) => answer.item(site, category, choice == 1)?,
            ([_], _) => return Err(Fault::Shape),
            _ => {}
        }
        Ok(())
    })?;
    if is_ours { Ok(answer) } else { Err(Fault::Shape) }
}
