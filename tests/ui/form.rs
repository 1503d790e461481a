//! What a form makes of the answer.

use crate::site::{self, DAY, NOW, gate, visitor};
use crate::ui::{banner, page, post, send, stored};
use consent_gate::Category;
use consent_gate::ui::{BODY_MAX, Privacy};

const RECENT: i64 = NOW - 10 * DAY;

#[test]
fn each_action_makes_the_answer_that_it_says() {
    let gate = gate();
    for (body, answer) in [
        ("action=accept", "1.4.1795392000.1e.0.0"),
        ("action=refuse", "1.4.1795392000.0.1e.0"),
        ("action=save", "1.4.1795392000.0.1e.0"),
        ("action=save&category=analytics", "1.4.1795392000.4.1a.0"),
        ("action=save&category=advertising&category=functional", "1.4.1795392000.12.c.0"),
        ("action=save&category=analytics&refuse_provider=peek", "1.4.1795392000.4.1a.0.-peek"),
        ("action=save&allow_provider=cliptube", "1.4.1795392000.0.1e.0.+cliptube"),
        ("provider=cliptube", "1.4.1795392000.0.0.0.+cliptube"),
        ("action=accept&about=analytics", "1.4.1795392000.4.0.0"),
        ("action=refuse&about=analytics&about=provider.cliptube", "1.4.1795392000.0.4.0.-cliptube"),
    ] {
        let visitor = visitor(&gate, "DE", "");
        assert_eq!(send(&gate, &visitor, body).status, 303, "{body}");
        assert_eq!(stored(&visitor).as_deref(), Some(answer), "{body}");
    }
}

#[test]
fn l8_d20_r12_nothing_ticked_is_refused_and_never_accepted() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    send(&gate, &visitor, "action=save");
    assert!(gate.categories().all(|(category, _)| visitor.decide(category).code() == "refused"));
}

#[test]
fn r9_one_category_never_implies_another() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    send(&gate, &visitor, "action=save&category=analytics");
    let on: Vec<&str> = gate.categories().filter(|(c, _)| visitor.may_track(*c)).map(|(_, id)| id).collect();
    assert_eq!(on, ["analytics"]);
}

#[test]
fn a9_the_response_that_grants_passes_its_cookies_and_a14_the_one_that_withdraws_erases() {
    let gate = gate();
    let granting = visitor(&gate, "DE", "");
    send(&gate, &granting, "action=save&category=analytics");
    assert!(granting.judge_set_cookie("own_a=1; Path=/").is_allow());
    assert!(stored(&granting).is_some());

    let withdrawing = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.1e.0.0; own_a=1; own_ad=1; sid=1"));
    send(&gate, &withdrawing, "action=save&category=advertising");
    assert!(withdrawing.judge_set_cookie("own_a=2").is_deny());
    let lines = site::lines(&withdrawing);
    assert!(lines[0].contains("=1.4.1795392000.10.e.0; ") && lines[1].starts_with("own_a=; "), "{lines:?}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn a11_a_double_submit_is_one_click() {
    let gate = gate();
    for body in
        ["action=accept", "action=refuse", "action=save&category=analytics&refuse_provider=peek", "provider=cliptube"]
    {
        let first = visitor(&gate, "DE", "");
        let location = send(&gate, &first, body);
        let answer = stored(&first).unwrap();
        // A second later, with the cookie of the first.
        let headers = [("cookie", format!("__Host-consent={answer}"))];
        let second = gate.visitor(headers, site::facts("DE"), site::time(NOW + 1));
        assert_eq!(send(&gate, &second, body), location, "{body}");
        assert_eq!(stored(&second), None, "{body}");
    }
}

#[test]
fn the_same_choice_made_anew_later_lives_from_then_on() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.1e.0.0"));
    send(&gate, &visitor, "action=accept");
    assert_eq!(stored(&visitor).as_deref(), Some("1.4.1795392000.1e.0.0"));
}

#[test]
fn s8_r12_a_form_that_is_not_as_it_should_be_stores_nothing_and_names_the_field() {
    let gate = gate();
    let long = format!("action=save&back=/{}", "a".repeat(BODY_MAX));
    for (body, names) in [
        ("", "&quot;action&quot; is missing"),
        ("action=later", "&quot;action&quot; cannot be &quot;later&quot;"),
        ("action=save&category=marketing", "&quot;category&quot; cannot be &quot;marketing&quot;"),
        ("action=save&category=essential", "&quot;category&quot; cannot be &quot;essential&quot;"),
        ("action=save&category=analytics&category=analytics", "&quot;category&quot; comes twice"),
        ("action=save&refuse_provider=nobody", "&quot;refuse_provider&quot; cannot be &quot;nobody&quot;"),
        ("action=save&allow_provider=nobody", "&quot;allow_provider&quot; cannot be &quot;nobody&quot;"),
        ("provider=nobody", "&quot;provider&quot; cannot be &quot;nobody&quot;"),
        ("action=accept&about=nothing", "&quot;about&quot; cannot be &quot;nothing&quot;"),
        ("action=accept&about=provider.nobody", "&quot;about&quot; cannot be &quot;nobody&quot;"),
        ("action=accept&back=//evil.example", "&quot;back&quot; cannot be &quot;//evil.example&quot;"),
        ("action=accept&next=/", "no field &quot;next&quot;"),
        (&*long, "longer than 16384 bytes"),
    ] {
        let visitor = visitor(&gate, "DE", "");
        let response = send(&gate, &visitor, body);
        assert_eq!(response.status, 400, "{body}");
        assert!(response.body.contains(names), "{body}: {}", response.body);
        assert_eq!(stored(&visitor), None, "{body}");
    }
}

