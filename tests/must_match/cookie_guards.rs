//! FAZ (F), Granit (G), django-cookie-consent (D): guards of cookies.

use crate::site::{self, DAY, NOW, cookie, gate, gate_with, lines, of, tracker, visitor, visitor_with};
use consent_gate::error::WriteError;
use consent_gate::policy::{ProblemKind, SameSite, Technology};
use consent_gate::{Category, Change, ChangeError, Gate, Policy};

const RECENT: i64 = NOW - 10 * DAY;

fn problems(change: impl FnOnce(&mut Policy)) -> Vec<ProblemKind> {
    let mut policy = site::policy();
    change(&mut policy);
    let error = Gate::new(policy).err();
    error.map(|error| error.problems().iter().map(|problem| problem.kind.clone()).collect()).unwrap_or_default()
}

#[test]
fn f6_a_provider_refused_by_name_is_denied_under_a_granted_category() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.1e.0.0.-peek~-tally"));
    assert_eq!(visitor.judge_set_cookie("tally_1=1").code(), "provider-refused");
    assert_eq!(visitor.decide_storage(consent_gate::Storage::Local, "peek.queue").code(), "provider-refused");
    assert_eq!(visitor.judge_set_cookie("own_a=1").code(), "granted");
}

#[test]
fn f10_an_exact_essential_name_survives_a_broader_tracking_pattern() {
    let gate = gate_with(|policy| {
        policy.trackers.extend([cookie("csrf_*", "advertising"), cookie("csrf_token", "essential")]);
    });
    let visitor = visitor(&gate, "DE", "csrf_token=1; csrf_ad=1");
    assert_eq!(visitor.judge_set_cookie("csrf_token=2").code(), "essential");
    assert_eq!(visitor.judge_set_cookie("csrf_ad=2").code(), "undecided");
    let erased: Vec<_> = visitor.erasures().iter().map(|line| line.as_str()[..8].to_owned()).collect();
    assert_eq!(erased, ["csrf_ad="]);
}

#[test]
fn f12_a_pattern_of_fewer_than_three_letters_is_refused() {
    let everything = [ProblemKind::Reserved("__Host-consent".to_owned()), ProblemKind::PatternTooShort];
    assert_eq!(problems(|policy| policy.trackers.push(cookie("*", "essential"))), everything);
    for name in ["a*", "_g*"] {
        assert_eq!(problems(|policy| policy.trackers.push(cookie(name, "essential"))), [ProblemKind::PatternTooShort]);
    }
    assert_eq!(problems(|policy| policy.trackers.push(cookie("_ga*", "analytics"))), []);
    let inner = visitor(&gate_with(|policy| policy.trackers.push(cookie("_a*b", "essential"))), "DE", "");
    assert_eq!(inner.judge_set_cookie("_axb=1").code(), "undeclared", "only a final * is one");
}

#[test]
fn f14_d9_a_cookie_is_expired_on_the_host_and_on_the_declared_domain() {
    let gate = gate_with(|policy| {
        policy.trackers.push(cookie("wide", "analytics").domain("shop.example"));
    });
    let accepted = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.4.0.0; wide=1"));
    accepted.refuse_all().unwrap();
    let lines = lines(&accepted);
    assert_eq!(lines.len(), 3);
    assert!(lines[1..].iter().all(|line| line.contains("Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT")));
    assert!(!lines[1].contains("Domain") && lines[2].contains("; Domain=shop.example;"), "{lines:?}");
}

#[test]
fn f17_g9_gpc_closes_sale_and_sharing_keeps_our_analytics_and_accept_all_does_not_lift_it() {
    let gate = gate();
    let visitor = visitor_with(&gate, "US-CA", &format!("A=1.4.{RECENT}.1e.0.0"), &["sec-gpc", "sec-gpc"]);
    let codes = || gate.categories().map(|(category, _)| visitor.decide(category).code()).collect::<Vec<_>>();
    assert_eq!(codes(), ["granted", "granted", "granted", "gpc"]);
    visitor.accept_all().unwrap();
    assert_eq!(codes(), ["granted", "granted", "granted", "gpc"], "not for a visitor whom nobody knows");
    assert!(lines(&visitor)[0].contains(".1e.0.1;"), "the signal in view is kept as evidence");
    let opt_in = visitor_with(&gate, "DE", "", &["sec-gpc"]);
    assert!(gate.categories().all(|(category, _)| !opt_in.may_track(category)), "opt-in suppresses all");
}

#[test]
fn f19_a_domain_that_is_no_host_of_ours_is_refused_and_so_every_public_suffix() {
    for domain in ["example", "com", "co.uk", "github.io", "other.example", "evil-shop.example", "hop.example"] {
        let expected = [ProblemKind::ForeignDomain(domain.to_owned())];
        assert_eq!(problems(|policy| policy.trackers.push(cookie("d", "analytics").domain(domain))), expected);
        assert_eq!(problems(|policy| policy.cookie.domain = Some(domain.to_owned())), expected);
    }
}

