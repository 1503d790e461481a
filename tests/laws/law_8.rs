//! Law 8: erasures repeat what the policy declares, so that a browser obeys them.

use crate::laws::browser::Browser;
use crate::site;
use consent_gate::policy::{SameSite, Technology, Tracker};
use consent_gate::{Category, Gate};
use cookie::time::OffsetDateTime;

const HOST: &str = "www.shop.example";

/// Every way to declare a cookie, under a name that says so.
fn declared() -> Vec<Tracker> {
    let mut all = Vec::new();
    for prefix in ["", "__Secure-", "__Http-", "__Host-", "__Host-Http-", "__hOsT-"] {
        let is_host = prefix.to_ascii_lowercase().starts_with("__host-");
        for domain in [None, Some("shop.example"), Some(HOST)] {
            for path in [None, Some("/"), Some("/learn"), Some("/learn/")] {
                if is_host && (domain.is_some() || path.is_some_and(|path| path != "/")) {
                    continue;
                }
                for (partitioned, http_only, same_site) in [
                    (false, false, None),
                    (true, false, None),
                    (true, true, Some(SameSite::Lax)),
                    (false, true, Some(SameSite::None)),
                    (false, false, Some(SameSite::Strict)),
                ] {
                    let name = format!("{prefix}v{}", all.len());
                    let tracker = site::tracker(&name, Technology::Cookie, "advertising");
                    let mut tracker = tracker.partitioned(partitioned).http_only(http_only);
                    tracker.domain = domain.map(str::to_owned);
                    tracker.path = path.map(str::to_owned);
                    tracker.same_site = same_site;
                    all.push(tracker);
                }
            }
        }
    }
    let pattern = site::tracker("_pat*", Technology::Cookie, "advertising");
    all.push(pattern.domain("shop.example"));
    all
}

fn gate() -> Gate {
    site::gate_with(|policy| {
        policy.hosts = vec!["shop.example".to_owned(), HOST.to_owned()];
        policy.cookie.domain = Some("shop.example".to_owned());
        policy.trackers = declared();
        policy.trackers.push(site::cookie("sid", "essential"));
        policy.providers.clear();
    })
}

/// The line by which a site sets a cookie as it is declared.
fn setting(tracker: &Tracker, with_domain: bool) -> String {
    let lower = tracker.name.to_ascii_lowercase();
    let name = tracker.name.replace('*', "_12.x");
    let mut line = format!("{name}=v; Max-Age=1000; Path={}", tracker.path_or_root());
    if lower.starts_with("__") || tracker.partitioned || tracker.same_site == Some(SameSite::None) {
        line += "; Secure";
    }
    if tracker.http_only || lower.contains("http-") {
        line += "; HttpOnly";
    }
    if tracker.partitioned {
        line += "; Partitioned";
    }
    if let Some(same_site) = tracker.same_site {
        line += &format!("; SameSite={}", same_site.as_str());
    }
    match &tracker.domain {
        Some(domain) if with_domain => line + &format!("; Domain={domain}"),
        _ => line,
    }
}

#[test]
fn a_browser_holds_nothing_more_after_the_erasures_however_it_was_declared() {
    let (gate, now) = (gate(), OffsetDateTime::from_unix_timestamp(site::NOW).unwrap());
    let mut checked = 0;
    for tracker in declared() {
        // As declared, and host-only under a declared domain: an older version of the site set it so.
        for with_domain in [true, false] {
            let mut browser = Browser::default();
            let line = setting(&tracker, with_domain);
            assert!(browser.receive(HOST, "/learn/one", &line, now), "{line}");
            browser.receive(HOST, "/learn/one", "sid=v; Path=/", now);
            let visitor = site::visitor(&gate, "DE", &browser.header(HOST, "/learn/one"));
            for erasure in visitor.erasures() {
                assert!(browser.receive(HOST, "/learn/two", erasure.as_str(), now), "{erasure}");
                assert!(
                    erasure.as_str().contains("Max-Age=0") && erasure.as_str().contains("01 Jan 1970"),
                    "{erasure}"
                );
            }
            assert_eq!(browser.names(), ["sid"], "after {line}");
            checked += 1;
        }
    }
    assert!(checked > 200, "{checked}");
}

