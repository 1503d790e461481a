//! R26 to R37: writing, reading, withdrawing.

use crate::site::{self, DAY, NOW, cookie, gate, gate_with, lines, measuring, of, tracker, visitor};
use consent_gate::policy::{Lifetime, Period, ProblemKind, SameSite, Technology, Tracker};
use consent_gate::regime::presets;
use consent_gate::{Category, Gate, Policy, Storage};

const RECENT: i64 = NOW - 10 * DAY;

fn problems(change: impl FnOnce(&mut Policy)) -> Vec<ProblemKind> {
    let mut policy = site::policy();
    change(&mut policy);
    let error = Gate::new(policy).err();
    error.map(|error| error.problems().iter().map(|problem| problem.kind.clone()).collect()).unwrap_or_default()
}

#[test]
fn r26_reads_and_forwards_pass_the_gate_that_writes_pass() {
    let gate = gate();
    for (cookies, code) in [
        (String::new(), "undecided"),
        (format!("A=1.4.{RECENT}.0.4.0"), "refused"),
        ("A=1.4.1.4.0.0".to_owned(), "expired"),
        (format!("A=1.4.{RECENT}.4.0.0"), "granted"),
    ] {
        let visitor = visitor(&gate, "DE", &cookies);
        assert_eq!(visitor.decide_cookie("own_a").code(), code, "reading");
        assert_eq!(visitor.judge_set_cookie("own_a=1").code(), code, "writing");
        let permit = visitor.permit(Category::ANALYTICS).map(|permit| permit.reason().code());
        assert_eq!(permit.unwrap_or_else(|reason| reason.code()), code, "forwarding");
    }
}

#[test]
fn r27_pixels_frames_scripts_requests_and_every_storage_take_a_category() {
    let gate = gate_with(|policy| {
        let adloop = |name: &str, technology| of("adloop", tracker(name, technology, "advertising"));
        policy.trackers.extend([
            adloop("https://adloop.example/p.gif", Technology::Pixel),
            adloop("https://adloop.example/frame/", Technology::Frame),
            adloop("https://adloop.example/font/", Technology::Resource),
            adloop("https://adloop.example/collect", Technology::Request),
            adloop("al.local", Technology::LocalStorage),
            adloop("al.session", Technology::SessionStorage),
            adloop("al-database", Technology::IndexedDb),
        ]);
    });
    for (cookies, code) in [("", "undecided"), ("A=1.4.1794528000.10.0.0", "granted")] {
        let visitor = visitor(&gate, "DE", cookies);
        for address in ["t.js", "p.gif?id=1", "frame/1", "font/a.woff2", "collect?e=1#x"] {
            assert_eq!(visitor.decide_address(&format!("https://adloop.example/{address}")).code(), code, "{address}");
        }
        for (storage, key) in
            [(Storage::Local, "al.local"), (Storage::Session, "al.session"), (Storage::IndexedDb, "al-database")]
        {
            assert_eq!(visitor.decide_storage(storage, key).code(), code, "{key}");
        }
        assert_eq!(
            visitor.decide_storage(Storage::Session, "al.local").code(),
            "undeclared",
            "each storage is its own"
        );
    }
}

