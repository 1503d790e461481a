//! Tealium: `CONSENTMGR`, as in `c1:1|c2:0|ts:1699579270470|consent:true`, its `|` raw or encoded.
//!
//! `consent:true` is written for a partial answer too, and without a list of categories means all. Items: the
//! categories, whose meaning is the site's.

use super::decode::{Buffer, number, percent_text, stamp};
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "tealium",
    cookie: "CONSENTMGR",
    map: &[
        ("c1", "analytics"),
        ("c2", "advertising"),
        ("c3", "advertising"),
        ("c4", "advertising"),
        ("c5", "advertising"),
        ("c6", "personalization"),
        ("c7", "advertising"),
    ],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    // It holds no free text, and its own delimiters are what is encoded.
    let mut buffer = Buffer::new();
    let (mut answer, mut consent, mut has_list) = (SystemAnswer::default(), None, false);
    for pair in percent_text(value, &mut buffer)?.split('|') {
        let (key, value) = pair.split_once(':').ok_or(Fault::Shape)?;
        let is_category = key.strip_prefix('c').is_some_and(|number| number.parse::<u8>().is_ok());
        match (key, value) {
            ("consent", _) if consent.is_some() => return Err(Fault::Duplicate),
            ("consent", _) => consent = Some(value.parse::<bool>().map_err(|_| Fault::Shape)?),
            ("ts", _) if answer.date.is_some() => return Err(Fault::Duplicate),
            ("ts", time) => answer.date = Some(stamp(number(time)?)),
            (category, "0" | "1") if is_category => {
                has_list = true;
                answer.item(site, category, value == "1")?;
            }
            _ if is_category => return Err(Fault::Shape),
            _ => {}
        }
    }
    match consent {
        Some(true) if !has_list => answer.others(site, true),
        Some(true) => {}
        Some(false) => answer.also(site.all(), false),
        None => return Err(Fault::Shape),
    }
    Ok(answer)
}
