//! The purposes that a TC string of the IAB's framework consents to: `euconsent-v2`, and `eupubconsent-v2`.
//!
//! Only the first segment is read, and of it only the version, the date and the consent to purposes. A legitimate
//! interest is not consent. Bits are counted as in the framework's specification, "Consent string and vendor list
//! formats v2". Items: `tcf-1` to `tcf-11`. Purpose 1 is in all: without it nothing may be stored.

use super::decode::{Buffer, base64_url};
use super::{Cookies, Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "iab-tcf",
    cookie: "euconsent-v2",
    map: &[
        ("tcf-1", "analytics advertising personalization"),
        ("tcf-2", "advertising"),
        ("tcf-3", "advertising"),
        ("tcf-4", "advertising"),
        ("tcf-5", "personalization"),
        ("tcf-6", "personalization"),
        ("tcf-7", "advertising"),
        ("tcf-8", "analytics"),
        ("tcf-9", "analytics"),
    ],
    beside: &["eupubconsent-v2"],
    read,
    ..System::ONE_COOKIE
};

/// What the names of the items start with.
pub(super) const ITEM_START: &str = "tcf-";

const PURPOSES: [&str; 11] =
    ["tcf-1", "tcf-2", "tcf-3", "tcf-4", "tcf-5", "tcf-6", "tcf-7", "tcf-8", "tcf-9", "tcf-10", "tcf-11"];

/// Where the time of the last update is, in tenths of a second, and how long it is.
const UPDATED: (usize, usize) = (42, 36);

/// Where the consent to the first purpose is.
const CONSENTS: usize = 152;

/// How many characters hold the part of fixed length: 36 times 6 bits; it takes 213 of them.
const FIXED: usize = 36;

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let names = [cookies.each(0, value)?, cookies.each(1, value)?];
    Ok(names.into_iter().flatten().reduce(SystemAnswer::merge))
}

pub(super) fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut buffer = Buffer::new();
    let core = value.split(|byte| *byte == b'.').next().unwrap_or_default();
    // What follows has no fixed length, and some encoders fill up less than a byte.
    let (fixed, rest) = core.split_at_checked(FIXED).ok_or(Fault::Shape)?;
    if !rest.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Err(Fault::Encoding);
    }
    let core = base64_url(fixed, &mut buffer)?;
    if bits(core, 0, 6) != 2 {
        return Err(Fault::Version);
    }
    let mut answer = SystemAnswer::default();
    answer.date = Some(bits(core, UPDATED.0, UPDATED.1) / 10);
    for (place, purpose) in PURPOSES.iter().enumerate() {
        answer.item(site, purpose, bits(core, CONSENTS + place, 1) == 1)?;
    }
    Ok(answer)
}

/// So many bits from a place on, the highest first. They must be there.
fn bits(bytes: &[u8], start: usize, count: usize) -> u64 {
    (start..start + count).fold(0, |value, place| value << 1 | u64::from(bytes[place / 8] >> (7 - place % 8) & 1))
}
