//! klaro: `klaro`, encoded JSON with a yes or no for each service.
//!
//! It has no revision: a service that the site has and the value does not name is asked about again. Items: the services.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System =
    System { name: "klaro", cookie: "klaro", read: |cookies| cookies.each(0, flags), ..System::ONE_COOKIE };

/// An object of yes and no alone, which names every item that the site has.
pub(super) fn flags(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut answer = SystemAnswer::default();
    json(value, |path, value| match (path, value) {
        ([], Value::Object) => Ok(()),
        ([Key(item)], value) => answer.item(site, item, value.bool()?),
        _ => Err(Fault::Shape),
    })?;
    Ok(answer.complete(site))
}
