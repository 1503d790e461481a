//! Liferay's neutral cookie: `CONSENT_STATE`, encoded JSON with a yes or no for each type, which a script of the site
//! writes for whatever banner it has.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "liferay",
    cookie: "CONSENT_STATE",
    map: &[
        ("CONSENT_TYPE_FUNCTIONAL", "functional"),
        ("CONSENT_TYPE_PERFORMANCE", "analytics"),
        ("CONSENT_TYPE_PERSONALIZATION", "personalization"),
    ],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_ours) = (SystemAnswer::default(), false);
    json(value, |path, value| {
        match (path, value) {
            ([], Value::Object) => {}
            ([Key(item)], value) if item.starts_with("CONSENT_TYPE_") => {
                is_ours = true;
                answer.item(site, item, value.bool()?)?;
            }
            _ => return Err(Fault::Shape),
        }
        Ok(())
    })?;
    if is_ours { Ok(answer) } else { Err(Fault::Shape) }
}
