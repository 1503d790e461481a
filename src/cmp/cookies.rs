//! The cookies of one system in one request.

use super::decode::LONGEST;
use super::{Fault, Site, SystemAnswer};

/// The cookies of one system in one request.
#[derive(Clone, Copy)]
pub(crate) struct Cookies<'r> {
    site: &'r Site,
    /// All `Cookie` headers, joined.
    header: &'r [u8],
}

impl<'r> Cookies<'r> {
    pub(crate) const fn new(site: &'r Site, header: &'r [u8]) -> Self {
        Self { site, header }
    }

    /// What they say, as far as they can be read; `None` where there is none.
    pub(crate) fn read(&self) -> Result<Option<SystemAnswer>, Fault> {
        (self.site.system.read)(self)
    }

    /// What the site says of its system.
    pub(super) const fn site(&self) -> &'r Site {
        self.site
    }

    /// Every cookie of the name at this place, read alone and merged to the strictest.
    pub(super) fn each(
        &self,
        place: usize,
        read: impl Fn(&[u8], &Site) -> Result<SystemAnswer, Fault>,
    ) -> Result<Option<SystemAnswer>, Fault> {
        let mut merged: Option<SystemAnswer> = None;
        for value in self.values(place) {
            let answer = read(value?, self.site)?;
            merged = Some(merged.map_or(answer, |before| before.merge(answer)));
        }
        Ok(merged)
    }

    /// The one value of the name at this place. Two that differ are a fault.
    pub(super) fn one(&self, place: usize) -> Result<Option<&'r [u8]>, Fault> {
        let mut values = self.values(place);
        let Some(first) = values.next().transpose()? else { return Ok(None) };
        values.try_for_each(|other| if other? == first { Ok(()) } else { Err(Fault::Duplicate) })?;
        Ok(Some(first))
    }

    /// The cookies of the items, each with the bit of its item, for a system that has one for each.
    pub(super) fn of_items(&self) -> impl Iterator<Item = (u128, Result<&'r [u8], Fault>)> {
        let (start, count) = self.site.item_places();
        let cookies = *self;
        (0..count).flat_map(move |item| cookies.values(start + item).map(move |value| (1 << item, value)))
    }

    fn values(&self, place: usize) -> impl Iterator<Item = Result<&'r [u8], Fault>> + use<'r> {
        let values = self.site.finder(place).values_below(self.header, self.site.tail(place));
        values.map(|value| if value.len() > LONGEST { Err(Fault::TooLong) } else { Ok(value) })
    }
}
