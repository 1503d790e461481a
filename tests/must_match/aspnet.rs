//! ASP.NET Core's CookiePolicy: A9 to A19, A21 to A23, A27.

use crate::site::{self, DAY, NOW, cookie, gate, gate_with, lines, visitor};
use consent_gate::policy::{Period, SameSite, Tracker};
use consent_gate::{Category, Change, ChangeError};

const RECENT: i64 = NOW - 10 * DAY;

#[test]
fn a9_a_grant_holds_at_once_and_its_cookie_comes_first_and_lasts() {
    let visitor = visitor(&gate(), "DE", "own_ad=1");
    assert!(visitor.judge_set_cookie("own_a=1").is_deny());
    visitor.grant(Category::ANALYTICS).unwrap();
    assert!(visitor.judge_set_cookie("own_a=1").is_allow());
    let lines = lines(&visitor);
    assert!(lines[0].starts_with("__Host-consent=1.4.1795392000.4.0.0; "), "{lines:?}");
    assert!(lines[0].ends_with("; Max-Age=34560000") && lines[1].starts_with("own_ad=; "), "{lines:?}");
}

#[test]
fn a10_the_consent_cookie_obeys_the_policy() {
    let gate = gate_with(|policy| {
        policy.cookie.domain = Some("shop.example".to_owned());
        policy.cookie.name = Some("__Secure-choice".to_owned());
        policy.cookie.max_age = Period::days(200);
    });
    let visitor = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.0.1e.0"));
    visitor.accept_all().unwrap();
    let expected = "__Secure-choice=1.4.1795392000.1e.0.0; HttpOnly; SameSite=Lax; Secure; Path=/; Domain=shop.example; Max-Age=17280000";
    assert_eq!(lines(&visitor), [expected]);
}

#[test]
fn a11_a_grant_of_what_is_granted_writes_nothing() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.6.0.0"));
    visitor.grant(Category::ANALYTICS).unwrap();
    assert_eq!(lines(&visitor), [""; 0]);
}

#[test]
fn a12_a16_a_change_after_the_head_has_left_is_an_error_and_changes_nothing() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.4.0.0"));
    let pending = visitor.prepare(&Change::refuse(Category::ANALYTICS)).unwrap();
    assert_eq!(lines(&visitor), [""; 0]);
    assert_eq!(visitor.grant(Category::ADVERTISING), Err(ChangeError::Late));
    assert_eq!(visitor.refuse(Category::ANALYTICS), Err(ChangeError::Late));
    assert_eq!(pending.commit(), Err(ChangeError::Late));
    assert!(visitor.may_track(Category::ANALYTICS) && !visitor.may_track(Category::ADVERTISING));
}

/// Better than nothing: whoever withdraws what was never given has refused, and that is kept.
#[test]
fn a13_a_withdrawal_without_a_grant_is_a_refusal() {
    let visitor = visitor(&gate(), "US-CA", "");
    visitor.refuse(Category::ADVERTISING).unwrap();
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
    assert!(lines(&visitor)[0].starts_with("__Host-consent=1.4.1795392000.0.10.0;"));
}

/// What was appended before the withdrawal is judged when the head leaves: it is dropped too, unlike with ASP.NET.
#[test]
fn a14_a_withdrawal_erases_and_later_lines_are_dropped() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.14.0.0; own_a=1; own_ad=1"));
    visitor.refuse(Category::ANALYTICS).unwrap();
    assert!(visitor.judge_set_cookie("own_a=2").is_deny() && visitor.judge_set_cookie("own_ad=2").is_allow());
    let lines = lines(&visitor);
    assert!(lines[0].starts_with(&format!("__Host-consent=1.4.{RECENT}.10.4.0;")), "{lines:?}");
    assert!(lines.len() == 2 && lines[1].starts_with("own_a=; "), "{lines:?}");
}

#[test]
fn a15_an_erasure_obeys_what_is_declared() {
    let gate = gate_with(|policy| {
        let strict = cookie("strict", "advertising").secure(true).http_only(true).same_site(SameSite::Strict);
        policy.trackers.push(strict);
    });
    let visitor = visitor(&gate, "DE", "strict=1");
    let expected =
        "strict=; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(visitor.erasures()[0].as_str(), expected);
}

#[test]
fn a17_f5_a_deletion_needs_no_consent_and_stays_as_it_is() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.0.1e.0"));
    for line in [
        "own_ad=; Max-Age=0; Path=/x",
        "own_ad=deleted; max-age=-1",
        "nobody=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "nobody=; expires=Thu, 01-Jan-1970 00:00:10 GMT; Domain=shop.example",
        "own_ad=; Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT",
    ] {
        let verdict = visitor.judge_set_cookie(line);
        assert_eq!((verdict.code(), verdict.line()), ("deletion", Some(line)));
    }
    for line in ["own_ad=; Max-Age=1", "own_ad=", "own_ad=; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"] {
        assert_eq!(visitor.judge_set_cookie(line).code(), "refused", "{line}");
    }
}

