//! NHS.UK: `nhsuk-cookie-consent`, JSON encoded by `encodeURI`, with a yes or no for each category.
//!
//! `consented` says whether the visitor has answered; the cookie exists before. Items: the categories. Revision:
//! `version`.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "nhsuk",
    cookie: "nhsuk-cookie-consent",
    map: &[("marketing", "advertising"), ("preferences", "functional"), ("statistics", "analytics")],
    has_revision: true,
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_answered, mut is_present) = (SystemAnswer::default(), None, !site.has_revision());
    json(value, |path, value| {
        match (path, value) {
            ([Key("consented")], value) => has_answered = Some(value.bool()?),
            ([Key("version")], value) => is_present = site.is_present(value),
            ([Key(category)], Value::Bool(granted)) => answer.item(site, category, granted)?,
            ([_], _) => return Err(Fault::Shape),
            _ => {}
        }
        Ok(())
    })?;
    match has_answered {
        Some(true) => Ok(answer.present(is_present)),
        Some(false) => Ok(SystemAnswer::undecided(Why::NotAnswered)),
        None => Err(Fault::Shape),
    }
}
