//! CookieYes: `cookieyes-consent`, raw `consentid:…,consent:yes,action:yes,necessary:yes,functional:no,…`.
//!
//! The cookie exists before a choice, and in some regions grants everything then; only `action:yes` is a choice. The
//! field `consent` says that an answer was given, and under the law of California that the visitor opted out: it is not
//! read. Items: the categories.

use super::decode::{Buffer, percent_text, text};
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "cookieyes",
    cookie: "cookieyes-consent",
    map: &[
        ("advertisement", "advertising"),
        ("analytics", "analytics"),
        ("functional", "functional"),
        ("performance", "analytics"),
    ],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut buffer = Buffer::new();
    // Encoded as a whole by some frameworks; nothing of it can be split before then.
    let value = if value.contains(&b',') { text(value)? } else { percent_text(value, &mut buffer)? };
    let (mut answer, mut action, mut has_necessary) = (SystemAnswer::default(), None, false);
    for pair in value.split(',') {
        let (key, value) = pair.split_once(':').ok_or(Fault::Shape)?;
        match (key, value) {
            ("action", _) if action.is_some() => return Err(Fault::Duplicate),
            ("action", "yes") => action = Some(true),
            ("action", "" | "no") => action = Some(false),
            ("action", _) => return Err(Fault::Shape),
            ("necessary", _) if has_necessary => return Err(Fault::Duplicate),
            ("necessary", _) => has_necessary = true,
            ("consentid" | "consent", _) => {}
            (category, "yes" | "no") => answer.item(site, category, value == "yes")?,
            _ => {}
        }
    }
    match action {
        Some(true) if has_necessary => Ok(answer),
        Some(false) if has_necessary => Ok(SystemAnswer::undecided(Why::NotAnswered)),
        _ => Err(Fault::Shape),
    }
}
