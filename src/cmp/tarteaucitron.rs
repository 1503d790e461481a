//! tarteaucitron: `tarteaucitron`, raw `!gtag=true!youtube=wait!facebookpixel=false`.
//!
//! - `wait` is not answered, and the banner stays until nothing waits.
//! - Some services are written `=true` without any action, because the library holds them exempt: they are not what
//!   means that somebody answered.
//! - A service that is clicked moves to the end. So an exempt `=true` behind a `=false`, where nothing else is granted, is
//!   the first pass of a page that starts with everything refused. Its refusals count.
//!
//! Items: the services. The value must name all of them.

use super::decode::text;
use super::{Fault, Site, System, SystemAnswer, Why};

pub(super) const SYSTEM: System = System {
    name: "tarteaucitron",
    cookie: "tarteaucitron",
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

/// The services for which `tarteaucitron.services.js` asks nobody (`needConsent: false`).
const EXEMPT: [&str; 8] = [
    "crisp",
    "matomo",
    "matomohightrack",
    "microanalytics",
    "plausible",
    "simpleanalytics",
    "stonly",
    "wysistathightrack",
];

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut answer = SystemAnswer::default();
    let (mut is_waiting, mut grants, mut refuses, mut is_untouched) = (false, false, false, false);
    for pair in text(value)?.strip_prefix('!').ok_or(Fault::Shape)?.split('!') {
        let (service, state) = pair.rsplit_once('=').ok_or(Fault::Shape)?;
        let is_exempt = EXEMPT.contains(&service);
        match state {
            "wait" => is_waiting = true,
            "true" => {
                grants |= !is_exempt;
                is_untouched |= is_exempt && refuses;
                answer.item(site, service, true)?;
            }
            "false" => {
                refuses = true;
                answer.item(site, service, false)?;
            }
            _ => return Err(Fault::Shape),
        }
    }
    if is_waiting || !(grants || refuses) {
        Ok(SystemAnswer::undecided(Why::NotAnswered))
    } else if !grants && is_untouched {
        Ok(answer.lapsed(Why::Implied))
    } else {
        Ok(answer.complete(site))
    }
}
