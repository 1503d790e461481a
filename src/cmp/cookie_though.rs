//! cookie-though: `cookie-preferences`, raw `functional:1|marketing:0`.
//!
//! It has no revision: a policy that the site has and the value does not name is asked about again. Items: the policies.

use super::decode::text;
use super::{Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "cookie-though",
    cookie: "cookie-preferences",
    read: |cookies| cookies.each(0, value),
    ..System::ONE_COOKIE
};

fn value(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut answer = SystemAnswer::default();
    for pair in text(value)?.split('|') {
        match pair.split_once(':') {
            Some((policy, "1")) => answer.item(site, policy, true)?,
            Some((policy, "0")) => answer.item(site, policy, false)?,
            _ => return Err(Fault::Shape),
        }
    }
    Ok(answer.complete(site))
}
