//! The verdict on everything that a policy declares, for one visitor, as JSON.
//!
//! | key | holds |
//! |---|---|
//! | `version` | 1 |
//! | `revision` | the policy's |
//! | `report` | `true` in report mode, where the guard only tells |
//! | `verdicts` | two lists, for now and for when `navigator.globalPrivacyControl` is on: each entry has `allow` and `code`, and `erase` where what is there is to be erased |
//! | `first` | the place in `verdicts` of what is first-party |
//! | `longest` | how many UTF-16 units the longest literal has |
//! | `hosts` | our own hosts |
//! | `own` | origins under which a relative address may be declared |
//! | `category`, `cookie`, `local-storage`, `session-storage`, `indexed-db`, `address` | names, and the place of each in `verdicts`; a final `*` makes a pattern; the empty name stands for everything else |
//! | `erase` | for each cookie, the attributes that its deletion repeats |
//! | `google` | the arguments of Consent Mode's calls, for now and with the signal |

use super::consent_mode::ConsentMode;
use super::element::script;
use super::safe_json;
use crate::compiled::{Kind, literal};
use crate::enforce::{CookieAttributes, Judge, erases};
use crate::{AllowReason, Category, Decision, DenyReason, Storage, Visitor};
use serde::Serialize;
use serde::ser::Serializer;

/// What one visitor allows, now, as JSON for the page.
///
/// It holds no identifier and no value of a cookie, and is the same text for every visitor who allows the same. It is made
/// when it is printed: print it late, when the host has learned all that it will.
///
/// As a response of its own, it is `application/json`, from the page's own origin, and not to be cached: the gate around
/// the route sees to that.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// use consent_gate::browser::Manifest;
///
/// let json = Manifest::new(&testing::refused(&gate)).json();
/// assert!(json.contains(r#"{"allow":false,"code":"refused","erase":true}"#));
/// ```
#[derive(Clone, Debug)]
pub struct Manifest {
    visitor: Visitor,
    is_report: bool,
    has_consent_mode: bool,
}

impl Manifest {
    /// The manifest of a request's visitor.
    #[must_use]
    pub fn new(visitor: &Visitor) -> Self {
        Self { visitor: visitor.clone(), is_report: false, has_consent_mode: false }
    }

    /// The guard only tells what it would deny: see [`Mode::Report`](crate::web::Mode::Report).
    #[must_use]
    pub const fn report_only(mut self) -> Self {
        self.is_report = true;
        self
    }

    /// The guard makes the calls of Google's Consent Mode v2: `default` before any tag, `update` after an update.
    #[must_use]
    pub const fn consent_mode(mut self) -> Self {
        self.has_consent_mode = true;
        self
    }

    /// The declared keys of browser stores, or patterns of them, that are to be removed now: for a host that removes them
    /// without the guard. By the rule of [`Visitor::erasures`]: a refusal and a lapse remove, what is only unknown does not.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # let gate = testing::gate();
    /// use consent_gate::browser::Manifest;
    ///
    /// let manifest = Manifest::new(&testing::refused(&gate));
    /// assert_eq!(manifest.keys_to_remove(), [(Storage::Local, "player.*".to_owned())]);
    /// ```
    #[must_use]
    pub fn keys_to_remove(&self) -> Vec<(Storage, String)> {
        let trackers = &self.visitor.gate().policy().trackers;
        let all = [Storage::Local, Storage::Session, Storage::IndexedDb];
        self.visitor.survey(|now, _, is_region_unknown| {
            let stored = trackers.iter().enumerate().filter_map(|(number, tracker)| {
                let storage = all.into_iter().find(|storage| storage.technology() == tracker.technology)?;
                erases(now.tracker(number), is_region_unknown).map(|_| (storage, tracker.name.clone()))
            });
            stored.collect()
        })
    }

    /// The JSON. It may stand in an element `script` as it is.
    #[must_use]
    pub fn json(&self) -> String {
        self.visitor.survey(|now, objecting, is_region_unknown| {
            let table = Verdicts { list: Vec::new(), erases: !self.is_report, is_region_unknown };
            safe_json(&Document::of(self, [now, objecting], table))
        })
    }

