//! Shopify: `_tracking_consent`, encoded JSON of version 2 whose `con.CMP` has `""`, `"0"` or `"1"` for each purpose.
//!
//! Version 3 is not documented, and a fault. `s`, the sale of data, only ever refuses. Items: `a`, `m` and `p`.

use super::json::{Step::Key, Value, json};
use super::{Fault, Site, System, SystemAnswer, Why};
use crate::Signals;

pub(super) const SYSTEM: System = System {
    name: "shopify",
    cookie: "_tracking_consent",
    map: &[("a", "analytics"), ("m", "advertising"), ("p", "functional")],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    if value.starts_with(b"3") {
        return Err(Fault::Version);
    }
    let (mut answer, mut is_known, mut has_choice, mut opts_out) = (SystemAnswer::default(), None, false, false);
    json(value, |path, value| {
        match (path, value) {
            ([Key("v")], value) => is_known = Some(matches!(value, Value::Text("2.0" | "2.1"))),
            ([Key("con"), Key("CMP"), Key("s")], Value::Text("0")) => opts_out = true,
            ([Key("con"), Key("CMP"), Key("s")], Value::Text("" | "1")) => {}
            ([Key("con"), Key("CMP"), Key(_)], Value::Text("")) => {}
            ([Key("con"), Key("CMP"), Key(purpose)], Value::Text(choice @ ("0" | "1"))) => {
                has_choice = true;
                answer.item(site, purpose, choice == "1")?;
            }
            ([Key("con"), Key("CMP"), Key(_)], _) => return Err(Fault::Shape),
            _ => {}
        }
        Ok(())
    })?;
    let answer = if has_choice { answer } else { SystemAnswer::undecided(Why::NotAnswered) };
    match is_known {
        Some(true) => Ok(answer.narrowed(Signals::empty(), opts_out)),
        Some(false) => Err(Fault::Version),
        None => Err(Fault::Shape),
    }
}
