//! Cookie Information: `CookieInformationConsent`, encoded JSON that lists the categories that are approved.
//!
//! Items: the categories, as in `cookie_cat_statistic`.

use super::json::{
    Step::{Entry, Key},
    Value, json,
};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "cookie-information",
    cookie: "CookieInformationConsent",
    map: &[
        ("cookie_cat_functional", "functional"),
        ("cookie_cat_marketing", "advertising"),
        ("cookie_cat_statistic", "analytics"),
    ],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_list) = (SystemAnswer::default(), false);
    json(value, |path, value| {
        match (path, value) {
            ([Key("consents_approved")], Value::List) => has_list = true,
            ([Key("consents_approved"), Entry(_)], Value::Text(category)) => answer.item(site, category, true)?,
            ([Key("consents_denied"), Entry(_)], Value::Text(category)) => answer.item(site, category, false)?,
            ([Key("timestamp")], value) => answer.date = Some(value.time()?),
            _ => {}
        }
        Ok(())
    })?;
    answer.others(site, false);
    if has_list { Ok(answer) } else { Err(Fault::Shape) }
}
