//! What other systems get wrong, by the ids of our survey of them: here each is right, and stays so.
//!
//! Left out, because the gate has no such part or another suite holds it: F11, the `✗` of bodies and redirects, and
//! whatever needs a ledger.

use crate::site::{self, DAY, NOW, gate, gate_with, lines, visitor};
use consent_gate::policy::ProblemKind;
use consent_gate::regime::presets;
use consent_gate::{Answer, Category, Change, Gate, Policy, Storage};

const RECENT: i64 = NOW - 10 * DAY;

/// That nothing beyond the essential is allowed with this consent cookie, in Germany and in California.
#[track_caller]
fn denied(value: &str) {
    let gate = gate();
    for region in ["DE", "US-CA"] {
        let visitor = visitor(&gate, region, &format!("A={value}"));
        for (category, id) in gate.categories() {
            assert!(!visitor.may_track(category), "{id} in {region} with {value:?}");
        }
    }
}

#[test]
fn d19_django_a_version_that_is_no_number_is_denial() {
    for version in ["false", "no", "deny", "zzz", "", "-1", "4.0", "0x4", "2099-01-01", "४"] {
        denied(&format!("1.{version}.{RECENT}.1e.0.0"));
    }
}

#[test]
fn d20_django_an_empty_group_is_not_consent() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.1e.0.0"));
    assert_eq!(visitor.decide(Category::empty()).code(), "unknown-category");
    assert!(!visitor.may_track(Category::empty()));
    denied(&format!("1.4.{RECENT}..0.0"));
}

/// A later *format* is denied, as is an answer from the future. A later *revision* of the policy counts, by the design:
/// a fleet that is deployed server by server must not flap.
#[test]
fn d21_django_a_future_version_is_denial() {
    for value in [format!("2.4.{RECENT}.1e.0.0"), format!("10.4.{RECENT}.1e.0.0"), format!("1.4.{}.1e.0.0", NOW + 400)]
    {
        denied(&value);
    }
    assert!(visitor(&gate(), "DE", &format!("A=1.5.{RECENT}.1e.0.0")).may_track(Category::ANALYTICS));
}

#[test]
fn d22_django_duplicate_keys_are_refused_whole() {
    denied(&format!("1.4.{RECENT}.1e.0.0.+cliptube~+cliptube"));
    denied(&format!("1.4.{RECENT}.1e.0.0.+cliptube~-cliptube"));
    denied(&format!("1.4.{RECENT}.1e.1e.0"));
}

#[test]
fn w1_wordpress_no_manager_no_region_and_no_cookie_are_not_an_allowance() {
    let gate = gate();
    let visitor = gate.visitor([("cookie", "")], consent_gate::Facts::default(), site::time(NOW));
    for (category, id) in gate.categories() {
        assert_eq!(visitor.decide(category).code(), "undecided", "{id}");
    }
    let error = Gate::new(Policy::new("shop", 1, "none", ["en"], ["shop.example"])).unwrap_err();
    assert!(matches!(error.problems()[0].kind, ProblemKind::UnknownEdition(_)), "nor is a missing preset");
}

#[test]
fn w4_wordpress_an_unknown_category_is_an_error_and_never_another_category() {
    let policy = |category: &str| {
        let mut policy = site::policy();
        policy.trackers.push(site::cookie("comment_author", category));
        Gate::new(policy).map(|_| ()).map_err(|error| error.problems()[0].kind.clone())
    };
    for unknown in ["preferences", "Functional", "functional ", "", "marketing"] {
        assert!(
            matches!(policy(unknown), Err(ProblemKind::UnknownCategory(name)) if name.given() == unknown),
            "{unknown}"
        );
    }
    assert_eq!(policy("functional"), Ok(()));
    assert_eq!(gate().category("preferences"), None);
    let visitor = visitor(&gate(), "CH", "");
    assert_eq!(visitor.decide(Category::custom(0).unwrap()).code(), "unknown-category", "functional is allowed there");
}

#[test]
fn w7_wordpress_false_zero_and_the_empty_list_are_not_consent() {
    for value in ["\"false\"", "false", "0", "[]", "{}", "null", "\"\"", "", "allow", "denied"] {
        denied(value);
    }
}

#[test]
fn w9_wordpress_what_is_set_in_a_request_is_read_in_it() {
    let visitor = visitor(&gate(), "DE", "");
    visitor.grant(Category::ANALYTICS).unwrap();
    assert!(visitor.may_track(Category::ANALYTICS) && visitor.judge_set_cookie("own_a=1").is_allow());
    visitor.refuse(Category::ANALYTICS).unwrap();
    assert!(!visitor.may_track(Category::ANALYTICS) && visitor.judge_set_cookie("own_a=1").is_deny());
}

