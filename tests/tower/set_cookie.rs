//! What becomes of the `Set-Cookie` lines of a response.

use super::{get, lines_of, with};
use consent_gate::policy::{SameSite, Undeclared};
use consent_gate::{Category, Gate, testing};
use http::Response;

#[test]
fn many_lines_are_kept_in_order_and_byte_for_byte() {
    let lines = [
        "sid=1",
        "lang=de;Path=/;max-age=5;PRIORITY=High",
        "_lum1=a=b==;  path=/x ; secure",
        "sid=\"q,q\"; Expires=Wed, 25 Nov 2026 00:00:00 GMT;HttpOnly;",
        "_lum_id=1%3B; SameSite=None; Secure; Partitioned; Unknown",
        "sid=1",
    ];
    assert_eq!(
        get().accepted().set(lines),
        lines.map(|line| line.replace("; Expires=Wed, 25 Nov 2026 00:00:00 GMT", ""))
    );
    let response = get()
        .accepted()
        .answer(lines.map(|line| ("set-cookie", line)).into_iter().chain([("x-other", "a"), ("x-other", "b")]));
    assert_eq!(response.headers().get_all("x-other").iter().count(), 2);
}

#[test]
fn r1_denied_lines_go_and_the_others_keep_their_places() {
    let lines = ["_lum1=a", "sid=1; Path=/", "recommend=x", "_adl=y; Path=/", "sid=2", "_other=1"];
    assert_eq!(get().set(lines), ["sid=1; Path=/", "sid=2"]);
    assert_eq!(get().granted(Category::ANALYTICS).set(lines), ["_lum1=a", "sid=1; Path=/", "sid=2"]);
    assert_eq!(get().refused().region("US-CA").set(lines), ["sid=1; Path=/", "sid=2"]);
    assert_eq!(get().region("US-CA").set(lines), &lines[..5]);
    assert_eq!(get().region("US-CA").header("sec-gpc", "1").set(lines).len(), 4, "all but _adl and _other");
}

#[test]
fn every_status_is_filtered() {
    for status in [101, 200, 204, 206, 302, 304, 401, 404, 405, 500, 503] {
        let response = Response::builder().status(status).header("set-cookie", "_lum1=a").body(()).unwrap();
        let left = get().respond(response);
        assert_eq!((left.status().as_u16(), lines_of(&left).len()), (status, 0));
    }
}

#[test]
fn r31_r32_a_lifetime_is_capped_and_a_session_cookie_has_none() {
    let lines = [
        "_adl=1; Max-Age=99999999; Path=/",
        "_adl=1; Path=/; Expires=Fri, 01 Jan 2038 00:00:00 GMT; Secure",
        "sid=1; Max-Age=60; Path=/",
    ];
    let left = get().accepted().set(lines);
    assert_eq!(left[0], "_adl=1; Max-Age=7776000; Path=/");
    assert!(!left[1].contains("2038") && left[1].contains("; Secure"), "{}", left[1]);
    assert_eq!(left[2], "sid=1; Path=/");
}

#[test]
fn a21_a_floor_is_added_where_missing_and_never_loosens() {
    let mut policy = testing::policy();
    let sid = &mut policy.trackers[0];
    (sid.secure, sid.http_only, sid.same_site) = (true, true, Some(SameSite::Lax));
    let left = with(Gate::new(policy).unwrap()).set([
        "sid=1",
        "sid=2; SameSite=Strict; HttpOnly; Secure",
        "sid=3; SameSite=None; Secure",
    ]);
    assert_eq!(left[0], "sid=1; Secure; HttpOnly; SameSite=Lax");
    assert_eq!(left[1], "sid=2; SameSite=Strict; HttpOnly; Secure");
    assert!(left[2].ends_with("; HttpOnly; SameSite=Lax") || left[2].contains("SameSite=Lax"), "{}", left[2]);
}

#[test]
fn a17_a_deletion_passes_whoever_refused_what() {
    let deletions =
        ["_lum1=; Max-Age=0", "_other=; Max-Age=-1", "_adl=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/"];
    assert_eq!(get().refused().set(deletions), deletions);
}

#[test]
fn only_the_gate_writes_or_deletes_the_answer() {
    for line in [
        "__Host-consent=1.4.1795000000.1e.0.0; Path=/; Secure",
        "__Host-consent=; Max-Age=0; Path=/; Secure",
        "=__Host-consent=1.4.1795000000.1e.0.0",
        "__Host-consent",
    ] {
        assert!(get().set([line]).is_empty(), "{line}");
        assert!(get().accepted().set([line]).is_empty(), "{line}");
    }
}

#[test]
fn bytes_that_are_no_text_survive() {
    let lines: [&[u8]; 2] = [b"sid=\xff\xfe\x80; Path=/", b"_adl=\xe9\xff; Max-Age=99999999; Path=/"];
    let response = get().accepted().answer(lines.map(|line| ("set-cookie", line)));
    let left: Vec<&[u8]> = response.headers().get_all("set-cookie").iter().map(|line| line.as_bytes()).collect();
    assert_eq!(left, [lines[0], b"_adl=\xe9\xff; Max-Age=7776000; Path=/"]);
    assert!(get().set([b"_lum1=\xff", &b"\xff=1"[..], b"_lum\xff=1"]).is_empty());
}

#[test]
fn r30_undeclared_lines_are_denied_unless_the_policy_says_otherwise() {
    for (rule, left) in [(Undeclared::Deny, 0), (Undeclared::Report, 1), (Undeclared::Allow, 1)] {
        let mut policy = testing::policy();
        policy.enforce.undeclared = rule;
        assert_eq!(with(Gate::new(policy).unwrap()).set(["_other=1", "_lum1=a"]).len(), left, "{rule:?}");
    }
}

#[test]
fn several_cookie_headers_are_one() {
    let accepted = testing::cookie(&testing::gate(), testing::gate().offered(), testing::now());
    let crumbs = get().header("cookie", "a=1").header("cookie", accepted).header("cookie", "b=2");
    assert_eq!(crumbs.set(["_lum1=a"]), ["_lum1=a"]);
}

#[test]
fn r4_a_broken_answer_denies_in_every_region() {
    for region in ["DE", "US-CA", "JP", "unknown"] {
        let broken = get().region(region).header("cookie", "__Host-consent=1.4.1795000000.4.10.0x");
        assert!(broken.set(["_lum1=a", "lang=de", "recommend=1"]).is_empty(), "{region}");
    }
}
