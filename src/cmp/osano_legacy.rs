//! Osano's open-source cookieconsent 3: `cookieconsent_status=allow|deny|dismiss`.
//!
//! `dismiss` means that the notice was closed, or scrolled past, or timed out: an answer that grants nothing and
//! refuses nothing.

use super::word::word;
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "osano-legacy",
    cookie: "cookieconsent_status",
    words: &[("allow", true), ("deny", false)],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    if value == b"dismiss" && site.word(value).is_none() { Ok(SystemAnswer::default()) } else { word(value, site) }
}
