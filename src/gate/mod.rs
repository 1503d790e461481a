//! The gate of one site, made once from its policy.

pub(crate) mod explanation;
pub(crate) mod visitor;
pub(crate) mod watch;

use crate::compiled::Compiled;
use crate::compiled::imports::Imported;
use crate::consent::Inputs;
use crate::enforce::answer_line;
use crate::gate::watch::tally::{DeniedTracker, Tally};
use crate::gate::watch::undeclared::UndeclaredName;
use crate::regime::Regime;
use crate::wire::pairs;
use crate::wire::reading::{Reading, is_ahead};
use crate::{
    Answer, Category, ConfigError, Consent, CookieLine, Deployment, Event, Facts, Policy, Region, Signals, Visitor,
    Warning,
};
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;

/// The gate of one site: a policy, checked and made ready.
///
/// Make it once at start-up and clone it freely: clones share everything.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let policy = testing::policy();
/// # let now = testing::now();
/// let gate = Gate::new(policy)?;
/// let headers = [("cookie", "__Host-consent=1.4.1795000000.4.10.0; _lum1=a"), ("sec-gpc", "1")];
/// let visitor = gate.visitor(headers, Facts::in_region("FR".parse()?), now);
/// assert!(visitor.may_track(Category::ANALYTICS));
/// assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Gate(Arc<Shared>);

struct Shared {
    compiled: Arc<Compiled>,
    tally: Arc<Tally>,
    observers: Vec<Observer>,
}

type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

impl Gate {
    /// Checks a policy and makes a gate of it, for production: HTTPS, and the policy's own hosts.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the policy: a tracker declared twice, a category in use without a notice,
    /// a cookie without a lifetime, an edition of the presets that does not exist, and the others of
    /// [`ProblemKind`](crate::policy::config_error::ProblemKind).
    pub fn new(policy: Policy) -> Result<Self, ConfigError> {
        Self::deployed(policy, Deployment::default())
    }

    /// The same for another deployment: staging, or a developer's machine.
    ///
    /// # Errors
    /// As [`new`](Self::new), and for a host of the deployment that is none.
    pub fn deployed(policy: Policy, deployment: Deployment) -> Result<Self, ConfigError> {
        let compiled = Arc::new(Compiled::new(policy, deployment)?);
        Ok(Self(Arc::new(Shared { compiled, tally: Arc::default(), observers: Vec::new() })))
    }

    /// Hears of everything that the gate denies, erases and meets. Called on the request path: keep it short.
    ///
    /// A second observer hears beside the first, after it. Clones made before keep the ones that they had.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use std::sync::atomic::{AtomicU32, Ordering};
    /// # use std::sync::Arc;
    /// # let policy = testing::policy();
    /// let denied = Arc::new(AtomicU32::new(0));
    /// let counter = denied.clone();
    /// let gate = Gate::new(policy)?.on_event(|event| println!("{event:?}")).on_event(move |event| {
    ///     if let Event::Denied { .. } = event {
    ///         counter.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// });
    /// let _ = testing::refused(&gate).judge_set_cookie("_lum1=a; Path=/");
    /// assert_eq!(denied.load(Ordering::Relaxed), 1);
    /// # Ok::<(), ConfigError>(())
    /// ```
    #[must_use]
    pub fn on_event(self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        let (compiled, tally) = (self.0.compiled.clone(), self.0.tally.clone());
        let mut observers = self.0.observers.clone();
        observers.push(Arc::new(observer));
        Self(Arc::new(Shared { compiled, tally, observers }))
    }

