//! R1 to R12, R23, R46, R49, R52: the decision itself.

use crate::site::{self, DAY, NOW, facts, gate, gate_with, time, visitor};
use consent_gate::explain::AnswerSource;
use consent_gate::policy::{Period, ProblemKind, Provider, RegimeOverride, Role};
use consent_gate::prompt::PromptState;
use consent_gate::regime::{Rule, presets};
use consent_gate::{Answer, Category, Change, Gate};

const RECENT: i64 = NOW - 10 * DAY;

fn codes(gate: &Gate, region: &str, cookies: &str) -> Vec<&'static str> {
    let visitor = visitor(gate, region, cookies);
    gate.categories().map(|(category, _)| visitor.decide(category).code()).collect()
}

#[test]
fn r1_undecided_in_an_opt_in_regime_passes_only_what_is_essential() {
    let gate = gate();
    for region in ["EU", "NO", "DE", "BE", "BR", "CN", "CA-QC", "", "MX"] {
        assert_eq!(codes(&gate, region, ""), ["undecided"; 4], "{region}");
        let visitor = visitor(&gate, region, "");
        assert!(visitor.may_track(Category::ESSENTIAL) && visitor.judge_set_cookie("sid=1").is_allow());
        assert!(
            visitor.judge_set_cookie("seen=1").is_deny()
                && visitor.decide_address("https://adloop.example/t.js").is_deny()
        );
    }
}

#[test]
fn r2_what_is_essential_always_passes_and_is_never_stored() {
    let gate = gate();
    for cookies in ["", "A=garbage", "A=1.4.1794528000.0.1e.3", "A=1.4.1.1e.0.0"] {
        for region in presets().iter().map(|row| row.region.replace('*', "")) {
            let visitor = site::visitor_with(&gate, &region, cookies, &["sec-gpc", "dnt"]);
            assert_eq!(visitor.decide(Category::ESSENTIAL).code(), "essential");
            assert_eq!(
                visitor.decide_address("https://adloop.example/pay/1").code(),
                "essential",
                "a third party's too"
            );
        }
    }
    let visitor = visitor(&gate, "DE", "");
    assert!(visitor.refuse(Category::ESSENTIAL).is_err() && visitor.grant(Category::ESSENTIAL).is_err());
    visitor.accept_all().unwrap();
    assert!(site::lines(&visitor)[0].starts_with("__Host-consent=1.4.1795392000.1e.0.0;"));
}

#[test]
fn r3_a_refusal_denies_in_every_regime_and_an_expired_grant_is_undecided_again() {
    let gate = gate();
    for region in presets().iter().map(|row| row.region.replace('*', "")) {
        assert_eq!(codes(&gate, &region, "A=1.4.86400.0.1e.0"), ["refused"; 4], "{region}");
    }
    assert_eq!(codes(&gate, "DE", "A=1.4.86400.1e.0.0"), ["expired"; 4]);
    assert_eq!(codes(&gate, "CH", "A=1.4.86400.1e.0.0"), ["exempt", "no-objection", "no-objection", "expired"]);
    let prompt = visitor(&gate, "DE", "A=1.4.86400.0.1e.0").prompt();
    assert_eq!((prompt.state, prompt.open), (PromptState::Ask, gate.offered()), "to be asked is not to be allowed");
}

#[test]
fn r4_a_broken_answer_denies_in_every_regime() {
    let gate = gate();
    let future = format!("A=1.4.{}.1e.0.0", NOW + 301);
    for cookies in
        ["A=", "A=9.4.1.1e.0.0", "A=1.4.1.1e.0", "A=1.4.1.3e.0.0", "A=1.4.1.1f.0.0", &future, &"A=1".repeat(600)]
    {
        for region in ["DE", "GB", "CH", "US-CA", "AU", "JP", ""] {
            assert_eq!(codes(&gate, region, cookies), ["unreadable"; 4], "{region} {cookies}");
        }
    }
}