#[test]
fn g4_an_undeclared_name_is_an_error_that_names_it_and_is_never_erased() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.1e.0.0; _ga=1"));
    let permit = visitor.permit(Category::ANALYTICS).unwrap();
    assert_eq!(visitor.write_cookie(&permit, "_ga", "1"), Err(WriteError::Undeclared("_ga".to_owned())));
    let other = Err(WriteError::OtherCategory("advertising".to_owned()));
    assert_eq!(visitor.write_cookie(&permit, "own_ad", "1"), other);
    assert_eq!(visitor.write_cookie(&permit, "own_a", "a;b"), Err(WriteError::Value(';')));
    visitor.refuse_all().unwrap();
    assert!(lines(&visitor).iter().all(|line| !line.starts_with("_ga")));
}

#[test]
fn g5_g6_a_line_that_the_gate_writes_has_the_declared_lifetime_and_attributes() {
    let gate = gate_with(|policy| {
        policy.trackers.extend([
            cookie("deep", "analytics").domain("shop.example").path("/x"),
            cookie("cross", "analytics").same_site(SameSite::None).http_only(true),
            cookie("part", "analytics").partitioned(true).lifetime(consent_gate::policy::Lifetime::Session),
        ]);
    });
    let visitor = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.4.0.0"));
    let permit = visitor.permit(Category::ANALYTICS).unwrap();
    for (name, expected) in [
        ("own_a", "own_a=v; SameSite=Lax; Path=/; Max-Age=2592000"),
        ("deep", "deep=v; SameSite=Lax; Path=/x; Domain=shop.example; Max-Age=2592000"),
        ("cross", "cross=v; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=2592000"),
        ("part", "part=v; SameSite=None; Partitioned; Secure; Path=/"),
    ] {
        let line = visitor.write_cookie(&permit, name, "v").unwrap();
        assert_eq!(line.as_str(), expected);
        assert_eq!(visitor.judge_set_cookie(line.as_str()).line(), Some(expected), "and its own judge keeps it");
    }
}

#[test]
fn g7_an_erasure_mirrors_the_attributes_of_the_line_that_set_the_cookie() {
    let gate = gate_with(|policy| {
        policy.trackers.push(cookie("__Secure-p", "analytics").partitioned(true).http_only(true));
    });
    let erasure = visitor(&gate, "DE", "__Secure-p=1").erasures().remove(0);
    for attribute in ["; HttpOnly", "; Secure", "; Partitioned", "; Path=/"] {
        assert!(erasure.as_str().contains(attribute), "{erasure}");
    }
}

#[test]
fn g8_a_withdrawn_category_loses_only_its_own_cookies() {
    let cookies = format!("A=1.4.{RECENT}.1e.0.0; sid=1; lang=1; own_a=1; tally_1=1; recommend=1; own_ad=1");
    let visitor = visitor(&gate(), "DE", &cookies);
    visitor.refuse(Category::ANALYTICS).unwrap();
    let names: Vec<_> = visitor.erasures().iter().map(|l| l.as_str().split('=').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["own_a", "tally_1"]);
}

#[test]
fn d2_no_text_breaks_the_reader() {
    for text in ["\u{0}", "=", "|", "1.", ".....", "1.4.1.4.10.0.~", "\u{10ffff}", &"~+a".repeat(9000), "%00%ff"] {
        let visitor = visitor(&gate(), "DE", &format!("A={text}"));
        assert_eq!(visitor.decide(Category::ANALYTICS).code(), "unreadable");
        assert!(text.parse::<consent_gate::Answer>().is_err());
    }
}

/// Undecided in an unknown region only blocks: a failed look-up must not destroy what was allowed (T10).
#[test]
fn d10_without_a_decision_declared_cookies_go_in_opt_in_and_stay_in_opt_out() {
    let gate = gate();
    for (region, count) in [("DE", 2), ("BR", 2), ("US-CA", 0), ("AU", 0), ("", 0)] {
        assert_eq!(visitor(&gate, region, "own_a=1; own_ad=1; other=1").erasures().len(), count, "{region}");
    }
}

#[test]
fn d12_what_is_essential_is_never_erased() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.0.1e.0; sid=1"));
    assert_eq!(visitor.erasures(), []);
}

#[test]
fn p14_e4_a_provider_s_patterns_and_hosts_are_checked_and_names_are_literal() {
    let gate = gate_with(|policy| {
        policy.trackers.push(of("tally", tracker("t[id].*", Technology::Cookie, "analytics")));
    });
    let visitor = visitor(&gate, "DE", "t[id].1=1; ti.1=1; xt[id].1=1; t[id]=1");
    let names: Vec<_> = visitor.erasures().iter().map(|l| l.as_str().split('=').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["t[id].1"], "brackets and dots mean themselves, and the start is anchored");
}

#[test]
fn a_change_that_is_not_offered_is_an_error_and_never_a_grant() {
    let visitor = visitor(&gate(), "DE", "");
    assert_eq!(visitor.grant(Category::all()), Err(ChangeError::NotOffered(!0x1e)));
    let error = visitor.prepare(&Change::grant(Category::empty()).provider("nobody", true)).unwrap_err();
    assert_eq!(error, ChangeError::UnknownProvider("nobody".to_owned()));
}