#[test]
fn r28_withdrawal_expires_every_declared_cookie_of_the_category_as_it_was_set() {
    let gate = gate_with(|policy| {
        policy.trackers.push(cookie("deep", "analytics").domain("shop.example").path("/learn"));
        policy.trackers.push(cookie("apart", "analytics").partitioned(true));
        policy.trackers.push(cookie("__Host-own", "analytics").http_only(true));
    });
    let sent = format!("A=1.4.{RECENT}.1e.0.0; deep=1; apart=1; __Host-own=1; tally_7=1; sid=1; own_ad=1; other=1");
    let visitor = visitor(&gate, "DE", &sent);
    assert_eq!(visitor.erasures(), []);
    visitor.refuse(Category::ANALYTICS).unwrap();
    let past = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    let found: Vec<String> = visitor.erasures().into_iter().map(String::from).collect();
    let expected = [
        format!("deep=; SameSite=Lax; Path=/learn; {past}"),
        format!("deep=; SameSite=Lax; Path=/learn; Domain=shop.example; {past}"),
        format!("apart=; SameSite=None; Partitioned; Secure; Path=/; {past}"),
        format!("__Host-own=; HttpOnly; SameSite=Lax; Secure; Path=/; {past}"),
        format!("tally_7=; SameSite=Lax; Path=/; {past}"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn r30_an_undeclared_cookie_does_not_leave() {
    let gate = gate();
    let accepted = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.1e.0.0"));
    for line in ["_ga=1", "_fbp=1; Path=/", "SID=1", "sid.0=1", "sid2=1", "tally=1", "tally-1=1", "=_ga", "_ga"] {
        assert_eq!(accepted.judge_set_cookie(line).code(), "undeclared", "{line}");
        assert_eq!(accepted.judge_set_cookie(line).line(), None, "{line}");
    }
    let names: Vec<_> = gate.undeclared().into_iter().map(|met| met.name).collect();
    assert!(names.contains(&"_fbp".to_owned()), "{names:?}");
}

#[test]
fn r31_a_lifetime_above_the_limit_is_refused_at_registration() {
    let too_long =
        |lifetime, limit| ProblemKind::LifetimeTooLong { lifetime: Period::days(lifetime), limit: Period::days(limit) };
    let lasting =
        |tracker: Tracker, lifetime| problems(|policy| policy.trackers.push(tracker.lifetime(Period::days(lifetime))));
    assert_eq!(lasting(cookie("long", "analytics"), 400), []);
    assert_eq!(lasting(cookie("long", "analytics"), 401), [too_long(401, 400)]);
    assert_eq!(lasting(measuring(cookie("long", "analytics")), 395), []);
    assert_eq!(lasting(measuring(cookie("long", "analytics")), 396), [too_long(396, 395)]);
    assert_eq!(problems(|policy| policy.cookie.max_age = Period::days(401)), [too_long(401, 400)]);
}

#[test]
fn r32_a_session_cookie_leaves_without_a_date_and_a_lasting_one_needs_a_lifetime() {
    let gate = gate_with(|policy| {
        policy.trackers.push(cookie("brief", "analytics").lifetime(Lifetime::Session));
    });
    let visitor = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.4.0.0"));
    let verdict = visitor.judge_set_cookie("brief=1; Max-Age=60; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Path=/");
    assert_eq!(verdict.line(), Some("brief=1; Path=/"));
    assert_eq!(visitor.judge_set_cookie("own_a=1; Max-Age=9999999").line(), Some("own_a=1; Max-Age=2592000"));
    let without = problems(|policy| policy.trackers.push(Tracker::new("none", Technology::Cookie, "analytics")));
    assert_eq!(without, [ProblemKind::NoLifetime]);
}

#[test]
fn r35_the_consent_cookie_is_server_set_host_bound_small_and_without_an_identifier() {
    let gate = gate();
    let accepted = visitor(&gate, "DE", "");
    accepted.accept_all().unwrap();
    let line = lines(&accepted).remove(0);
    let expected = "__Host-consent=1.4.1795392000.1e.0.0; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=34560000";
    assert_eq!(line, expected);
    // Two visitors who say the same at the same time hold the same bytes.
    let refused = |cookies: &str| {
        let visitor = visitor(&gate, "DE", cookies);
        visitor.refuse_all().unwrap();
        lines(&visitor).remove(0)
    };
    assert_eq!(refused("own_a=1"), refused("A=1.4.1794528000.1e.0.0.+cliptube; own_a=2"));
    let longest = "A=1.4294967295.1794528000.ffff001e.0.3";
    assert!(refused(longest).len() < 1024);
}

#[test]
fn r36_nothing_is_stored_about_a_visitor_who_has_not_answered() {
    let gate = gate();
    for region in presets().iter().map(|row| row.region.replace('*', "")) {
        for signals in [&[][..], &["sec-gpc"], &["dnt"]] {
            let visitor = site::visitor_with(&gate, &region, "sid=1", signals);
            let _ = (visitor.may_track(Category::ADVERTISING), visitor.prompt(), visitor.erasures());
            visitor.learn(|facts| facts.known = true).unwrap();
            assert_eq!(lines(&visitor), [""; 0], "{region}");
        }
    }
}

/// That a lone refusal is written again before its cookie ends belongs to the adapters, where documents are known.
#[test]
fn r37_a_grant_runs_from_the_click_and_no_visit_prolongs_it() {
    let gate = gate();
    let decided = NOW - 179 * DAY;
    for age in [0, 60, 179] {
        let headers = [("cookie", format!("__Host-consent=1.4.{decided}.4.0.0"))];
        let visit = gate.visitor(headers, site::facts("DE"), site::time(decided + age * DAY));
        assert!(visit.may_track(Category::ANALYTICS));
        assert_eq!(lines(&visit), [""; 0], "a visit writes nothing");
    }
    let click = visitor(&gate, "DE", &format!("A=1.4.{decided}.4.0.0"));
    click.grant(Category::FUNCTIONAL).unwrap();
    assert!(lines(&click)[0].starts_with(&format!("__Host-consent=1.4.{decided}.6.0.0;")), "nor does another's click");
}

#[test]
fn a_declared_floor_is_part_of_the_line_that_leaves() {
    let gate = gate_with(|policy| {
        let floor = cookie("floor", "essential").secure(true).http_only(true).same_site(SameSite::Lax);
        policy.trackers.push(floor);
    });
    let verdict = visitor(&gate, "DE", "").judge_set_cookie("floor=1; Path=/").line().map(str::to_owned);
    assert_eq!(verdict.as_deref(), Some("floor=1; Path=/; Secure; HttpOnly; SameSite=Lax"));
}
