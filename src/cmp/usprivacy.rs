//! The IAB's US Privacy string: `usprivacy=1YYN`.
//!
//! Its third place is `Y` where the visitor opted out of the sale of data. It is an opt-out signal and never a grant.

use super::{Fault, Site, System, SystemAnswer, Why};
use crate::Signals;

pub(super) const SYSTEM: System =
    System { name: "usprivacy", cookie: "usprivacy", read: |cookies| cookies.each(0, value), ..System::ONE_COOKIE };

fn value(value: &[u8], _: &Site) -> Result<SystemAnswer, Fault> {
    let is_place = |byte: &u8| matches!(byte, b'Y' | b'N' | b'-' | b'y' | b'n');
    match value {
        [b'1', places @ ..] if places.len() == 3 && places.iter().all(is_place) => {
            let opts_out = matches!(places[1], b'Y' | b'y');
            let answer = if opts_out { SystemAnswer::default() } else { SystemAnswer::undecided(Why::NotAnswered) };
            Ok(answer.narrowed(Signals::empty(), opts_out))
        }
        [b'0'..=b'9', _, _, _] => Err(Fault::Version),
        _ => Err(Fault::Shape),
    }
}
