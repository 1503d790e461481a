//! The answer to one case: what is allowed, and why.
//!
//! `granted` and `refused` are the merged answer's categories, lapsed or not, in the order of their bits. `decisions` is
//! keyed by the question as it was asked; one that was asked twice is answered once. `line` is the `Set-Cookie` line as
//! it would leave, or `null`. `erase` lists every line that expires a cookie of the request. `imports` is there where the
//! policy imports other systems: what each of their cookies was read as, or why it was refused.

use crate::case::{Case, Id};
use chrono::SecondsFormat;
use consent_gate::explain::ImportedCookie;
use consent_gate::{Category, Decision, Facts, Gate, Signals, Visitor};
use serde::{Serialize, Serializer};
use std::collections::HashSet;

/// The answer to one case. The order of the fields is that of the keys.
#[derive(Serialize)]
pub(crate) struct Verdict<'a> {
    id: &'a Id,
    state: &'static str,
    granted: Vec<&'a str>,
    refused: Vec<&'a str>,
    prompt: &'static str,
    #[serde(serialize_with = "as_map")]
    decisions: Vec<(&'a str, Judgement)>,
    set_cookie: Vec<SetCookie<'a>>,
    embed: Vec<Embed<'a>>,
    storage: Vec<Stored<'a>>,
    erase: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    imports: Vec<Imported<'a>>,
}

/// What another system's cookie was read as.
#[derive(Serialize)]
struct Imported<'a> {
    system: &'static str,
    cookie: String,
    state: &'static str,
    why: Option<&'static str>,
    granted: Vec<&'a str>,
    refused: Vec<&'a str>,
    gpc: bool,
    decided: Option<String>,
}

/// Whether, and why.
#[derive(Serialize)]
struct Judgement {
    allow: bool,
    code: &'static str,
}

#[derive(Serialize)]
struct SetCookie<'a> {
    name: &'a str,
    #[serde(flatten)]
    judgement: Judgement,
    line: Option<String>,
}

#[derive(Serialize)]
struct Embed<'a> {
    url: &'a str,
    #[serde(flatten)]
    judgement: Judgement,
}

#[derive(Serialize)]
struct Stored<'a> {
    key: &'a str,
    #[serde(flatten)]
    judgement: Judgement,
}

impl<'a> Verdict<'a> {
    /// Judges one case.
    pub(crate) fn of(gate: &'a Gate, case: &'a Case) -> Self {
        let facts = Facts::in_region(case.region).known(case.known).minor(case.minor);
        let visitor = gate.visitor(case.headers.iter().map(|(name, value)| (name, value)), facts, case.now);
        let consent = visitor.consent();
        let ids = |set: Category| gate.categories().filter(|(bit, _)| set.contains(*bit)).map(|(_, id)| id).collect();
        let imports = visitor.explain(gate.offered()).imports;
        let imported = |read: ImportedCookie| Imported {
            system: read.system,
            state: read.state.as_str(),
            why: read.why,
            granted: ids(read.granted),
            refused: ids(read.refused),
            gpc: read.signals.contains(Signals::GPC),
            decided: read.decided.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            cookie: read.cookie,
        };
        Self {
            id: &case.id,
            state: visitor.answered().as_str(),
            granted: ids(consent.granted()),
            refused: ids(consent.refused()),
            prompt: visitor.prompt().state.as_str(),
            decisions: decisions(&visitor, &case.ask),
            set_cookie: case.set_cookie.iter().map(|line| set_cookie(&visitor, line)).collect(),
            embed: case.embed.iter().map(|url| Embed { url, judgement: visitor.decide_address(url).into() }).collect(),
            storage: case
                .storage
                .iter()
                .map(|(store, key)| Stored { key, judgement: visitor.decide_storage(store.0, key).into() })
                .collect(),
            erase: visitor.erasures().into_iter().map(String::from).collect(),
            imports: imports.into_iter().map(imported).collect(),
        }
    }
}

impl From<Decision> for Judgement {
    fn from(decision: Decision) -> Self {
        Self { allow: decision.is_allow(), code: decision.code() }
    }
}

fn set_cookie<'a>(visitor: &Visitor, line: &'a str) -> SetCookie<'a> {
    let verdict = visitor.judge_set_cookie(line);
    SetCookie { name: verdict.name(), judgement: verdict.decision().into(), line: verdict.line().map(str::to_owned) }
}

/// Each question once, in the order in which it was first asked.
fn decisions<'a>(visitor: &Visitor, questions: &'a [String]) -> Vec<(&'a str, Judgement)> {
    let mut asked = HashSet::new();
    let questions = questions.iter().map(String::as_str).filter(|question| asked.insert(*question));
    questions.map(|question| (question, visitor.decide(categories(visitor.gate(), question)).into())).collect()
}

/// The categories of a question. With a name that the policy does not know, or an empty one, it is the empty set: the
/// gate denies that with the same `unknown-category`.
fn categories(gate: &Gate, question: &str) -> Category {
    let bits: Option<Vec<Category>> = question.split('+').map(|id| gate.category(id)).collect();
    bits.unwrap_or_default().into_iter().fold(Category::empty(), Category::union)
}

fn as_map<S: Serializer>(decisions: &[(&str, Judgement)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(decisions.iter().map(|(question, judgement)| (question, judgement)))
}