#[test]
fn a18_the_one_deletion_that_is_vetoed_is_that_of_the_answer_itself() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.0.1e.0"));
    for line in
        ["__Host-consent=; Max-Age=0", "__Host-consent=1.4.1.1e.0.0; Path=/", "=__Host-consent=x", " __Host-consent =x"]
    {
        assert_eq!(visitor.judge_set_cookie(line).code(), "reserved", "{line}");
    }
}

#[test]
fn a19_the_answer_that_is_shown_before_is_the_one_that_is_written() {
    for change in [
        Change::answer(Category::ANALYTICS),
        Change::grant(Category::ADVERTISING),
        Change::refuse(Category::ANALYTICS).provider("cliptube", true),
    ] {
        let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.4.0.1"));
        let pending = visitor.prepare(&change).unwrap();
        let shown = pending.answer().to_string();
        pending.commit().unwrap();
        assert!(lines(&visitor)[0].starts_with(&format!("__Host-consent={shown}; ")), "{change:?}");
    }
}

/// What leaves when a tracker declares this floor.
fn with_floor(floor: fn(&mut Tracker), line: &str) -> String {
    let gate = gate_with(|policy| {
        let mut tracker = cookie("floor", "essential");
        floor(&mut tracker);
        policy.trackers.push(tracker);
    });
    visitor(&gate, "DE", "").judge_set_cookie(line).line().unwrap().to_owned()
}

#[test]
fn a21_a22_secure_and_http_only_are_added_and_never_taken_away() {
    let both: fn(&mut Tracker) = |tracker| (tracker.secure, tracker.http_only) = (true, true);
    let none: fn(&mut Tracker) = |_| {};
    assert_eq!(with_floor(both, "floor=1"), "floor=1; Secure; HttpOnly");
    assert_eq!(with_floor(both, "floor=1; secure; HTTPONLY"), "floor=1; secure; HTTPONLY");
    assert_eq!(with_floor(none, "floor=1; Secure; HttpOnly"), "floor=1; Secure; HttpOnly");
    assert_eq!(with_floor(none, "floor=1"), "floor=1");
}

#[test]
fn a23_the_least_same_site_raises_and_never_lowers() {
    use SameSite::{Lax, None, Strict};
    type Floor = fn(&mut Tracker);
    let floors: [(SameSite, Floor); 3] = [
        (None, |tracker| tracker.same_site = Some(None)),
        (Lax, |tracker| tracker.same_site = Some(Lax)),
        (Strict, |tracker| tracker.same_site = Some(Strict)),
    ];
    for (least, floor) in floors {
        for (given, line) in [
            (Option::None, "floor=1"),
            (Some(None), "floor=1; SameSite=None"),
            (Some(Lax), "floor=1; SameSite=Lax"),
            (Some(Strict), "floor=1; SameSite=Strict"),
        ] {
            let expected = given.map_or(least, |given| given.max(least));
            let found = with_floor(floor, line);
            assert_eq!(found, format!("floor=1; SameSite={expected}"), "{least} over {line}");
        }
    }
}

#[test]
fn a27_a_chunked_cookie_is_covered_by_a_pattern_chunk_by_chunk() {
    let gate = gate_with(|policy| policy.trackers.push(cookie("auth.*", "essential")));
    let visitor = visitor(&gate, "DE", "");
    for line in ["auth.0=a", "auth.1=b", "auth.C12=c", "auth.=d"] {
        assert_eq!(visitor.judge_set_cookie(line).code(), "essential", "{line}");
    }
    for line in ["auth=a", "sid.0=a", "authx=a"] {
        assert_eq!(visitor.judge_set_cookie(line).code(), "undeclared", "{line}");
    }
}

#[test]
fn f4_what_is_granted_keeps_every_byte() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.1e.0.0"));
    for line in [
        "own_a=a%20b; expires=Wed, 09 Dec 2026 10:00:00 GMT; path=/; HttpOnly; Priority=High",
        "own_a=\"x=y\";Path=/;;Max-Age=100;  secure ;SameSite=none",
        "own_a=",
        "  own_a  =  1  ; Unknown",
    ] {
        assert_eq!(visitor.judge_set_cookie(line).line(), Some(line));
    }
    let long = visitor.judge_set_cookie("own_a=1; HttpOnly; Max-Age=31536000; Path=/");
    assert_eq!(long.line(), Some("own_a=1; HttpOnly; Max-Age=2592000; Path=/"), "but the declared lifetime caps");
}

#[test]
fn a_line_whose_place_differs_from_the_declared_one_is_reported_and_kept() {
    let visitor = visitor(&gate(), "DE", &format!("A=1.4.{RECENT}.1e.0.0"));
    for (line, mismatch) in [
        ("own_a=1; Path=/", None),
        ("own_a=1; Path=/x", Some("Path")),
        ("own_a=1", Some("Path")),
        ("own_a=1; Path=/; Domain=shop.example", Some("Domain")),
        ("own_a=1; Path=/; Secure; Partitioned", Some("Partitioned")),
    ] {
        let verdict = visitor.judge_set_cookie(line);
        assert_eq!((verdict.is_allow(), verdict.mismatch()), (true, mismatch), "{line}");
    }
    assert_eq!(site::lines(&visitor), [""; 0]);
}