#[test]
fn r5_two_cookies_are_as_strict_as_both() {
    let cookies = format!("A=1.4.{RECENT}.1e.0.0; A=1.4.{RECENT}.6.10.0");
    assert_eq!(codes(&gate(), "DE", &cookies), ["granted", "granted", "undecided", "refused"]);
    let cookies = format!("A=1.4.{RECENT}.1e.0.0; A=x");
    assert_eq!(codes(&gate(), "CH", &cookies), ["unreadable"; 4]);
}

#[test]
fn r6_residence_and_place_of_the_request_are_both_obeyed() {
    let gate = gate();
    let ask = |here: &str, home: &str| {
        let facts = facts(here).residence(site::region(home));
        let visitor = gate.visitor([("cookie", "")], facts, time(NOW));
        gate.categories().map(|(category, _)| visitor.decide(category).code()).collect::<Vec<_>>()
    };
    assert_eq!(ask("US-CA", "DE"), ["undecided"; 4]);
    assert_eq!(ask("DE", "US-CA"), ["undecided"; 4]);
    assert_eq!(ask("CH", "AU"), ["no-objection", "no-objection", "no-objection", "undecided"]);
    assert_eq!(ask("", "US-CA"), ["undecided"; 4], "a failed look-up is not outvoted");
}

#[test]
fn r7_what_is_allowed_until_objection_is_never_stored_and_does_not_travel() {
    let gate = gate();
    let here = visitor(&gate, "US-CA", "");
    assert_eq!(here.decide(Category::ADVERTISING).code(), "no-objection");
    assert_eq!(site::lines(&here), [""; 0]);
    let partly = visitor(&gate, "US-CA", "");
    partly.grant(Category::FUNCTIONAL).unwrap();
    assert!(site::lines(&partly)[0].starts_with("__Host-consent=1.4.1795392000.2.0.0;"));
    assert_eq!(codes(&gate, "DE", "A=1.4.1795392000.2.0.0")[3], "undecided");
}

#[test]
fn r8_a_grant_covers_the_purposes_and_vendors_that_were_shown() {
    let gate = gate();
    // Analytics got its meaning in revision 3; tally came in 4, adloop in 3.
    let old = visitor(&gate, "DE", &format!("A=1.2.{RECENT}.1e.0.0"));
    assert_eq!(old.decide(Category::ANALYTICS).code(), "notice-changed");
    assert_eq!(old.decide(Category::ADVERTISING).code(), "granted");
    assert_eq!(old.decide_address("https://adloop.example/t.js").code(), "notice-changed");
    let newer = visitor(&gate, "DE", &format!("A=1.3.{RECENT}.1e.0.0"));
    assert_eq!(newer.decide(Category::ANALYTICS).code(), "granted");
    assert_eq!(newer.judge_set_cookie("tally_1=x").code(), "notice-changed");
    // An answer to a policy that this server does not know yet counts: a rolling deployment must not flap.
    assert_eq!(codes(&gate, "DE", &format!("A=1.5.{RECENT}.1e.0.0")), ["granted"; 4]);
}

#[test]
fn r9_no_category_implies_another_and_accept_all_grants_what_is_offered() {
    let gate = gate();
    for (bit, place) in [(2, 0), (4, 1), (8, 2), (16, 3)] {
        let mut expected = ["undecided"; 4];
        expected[place] = "granted";
        assert_eq!(codes(&gate, "DE", &format!("A=1.4.{RECENT}.{bit:x}.0.0")), expected);
    }
    let two = gate_with(|policy| {
        policy.categories.truncate(2);
        policy.trackers.truncate(3);
    });
    let visitor = visitor(&two, "DE", "");
    visitor.accept_all().unwrap();
    assert!(site::lines(&visitor)[0].starts_with("__Host-consent=1.4.1795392000.6.0.0;"));
}

