//! Evidon: `_evidon_consent_cookie`, raw JSON with a yes or no for each category of each notice.
//!
//! `true` in the place of a notice's categories is what an implied notice writes too: the two cannot be distinguished.
//! Items: the categories.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "evidon",
    cookie: "_evidon_consent_cookie",
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_date, mut has_choice, mut is_implied) = (SystemAnswer::default(), false, false, false);
    json(value, |path, value| {
        match (path, value) {
            ([Key("consent_date")], value) => (answer.date, has_date) = (Some(value.time()?), true),
            ([Key("categories"), Key(_)], Value::Bool(_)) => is_implied = true,
            ([Key("categories"), Key(_), Key(category)], Value::Bool(granted)) => {
                has_choice = true;
                // Several notices may name one category: all must grant it.
                answer.also(site.bit(category), granted);
            }
            _ => {}
        }
        Ok(())
    })?;
    match (has_date, is_implied, has_choice) {
        (false, ..) => Err(Fault::Shape),
        (true, true, _) => Ok(SystemAnswer::undecided(Why::Implied)),
        (true, false, false) => Ok(SystemAnswer::undecided(Why::NotAnswered)),
        (true, false, true) => Ok(answer),
    }
}
