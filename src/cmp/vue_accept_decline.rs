//! vue-cookie-accept-decline: `vue-cookie-accept-decline-<element>=accept|decline|postpone`, where the site forces
//! cookies; else it is in local storage.

use super::word::word;
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "vue-cookie-accept-decline",
    cookie: "vue-cookie-accept-decline-",
    is_id: Some(|id| !id.is_empty()),
    words: &[("accept", true), ("decline", false)],
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    if value == b"postpone" { Ok(SystemAnswer::undecided(Why::NotAnswered)) } else { word(value, site) }
}
