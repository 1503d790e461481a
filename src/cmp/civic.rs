//! Civic Cookie Control: `CookieControl`, raw JSON with `accepted`, `revoked` or `legitimate interest` for each category.
//!
//! A legitimate interest is not consent. Items: the optional categories, which are spelt as on the site.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System =
    System { name: "civic", cookie: "CookieControl", read: |cookies| cookies.each(0, value), ..System::ONE_COOKIE };

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_categories, mut has_answered) = (SystemAnswer::default(), false, false);
    json(value, |path, value| {
        match (path, value) {
            // PHP writes an empty array for an empty object.
            ([Key("optionalCookies")], Value::Object | Value::List) => has_categories = true,
            ([Key("optionalCookies"), Key(category)], Value::Text("accepted")) => answer.item(site, category, true)?,
            ([Key("optionalCookies"), Key(category)], Value::Text("revoked")) => answer.item(site, category, false)?,
            ([Key("interactedWith")], value) => has_answered = value.bool()?,
            ([Key("consentDate")], value) => answer.date = Some(value.time()?),
            _ => {}
        }
        Ok(())
    })?;
    match (has_categories, has_answered) {
        (false, _) => Err(Fault::Shape),
        (true, false) => Ok(SystemAnswer::undecided(Why::NotAnswered)),
        (true, true) => Ok(answer),
    }
}