    /// The JSON as an element of the page that the guard finds: data, not code.
    #[must_use]
    pub fn block(&self, nonce: Option<&str>) -> String {
        script(nonce, " type=\"application/json\" id=\"consent-gate\"", &self.json())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'m> {
    version: u8,
    revision: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    report: bool,
    verdicts: [Vec<Verdict>; 2],
    first: usize,
    longest: usize,
    hosts: Vec<&'m str>,
    own: Vec<String>,
    category: Map<usize>,
    cookie: Map<usize>,
    local_storage: Map<usize>,
    session_storage: Map<usize>,
    indexed_db: Map<usize>,
    address: Map<usize>,
    erase: Map<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    google: Option<[ConsentMode; 2]>,
}

#[derive(Clone, Copy, PartialEq, Serialize)]
struct Verdict {
    allow: bool,
    code: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    erase: bool,
}

/// The verdicts met so far, now and with the signal.
struct Verdicts {
    list: Vec<[Verdict; 2]>,
    erases: bool,
    is_region_unknown: bool,
}

/// Names in order.
#[derive(Default)]
struct Map<T>(Vec<(String, T)>);

impl<'m> Document<'m> {
    fn of(manifest: &'m Manifest, judges: [&Judge<'_>; 2], mut verdicts: Verdicts) -> Self {
        let gate = manifest.visitor.gate();
        let (compiled, policy) = (gate.compiled(), gate.policy());
        let ids = [(Category::ESSENTIAL, "essential")].into_iter().chain(gate.categories());

        let mut category = Map::new(verdicts.rule(Decision::Deny(DenyReason::UnknownCategory)));
        for (bit, id) in ids {
            category.push(id, verdicts.place(judges.map(|judge| judge.consent.decide(bit)), false));
        }
        let mut names = [(); Kind::COUNT].map(|()| Map::new(verdicts.rule(judges[0].undeclared())));
        names[Kind::Cookie as usize].push(gate.cookie_name(), verdicts.rule(Decision::Deny(DenyReason::Reserved)));
        let mut erase = Map(Vec::new());
        for (number, tracker) in policy.trackers.iter().enumerate() {
            let kind = Kind::of(tracker.technology);
            let place = verdicts.place(judges.map(|judge| judge.tracker(number)), kind != Kind::Address);
            let name = literal(tracker.technology, &tracker.name);
            let names = &mut names[kind as usize];
            match kind {
                // Everything below it, up to the end of a segment.
                Kind::Address if name.ends_with('/') => names.push(format!("{name}*"), place),
                Kind::Address => {
                    let folder = format!("{name}/");
                    // The folder may be declared as something else.
                    if compiled.tracker(kind, &folder) == Some(number) {
                        names.push(folder + "*", place);
                    }
                    names.push(name, place);
                }
                Kind::Cookie => {
                    let attributes = CookieAttributes::new(&tracker.name, tracker, &compiled.deployment);
                    erase.push(&name, deletions(&attributes));
                    names.push(name, place);
                }
                Kind::LocalStorage | Kind::SessionStorage | Kind::IndexedDb => names.push(name, place),
            }
        }
        let first = verdicts.rule(Decision::Allow(AllowReason::FirstParty));
        let longest = names.iter().flat_map(|map| &map.0).map(|(name, _)| name.encode_utf16().count()).max();
        let google = manifest.has_consent_mode.then(|| judges.map(ConsentMode::by));
        let [cookie, local_storage, session_storage, indexed_db, address] = names;
        Self {
            version: 1,
            revision: policy.revision,
            report: manifest.is_report,
            verdicts: [0, 1].map(|when| verdicts.list.iter().map(|pair| pair[when]).collect()),
            first,
            longest: longest.unwrap_or(0),
            hosts: compiled.own_hosts().collect(),
            own: compiled
                .own_address_hosts()
                .flat_map(|host| ["https", "http"].map(|scheme| format!("{scheme}://{host}")))
                .collect(),
            category,
            cookie,
            local_storage,
            session_storage,
            indexed_db,
            address,
            erase,
            google,
        }
    }
}

impl Verdicts {
    /// The place of what is decided so, now and with the signal.
    fn place(&mut self, decisions: [Decision; 2], is_stored: bool) -> usize {
        let verdicts = decisions.map(|decision| Verdict {
            allow: decision.is_allow(),
            code: decision.code(),
            erase: is_stored && self.erases && erases(decision, self.is_region_unknown).is_some(),
        });
        self.list.iter().position(|known| *known == verdicts).unwrap_or_else(|| {
            self.list.push(verdicts);
            self.list.len() - 1
        })
    }

    /// The place of what no signal changes, and nothing erases.
    fn rule(&mut self, decision: Decision) -> usize {
        self.place([decision; 2], false)
    }
}

impl Map<usize> {
    fn new(otherwise: usize) -> Self {
        Self(vec![(String::new(), otherwise)])
    }
}

impl<T> Map<T> {
    fn push(&mut self, name: impl Into<String>, value: T) {
        self.0.push((name.into(), value));
    }
}

impl<T: Serialize> Serialize for Map<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// What the lines repeat that delete a cookie from a script: host-only, and with the declared domain.
fn deletions(attributes: &CookieAttributes<'_>) -> Vec<String> {
    let host_only = attributes.for_script();
    let with_domain = attributes.domain().map(|domain| format!("{host_only}; Domain={domain}"));
    std::iter::once(host_only).chain(with_domain).collect()
}
