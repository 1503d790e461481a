//! Commanders Act: `TC_PRIVACY`, as in `0@032|1|4525@1,2@2@1713310882911,…@`, its `@` raw or encoded.
//!
//! The first field is 1 where the visitor opted **out**. With 0, the third lists the categories that are granted; `ALL`
//! is ambiguous, because older banners wrote it for the opposite, and so is an empty list. Items: the categories.

use super::decode::{Buffer, number, percent_text, stamp};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "commanders-act",
    cookie: "TC_PRIVACY",
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    // It holds no free text, and its own delimiters are what is encoded.
    let mut buffer = Buffer::new();
    let mut fields = percent_text(value, &mut buffer)?.split('@');
    let mut field = || fields.next().ok_or(Fault::Shape);
    let (status, version, categories) = (field()?, field()?, field()?);
    number(version.split('|').next().unwrap_or_default())?;
    let mut answer = SystemAnswer::default();
    // Older banners wrote no times.
    let updated = fields.nth(1).unwrap_or_default().split(',').next().unwrap_or_default();
    answer.date = if updated.is_empty() { None } else { Some(stamp(number(updated)?)) };
    match (status, categories) {
        ("1", _) => {}
        ("0", "" | "ALL") => return Ok(SystemAnswer::undecided(Why::Implied)),
        ("0", listed) => listed.split(',').try_for_each(|category| answer.item(site, category, true))?,
        _ => return Err(Fault::Shape),
    }
    answer.others(site, false);
    Ok(answer)
}
