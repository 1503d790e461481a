//! vanilla-cookieconsent 3 and 2: `cc_cookie`, JSON that lists the categories that are granted, encoded or (version 2 by
//! default) raw.
//!
//! Version 2 before 2.8 has only `level`; later ones have both, and both must grant. Items: the categories; a service of
//! one as `analytics/ga4`, since a category is listed when one of its services is granted. Revision: `revision`.

use super::json::{
    Step::{Entry, Key},
    Value, json,
};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "vanilla-cookieconsent",
    cookie: "cc_cookie",
    has_revision: true,
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut lists = [None, None];
    // Without a revision, as before it had them, it is of revision 0.
    let (mut services, mut is_present, mut date) =
        (SystemAnswer::default(), site.is_present(Value::Number(0)), [None; 2]);
    json(value, |path, value| {
        match (path, value) {
            ([Key(list @ ("categories" | "level"))], Value::List) => lists[place(list)] = Some(SystemAnswer::default()),
            ([Key("categories" | "level")], _) => return Err(Fault::Shape),
            ([Key(list @ ("categories" | "level")), Entry(_)], Value::Text(category)) => {
                lists[place(list)].get_or_insert_default().item(site, category, true)?;
            }
            ([Key("services"), Key(category), Entry(_)], Value::Text(service)) => {
                services.also(site.bit_of(&[category, "/", service]), true);
            }
            ([Key("revision")], value) => is_present = site.is_present(value),
            ([Key("consentTimestamp" | "consent_date")], value) => date[0] = Some(value.time()?),
            ([Key("lastConsentTimestamp" | "last_consent_update")], value) => date[1] = Some(value.time()?),
            _ => {}
        }
        Ok(())
    })?;
    let listed = lists.into_iter().flatten().map(|mut list| {
        list.also(services.named(), true);
        list.others(site, false);
        list
    });
    let mut answer = listed.reduce(SystemAnswer::merge).ok_or(Fault::Shape)?;
    // Whoever changes a switch answers for all of them again.
    answer.date = date[1].or(date[0]);
    Ok(answer.present(is_present))
}

fn place(list: &str) -> usize {
    usize::from(list == "level")
}