#[test]
fn the_gate_lets_its_own_erasures_and_the_declared_cookies_pass() {
    let gate = gate();
    for tracker in declared() {
        let line = setting(&tracker, true);
        let accepted = site::visitor(&gate, "DE", "__Secure-consent=1.4.1794528000.10.0.0");
        let verdict = accepted.judge_set_cookie(&line);
        assert_eq!((verdict.line(), verdict.mismatch()), (Some(line.as_str()), None));
        let name = line.split('=').next().unwrap();
        let visitor = site::visitor(&gate, "DE", &format!("{name}=v"));
        assert!(visitor.judge_set_cookie(&line).is_deny());
        for erasure in visitor.erasures() {
            assert_eq!(visitor.judge_set_cookie(erasure.as_str()).code(), "deletion", "{erasure}");
        }
    }
}

#[test]
fn erasures_can_be_repeated_and_are_for_sent_names_only_each_once() {
    let gate = gate();
    let visitor = site::visitor(&gate, "DE", "v0=1; v0=2; sid=1; undeclared=1; _pat=1; _pat_2=1; v00=1; _pa=1");
    let names: Vec<String> =
        visitor.erasures().iter().map(|line| line.as_str().split('=').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["v0", "_pat", "_pat", "_pat_2", "_pat_2"]);
    assert_eq!(visitor.erasures(), visitor.erasures());
}

#[test]
fn withdrawal_expiry_revision_and_signal_erase_and_a_failed_reading_does_not() {
    let gate = site::gate_with(|policy| {
        policy.trackers.push(site::cookie("fresh", "analytics"));
    });
    for (code, cookies, signals, erased) in [
        ("DE", "A=1.4.1794528000.0.4.0; fresh=1", &[][..], true),
        ("DE", "A=1.4.1700000000.4.0.0; fresh=1", &[], true),
        ("DE", "A=1.2.1794528000.4.0.0; fresh=1", &[], true),
        ("DE", "fresh=1", &[], true),
        ("CH", "fresh=1", &["dnt"], true),
        ("CH", "fresh=1", &[], false),
        ("DE", "A=1.4.1794528000.4.0.0; fresh=1", &[], false),
        ("DE", "A=garbage; fresh=1", &[], false),
        ("", "fresh=1", &[], false),
        ("", "A=1.4.1794528000.0.4.0; fresh=1", &[], true),
    ] {
        let visitor = site::visitor_with(&gate, code, cookies, signals);
        assert_eq!(!visitor.erasures().is_empty(), erased, "{code} {cookies} {signals:?}");
    }
    let withdrawn = site::visitor(&gate, "DE", "A=1.4.1794528000.4.0.0; fresh=1");
    withdrawn.refuse(Category::ANALYTICS).unwrap();
    assert!(site::lines(&withdrawn)[1].starts_with("fresh=; "));
}

#[test]
fn what_the_gate_writes_itself_a_browser_keeps_and_gives_up_again() {
    let (gate, now) = (gate(), OffsetDateTime::from_unix_timestamp(site::NOW).unwrap());
    for tracker in declared() {
        let name = tracker.name.replace('*', "_1");
        let accepted = site::visitor(&gate, "DE", "__Secure-consent=1.4.1794528000.10.0.0");
        let permit = accepted.permit(Category::ADVERTISING).unwrap();
        let line = accepted.write_cookie(&permit, &name, "v").unwrap();
        let mut browser = Browser::default();
        assert!(browser.receive(HOST, "/learn/one", line.as_str(), now), "{line}");
        for erasure in site::visitor(&gate, "DE", &browser.header(HOST, "/learn/one")).erasures() {
            browser.receive(HOST, "/", erasure.as_str(), now);
        }
        assert_eq!(browser.names(), [""; 0], "{line}");
    }
}

#[test]
fn a_line_whose_erasure_would_miss_it_is_reported() {
    let (gate, now) = (gate(), OffsetDateTime::from_unix_timestamp(site::NOW).unwrap());
    let accepted = site::visitor(&gate, "DE", "__Secure-consent=1.4.1794528000.10.0.0");
    for line in [
        "_pat1=v",
        "_pat1=v; Path=learn",
        "_pat1=v; Path=/learn",
        "_pat1=v; Path=/; Partitioned; Secure",
        "_pat1=v; Path=/",
    ] {
        let mut browser = Browser::default();
        assert!(browser.receive(HOST, "/learn/one", line, now));
        for erasure in site::visitor(&gate, "DE", &browser.header(HOST, "/learn/one")).erasures() {
            browser.receive(HOST, "/", erasure.as_str(), now);
        }
        assert_eq!(accepted.judge_set_cookie(line).mismatch().is_some(), !browser.names().is_empty(), "{line}");
    }
}