#[test]
fn l8_laravel_to_accept_an_empty_list_grants_nothing() {
    let visitor = visitor(&gate(), "DE", "");
    visitor.prepare(&Change::answer(Category::empty())).unwrap().commit().unwrap();
    assert_eq!(visitor.consent().granted(), Category::empty());
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "refused");
}

#[test]
fn l9_laravel_a_future_timestamp_is_refused() {
    denied(&format!("1.4.{}.1e.0.0", NOW + 3600));
    denied("1.4.18446744073709551615.1e.0.0");
}

#[test]
fn l10_laravel_that_a_cookie_exists_is_not_consent() {
    for value in ["1", "true", "accepted", "x", "%20"] {
        denied(value);
    }
}

#[test]
fn s1_symfony_only_the_one_spelling_of_an_answer_counts() {
    for value in ["true", " true", "TRUE", "1", "1.4", "1.4.1794528000.1E.0.0", "+1.4.1794528000.1e.0.0"] {
        denied(value);
    }
}

#[test]
fn s11_symfony_removal_matches_name_domain_and_path() {
    let gate = gate_with(|policy| {
        policy.trackers.push(site::cookie("track", "advertising").domain("shop.example").path("/learn"));
    });
    let found: Vec<String> = visitor(&gate, "DE", "track=1").erasures().into_iter().map(String::from).collect();
    assert!(found.iter().all(|line| line.contains("Path=/learn")), "{found:?}");
    assert_eq!(found.iter().filter(|line| line.contains("Domain=shop.example")).count(), 1, "{found:?}");
}

#[test]
fn s12_symfony_a_pattern_is_anchored() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.1e.0.0"));
    for name in ["xtally_1", "my_sid", "sid_2", "sidx", "TALLY_1", "tally"] {
        assert_eq!(visitor.judge_set_cookie(&format!("{name}=1")).code(), "undeclared", "{name}");
    }
}

#[test]
fn r6_rack_policy_the_value_of_a_token_is_parsed() {
    denied("any-token");
}

#[test]
fn u3_autumn_a_malformed_pair_before_ours_does_not_hide_it() {
    let gate = gate();
    for before in ["=", "==", "x", "a=\"b;c\"", "%zz=%zz", "a b=c", ";;;", "\u{e9}=\u{e9}", "A2=1"] {
        let visitor = visitor(&gate, "DE", &format!("{before}; A=1.4.{RECENT}.4.10.0"));
        assert_eq!(visitor.decide(Category::ANALYTICS).code(), "granted", "{before:?}");
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused", "{before:?}");
    }
}

/// Better than to refuse both, which asks a visitor with a stale twin on every page: nothing is allowed on
/// disagreement, and refusals of either hold.
#[test]
fn u4_autumn_two_cookies_never_allow_what_they_disagree_about() {
    let gate = gate();
    for cookies in [
        format!("A=1.4.{RECENT}.4.0.0; A=1.4.{RECENT}.0.4.0"),
        format!("A=1.4.{RECENT}.0.4.0; A=1.4.{RECENT}.4.0.0"),
        format!("A=1.4.{RECENT}.4.0.0; A=x"),
        format!("A=1.4.{RECENT}.4.0.0; A=1.4.1.4.0.0"),
        format!("A=1.4.{RECENT}.4.0.0; A=1.2.{RECENT}.4.0.0"),
    ] {
        assert!(!visitor(&gate, "DE", &cookies).may_track(Category::ANALYTICS), "{cookies}");
    }
}

#[test]
fn u13_autumn_expired_and_future_timestamps_do_not_count() {
    let gate = gate();
    let code =
        |decided: i64| visitor(&gate, "DE", &format!("A=1.4.{decided}.4.0.0")).decide(Category::ANALYTICS).code();
    assert_eq!(code(978_307_200), "expired", "the year 2001");
    assert_eq!(code(32_472_144_000), "unreadable", "the year 2999");
    assert_eq!(code(NOW + 300), "granted", "clocks differ");
}

#[test]
fn u14_autumn_only_canonical_numbers_count() {
    for value in ["1.+4.1.1e.0.0", "1.04.1.1e.0.0", "1.4.01.1e.0.0", "1.4.1e3.1e.0.0", "1.4.1.1e.00.0", "01.4.1.1e.0.0"]
    {
        denied(value);
    }
}

