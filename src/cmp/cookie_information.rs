//! Cookie Information: `CookieInformationConsent`, encoded JSON that lists the categories that are approved.
//!
//! Items: the categories, as in `cookie_cat_statistic`.

use super::decode::json;
use super::json::{
    Step::{Entry, Key},
    Value,
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
    let (mut said, mut has_list) = (SystemAnswer::default(), false);
    json(value, |path, value| {
        match (path, value) {
            ([Key("consents_approved")], Value::List) => has_list = true,
            ([Key("consents_approved"), Entry(_)], Value::Text(category)) => said.item(site, category, true)?,
            ([Key("consents_denied"), Entry(_)], Value::Text(category)) => said.item(site, category, false)?,
            ([Key("timestamp")], value) => said.date = Some(value.time()?),
            _ => {}
        }
        Ok(())
    })?;
    said.others(site, false);
    if has_list { Ok(said) } else { Err(Fault::Shape) }
}
