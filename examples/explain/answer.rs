//! The answer that `--answer` gives, as the cookie line that stores it.
//!
//! Only `at` is required: the gate has no clock. `revision` is the policy's unless it is given. Names must be those of
//! the policy, and no category may be granted and refused at once.

use crate::case::{object, time};
use chrono::{DateTime, Utc};
use consent_gate::{Answer, Category, CookieLine, Gate, Signals};
use serde::Deserialize;
use std::collections::BTreeMap;

/// An answer in the operator's words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    #[serde(default)]
    granted: Vec<String>,
    #[serde(default)]
    refused: Vec<String>,
    #[serde(deserialize_with = "time")]
    at: DateTime<Utc>,
    revision: Option<u32>,
    #[serde(default)]
    seen: Vec<String>,
    #[serde(default)]
    exceptions: BTreeMap<String, bool>,
}

/// The line that stores the given answer.
///
/// # Errors
/// A text for what is not such a JSON object, `"granted":["nonsense"]`, `"refused":["essential"]`, a category in both
/// lists, a time before 1970, `"seen":["GPC"]`, and a provider that the policy does not declare.
pub(crate) fn line(gate: &Gate, text: &str) -> Result<CookieLine, String> {
    let given: Given = object(text.as_bytes())?;
    let (granted, refused) = (categories(gate, &given.granted)?, categories(gate, &given.refused)?);
    if let Some((_, id)) = gate.categories().find(|(bit, _)| granted.contains(*bit) && refused.contains(*bit)) {
        return Err(format!("the category {id:?} is both granted and refused"));
    }
    if given.at < DateTime::UNIX_EPOCH {
        return Err(format!("the time {} is before 1970", given.at.to_rfc3339()));
    }
    let answer = Answer::new(given.revision.unwrap_or(gate.policy().revision), given.at);
    let mut answer = answer.grant(granted).refuse(refused).seen_signals(signals(&given.seen)?);
    for (id, granted) in &given.exceptions {
        if !gate.policy().providers.iter().any(|provider| provider.id == *id) {
            return Err(format!("the policy declares no provider {id:?}"));
        }
        answer = answer.except(id, *granted).map_err(|error| error.to_string())?;
    }
    Ok(gate.answer_line(&answer))
}

fn categories(gate: &Gate, ids: &[String]) -> Result<Category, String> {
    let bit = |id: &String| match gate.category(id) {
        Some(Category::ESSENTIAL) => Err("the category \"essential\" is always allowed, and never answered".to_owned()),
        Some(bit) => Ok(bit),
        None => Err(format!("the policy declares no category {id:?}")),
    };
    ids.iter().map(bit).try_fold(Category::empty(), |all, bit| Ok(all | bit?))
}

fn signals(names: &[String]) -> Result<Signals, String> {
    let signal = |name: &String| match name.as_str() {
        "gpc" => Ok(Signals::GPC),
        "dnt" => Ok(Signals::DNT),
        _ => Err(format!("{name:?} is not a valid signal: write \"gpc\" or \"dnt\"")),
    };
    names.iter().map(signal).try_fold(Signals::empty(), |all, signal| Ok(all | signal?))
}
