//! OneTrust: `OptanonConsent`, a form of fields in any order; its `groups` is `C0001:1,C0002:0`, encoded.
//!
//! - Split at `&`, then at the first `=`, and only then decoded: `landingPath` is the visitor's address, and can hold
//!   `groups=` of its own. A repeated field is a fault.
//! - The groups of a visitor who has not answered are those of the region. That nobody answered shows in a
//!   `landingPath` that is still an address where `OptanonAlertBoxClosed` is missing, in `interactionCount=0`, and in
//!   `AwaitingReconsent=true`.
//! - `datestamp` is the time of the last page, not of the answer: the date is that of `OptanonAlertBoxClosed`.
//! - The groups of the sale and sharing of data in the United States only ever refuse, and so does the GPC that it
//!   recorded.
//!
//! Items: the groups. A value names all that the visitor was shown. Stacks and bundles (`STACK42`, `BG57`) are
//! items that no default maps.

use super::decode::{Buffer, percent_text, time};
use super::{Cookies, Fault, Site, System, SystemAnswer, Why};
use crate::Signals;

pub(super) const SYSTEM: System = System {
    name: "onetrust",
    cookie: "OptanonConsent",
    beside: &["OptanonAlertBoxClosed"],
    map: &[
        ("2", "analytics"),
        ("3", "functional"),
        ("4", "advertising"),
        ("C0002", "analytics"),
        ("C0003", "functional"),
        ("C0004", "advertising"),
        ("C0005", "advertising"),
    ],
    names_all: true,
    read,
    ..System::ONE_COOKIE
};

/// The groups that cover the sale or sharing of data under the laws of the United States.
const SALE: [&str; 3] = ["SPD_BG", "SSPD_BG", "OSSTA_BG"];

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let closed = match cookies.one(1)? {
        Some(value) => Some(time(percent_text(value, &mut Buffer::new())?)?),
        None => None,
    };
    cookies.each(0, |value, site| fields(value, site, closed))
}

/// `closed` is when the banner was closed.
fn fields(value: &[u8], site: &Site, closed: Option<u64>) -> Result<SystemAnswer, Fault> {
    const READ: [&[u8]; 6] =
        [b"groups", b"landingPath", b"interactionCount", b"AwaitingReconsent", b"isGpcEnabled", b"browserGpcFlag"];
    let mut found: [Option<&[u8]>; READ.len()] = [None; READ.len()];
    for field in value.split(|byte| *byte == b'&') {
        let end = memchr::memchr(b'=', field).unwrap_or(field.len());
        if let Some(place) = READ.iter().position(|name| *name == &field[..end])
            && found[place].replace(field.get(end + 1..).unwrap_or_default()).is_some()
        {
            return Err(Fault::Duplicate);
        }
    }
    let [groups, landing, interactions, awaits, enabled, flag] = found;
    let (mut answer, mut opts_out) = (SystemAnswer::default(), false);
    let mut buffer = Buffer::new();
    for group in percent_text(groups.ok_or(Fault::Shape)?, &mut buffer)?.split(',').filter(|group| !group.is_empty()) {
        let (group, granted) = match group.rsplit_once(':') {
            Some((group, "1")) => (group, true),
            Some((group, "0")) => (group, false),
            _ => return Err(Fault::Shape),
        };
        opts_out |= !granted && SALE.contains(&group);
        answer.item(site, group, granted)?;
    }
    answer.date = closed;
    let has_gpc = enabled == Some(b"1") || flag == Some(b"1");
    let is_answered = closed.is_some() || landing.is_none_or(|path| path == b"NotLandingPage");
    let is_open = interactions == Some(b"0") || awaits == Some(b"true");
    let answer = if is_answered && !is_open { answer } else { SystemAnswer::undecided(Why::NotAnswered) };
    Ok(answer.narrowed(if has_gpc { Signals::GPC } else { Signals::empty() }, opts_out))
}
