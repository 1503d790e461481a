//! What one cookie of another system says.

use super::Site;
use super::fault::{Fault, Why};
use crate::Signals;

/// What the cookies of one system say, item by item, in the numbering of the site's map.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemAnswer {
    granted: u128,
    refused: u128,
    /// Why nothing that is granted counts, if so.
    pub(crate) undecided: Option<Why>,
    /// When it was answered, in seconds since 1970, where the format says.
    pub(crate) date: Option<u64>,
    /// The signals that the system recorded.
    pub(crate) signals: Signals,
    /// Whether the visitor opted out of the sale or sharing of data.
    pub(crate) opts_out: bool,
}

impl SystemAnswer {
    /// Nothing but why: what was written before anybody chose.
    pub(super) fn undecided(why: Why) -> Self {
        Self { undecided: Some(why), ..Self::default() }
    }

    /// The same with what a system recorded of signals and opt-outs, which count whether or not anybody answered.
    pub(super) fn narrowed(self, signals: Signals, opts_out: bool) -> Self {
        Self { signals, opts_out, ..self }
    }

    /// One item. An item that the map does not have means nothing.
    pub(super) fn item(&mut self, site: &Site, item: &str, granted: bool) -> Result<(), Fault> {
        let bit = site.bit(item);
        if self.named() & bit != 0 {
            return Err(Fault::Duplicate);
        }
        self.also(bit, granted);
        Ok(())
    }

    /// Items for which a refusal outweighs a grant.
    pub(super) fn also(&mut self, bits: u128, granted: bool) {
        if granted {
            self.granted |= bits & !self.refused;
        } else {
            self.refused |= bits;
            self.granted &= !bits;
        }
    }

    /// Every item that was not named: refused, where a format lists only what is granted.
    pub(super) fn others(&mut self, site: &Site, granted: bool) {
        self.also(site.all() & !self.named(), granted);
    }

    /// The same, with nothing granted: the answer was given under other terms, and its refusals count.
    pub(super) fn lapsed(mut self, why: Why) -> Self {
        self.granted = 0;
        self.undecided = Some(why);
        self
    }

    /// The same, lapsed where the site has items that it does not name.
    pub(super) fn complete(self, site: &Site) -> Self {
        if self.named() == site.all() { self } else { self.lapsed(Why::Incomplete) }
    }

    /// The same, lapsed where it was answered for another revision than the present one.
    pub(super) fn present(self, is_present: bool) -> Self {
        if is_present { self } else { self.lapsed(Why::Outdated) }
    }

    /// Two cookies of one system by the strictest.
    pub(super) fn merge(self, other: Self) -> Self {
        Self {
            granted: self.granted & other.granted & !(self.refused | other.refused),
            refused: self.refused | other.refused,
            undecided: self.undecided.or(other.undecided),
            date: self.date.into_iter().chain(other.date).min(),
            signals: self.signals | other.signals,
            opts_out: self.opts_out | other.opts_out,
        }
    }

    /// The items that are granted by an answer.
    pub(crate) fn granted(&self) -> u128 {
        if self.undecided.is_none() { self.granted } else { 0 }
    }

    /// The items that are refused.
    pub(crate) const fn refused(&self) -> u128 {
        self.refused
    }

    /// The items that are granted or refused.
    pub(crate) const fn named(&self) -> u128 {
        self.granted | self.refused
    }
}