    /// What one request allows, without a handle to change it: the shortest way from headers to a verdict.
    ///
    /// `headers` are the names and raw values of the request, in any order; all but `Cookie`, `Sec-GPC` and `DNT` are
    /// passed over. Nothing is allocated for one `Cookie` header and an answer without exceptions.
    #[must_use]
    pub fn consent<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        facts: &Facts,
        now: DateTime<Utc>,
    ) -> Consent {
        let (mut signals, mut reading) = (Signals::empty(), Reading::Absent);
        let (mut last, mut joined) = (None, Vec::new());
        let Compiled { cookie_finder, imports, .. } = &*self.0.compiled;
        for (header, value) in headers {
            let (header, bytes) = (header.as_ref(), value.as_ref());
            if !header.eq_ignore_ascii_case("cookie") {
                signals.read(header, bytes);
                continue;
            }
            reading = reading.with_header(bytes, cookie_finder, now.timestamp());
            // The cookies of another system may stand in several headers.
            if !imports.is_empty()
                && let Some(before) = last.replace(value)
            {
                pairs::join(&mut joined, before.as_ref());
            }
        }
        let mut cookies = last.as_ref().map_or(&[][..], AsRef::as_ref);
        if !joined.is_empty() {
            pairs::join(&mut joined, cookies);
            cookies = &joined;
        }
        let (reading, imported) = self.with_imports(reading, cookies, facts, now);
        self.fold(&reading, &imported, signals, facts, now.timestamp())
    }

    /// The handle of one request: it answers, changes, and says what the response must carry.
    ///
    /// `headers` are as for [`consent`](Self::consent); `now` is the time of the request.
    #[must_use]
    pub fn visitor<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        facts: Facts,
        now: DateTime<Utc>,
    ) -> Visitor {
        let (mut signals, mut cookies) = (Signals::empty(), Vec::new());
        for (header, value) in headers {
            let (header, value) = (header.as_ref(), value.as_ref());
            if header.eq_ignore_ascii_case("cookie") {
                pairs::join(&mut cookies, value);
            } else {
                signals.read(header, value);
            }
        }
        Visitor::new(self.clone(), cookies, signals, facts, now, None)
    }

    /// What was read of the gate's own cookies, with what the host was sent as text and what other systems' `cookies`
    /// say. An answer that migrates takes the place of one that is not there.
    pub(crate) fn with_imports(
        &self,
        reading: Reading,
        cookies: &[u8],
        facts: &Facts,
        now: DateTime<Utc>,
    ) -> (Reading, Imported) {
        let now = now.timestamp();
        let reading = reading.with_text(facts.answer_text.as_deref(), now);
        let imported = self.0.compiled.imports.read(cookies, reading != Reading::Absent, now);
        match &imported.own {
            Some(answer) => (Reading::Read { answer: answer.clone(), count: 1 }, imported),
            None => (reading, imported),
        }
    }

    pub(crate) fn fold(
        &self,
        reading: &Reading,
        imported: &Imported,
        signals: Signals,
        facts: &Facts,
        now: i64,
    ) -> Consent {
        let here = self.0.compiled.regimes.at(facts.region, now).regime;
        let regime = if facts.residence.is_unknown() {
            here
        } else {
            here.strictest(self.0.compiled.regimes.at(facts.residence, now).regime)
        };
        let account = facts.account.as_ref();
        let is_account_ahead = account.is_some_and(|answer| is_ahead(answer.decided, now));
        Consent::fold(&Inputs {
            names: &self.0.compiled.names,
            regime: &regime,
            answers: [reading.answer(), account.filter(|_| !is_account_ahead), imported.beside.as_ref()],
            is_unreadable: reading.is_unreadable() || is_account_ahead || imported.is_unreadable,
            signals: signals | imported.signals,
            is_known: facts.known,
            is_minor: facts.minor,
            now,
        })
    }

    /// The categories that a visitor can grant: declared, and not essential.
    #[must_use]
    pub fn offered(&self) -> Category {
        self.0.compiled.names.offered
    }

    /// The category of a policy id; `None` for one that the policy does not declare.
    #[must_use]
    pub fn category(&self, id: &str) -> Option<Category> {
        self.0.compiled.names.bit(id)
    }

    /// The policy id of a single category; `unknown` for one that has none.
    #[must_use]
    pub fn category_id(&self, category: Category) -> &str {
        self.0.compiled.names.id(category)
    }

    /// Every offered category and its id, in bit order.
    pub fn categories(&self) -> impl Iterator<Item = (Category, &str)> {
        self.0.compiled.names.offered_ids()
    }

    /// What is allowed in the policy and deserves a look: values looser than a preset, missing translations, and such.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.0.compiled.warnings
    }

    /// The policy as it was given.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.compiled.policy
    }

    /// The regime of a region at a time, with the operator's own values.
    #[must_use]
    pub fn regime(&self, region: Region, now: DateTime<Utc>) -> Regime {
        self.0.compiled.regimes.at(region, now.timestamp()).regime
    }

    /// The name of the consent cookie in this deployment.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        &self.0.compiled.cookie_name
    }

    /// The `Set-Cookie` line that stores an answer in this deployment, as the gate itself writes it: for an answer that
    /// was taken elsewhere, or one that is to be tried out.
    ///
    /// The answer is written as it is. One with so many exceptions that it takes more than 1,024 bytes comes back as
    /// unreadable, which denies; the providers of the policy always fit.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # let gate = testing::gate();
    /// let answer: Answer = "1.4.1795000000.4.10.0".parse()?;
    /// let line = gate.answer_line(&answer);
    /// assert!(line.as_str().starts_with("__Host-consent=1.4.1795000000.4.10.0; "));
    /// assert!(line.as_str().contains("; Max-Age=34560000"));
    /// # Ok::<(), ParseError>(())
    /// ```
    #[must_use]
    pub fn answer_line(&self, answer: &Answer) -> CookieLine {
        answer_line(&self.0.compiled, answer)
    }

    /// What was met and is not declared: at most 256 names, without identifiers, by kind and name.
    ///
    /// Half of them are kept for names that the site's own code writes and embeds, half for cookies that browsers send.
    /// In either half a new name takes the place of the least met one, so that names which somebody makes up give way to
    /// those that come again.
    #[must_use]
    pub fn undeclared(&self) -> Vec<UndeclaredName> {
        self.0.tally.undeclared.list()
    }

    /// What enforcement would have denied, counted in report mode: declared trackers by name and reason, the most
    /// frequent first.
    ///
    /// A cookie counts when it is set, and when a browser still sends it, for it would have been expired.
    #[must_use]
    pub fn would_deny(&self) -> Vec<DeniedTracker> {
        self.0.tally.denied(self.compiled())
    }

    /// The same as `[[tracker]]` entries to paste into the policy and fill in.
    #[must_use]
    pub fn declarations(&self) -> String {
        self.0.tally.undeclared.declarations(self.policy().default_language().unwrap_or("en"))
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        &self.0.compiled
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// Whether somebody hears the events.
    pub(crate) fn is_observed(&self) -> bool {
        !self.0.observers.is_empty()
    }

    /// Whether both are clones of one gate, whoever observes them.
    #[cfg(feature = "tower")]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0.compiled, &other.0.compiled)
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        for observer in &self.0.observers {
            observer(event);
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = self.policy();
        f.debug_struct("Gate").field("site", &policy.site).field("revision", &policy.revision).finish_non_exhaustive()
    }
}
