#![doc = "stub"]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
mod answer;
mod category;
mod change;
mod compiled;
mod config_error;
mod consent;
mod decision;
mod deployment;
mod enforce;
mod event;
mod explanation;
mod facts;
mod gate;
mod host;
mod policy;
mod regime;
mod region;
mod rule;
mod same_site;
mod signal;
pub mod testing;
mod undeclared;
mod visitor;
pub mod web;
mod wire;

pub use answer::{Answer, Choice, ExceptionError};
pub use category::Category;
pub use change::{Change, ChangeError};
pub use compiled::Warning;
pub use config_error::{ConfigError, Problem, ProblemKind};
pub use consent::{Consent, Prompt, PromptState, SignalState, SignalStatus};
pub use decision::{AllowReason, Decision, DenyReason};
pub use deployment::Deployment;
pub use enforce::{CookieLine, CookieVerdict, LineEdit, Storage, UnknownStorage};
pub use event::{Event, Thing};
pub use explanation::{AnswerSource, AnswerState, Explanation};
pub use facts::Facts;
pub use gate::Gate;
pub use policy::{
    CacheRule, CategoryDeclaration, ConsentCookie, Controller, Enforce, Lifetime, Period, PeriodError, Policy,
    PolicyError, PolicyFormat, Position, Provider, RegimeOverride, Retention, Role, Technology, Text, TextList,
    Tracker, Undeclared, UnknownRegion, UnknownTechnology,
};
pub use regime::{EDITIONS, Preset, Regime, presets};
pub use region::{Region, RegionError};
pub use rule::{Exemption, Rule};
pub use same_site::SameSite;
pub use signal::{Signals, gpc_support};
pub use undeclared::UndeclaredName;
pub use visitor::{Pending, Permit, Visitor, WriteError};
pub use wire::parse::ParseError;
