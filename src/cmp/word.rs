//! Systems that store one word for everything.
//!
//! Their map has one item, `consent`, which is every offered category unless the operator says otherwise.

use super::{Fault, Site, SystemAnswer};

/// The one item of such a system.
pub(crate) const ITEM: &str = "consent";

/// A value that is one of the words that mean yes or no.
pub(super) fn word(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let granted = site.word(value).ok_or(Fault::Shape)?;
    let mut answer = SystemAnswer::default();
    answer.others(site, granted);
    Ok(answer)
}