/// The rule takes the lower of the law's limit and the operator's. By the design an operator's value replaces the
/// preset's, looser or stricter, and a looser one is a warning.
#[test]
fn r10_a_grant_expires_to_the_second_and_an_operator_s_limit_replaces_the_preset_s() {
    let own = |days| {
        gate_with(|policy| {
            policy.regimes = vec![RegimeOverride::new(["DE"]).grant_lasts(Period::days(days))];
        })
    };
    for (gate, region, days) in [(gate(), "DE", 180), (gate(), "ES", 730), (own(30), "DE", 30), (own(365), "DE", 365)] {
        let code = |age: i64| codes(&gate, region, &format!("A=1.4.{}.1e.0.0", NOW - age))[1];
        assert_eq!((code(days * DAY - 1), code(days * DAY)), ("granted", "expired"), "{region} {days}");
    }
    let looser = |gate: &Gate| gate.warnings().iter().any(|w| w.to_string().contains("grant_lasts is looser than"));
    assert!(!looser(&own(30)) && looser(&own(365)));
}

#[test]
fn r11_nobody_is_asked_again_before_the_time_of_the_region() {
    let gate = gate();
    for (region, days) in [("DE", 184), ("FR", 184), ("IT", 184), ("ES", 730)] {
        let state = |age: i64| visitor(&gate, region, &format!("A=1.4.{}.0.1e.0", NOW - age)).prompt().state;
        let (before, after) = (state(days * DAY - 1), state(days * DAY));
        assert_eq!((before, after), (PromptState::Wait, PromptState::Ask), "{region}");
    }
    // A lost cookie and a purpose that has changed are the exceptions.
    assert_eq!(visitor(&gate, "DE", "").prompt().state, PromptState::Ask);
    let prompt = visitor(&gate, "DE", &format!("A=1.2.{RECENT}.0.1e.0")).prompt();
    assert_eq!((prompt.state, prompt.open), (PromptState::Ask, Category::ANALYTICS));
    // Opt-out regimes have nothing to ask: 7026(k) forbids to ask for what an opt-out has closed.
    assert_eq!(visitor(&gate, "US-CA", "A=1.4.86400.0.1e.0").prompt().state, PromptState::None);
}

#[test]
fn r12_no_visit_is_a_grant() {
    let gate = gate();
    for cookies in ["", "own_a=1; own_ad=1", "consent=1.4.1794528000.1e.0.0", "banner_closed=1"] {
        let visitor = visitor(&gate, "DE", cookies);
        let _ =
            (visitor.prompt(), visitor.may_track(Category::ANALYTICS), visitor.decide_address("/"), visitor.finish());
        assert_eq!(codes(&gate, "DE", cookies), ["undecided"; 4], "{cookies}");
    }
    // An empty change is no click, and an answer that grants nothing refuses.
    let visitor = visitor(&gate, "DE", "");
    assert!(visitor.prepare(&Change::grant(Category::empty())).is_err());
    visitor.prepare(&Change::answer(Category::empty())).unwrap().commit().unwrap();
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "refused");
}

/// Advertising is forbidden for a known minor. The rule lets the right person agree to personalization; nobody can know
/// here who clicked, so the design forbids it too, and an operator who can know says so in a `[[regime]]`.
#[test]
fn r23_a_known_minor_gets_no_advertising_and_no_personalization() {
    let gate = gate();
    for region in ["DE", "US-CT", "US-MD", "GB", "AU", "CH", ""] {
        let minor = facts(region).known(true).minor(true);
        let headers = [("cookie", format!("__Host-consent=1.4.{RECENT}.1e.0.1.+cliptube"))];
        let visitor = gate.visitor(headers, minor, time(NOW));
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "forbidden", "{region}");
        assert_eq!(visitor.decide_address("https://cliptube.example/embed/1").code(), "forbidden", "{region}");
        assert!(visitor.may_track(Category::ANALYTICS) && visitor.judge_set_cookie("own_ad=1").is_deny(), "{region}");
    }
    let minor = facts("IN").minor(true);
    let headers = [("cookie", format!("__Host-consent=1.4.{}.1e.0.1", NOW + 300 * DAY))];
    let in_force = gate.visitor(headers, minor, time(NOW + 301 * DAY));
    assert_eq!(in_force.decide(Category::ANALYTICS).code(), "forbidden", "no tracking of children");
    let own = gate_with(|policy| {
        policy.regimes = vec![RegimeOverride::new(["DE"]).forbidden_for_minors(["advertising"])];
    });
    let headers = [("cookie", format!("__Host-consent=1.4.{RECENT}.1e.0.1"))];
    assert!(own.visitor(headers, facts("DE").minor(true), time(NOW)).may_track(Category::PERSONALIZATION));
}

