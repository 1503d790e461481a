//! Google's Funding Choices: `FCCDCF`, an encoded list of JSON whose fourth entry starts with a TC string.
//!
//! Without one, nothing was decided. Items: the purposes of the IAB's framework, as of [`tcf`].

use super::json::{Step::Entry, Value, json};
use super::{Fault, Site, System, SystemAnswer, Why, tcf};

pub(super) const SYSTEM: System = System {
    name: "google-fundingchoices",
    cookie: "FCCDCF",
    map: tcf::SYSTEM.map,
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut is_list) = (SystemAnswer::undecided(Why::NotAnswered), false);
    json(value, |path, value| {
        match (path, value) {
            ([], Value::List) => is_list = true,
            ([Entry(3), Entry(0)], Value::Text(string)) => answer = tcf::value(string.as_bytes(), site)?,
            _ => {}
        }
        Ok(())
    })?;
    if is_list { Ok(answer) } else { Err(Fault::Shape) }
}
