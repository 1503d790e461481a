//! react-cookie-consent: `CookieConsent=true|false`, name and values as the site chose them, encoded by js-cookie.
//!
//! With `sameSite: "none"` it writes `CookieConsent-legacy` too, for browsers that drop the first: both must grant.
//! Cookiebot's cookie bears the same name and has another shape.

use super::decode::{Buffer, percent};
use super::word::word;
use super::{Cookies, Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "react-cookie-consent",
    cookie: "CookieConsent",
    tails: &["", "-legacy"],
    words: &[("true", true), ("false", false)],
    read,
    ..System::ONE_COOKIE
};

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let both = [cookies.each(0, value)?, cookies.each(1, value)?];
    Ok(both.into_iter().flatten().reduce(SystemAnswer::merge))
}

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    word(percent(value, &mut Buffer::new())?, site)
}
