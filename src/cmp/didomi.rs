//! Didomi: `didomi_token`, base64 of JSON that lists the purposes and vendors that are enabled and disabled.
//!
//! The purposes of the IAB's framework are in `euconsent-v2` alone: a map that names them (`tcf-1`) reads both. Items:
//! purposes and vendors by their ids.

use super::decode::{Buffer, base64, percent};
use super::json::{
    self,
    Step::{Entry, Key},
    Value,
};
use super::{Cookies, Fault, Site, System, SystemAnswer, Why, tcf};

pub(super) const SYSTEM: System =
    System { name: "didomi", cookie: "didomi_token", beside: &["euconsent-v2"], read, ..System::ONE_COOKIE };

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let Some(mut answer) = cookies.each(0, value)? else { return Ok(None) };
    let purposes = cookies.site().below(tcf::ITEM_START);
    if purposes != 0
        && let Some(framework) = cookies.each(1, tcf::value)?
    {
        answer.also(purposes & framework.refused(), false);
        answer.also(purposes & framework.granted(), true);
        answer.date = answer.date.into_iter().chain(framework.date).min();
    }
    Ok(Some(answer))
}

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut unquoted, mut decoded) = (Buffer::new(), Buffer::new());
    let (mut answer, mut is_ours, mut version, mut has_choice) = (SystemAnswer::default(), false, None, false);
    json::read(base64(percent(value, &mut unquoted)?, &mut decoded)?, |path, value| {
        match (path, value) {
            ([Key("user_id")], Value::Text(_)) => is_ours = true,
            ([Key("version")], Value::Null) => is_ours = true,
            ([Key("version")], value) => version = Some(value == Value::Number(2)),
            ([Key("updated")], Value::Text(time)) => answer.date = Some(super::decode::time(time)?),
            ([Key("purposes" | "vendors"), Key(list @ ("enabled" | "disabled")), Entry(_)], Value::Text(item)) => {
                has_choice = true;
                answer.item(site, item, *list == "enabled")?;
            }
            _ => {}
        }
        Ok(())
    })?;
    match version {
        None if !is_ours => Err(Fault::Shape),
        Some(true) if has_choice => Ok(answer),
        Some(true) | None => Ok(SystemAnswer::undecided(Why::NotAnswered)),
        Some(false) => Err(Fault::Version),
    }
}