#[test]
fn r46_the_account_and_the_browser_are_as_strict_as_both_and_neither_overwrites_the_other() {
    let gate = gate();
    let account: Answer = format!("1.4.{RECENT}.4.10.0").parse().unwrap();
    let cookie = format!("__Host-consent=1.4.{RECENT}.10.8.0");
    let visitor = gate.visitor([("cookie", &cookie)], facts("DE").known(true).account(account), time(NOW));
    let found: Vec<_> = gate.categories().map(|(category, _)| visitor.decide(category).code()).collect();
    assert_eq!(found, ["undecided", "granted", "refused", "refused"]);
    assert_eq!(site::lines(&visitor), [""; 0], "the browser's answer stays its own");
}

#[test]
fn r49_a_third_party_without_what_visitors_must_be_told_is_not_registered() {
    let whole = site::provider("newcomer", Role::ThirdParty, 1);
    let errors = |provider: Provider| {
        let mut policy = site::policy();
        policy.providers.push(provider);
        let problems = consent_gate::Gate::new(policy).map_err(|error| error.problems().to_vec());
        problems.err().unwrap_or_default().into_iter().map(|problem| problem.kind).collect::<Vec<_>>()
    };
    assert_eq!(errors(whole.clone()), []);
    let without = |change: fn(&mut Provider)| {
        let mut provider = whole.clone();
        change(&mut provider);
        errors(provider)
    };
    let missing = |text| ProblemKind::TextMissing { text, language: "en".to_owned() };
    assert_eq!(without(|provider| provider.opt_out_url = None), [ProblemKind::ThirdPartyAddress("opt_out_url")]);
    assert_eq!(without(|provider| provider.policy_url = None), [ProblemKind::ThirdPartyAddress("policy_url")]);
    assert_eq!(without(|provider| provider.purpose = Default::default()), [missing("purpose")]);
    assert_eq!(without(|provider| provider.collects = Default::default()), [missing("collects")]);
}

#[test]
fn r52_the_gate_says_why_under_which_law_and_from_where() {
    let gate = gate_with(|policy| {
        policy.regimes = vec![RegimeOverride::new(["US-CA"]).rules([("analytics", Rule::OptIn)])];
    });
    let why = visitor(&gate, "FR", &format!("A=1.3.{RECENT}.4.10.0")).explain(Category::ANALYTICS);
    assert_eq!((why.decision.code(), why.preset, why.law), ("granted", "FR", "Loi Informatique et Libertés art. 82"));
    assert_eq!((why.source, why.revision, why.is_replaced), (AnswerSource::Browser, Some(3), false));
    assert_eq!(why.age.map(|age| age.num_days()), Some(10));
    let why = site::visitor_with(&gate, "US-CA", "A=x", &["sec-gpc"]).explain(Category::ADVERTISING);
    assert_eq!((why.decision.code(), why.preset, why.is_replaced), ("gpc", "US-CA", true));
    assert_eq!((why.signals.bits(), why.unreadable, why.answered.as_str()), (1, Some("unknown-format"), "unreadable"));
}
