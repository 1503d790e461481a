//! The categories of consent, as a set of bits.
//!
//! The same type asks and holds: a question of two bits means *both*, a stored set means *each of these*.
//!
//! 1. Bit 0 is [`Category::ESSENTIAL`], bits 1 to 4 are the built-in optional categories.
//! 2. Bits 5 to 15 are reserved for later versions of this crate. No text may carry them.
//! 3. Bits 16 to 31 are the site's own: [`Category::custom`].
//!
//! Three traps of bit sets are closed elsewhere by rule: the empty question is denied, unknown bits never mean
//! anything, and `all()` or `!x` cannot grant what was not offered.

use serde::Serializer;

bitflags::bitflags! {
    /// A set of consent categories.
    ///
    /// Bits are stable for ever: they are what the consent cookie stores. Never give a custom bit a second meaning.
    ///
    /// # Example
    /// ```
    /// use consent_gate::Category;
    ///
    /// let both = Category::ANALYTICS | Category::ADVERTISING;
    /// assert!(both.contains(Category::ANALYTICS));
    /// assert_eq!(Category::custom(0).map(|c| c.bits()), Some(1 << 16));
    /// assert_eq!(Category::custom(16), None);
    /// ```
    #[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct Category: u32 {
        /// What the service cannot work without. Always allowed, never stored as a bit.
        const ESSENTIAL = 1;
        /// Comfort that the visitor can do without: language, player settings.
        const FUNCTIONAL = 1 << 1;
        /// Counting and measuring how the service is used.
        const ANALYTICS = 1 << 2;
        /// Content chosen by what this visitor did.
        const PERSONALIZATION = 1 << 3;
        /// Advertising, its measurement, and the sale or sharing of data.
        const ADVERTISING = 1 << 4;
        // The site's own bits are unnamed, yet known to the type.
        const _ = !0;
    }
}

/// The four built-in categories that a visitor can choose, in bit order.
pub(crate) const OPTIONAL: [Category; 4] =
    [Category::FUNCTIONAL, Category::ANALYTICS, Category::PERSONALIZATION, Category::ADVERTISING];

/// The ids of [`OPTIONAL`] in a policy, in the same order.
pub(crate) const OPTIONAL_IDS: [&str; 4] = ["functional", "analytics", "personalization", "advertising"];

/// The bits that no stored set may carry: essential, and those reserved for the crate.
pub(crate) const NEVER_STORED: Category = Category::from_bits_retain(0xffe1);

impl Category {
    /// How many custom categories a site can have.
    pub const CUSTOM_COUNT: u8 = 16;

    /// One of the site's own categories, `0` to `15`; `None` above.
    #[must_use]
    pub const fn custom(index: u8) -> Option<Self> {
        if index < Self::CUSTOM_COUNT { Some(Self::from_bits_retain(1 << (16 + index as u32))) } else { None }
    }

    /// The built-in category of that policy id: `essential`, `functional`, `analytics`, `personalization`,
    /// `advertising`. `None` for every other text.
    ///
    /// A site's own categories are known to its [`Gate`](crate::Gate) only: ask
    /// [`Gate::category`](crate::Gate::category).
    ///
    /// # Example
    /// ```
    /// # use consent_gate::Category;
    /// assert_eq!(Category::built_in("analytics"), Some(Category::ANALYTICS));
    /// assert_eq!(Category::built_in("Analytics"), None);
    /// ```
    #[must_use]
    pub fn built_in(id: &str) -> Option<Self> {
        match id {
            "essential" => Some(Self::ESSENTIAL),
            _ => OPTIONAL_IDS.into_iter().zip(OPTIONAL).find_map(|(known, category)| (known == id).then_some(category)),
        }
    }

    /// The lowest bit of the set, or the empty set.
    #[must_use]
    pub(crate) const fn lowest(self) -> Self {
        Self::from_bits_retain(self.bits() & self.bits().wrapping_neg())
    }

    /// Each single bit of the set, lowest first.
    pub(crate) fn each(self) -> impl Iterator<Item = Self> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let lowest = rest.lowest();
            rest = rest.difference(lowest);
            (!lowest.is_empty()).then_some(lowest)
        })
    }
}

/// The policy ids of the built-in categories of a set, and `custom-0` to `custom-15`: what serde writes. The ids of custom
/// categories are known to the gate alone. Reserved bits are left out.
pub(crate) fn serialize<S: Serializer>(categories: &Category, serializer: S) -> Result<S::Ok, S::Error> {
    const BUILT_IN: [&str; 5] = ["essential", "functional", "analytics", "personalization", "advertising"];
    let word = |category: Category| match category.bits().trailing_zeros() as usize {
        bit if bit < BUILT_IN.len() => Some(BUILT_IN[bit].to_owned()),
        bit if bit >= 16 => Some(format!("custom-{}", bit - 16)),
        _ => None,
    };
    serializer.collect_seq(categories.each().filter_map(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bit_has_two_meanings() {
        let mut seen = Category::ESSENTIAL;
        let customs = (0..Category::CUSTOM_COUNT).filter_map(Category::custom);
        for category in OPTIONAL.into_iter().chain(customs) {
            assert_eq!(category.bits().count_ones(), 1);
            assert!(!seen.intersects(category), "{category:?}");
            assert!(!NEVER_STORED.intersects(category), "{category:?}");
            seen |= category;
        }
        assert_eq!(seen.union(NEVER_STORED), Category::all());
    }

    #[test]
    fn a_set_is_serialized_as_ids_that_the_crate_reads() {
        for bit in 0..5 {
            let category = Category::from_bits_retain(1 << bit);
            let ids = serialize(&category, serde_json::value::Serializer).unwrap();
            assert_eq!(ids[0].as_str().and_then(Category::built_in), Some(category));
        }
        let ids = serialize(&Category::all(), serde_json::value::Serializer).unwrap();
        assert_eq!((&ids[5], &ids[20]), (&"custom-0".into(), &"custom-15".into()));
    }

    #[test]
    fn bits_are_walked_from_the_lowest() {
        let set = Category::ADVERTISING | Category::FUNCTIONAL | Category::from_bits_retain(1 << 31);
        let bits: Vec<u32> = set.each().map(|c| c.bits()).collect();
        assert_eq!(bits, [2, 16, 1 << 31]);
        assert_eq!(Category::empty().each().count(), 0);
    }
}
