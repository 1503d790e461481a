//! The words that everything else is said in: categories, regions, signals, answers, decisions.
//!
//! Row 1. Nothing here reads a request or knows a policy.

pub(crate) mod answer;
pub(crate) mod category;
pub(crate) mod decision;
pub(crate) mod device;
pub(crate) mod facts;
pub(crate) mod nearest;
pub(crate) mod region;
pub(crate) mod rule;
pub(crate) mod same_site;
pub(crate) mod signal;
pub(crate) mod spelling;
