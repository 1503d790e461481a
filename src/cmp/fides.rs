//! Fides: `fides_consent`, JSON that is percent-encoded, in base64, or `gzip:` and base64 of compressed JSON.
//!
//! A notice is `true` or `opt_in`, `false` or `opt_out`; `acknowledge` and `not_applicable` are not a choice. Items:
//! the keys of the notices.

use super::decode::{Buffer, base64, base64_url, gunzip, percent, time};
use super::json::{self, Step::Key, Value};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System =
    System { name: "fides", cookie: "fides_consent", read: |cookies| cookies.each(0, value), ..System::ONE_COOKIE };

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    if value.starts_with(b"{") {
        return notices(value, site);
    }
    let (mut unquoted, mut decoded) = (Buffer::new(), Buffer::new());
    match percent(value, &mut unquoted)? {
        text @ [b'{', ..] => notices(text, site),
        text => match text.strip_prefix(b"gzip:") {
            Some(compressed) => notices(&gunzip(base64_url(compressed, &mut decoded)?)?, site),
            None => notices(base64(text, &mut decoded)?, site),
        },
    }
}

fn notices(text: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut has_notices, mut was_updated) = (SystemAnswer::default(), false, false);
    json::read(text, |path, value| {
        match (path, value) {
            ([Key("consent")], Value::Object) => has_notices = true,
            ([Key("consent"), Key(notice)], Value::Bool(granted)) => answer.item(site, notice, granted)?,
            ([Key("consent"), Key(notice)], Value::Text("opt_in")) => answer.item(site, notice, true)?,
            ([Key("consent"), Key(notice)], Value::Text("opt_out")) => answer.item(site, notice, false)?,
            ([Key("consent"), Key(_)], Value::Text("acknowledge" | "not_applicable")) => {}
            ([Key("consent"), Key(_)], _) => return Err(Fault::Shape),
            ([Key("fides_meta"), Key("updatedAt")], Value::Text("")) => {}
            ([Key("fides_meta"), Key("updatedAt")], Value::Text(at)) => {
                (answer.date, was_updated) = (Some(time(at)?), true);
            }
            _ => {}
        }
        Ok(())
    })?;
    match (has_notices, was_updated) {
        (false, _) => Err(Fault::Shape),
        (true, false) => Ok(SystemAnswer::undecided(Why::NotAnswered)),
        (true, true) => Ok(answer),
    }
}
