//! The verdict on one header of a response that makes a browser load, send or store something, whoever wrote it.
//!
//! Which headers those are, and what a denial takes from each, is the table of [`web`](crate::web#doors).
//!
//! What is kept stays byte for byte. What is malformed is read as widely as some browser might.

use super::{Judge, LineEdit, Verdict};
use crate::wire::address::Address;
use crate::wire::addresses::{refresh, srcset, words};
use crate::wire::field::{FieldText, Link, members, objects, unquoted};
use crate::wire::json::{self, Token};
use crate::wire::relation::{Load, most_by};
use crate::{AllowReason, Category, Decision, DenyReason};
use std::borrow::Cow;

/// A header that is looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct HeaderDoor {
    pub(crate) name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Link,
    Refresh,
    Location,
    /// A list, or a dictionary, whose values are addresses in quotes.
    Quoted,
    ReportTo,
    SecurityPolicy,
    Hints,
    Advertising,
}

static DOORS: [HeaderDoor; 18] = [
    HeaderDoor { name: "link", kind: Kind::Link },
    HeaderDoor { name: "refresh", kind: Kind::Refresh },
    HeaderDoor { name: "location", kind: Kind::Location },
    HeaderDoor { name: "speculation-rules", kind: Kind::Quoted },
    HeaderDoor { name: "reporting-endpoints", kind: Kind::Quoted },
    HeaderDoor { name: "report-to", kind: Kind::ReportTo },
    HeaderDoor { name: "content-security-policy", kind: Kind::SecurityPolicy },
    HeaderDoor { name: "content-security-policy-report-only", kind: Kind::SecurityPolicy },
    HeaderDoor { name: "accept-ch", kind: Kind::Hints },
    HeaderDoor { name: "critical-ch", kind: Kind::Hints },
    HeaderDoor { name: "attribution-reporting-register-source", kind: Kind::Advertising },
    HeaderDoor { name: "attribution-reporting-register-trigger", kind: Kind::Advertising },
    HeaderDoor { name: "attribution-reporting-register-os-source", kind: Kind::Advertising },
    HeaderDoor { name: "attribution-reporting-register-os-trigger", kind: Kind::Advertising },
    HeaderDoor { name: "observe-browsing-topics", kind: Kind::Advertising },
    HeaderDoor { name: "shared-storage-write", kind: Kind::Advertising },
    HeaderDoor { name: "ad-auction-signals", kind: Kind::Advertising },
    HeaderDoor { name: "ad-auction-additional-bid", kind: Kind::Advertising },
];

/// What follows a redirection, by what the request says (`Sec-Fetch-Dest`).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Destination {
    /// A person opens a document, or it is not known: the redirection passes.
    #[default]
    Document,
    /// A frame. It passes where `frame-src` is left out: the bank's page of a payment is reached so.
    Frame,
    /// A script, an image, a `fetch`.
    Part,
}

/// Hints that every browser sends unasked, and the visitor's own preferences for what a page looks like.
static PLAIN_HINTS: [&str; 10] = [
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "save-data",
    "sec-ch-prefers-color-scheme",
    "sec-ch-prefers-reduced-motion",
    "sec-ch-prefers-reduced-transparency",
    "sec-ch-prefers-reduced-data",
    "sec-ch-prefers-contrast",
    "sec-ch-forced-colors",
];

impl HeaderDoor {
    /// The header of this name, if it is looked at.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        DOORS.iter().find(|door| door.name.len() == name.len() && door.name.eq_ignore_ascii_case(name)).copied()
    }
}

/// What was asked about one header on the way to its verdict.
pub(crate) struct Asked<'j, 't> {
    judge: &'j Judge<'j>,
    destination: Destination,
    /// Observes the verdict on each address.
    observe: &'t mut dyn FnMut(Verdict, &str),
    /// Whether another visitor might get another verdict.
    pub(crate) is_personal: bool,
}

impl<'j, 't> Asked<'j, 't> {
    pub(crate) fn new(
        judge: &'j Judge<'j>,
        destination: Destination,
        observe: &'t mut dyn FnMut(Verdict, &str),
    ) -> Self {
        Self { judge, destination, observe, is_personal: false }
    }

    /// What becomes of one line of a header.
    pub(crate) fn edit(&mut self, door: HeaderDoor, value: &[u8]) -> LineEdit {
        let text = FieldText::new(value);
        let value = text.as_str();
        let kept = match door.kind {
            Kind::Link => kept(members(value, b','), |entry| self.link(entry)),
            Kind::Quoted => kept(members(value, b','), |entry| self.quoted(entry)),
            Kind::ReportTo => kept(objects(value), |group| self.group(group)),
            Kind::Hints => kept(members(value, b','), |hint| self.hint(hint)),
            Kind::SecurityPolicy => self.security_policy(value),
            Kind::Refresh if !self.refresh(value) => Some(String::new()),
            Kind::Location if !self.location(value) => Some(String::new()),
            Kind::Advertising if !self.may(Category::ADVERTISING) => Some(String::new()),
            Kind::Refresh | Kind::Location | Kind::Advertising => None,
        };
        match kept {
            None => LineEdit::Keep,
            Some(kept) if kept.is_empty() => LineEdit::Drop,
            Some(kept) => LineEdit::Replace(text.bytes(&kept)),
        }
    }

