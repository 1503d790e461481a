//! Splits attributes that hold more than one address, or more than an address: as headers do.

pub(super) use crate::wire::addresses::{is_space, refresh, srcset, words};