#[test]
fn r8_consent_to_a_text_that_has_changed_since_is_not_taken_and_a_refusal_is() {
    let gate = gate();
    for (body, status) in [
        ("action=accept&revision=3", 409),
        ("action=save&category=analytics&revision=3", 409),
        ("action=save&allow_provider=cliptube&revision=3", 409),
        ("action=accept&revision=4", 303),
        // A server of a newer revision has shown it.
        ("action=accept&revision=5", 303),
        ("action=refuse&revision=3", 303),
        ("action=save&revision=3", 303),
    ] {
        let visitor = visitor(&gate, "DE", "");
        assert_eq!(send(&gate, &visitor, body).status, status, "{body}");
        assert_eq!(stored(&visitor).is_some(), status == 303, "{body}");
    }
}

#[test]
fn r7_what_was_on_by_law_and_is_left_on_is_no_grant() {
    let gate = gate();
    let visitor = visitor(&gate, "US-CA", "");
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "no-objection");
    send(&gate, &visitor, "action=save&category=analytics&category=personalization&category=functional");
    // Functional is exempt there: all three stay unasked, and advertising is refused.
    assert_eq!(stored(&visitor).as_deref(), Some("1.4.1795392000.0.10.0"));
    assert_eq!(visitor.decide(Category::ANALYTICS).code(), "no-objection");
    let moved = site::visitor(&gate, "DE", "A=1.4.1795392000.0.10.0");
    assert_eq!(moved.decide(Category::ANALYTICS).code(), "undecided");
    // Whoever says yes in so many words has granted.
    let explicit = site::visitor(&gate, "US-CA", "");
    send(&gate, &explicit, "action=accept");
    assert_eq!(stored(&explicit).as_deref(), Some("1.4.1795392000.1e.0.0"));
}

#[test]
fn r45_withdrawing_takes_as_many_steps_as_giving_and_works_without_a_log_in() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.1e.0.0"));
    assert_eq!(send(&gate, &visitor, "action=refuse").status, 303);
    assert!(!visitor.may_track(Category::ANALYTICS));
    // The link that is on each page leads to the one button that withdraws.
    let privacy = Privacy::new(gate.clone());
    assert_eq!(privacy.link(&page(&[])), "<a class=\"consent-link\" href=\"/privacy\">Privacy settings</a>");
    let html = privacy.settings(&visitor, "en").to_html();
    assert!(html.contains("name=\"action\" value=\"accept\"") && html.contains("name=\"action\" value=\"refuse\""));
}

#[test]
fn a13_a_withdrawal_of_what_was_never_given_is_a_refusal() {
    let gate = gate();
    let visitor = visitor(&gate, "US-CA", "");
    send(&gate, &visitor, "action=refuse");
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
    assert!(banner(&gate, &visitor).is_none());
}

#[test]
fn a12_a16_a_form_after_the_head_has_left_is_an_error_and_changes_nothing() {
    let gate = gate();
    let privacy = Privacy::new(gate.clone());
    let visitor = visitor(&gate, "DE", "");
    let request = post("action=accept");
    let submission = privacy.submit(&visitor, &request).unwrap();
    assert_eq!(
        submission.pending().map(|pending| pending.answer().to_string()).as_deref(),
        Some("1.4.1795392000.1e.0.0")
    );
    assert!(!visitor.may_track(Category::ANALYTICS), "nothing has happened yet");
    let _ = visitor.finish();
    assert_eq!(submission.commit().status, 500);
    assert!(!visitor.may_track(Category::ANALYTICS));
    assert_eq!(privacy.submit(&visitor, &request).unwrap_err().status, 500);
}

#[test]
fn a17_deletions_never_need_consent_a10_a15_a18_a19_and_the_lines_are_those_of_the_policy() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "own_a=1");
    send(&gate, &visitor, "action=refuse");
    assert!(visitor.judge_set_cookie("own_a=; Max-Age=0").is_allow());
    let lines = site::lines(&visitor);
    let answer = "1.4.1795392000.0.1e.0".parse().unwrap();
    assert_eq!(lines[0], gate.answer_line(&answer).as_str());
    assert!(lines[1].starts_with("own_a=; ") && lines[1].contains("Path=/; Max-Age=0; Expires="), "{lines:?}");
}

#[test]
fn l4_the_cookie_of_a_form_is_secure_http_only_and_lax() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    send(&gate, &visitor, "action=accept");
    let line = &site::lines(&visitor)[0];
    assert!(
        line.starts_with("__Host-consent=")
            && line.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=34560000"),
        "{line}"
    );
}

#[test]
fn a_form_repairs_an_answer_that_could_not_be_read() {
    let gate = gate();
    let visitor = visitor(&gate, "US-CA", "A=garbage");
    send(&gate, &visitor, "provider=cliptube");
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused", "it may have been");
    assert!(site::lines(&visitor).iter().any(|line| line.contains("+cliptube")));
}