#[test]
fn c11_c15t_a_record_of_rejection_is_not_consent() {
    denied(&format!("1.4.{RECENT}.0.1e.0"));
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.0.1e.0"));
    assert_eq!(visitor.answered().as_str(), "decided", "to have answered is one thing, to have agreed another");
}

#[test]
fn c12_c15t_an_expired_record_is_not_consent() {
    let visitor = visitor(&gate(), "DE", "A=1.4.1700000000.1e.0.0");
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "expired");
}

#[test]
fn e10_fides_a_saved_refusal_survives_any_automatic_signal() {
    let gate = gate();
    for signals in [&["sec-gpc"][..], &["dnt"], &["sec-gpc", "dnt"]] {
        for region in ["DE", "US-CA", "CH", "AU"] {
            let visitor = site::visitor_with(&gate, region, &format!("A=1.4.{RECENT}.10.6.3"), signals);
            visitor.learn(|facts| facts.known = true).unwrap();
            assert_eq!(visitor.decide(Category::ANALYTICS).code(), "refused", "{region}");
            assert_eq!(visitor.decide(Category::FUNCTIONAL).code(), "refused", "{region}");
            assert_eq!(lines(&visitor), [""; 0], "nothing is written over it");
        }
    }
}

#[test]
fn x1_liferay_nothing_garbage_and_a_missing_key_are_denials() {
    for value in ["%%%garbage", "null", "{\"other\":true}", "1.4.1794528000"] {
        denied(value);
    }
    let gate = gate();
    assert!(!visitor(&gate, "DE", "").may_track(Category::ANALYTICS));
    let missing = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.2.0.0"));
    assert_eq!(missing.decide(Category::ANALYTICS).code(), "undecided");
}

#[test]
fn x2_magento_the_consent_of_one_host_does_not_serve_another_unless_they_declare_it() {
    let alone = visitor(&gate(), "DE", "");
    alone.accept_all().unwrap();
    assert!(!lines(&alone)[0].contains("Domain="));
    let sharing = gate_with(|policy| policy.cookie.domain = Some("shop.example".to_owned()));
    let shared = visitor(&sharing, "DE", "");
    shared.accept_all().unwrap();
    assert!(
        lines(&shared).last().unwrap().contains("__Secure-consent=") && sharing.cookie_name().starts_with("__Secure")
    );
    assert!(!visitor(&sharing, "DE", &format!("__Host-consent=1.4.{RECENT}.1e.0.0")).may_track(Category::ANALYTICS));
}

/// Each gate is asked about one denied and one allowed thing, so that a call site that is gone shows in either column.
/// The same over HTTP is the conformance suite's.
#[test]
fn p15_prebid_no_gate_is_declared_and_never_called() {
    let gate = gate();
    let ask = |cookies: &str| {
        let visitor = visitor(&gate, "DE", &format!("{cookies}; own_a=1; tally_1=1"));
        let written = visitor
            .permit(Category::ANALYTICS)
            .ok()
            .and_then(|permit| visitor.write_cookie(&permit, "own_a", "1").ok());
        [
            visitor.may_track(Category::ANALYTICS),
            visitor.decide(Category::ANALYTICS).is_allow(),
            visitor.consent().may_track(Category::ANALYTICS),
            visitor.explain(Category::ANALYTICS).decision.is_allow(),
            visitor.judge_set_cookie("own_a=1").line().is_some(),
            visitor.decide_cookie("own_a").is_allow(),
            visitor.decide_address("https://tally.example/v.gif").is_allow(),
            visitor.decide_storage(Storage::Local, "peek.queue").is_allow(),
            written.is_some(),
            visitor.erasures().is_empty(),
        ]
    };
    assert_eq!(ask(&format!("A=1.4.{RECENT}.0.4.0")), [false; 10]);
    assert_eq!(ask(&format!("A=1.4.{RECENT}.4.0.0")), [true; 10]);
}

#[test]
fn no_preset_is_absent_or_allows_everything() {
    // c15t without a match and WordPress without a type allow all.
    for code in ["AQ", "KP", "XK", "TW", "", "US-ZZ", "EU"] {
        let visitor = visitor(&gate(), code, "");
        assert!(!visitor.may_track(Category::ADVERTISING) || code.starts_with("US"), "{code}");
    }
    assert!(presets().iter().any(|row| row.region == "*"));
    assert!("1.4.1794528000.1e.0.0".parse::<Answer>().is_ok());
}
