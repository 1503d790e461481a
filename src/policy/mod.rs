//! What the operator declares: the policy of one site, as data.
//!
//! - A policy is read from TOML (feature `toml`), from JSON (feature `json`), through serde, or built in code.
//! - A key that the schema does not know is an error at every level: a misspelt restriction must not be ignored.
//! - A key that may be left out has one default, stated at its field. What equals its default is not written.
//! - Names, addresses, regions and categories are kept as they are spelt.
//!
//! This module does not judge: whether entries contradict each other, name what does not exist or lack a text is
//! found by [`Gate::new`](crate::Gate::new), which lists every problem at once.
//!
//! The schema by example is `examples/learning_platform/policy.toml`.

mod category;
pub(crate) mod config_error;
mod controller;
mod cookie;
pub(crate) mod document;
mod enforce;
pub(crate) mod error;
mod headers;
mod import;
#[cfg(feature = "json")]
mod json;
mod lifetime;
mod notice;
mod period;
mod provider;
mod regime;
mod retention;
mod serde_forms;
mod technology;
mod text;
#[cfg(feature = "toml")]
mod toml;
mod tracker;
mod unknown_name;

pub use self::category::CategoryDeclaration;
pub use self::config_error::{Problem, ProblemKind};
pub use self::controller::Controller;
pub use self::cookie::ConsentCookie;
pub use self::enforce::{CacheRule, Enforce, Undeclared, UnknownRegion};
pub use self::error::{PolicyFormat, Position};
pub use self::headers::DocumentHeaders;
pub use self::import::{Import, Targets};
pub use self::lifetime::Lifetime;
pub use self::notice::Notice;
pub use self::period::{Period, PeriodError};
pub use self::provider::{Provider, Role};
pub use self::regime::RegimeOverride;
pub use self::retention::Retention;
pub use self::technology::Technology;
pub use self::text::{Text, TextList};
pub use self::tracker::Tracker;
pub use self::unknown_name::UnknownName;
pub use crate::terms::rule::Exemption;
pub use crate::terms::same_site::SameSite;
