//! The consent cookies of other systems, read by a gate as a site would have it.

mod combined;
mod corpus;
mod forgery;
mod row;
mod traps;
mod variants;
