//! trusted-server (T), prebid-server (P), fides (E): signals, regions and start-up.

use crate::site::{self, DAY, NOW, facts, gate, gate_with, time, visitor, visitor_with};
use consent_gate::policy::{ProblemKind, RegimeOverride};
use consent_gate::regime::Rule;
use consent_gate::{Answer, Category, Facts, Gate};

const RECENT: i64 = NOW - 10 * DAY;

#[test]
fn t2_no_geography_denies() {
    let gate = gate();
    for facts in [Facts::default(), facts("XX"), facts("T1")] {
        let visitor = gate.visitor([("cookie", "")], facts, time(NOW));
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "undecided");
    }
}

#[test]
fn t4_e6_of_two_sources_that_disagree_the_refusal_holds() {
    let gate = gate();
    let (grants, refuses) = (format!("1.4.{RECENT}.10.0.0"), format!("1.4.{}.0.10.0", RECENT - DAY));
    for (browser, account) in [(&grants, &refuses), (&refuses, &grants)] {
        let facts = facts("DE").account(account.parse::<Answer>().unwrap());
        let visitor = gate.visitor([("cookie", format!("__Host-consent={browser}"))], facts, time(NOW));
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused", "not the newer, not the account's");
        let visitor = site::visitor(&gate, "DE", &format!("A={browser}; A={account}"));
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
        let facts = site::facts("DE").answer_text(account.as_str());
        let visitor = gate.visitor([("cookie", format!("__Host-consent={browser}"))], facts, time(NOW));
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
    }
}

#[test]
fn t5_with_the_date_every_grant_lapses_those_by_name_too() {
    let gate = gate();
    let ask = |age: i64| {
        let visitor = visitor(&gate, "DE", &format!("A=1.4.{}.10.0.0.+cliptube", NOW - age));
        [
            visitor.decide_address("https://cliptube.example/embed/1").code(),
            visitor.decide_address("https://adloop.example/t.js").code(),
        ]
    };
    assert_eq!(ask(180 * DAY - 1), ["granted", "granted"]);
    assert_eq!(ask(180 * DAY), ["undecided", "expired"]);
}

#[test]
fn t6_the_matrix_of_regions_answers_and_signals() {
    let gate = gate();
    let (granted, refused) = (format!("A=1.4.{RECENT}.10.0.0"), format!("A=1.4.{RECENT}.0.10.0"));
    for (region, cookie, gpc, code) in [
        ("DE", "", false, "undecided"),
        ("DE", "", true, "gpc"),
        ("DE", &granted, false, "granted"),
        ("DE", &granted, true, "gpc"),
        ("DE", &refused, false, "refused"),
        ("US-CA", "", false, "no-objection"),
        ("US-CA", "", true, "gpc"),
        ("US-CA", &granted, true, "gpc"),
        ("US-CA", &refused, false, "refused"),
        ("US-CA", &refused, true, "refused"),
        ("US", "", true, "gpc"),
        ("US-WY", "", true, "gpc"),
        ("AU", "", false, "no-objection"),
        ("AU", "", true, "gpc"),
        ("MX", "", false, "undecided"),
        ("", "", false, "undecided"),
        ("", &granted, false, "granted"),
        ("", &granted, true, "gpc"),
        ("", "A=x", true, "gpc"),
        ("", "A=x", false, "unreadable"),
    ] {
        let visitor = visitor_with(&gate, region, cookie, if gpc { &["sec-gpc"] } else { &[] });
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), code, "{region} {cookie} {gpc}");
    }
}

#[test]
fn t7_only_sec_gpc_one_counts() {
    let gate = gate();
    for (name, value, on) in [
        ("Sec-GPC", "1", true),
        ("sec-gpc", "0", false),
        ("sec-gpc", "true", false),
        ("gpc", "1", false),
        ("sec-gpc", "\"1\"", false),
        ("x-sec-gpc", "1", false),
    ] {
        let visitor = gate.visitor([(name, value)], facts("US-CA"), time(NOW));
        assert_eq!(visitor.may_track(Category::ADVERTISING), !on, "{name}: {value}");
    }
}

#[test]
fn t10_a_withdrawal_erases_and_an_unknown_jurisdiction_only_blocks() {
    let gate = gate();
    let withdrawn = visitor(&gate, "", &format!("A=1.4.{RECENT}.0.10.0; own_ad=1"));
    assert!(withdrawn.judge_set_cookie("own_ad=2").is_deny() && withdrawn.erasures().len() == 1);
    let unknown = visitor(&gate, "", "own_ad=1");
    assert!(unknown.judge_set_cookie("own_ad=2").is_deny() && unknown.erasures().is_empty());
    let unreadable = visitor(&gate, "DE", "A=x; own_ad=1");
    assert!(unreadable.judge_set_cookie("own_ad=2").is_deny() && unreadable.erasures().is_empty());
}

