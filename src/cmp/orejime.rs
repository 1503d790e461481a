//! Orejime: `eu-consent`, half-encoded JSON with a yes or no for each purpose (version 3); `orejime`, raw, for each app
//! (version 2).
//!
//! As in klaro, what is not named is asked about again. Items: the purposes or apps.

use super::klaro::flags;
use super::{Cookies, Fault, System, SystemAnswer};

pub(super) const SYSTEM: System =
    System { name: "orejime", cookie: "eu-consent", beside: &["orejime"], read, ..System::ONE_COOKIE };

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let versions = [cookies.each(0, flags)?, cookies.each(1, flags)?];
    Ok(versions.into_iter().flatten().reduce(SystemAnswer::merge))
}
