//! Segment's consent manager: `tracking-preferences`, half-encoded JSON with a yes or no for each destination and each of
//! the site's own categories.
//!
//! Items: the categories by their names; a destination as `destinations/Google Analytics`.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "segment",
    cookie: "tracking-preferences",
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut version) = (SystemAnswer::default(), None);
    json(value, |path, value| {
        match (path, value) {
            ([Key("version")], value) => version = Some(value == Value::Number(1)),
            ([Key("custom"), Key(category)], value) => answer.item(site, category, value.bool()?)?,
            ([Key("destinations"), Key(vendor)], value) => {
                answer.also(site.bit_of(&["destinations/", vendor]), value.bool()?)
            }
            _ => {}
        }
        Ok(())
    })?;
    match version {
        Some(true) => Ok(answer),
        Some(false) => Err(Fault::Version),
        None => Err(Fault::Shape),
    }
}
