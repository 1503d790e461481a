//! c15t: `c15t`, raw `c.measurement:1,c.marketing:1,i.t:1795455492274,i.mpf:530a…`; version 1 puts `i.…` first.
//!
//! What is refused is left out (version 2) or `0` (version 1). The site's own user id, `i.eid`, is not escaped and may
//! hold anything: behind the categories, reading stops there; before them, the first category must be `necessary`, with
//! which every answer starts, so that one in the id shows. Items: the categories. Revision: `i.mpf`.

use super::decode::{number, stamp, text};
use super::json::Value;
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "c15t",
    cookie: "c15t",
    map: &[
        ("experience", "personalization"),
        ("functionality", "functional"),
        ("marketing", "advertising"),
        ("measurement", "analytics"),
    ],
    has_revision: true,
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_necessary, mut revision) = (SystemAnswer::default(), false, None);
    let mut is_past_id = false;
    for pair in text(value)?.split(',') {
        let (key, value) = pair.split_once(':').ok_or(Fault::Shape)?;
        match (key, value) {
            ("i.eid", _) if has_necessary => break,
            ("i.eid", _) => is_past_id = true,
            (key, _) if is_past_id && key.starts_with("i.") => {}
            ("c.necessary", "1") if !has_necessary => has_necessary = true,
            ("c.necessary", _) => return Err(Fault::Duplicate),
            ("i.t", _) if answer.date.is_some() => return Err(Fault::Duplicate),
            ("i.t", time) => answer.date = Some(stamp(number(time)?)),
            ("i.mpf", _) if revision.is_some() => return Err(Fault::Duplicate),
            ("i.mpf", hash) => revision = Some(hash),
            (key, value) => match (key.strip_prefix("c."), value) {
                (Some(_), _) if is_past_id && !has_necessary => return Err(Fault::Shape),
                (Some(category), "0" | "1") => answer.item(site, category, value == "1")?,
                (Some(_), _) => return Err(Fault::Shape),
                (None, _) => {}
            },
        }
    }
    // Every answer has it: a value without it is of another product, or was cut off.
    if !has_necessary {
        return Err(Fault::Shape);
    }
    answer.others(site, false);
    Ok(answer.present(site.is_present(revision.map_or(Value::Null, Value::Text))))
}