    fn link(&mut self, entry: &str) -> bool {
        let link = Link::new(entry);
        if link.is_broken() {
            let mut addresses = entry.split('<').skip(1).map(|part| part.split('>').next().unwrap_or(part));
            return addresses.all(|address| self.address(address));
        }
        let Some(address) = link.address else { return true };
        // Some browsers take apostrophes for quotes.
        match link.values("rel").filter_map(|rel| most_by(rel.trim_matches('\''))).max() {
            None => true,
            Some(Load::Connection) => self.connection(address),
            Some(Load::Resource | Load::Document) => {
                let mut sets = link.values("imagesrcset");
                self.address(address) && sets.all(|set| srcset(&set).into_iter().all(|address| self.address(address)))
            }
        }
    }

    fn quoted(&mut self, entry: &str) -> bool {
        // In a dictionary the name comes first; parameters come last in both.
        let value = members(entry, b';').next().unwrap_or_default();
        value.find('"').is_none_or(|start| self.address(&unquoted(&value[start..])))
    }

    fn group(&mut self, group: &str) -> bool {
        let mut passes = true;
        json::read(group, |token| {
            if let Token::Text { key: "url", text, .. } = token {
                passes &= self.address(text);
            }
        });
        passes
    }

    fn hint(&mut self, hint: &str) -> bool {
        let name = hint.split(';').next().unwrap_or(hint).trim();
        PLAIN_HINTS.iter().any(|plain| name.eq_ignore_ascii_case(plain)) || self.may(Category::ANALYTICS)
    }

    fn refresh(&mut self, value: &str) -> bool {
        // Browsers join several lines, so that the time may be in another one.
        let joined = format!("0;{value}");
        refresh(value).or_else(|| refresh(&joined)).is_none_or(|address| self.address(address))
    }

    fn location(&mut self, address: &str) -> bool {
        let passes = match self.destination {
            Destination::Document => true,
            Destination::Frame => self.judge.compiled.policy.headers.omits("frame-src"),
            Destination::Part => false,
        };
        if passes || self.address(address) {
            return true;
        }
        // The same redirection passes for a person: no cache may keep this one for the visit that follows a prefetch.
        self.is_personal = true;
        false
    }

    /// Policies that no longer report to a denied address; `None` where none did.
    fn security_policy(&mut self, value: &str) -> Option<String> {
        let mut has_changed = false;
        let policies: Vec<Cow<'_, str>> = value
            .split(',')
            .map(|policy| {
                let directives: Vec<Cow<'_, str>> = policy.split(';').filter_map(|it| self.directive(it)).collect();
                let kept = directives.join(";");
                let is_same = kept == policy;
                has_changed |= !is_same;
                if is_same { Cow::Borrowed(policy) } else { Cow::Owned(kept.trim().to_owned()) }
            })
            .filter(|policy| !policy.is_empty())
            .collect();
        has_changed.then(|| policies.join(","))
    }

    fn directive<'d>(&mut self, directive: &'d str) -> Option<Cow<'d, str>> {
        let mut words = words(directive);
        if !words.next().is_some_and(|name| name.eq_ignore_ascii_case("report-uri")) {
            return Some(directive.into());
        }
        let addresses: Vec<&str> = words.collect();
        let kept: Vec<&str> = addresses.iter().copied().filter(|address| self.address(address)).collect();
        match kept.len() {
            0 if !addresses.is_empty() => None,
            count if count == addresses.len() => Some(directive.into()),
            _ => Some(format!(" report-uri {}", kept.join(" ")).into()),
        }
    }

    fn may(&mut self, category: Category) -> bool {
        self.is_personal = true;
        self.judge.consent.may_track(category)
    }

    fn address(&mut self, address: &str) -> bool {
        self.observe(self.judge.address(&Address::parse(address)), address)
    }

    fn connection(&mut self, address: &str) -> bool {
        self.observe(self.judge.connection(&Address::parse(address)), address)
    }

    /// Takes a verdict on an address. Returns whether it allows.
    fn observe(&mut self, verdict: Verdict, address: &str) -> bool {
        (self.observe)(verdict, address);
        let is_same_for_all = matches!(
            verdict.decision,
            Decision::Allow(AllowReason::FirstParty | AllowReason::Essential | AllowReason::Undeclared)
                | Decision::Deny(DenyReason::Undeclared)
        );
        self.is_personal |= !is_same_for_all;
        verdict.is_allow()
    }
}

/// The entries that pass, joined; `None` when all do.
fn kept<'e>(entries: impl Iterator<Item = &'e str>, mut passes: impl FnMut(&str) -> bool) -> Option<String> {
    let mut has_changed = false;
    let kept: Vec<&str> = entries
        .filter(|entry| {
            let passes = passes(entry);
            has_changed |= !passes;
            passes
        })
        .collect();
    has_changed.then(|| kept.join(", "))
}
