//! The mistakes of a policy: all of them at once, each with its entry and its cure.

use crate::policy::{Period, Technology, UnknownName};
use std::fmt;

/// Why a gate could not be built: all problems of the policy, which the operator can correct.
///
/// # Example
/// ```
/// use consent_gate::{Gate, Policy};
///
/// let mut policy = Policy::new("shop", 1, "1999-01", ["en"], ["shop.example"]);
/// policy.hosts.push("https://shop.example/".to_owned());
/// let error = Gate::new(policy).unwrap_err();
/// assert_eq!(error.problems().len(), 2);
/// assert!(error.to_string().contains("presets: there is no edition \"1999-01\""));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    pub(crate) fn of(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }

    /// The problems, in the order of the policy. Never empty.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(f, "the policy has {count} problem{}:", if count == 1 { "" } else { "s" })?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
    }
}

impl std::error::Error for ConfigError {}

/// One mistake of a policy.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{entry}: {kind}")]
#[non_exhaustive]
pub struct Problem {
    /// The entry at fault, as in `tracker "_lum*" (cookie)` or `category "analytics"`.
    pub entry: String,
    /// What is wrong with it, and how to correct it.
    pub kind: ProblemKind,
}

/// What is wrong with an entry of a policy. The text says what is valid and what to do.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The edition of the presets does not exist.
    #[error("there is no edition {}", .0.cure("name the one that you have reviewed", "This version of the crate has"))]
    UnknownEdition(UnknownName),
    /// A list that needs an entry is empty.
    #[error("it is empty, or holds an empty entry; list at least one, and none that is blank")]
    Empty,
    /// The same name is declared twice.
    #[error("it is declared twice; keep one of the two, or merge them")]
    DeclaredTwice,
    /// A text is not a valid id.
    #[error("{0:?} is not a valid id: use 1 to 32 of a-z, 0-9, - and _")]
    Id(String),
    /// A text is not a valid host name.
    #[error(
        "{0:?} is not a valid host name: write it as in \"shop.example\", in lower case, without scheme, port, path or \
         final dot"
    )]
    Host(String),
    /// A text is not a valid address.
    #[error(
        "{0:?} is not a valid address: write it as browsers send it, without a query, as in \
         \"https://px.lumen.example/v.gif\""
    )]
    Address(String),
    /// A region does not exist.
    #[error("{0:?} is not a valid region: write an ISO 3166 code such as \"FR\" or \"US-CA\", or EU, EEA, US or *")]
    Region(String),
    /// A category is in use, but it has no notice for visitors.
    #[error("the category {0:?} is in use without a notice; add a [[category]] entry with title, purpose and impact")]
    CategoryWithoutNotice(String),
    /// A category does not exist.
    #[error("there is no category {}", .0.cure("declare it as [[category]]", "Declared are"))]
    UnknownCategory(UnknownName),
    /// A provider does not exist.
    #[error("there is no provider {}", .0.cure("declare it as [[provider]]", "Declared are"))]
    UnknownProvider(UnknownName),
    /// The essential category cannot have this.
    #[error("the essential category is always allowed; remove it here")]
    EssentialHere,
    /// A category of the site's own has no bit.
    #[error("it is not built in and has no bit; add custom = 0 to 15, never used before")]
    NoCustomBit,
    /// A built-in category is given a bit or an example.
    #[error("it is built in; remove `custom` and `like`")]
    BuiltIn,
    /// A custom bit is out of range.
    #[error("custom = {0} is out of range; use 0 to 15")]
    CustomBitOutOfRange(u8),
    /// A custom bit is used twice.
    #[error("custom = {0} is taken by the category {1:?}; use a bit that was never used before")]
    CustomBitTwice(u8, String),
    /// A text is missing in the default language.
    #[error("{text} is missing in {language:?}, the default language; add {text}.{language}")]
    TextMissing {
        /// The key of the text.
        text: &'static str,
        /// The default language.
        language: String,
    },
    /// A directive of the Content-Security-Policy does not exist, or is not one of the gate's.
    #[error("the gate's Content-Security-Policy has no directive {}", .0.cure("remove it", "The gate can leave out"))]
    UnknownDirective(UnknownName),
    /// The address of reports is not a path on our own host.
    #[error("{0:?} is not a path on your own host: write one that starts with a single \"/\", as in \"/consent/csp\"")]
    ReportPath(String),
    /// Emptying the storage of the origin would take an essential key with it.
    #[error("clear_storage would delete the essential key {0:?} too; leave clear_storage out")]
    EssentialStorage(String),
    /// A pattern is too short.
    #[error("the pattern has fewer than three literal characters before its final *; it would cover too much")]
    PatternTooShort,
    /// No cookie can have that name.
    #[error("the name is not a valid cookie name: leave out spaces, controls, \"=\", \";\" and \",\"")]
    CookieName,
    /// The name belongs to the gate's own cookie.
    #[error("it covers the consent cookie {0:?}, which belongs to the gate; choose another name")]
    Reserved(String),
    /// A cookie has no lifetime.
    #[error("a cookie needs a lifetime; add lifetime = \"session\" or a duration such as \"395d\"")]
    NoLifetime,
    /// The storage and the lifetime contradict each other.
    #[error("{technology} cannot have the lifetime {lifetime:?}; {cure}")]
    LifetimeContradiction {
        /// The storage.
        technology: Technology,
        /// The lifetime, as the policy spells it.
        lifetime: String,
        /// What to write instead.
        cure: &'static str,
    },
    /// A lifetime is above what browsers or the law allow.
    #[error("the lifetime {lifetime} is above the limit of {limit}; shorten it")]
    LifetimeTooLong {
        /// The declared lifetime.
        lifetime: Period,
        /// The limit.
        limit: Period,
    },
    /// A path does not start with a slash.
    #[error("the path {0:?} does not start with \"/\"; a browser would ignore it")]
    Path(String),
    /// The name's prefix and the domain contradict each other.
    #[error("the prefix __Host- and the domain {0:?} contradict each other; drop the domain, or name it __Secure-")]
    PrefixAndDomain(String),
    /// The domain is none of our hosts.
    #[error("the domain {0:?} is not one of `hosts`; add it there, or correct it")]
    ForeignDomain(String),
    /// The domain would be shared by hosts that each ask for themselves.
    #[error(
        "the domain {0:?} is shared by several hosts that each keep an answer of their own, and would undo each other; \
         set cookie.domain, or drop the domain"
    )]
    SharedDomain(String),
    /// A third party lacks an address.
    #[error("a third party needs both policy_url and opt_out_url; add {0}")]
    ThirdPartyAddress(&'static str),
    /// A provider's trackers span two categories.
    #[error(
        "its non-essential trackers span the categories {0:?} and {1:?}; declare it once for each, with one company"
    )]
    TwoCategories(String, String),
    /// The consent cookie could not hold every provider.
    #[error("{count} provider ids of {bytes} bytes do not fit the consent cookie; use at most 64, and shorter ids")]
    TooManyProviders {
        /// How many providers are declared.
        count: usize,
        /// How long the longest possible consent cookie would be.
        bytes: usize,
    },
    /// The entry needs a feature that this build does not have.
    #[error("this build does not support it: add features = [{0:?}] to the dependency on consent-gate")]
    FeatureMissing(&'static str),
    /// No system of this name can be read.
    #[error("there is no system {}", .0.cure("remove the entry", "This version of the crate reads"))]
    UnknownSystem(UnknownName),
    /// What the system stores cannot be known to a server.
    #[error(
        "no server can know what visitors answered to {system:?}: {why}; put its bridge on the page, a script that posts \
         the answer to the gate's own form (see the guide, \"Bridges\"), and remove the entry"
    )]
    UnknowableSystem {
        /// The system that the policy names.
        system: String,
        /// Why not.
        why: &'static str,
    },
    /// The system has no items of its own, and the entry maps none.
    #[error(
        "nothing of {0:?} is mapped to a category or a provider; add map = {{ … }} with the names that the site gave"
    )]
    NothingMapped(String),
    /// The entry maps more items than the gate can keep apart.
    #[error("{count} items are mapped, and at most {limit} can be; map only those that the policy needs")]
    TooManyItems {
        /// How many there are.
        count: usize,
        /// How many there can be.
        limit: usize,
    },
    /// An item is mapped to what does not exist.
    #[error("there is no category and no provider {}", .0.cure("declare it", "Declared are"))]
    UnknownTarget(UnknownName),
    /// An item is mapped to an id that two things have.
    #[error("{0:?} is both a category and a provider; give the provider another id")]
    AmbiguousTarget(String),
    /// The system stores no revision.
    #[error("{0:?} stores no revision; remove `revision`")]
    NoRevision(String),
    /// The system does not store one word.
    #[error("{0:?} does not store one word for everything; remove `values`, and use `map`")]
    NoValues(String),
    /// A revision lies in the future.
    #[error("since = {since} is above revision = {revision}; raise the revision, or lower since")]
    SinceAboveRevision {
        /// The entry's revision.
        since: u32,
        /// The policy's revision.
        revision: u32,
    },
}
