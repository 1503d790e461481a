//! The site itself: edition, languages, hosts, and the consent cookie.

use super::Check;
use crate::Region;
use crate::policy::config_error::ProblemKind;
use crate::policy::{ConsentCookie, DocumentHeaders, Tracker, UnknownName, UnknownRegion};
use crate::regime::EDITIONS;
use crate::wire::address::Address;
use crate::wire::cookie_name::{Prefix, is_cookie_name};
use crate::wire::host::is_host;

impl Check<'_> {
    pub(super) fn site(&mut self) {
        let policy = self.policy;
        if !EDITIONS.iter().any(|(name, _)| *name == policy.presets) {
            let known = EDITIONS.iter().map(|(name, _)| *name);
            self.add("presets", ProblemKind::UnknownEdition(UnknownName::new(&policy.presets, known)));
        }
        // A blank language is not a language: with it as the default, no text would be missed.
        if policy.languages.is_empty() || policy.languages.iter().any(|language| language.trim().is_empty()) {
            self.add("languages", ProblemKind::Empty);
        }
        if let Some(address) = policy.controller.as_ref().and_then(|controller| controller.privacy_url.as_ref())
            && !is_page(address)
        {
            self.add("controller.privacy_url", ProblemKind::Address(address.clone()));
        }
        if policy.hosts.is_empty() {
            self.add("hosts", ProblemKind::Empty);
        }
        for host in policy.hosts.iter().filter(|host| !is_host(host)) {
            self.add("hosts", ProblemKind::Host(host.clone()));
        }
        for host in self.deployment.hosts().filter(|host| !is_host(host)) {
            self.add("deployment", ProblemKind::Host(host.to_owned()));
        }
        if let UnknownRegion::Like(code) = &policy.enforce.unknown_region
            && !code.parse::<Region>().is_ok_and(|region| !region.is_unknown())
        {
            self.add("enforce.unknown_region", ProblemKind::Region(code.clone()));
        }
        self.consent_cookie();
        self.headers();
    }

    fn headers(&mut self) {
        let headers = &self.policy.headers;
        let known = DocumentHeaders::DIRECTIVES;
        for named in headers.omit.iter().filter(|named| !known.contains(&named.as_str())) {
            let unknown = UnknownName::new(named, known.iter().copied());
            self.add("headers.omit", ProblemKind::UnknownDirective(unknown));
        }
        if let Some(path) = headers.report.as_ref().filter(|path| !is_report_path(path)) {
            self.add("headers.report", ProblemKind::ReportPath(path.clone()));
        }
        let is_essential_key = |tracker: &&Tracker| tracker.category == "essential" && tracker.technology.is_storage();
        if let Some(tracker) = self.policy.trackers.iter().filter(|_| headers.clear_storage).find(is_essential_key) {
            self.add("headers.clear_storage", ProblemKind::EssentialStorage(tracker.name.clone()));
        }
    }

    fn consent_cookie(&mut self) {
        let cookie = &self.policy.cookie;
        let name = cookie.name_or_default();
        if !is_cookie_name(name) {
            self.add("cookie.name", ProblemKind::CookieName);
        }
        if cookie.max_age > ConsentCookie::LONGEST {
            let (lifetime, limit) = (cookie.max_age, ConsentCookie::LONGEST);
            self.add("cookie.max_age", ProblemKind::LifetimeTooLong { lifetime, limit });
        }
        if let Some(domain) = &cookie.domain {
            if Prefix::of(name).is_host {
                self.add("cookie", ProblemKind::PrefixAndDomain(domain.clone()));
            }
            self.own_domain("cookie.domain", domain);
        }
    }

    /// The domain of a cookie: it must be one of our hosts.
    pub(super) fn own_domain(&mut self, entry: &str, domain: &str) {
        if !is_host(domain) {
            self.add(entry, ProblemKind::Host(domain.to_owned()));
        } else if !self.policy.hosts.iter().any(|host| host == domain) {
            self.add(entry, ProblemKind::ForeignDomain(domain.to_owned()));
        }
    }
}

/// Returns whether a path is valid in a `report-uri` and in a quoted string, and cannot lead to another host.
fn is_report_path(path: &str) -> bool {
    let is_valid = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\' | b'#' | b'?');
    path.starts_with('/') && !path.starts_with("//") && path.bytes().all(is_valid)
}

/// Returns whether an address leads to a page on the web.
pub(super) fn is_page(address: &str) -> bool {
    matches!(Address::parse(address), Ok(Address::Absolute { text, .. }) if text.starts_with("http"))
}
