//! TrustArc: `notice_gdpr_prefs=0,1,2:`, `notice_preferences=2:` (a level, and all below), and
//! `cmapi_cookie_privacy=permit 1,2,3` (counted from one).
//!
//! What one of them grants, all that are there must grant. `::implied` after the numbers means that nobody answered;
//! `notice_behavior` alone says nothing. `gpcishonored=true` is a GPC that it met. Items: the numbers of the buckets, counted
//! from zero; sites with four buckets map them otherwise.

use super::decode::{Buffer, percent_text};
use super::{Cookies, Fault, Site, System, SystemAnswer, Why};
use crate::Signals;

pub(super) const SYSTEM: System = System {
    name: "trustarc",
    cookie: "notice_gdpr_prefs",
    beside: &["notice_preferences", "cmapi_cookie_privacy", "notice_behavior", "gpcishonored"],
    map: &[("1", "functional analytics"), ("2", "advertising")],
    read,
    ..System::ONE_COOKIE
};

const BUCKETS: [&str; 9] = ["0", "1", "2", "3", "4", "5", "6", "7", "8"];

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let each = [cookies.each(0, numbers)?, cookies.each(1, level)?, cookies.each(2, permit)?];
    let answer = each.into_iter().flatten().reduce(SystemAnswer::merge);
    let honours_gpc = cookies.one(4)? == Some(b"true");
    let answer = match answer {
        None if cookies.one(3)?.is_none() && !honours_gpc => return Ok(None),
        None => SystemAnswer::undecided(Why::NotAnswered),
        Some(answer) if answer.undecided.is_some() => SystemAnswer::undecided(Why::Implied),
        Some(answer) => answer,
    };
    let signals = if honours_gpc { Signals::GPC } else { Signals::empty() };
    Ok(Some(answer.narrowed(signals, false)))
}

/// `0,1,2:` and, behind the colon, how the numbers came about. Newer versions write `|` for `,`.
fn numbers(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut buffer = Buffer::new();
    let (listed, rest) = percent_text(value, &mut buffer)?.split_once(':').ok_or(Fault::Shape)?;
    answer(site, rest, listed.split([',', '|']).map(bucket))
}

/// `2:`.
fn level(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut buffer = Buffer::new();
    let (level, rest) = percent_text(value, &mut buffer)?.split_once(':').ok_or(Fault::Shape)?;
    let level = bucket(level)?;
    answer(site, rest, (0..=level).map(Ok))
}

/// `permit 1,2,3` or `permit_1_required`.
fn permit(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut buffer = Buffer::new();
    let mut words = percent_text(value, &mut buffer)?.split([' ', '_', ',', '|']);
    if words.next() != Some("permit") {
        return Err(Fault::Shape);
    }
    let numbers = words.take_while(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    answer(site, "", numbers.map(|number| bucket(number)?.checked_sub(1).ok_or(Fault::Shape)))
}

fn bucket(number: &str) -> Result<usize, Fault> {
    match number.as_bytes() {
        [digit @ b'0'..=b'9'] => Ok(usize::from(digit - b'0')),
        _ => Err(Fault::Shape),
    }
}

fn answer(site: &Site, rest: &str, granted: impl Iterator<Item = Result<usize, Fault>>) -> Result<SystemAnswer, Fault> {
    let mut answer = SystemAnswer::default();
    for bucket in granted {
        answer.item(site, BUCKETS.get(bucket?).ok_or(Fault::Shape)?, true)?;
    }
    answer.others(site, false);
    Ok(if rest.contains("implied") { SystemAnswer::undecided(Why::Implied) } else { answer })
}
