//! CookieScript: `CookieScriptConsent`, JSON raw or encoded. `categories` is a list that is itself a text of JSON.
//!
//! `action: accept` is written for a partial answer too: only the list decides. Items: the categories.

use super::json::{
    self,
    Step::{Entry, Key},
    Value, json,
};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "cookie-script",
    cookie: "CookieScriptConsent",
    map: &[("functionality", "functional"), ("performance", "analytics"), ("targeting", "advertising")],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_object, mut action) = (SystemAnswer::default(), false, None);
    json(value, |path, value| {
        match (path, value) {
            ([], Value::Object) => is_object = true,
            ([Key("action")], Value::Text("accept")) => action = Some(true),
            ([Key("action")], Value::Text("reject")) => action = Some(false),
            ([Key("action")], _) => return Err(Fault::Shape),
            ([Key("consenttime")], value) => answer.date = Some(value.time()?),
            ([Key("categories")], Value::Text(list)) => list_of(list, site, &mut answer)?,
            ([Key("categories"), Entry(_)], Value::Text(category)) => answer.item(site, category, true)?,
            _ => {}
        }
        Ok(())
    })?;
    match action {
        _ if !is_object => Err(Fault::Shape),
        None => Ok(SystemAnswer::undecided(Why::NotAnswered)),
        Some(is_accepted) => {
            if !is_accepted {
                answer.also(site.all(), false);
            }
            answer.others(site, false);
            Ok(answer)
        }
    }
}

fn list_of(list: &str, site: &Site, answer: &mut SystemAnswer) -> Result<(), Fault> {
    json::read(list.as_bytes(), |path, value| match (path, value) {
        ([], Value::List) => Ok(()),
        ([Entry(_)], Value::Text(category)) => answer.item(site, category, true),
        _ => Err(Fault::Shape),
    })
}
