//! What became of the signals that the browser sends, in words.

use super::words::Words;
use crate::consent::{SignalState, SignalStatus};
use serde::Serialize;

/// What became of one signal that the browser sends. Some laws require that it be shown: "Opt-Out Request Honored"
/// (11 CCR 7025(c)(6)).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SignalView {
    /// `gpc` or `dnt`.
    pub signal: &'static str,
    /// `honoured`, `overridden` or `not-applicable`.
    pub state: &'static str,
    /// The same in words.
    pub text: String,
}

/// The signals that were sent.
pub(super) fn signals(words: &Words, status: SignalStatus) -> Vec<SignalView> {
    let gpc = match status.gpc {
        SignalState::Absent => None,
        SignalState::Honoured => Some(&words.gpc_honoured),
        SignalState::Overridden => Some(&words.gpc_overridden),
        SignalState::NotApplicable => Some(&words.gpc_no_effect),
    };
    let dnt = match status.dnt {
        SignalState::Absent => None,
        SignalState::Honoured => Some(&words.dnt_honoured),
        SignalState::Overridden | SignalState::NotApplicable => Some(&words.dnt_no_effect),
    };
    let views = [("gpc", status.gpc, gpc), ("dnt", status.dnt, dnt)];
    let view = |(signal, state, text): (&'static str, SignalState, Option<&String>)| {
        Some(SignalView { signal, state: state.as_str(), text: text?.clone() })
    };
    views.into_iter().filter_map(view).collect()
}