#[test]
fn p2_each_region_with_no_broken_and_valid_consent() {
    let gate = gate();
    let valid = format!("A=1.4.{RECENT}.4.0.0");
    for (region, none) in [("DE", "undecided"), ("CH", "no-objection"), ("GB", "undecided"), ("", "undecided")] {
        for (cookie, code) in [("", none), ("A=broken", "unreadable"), (valid.as_str(), "granted")] {
            assert_eq!(visitor(&gate, region, cookie).decide(Category::ANALYTICS).code(), code, "{region} {cookie}");
        }
    }
}

#[test]
fn p3_a_denied_cookie_leaves_no_line() {
    let visitor = visitor(&gate(), "DE", "");
    let verdict = visitor.judge_set_cookie("own_ad=uid-77; Max-Age=86400");
    assert_eq!((verdict.code(), verdict.line(), verdict.name()), ("undecided", None, "own_ad"));
}

#[test]
fn p6_a_category_may_be_exempt_or_forbidden_and_a_rule_for_none_is_a_mistake() {
    let with = |id: &str, rule: Rule| {
        let mut policy = site::policy();
        policy.regimes = vec![RegimeOverride::new(["DE"]).rules([(id, rule)])];
        Gate::new(policy)
    };
    let code = |rule| {
        let gate = with("analytics", rule).unwrap();
        visitor(&gate, "DE", &format!("A=1.4.{RECENT}.8.0.0")).decide(Category::ANALYTICS).code()
    };
    assert_eq!(code(Rule::Exempt), "exempt");
    assert_eq!(code(Rule::OptOut), "no-objection");
    assert_eq!(code(Rule::OptIn), "undecided");
    assert_eq!(code(Rule::Forbidden), "forbidden");
    let problem = with("tracking", Rule::Exempt).unwrap_err().problems()[0].kind.clone();
    assert!(matches!(problem, ProblemKind::UnknownCategory(name) if name.given() == "tracking"));
    assert_eq!(with("essential", Rule::Forbidden).unwrap_err().problems()[0].kind, ProblemKind::EssentialHere);
}

#[test]
fn p7_the_most_specific_entry_wins_in_any_order_and_without_one_the_preset_holds() {
    let entry = |region: &str, rule| RegimeOverride::new([region]).rules([("analytics", rule)]);
    let entries = [
        entry("*", Rule::Forbidden),
        entry("EU", Rule::OptOut),
        entry("DE", Rule::OptIn),
        entry("DE-BY", Rule::Exempt),
    ];
    for turn in 0..entries.len() {
        let mut turned = entries.clone();
        turned.rotate_left(turn);
        let gate = gate_with(|policy| policy.regimes = turned.to_vec());
        let code = |region| visitor(&gate, region, "").decide(Category::ANALYTICS).code();
        let found = ["DE-BY", "DE", "FR", "CH", ""].map(code);
        assert_eq!(found, ["exempt", "undecided", "no-objection", "forbidden", "forbidden"]);
    }
    assert_eq!(visitor(&gate(), "CH", "").decide(Category::ANALYTICS).code(), "no-objection");
}

#[test]
fn p14_start_up_fails_unless_everything_in_use_is_declared_and_lists_every_problem() {
    let mut policy = site::policy();
    policy.categories.retain(|category| category.id != "advertising");
    policy.providers.retain(|provider| provider.id != "tally");
    policy.trackers.push(site::cookie("own_a", "analytics"));
    policy.presets = "1999-01".to_owned();
    let error = Gate::new(policy).unwrap_err();
    let kinds: Vec<_> = error.problems().iter().map(|problem| &problem.kind).collect();
    let count = |expected: fn(&ProblemKind) -> bool| kinds.iter().filter(|kind| expected(kind)).count();
    assert_eq!(count(|kind| matches!(kind, ProblemKind::UnknownEdition(_))), 1);
    assert_eq!(count(|kind| matches!(kind, ProblemKind::CategoryWithoutNotice(_))), 2);
    assert_eq!(count(|kind| matches!(kind, ProblemKind::UnknownProvider(_))), 2);
    assert_eq!(count(|kind| matches!(kind, ProblemKind::DeclaredTwice)), 1);
    assert_eq!(kinds.len(), 6, "{error}");
}
