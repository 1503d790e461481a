//! Piwik PRO: `ppms_privacy_<site>`, JSON raw or half encoded, with a status for each type: 1, 0, or -1 for one that was
//! not answered.
//!
//! Items: the types.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "piwik-pro",
    cookie: "ppms_privacy_",
    is_id: Some(|id| id.iter().any(u8::is_ascii_hexdigit) && id.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')),
    map: &[
        ("ab_testing_and_personalization", "personalization"),
        ("analytics", "analytics"),
        ("conversion_tracking", "advertising"),
        ("remarketing", "advertising"),
        ("user_feedback", "functional"),
    ],
    names_all: true,
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_types, mut is_answered, mut is_open) = (SystemAnswer::default(), false, false, false);
    json(value, |path, value| {
        match (path, value) {
            ([Key("consents")], Value::Object) => has_types = true,
            ([Key("consents"), Key(kind), Key("status")], Value::Number(status @ (0 | 1))) => {
                is_answered = true;
                answer.item(site, kind, status == 1)?;
            }
            ([Key("consents"), Key(_), Key("status")], Value::OtherNumber) => is_open = true,
            ([Key("consents"), Key(_), Key("status")], _) => return Err(Fault::Shape),
            _ => {}
        }
        Ok(())
    })?;
    match (has_types, is_answered, is_open) {
        (false, ..) => Err(Fault::Shape),
        (true, true, false) => Ok(answer),
        (true, true, true) => Ok(answer.lapsed(Why::Incomplete)),
        (true, false, _) => Ok(SystemAnswer::undecided(Why::NotAnswered)),
    }
}
