//! What the host knows about a visitor that no header says.

use crate::{Answer, Region};

/// What the host knows: where the visitor is, whether they are known, whether they are a minor, what they said before.
///
/// Everything is optional, and the default knows nothing: an unknown region, an unknown adult, no account.
///
/// # Example
/// ```
/// use consent_gate::{Facts, Region};
///
/// let facts = Facts::in_region("US-CA".parse()?).known(true);
/// assert!(facts.known && !facts.minor);
/// assert_eq!(Facts::default().region, Region::UNKNOWN);
/// # Ok::<(), consent_gate::error::RegionError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Facts {
    /// Where the request comes from.
    pub region: Region,
    /// Where the visitor lives, if that is known too. Where it differs from `region`, the stricter of both regimes
    /// holds.
    pub residence: Region,
    /// Whether the host knows who this is: logged in, say. Only a known visitor's grant can override GPC.
    pub known: bool,
    /// Whether the host knows, or must assume, that this is a minor under the law of the region.
    pub minor: bool,
    /// What the visitor's account holds. It is combined with the browser's answer by the strictest.
    pub account: Option<Answer>,
    /// The text of an answer that an application without cookies sent: it counts as one more consent cookie.
    pub answer_text: Option<String>,
}

impl Facts {
    /// A visitor of whom only the region is known.
    #[must_use]
    pub fn in_region(region: Region) -> Self {
        Self { region, ..Self::default() }
    }

    /// Sets where the visitor lives.
    #[must_use]
    pub fn residence(mut self, residence: Region) -> Self {
        self.residence = residence;
        self
    }

    /// Sets whether the host knows who this is.
    #[must_use]
    pub const fn known(mut self, known: bool) -> Self {
        self.known = known;
        self
    }

    /// Sets whether this is a minor.
    #[must_use]
    pub const fn minor(mut self, minor: bool) -> Self {
        self.minor = minor;
        self
    }

    /// Sets what the account holds.
    #[must_use]
    pub fn account(mut self, answer: Answer) -> Self {
        self.account = Some(answer);
        self
    }

    /// Sets the answer that an application sent as text.
    #[must_use]
    pub fn answer_text(mut self, text: impl Into<String>) -> Self {
        self.answer_text = Some(text.into());
        self
    }
}
