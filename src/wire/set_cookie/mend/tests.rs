use proptest::prelude::*;

use super::super::tests::{kept, now, read};
use super::*;

const DAY: TimeDelta = TimeDelta::days(1);
const ANY: Floor = Floor { secure: false, http_only: false, same_site: None };

/// The line must leave as it came, without a copy.
#[track_caller]
fn untouched(line: &str, declared: Option<TimeDelta>, floor: Floor) {
    assert!(matches!(read(line).conformed(declared, floor, now()), Cow::Borrowed(same) if same == line), "{line:?}");
}

#[track_caller]
fn mended(line: &str, declared: Option<TimeDelta>, floor: Floor, expected: &str) {
    let once = read(line).conformed(declared, floor, now());
    assert_eq!(once, expected, "{line:?}");
    assert!(matches!(once, Cow::Owned(_)), "{line:?}");
    assert_eq!(read(&once).conformed(declared, floor, now()), once, "{line:?} is mended at once");
}

#[test]
fn a_lifetime_above_the_declared_one_is_shortened_where_it_stands() {
    for (line, expected) in [
        ("a=b; Max-Age=86401", "a=b; Max-Age=86400"),
        ("a=b;max-age= 99999999999999999999 ;Path=/", "a=b;max-age= 86400 ;Path=/"),
        ("a=b; Expires=Mon, 02 Nov 2026 12:00:01 GMT", "a=b; Expires=Mon, 02 Nov 2026 12:00:00 GMT"),
        ("a=b; expires=1 Jan 69 0:0:0; Secure", "a=b; expires=Mon, 02 Nov 2026 12:00:00 GMT; Secure"),
        (
            "a=b; Expires=Fri, 31 Dec 2027 00:00:00 GMT; Max-Age=31536000",
            "a=b; Expires=Mon, 02 Nov 2026 12:00:00 GMT; Max-Age=86400",
        ),
        // Each that exceeds, and no other: not the shorter, not the unreadable, not the value.
        (
            "a=Max-Age=90000; Max-Age=60; Max-Age=+90000; Max-Age=90000;;  ; X=Max-Age=90000",
            "a=Max-Age=90000; Max-Age=60; Max-Age=+90000; Max-Age=86400;;  ; X=Max-Age=90000",
        ),
        (
            "a=b; Expires=1 Jan 1970 0:0:0; Expires=x; Max-Age=90000",
            "a=b; Expires=1 Jan 1970 0:0:0; Expires=x; Max-Age=86400",
        ),
        ("é=ü; Max-Age=90000; Pfad=ä", "é=ü; Max-Age=86400; Pfad=ä"),
    ] {
        mended(line, Some(DAY), ANY, expected);
    }
}

#[test]
fn a_lifetime_within_the_declared_one_keeps_its_bytes() {
    for line in [
        "a=b",
        "  a = b ;; ; Path=/ ;",
        "a=b; Max-Age=86400",
        "a=b; Max-Age=1",
        "a=b; Expires=Mon, 02 Nov 2026 12:00:00 GMT",
        "a=b; Expires=2 Nov 26 12:00:00",
        // The Max-Age counts, so the later date does not.
        "a=b; Expires=Fri, 31 Dec 2027 00:00:00 GMT; Max-Age=60",
        "a=b; Max-Age=90000; Max-Age=60",
        "a=b; Max-Age=+90000",
        "a=b; Expires=never",
    ] {
        untouched(line, Some(DAY), ANY);
    }
    untouched("a=b; Max-Age=99999999999999999999; Expires=31 Dec 9999 23:59:59", Some(TimeDelta::MAX), ANY);
    untouched("a=b; Expires=31 Dec 9999 23:59:59", Some(TimeDelta::MAX), ANY);
}

#[test]
fn a_session_cookie_loses_every_date_even_an_unreadable_one() {
    let long = "9".repeat(1025);
    for (line, expected) in [
        ("a=b; Max-Age=60", "a=b"),
        ("a=b;Max-Age=60;Path=/", "a=b;Path=/"),
        ("a=b; Path=/ ; EXPIRES = Mon, 02 Nov 2026 12:00:00 GMT ; Secure", "a=b; Path=/ ; Secure"),
        ("a=b; Max-Age=60; Expires=x; Max-Age; Path=/; max-age=+5;", "a=b; Path=/;"),
        (&format!("a=b; Max-Age={long}; Path=/"), "a=b; Path=/"),
    ] {
        mended(line, None, ANY, expected);
        kept(expected, Persistence::Session);
    }
    untouched("a=b; Path=/;; MaxAge=60; X=Expires", None, ANY);
    untouched("Max-Age=60", None, ANY);
}

#[test]
fn a_deletion_is_never_touched() {
    let floor = Floor { secure: true, http_only: true, same_site: Some(SameSite::Strict) };
    for line in [
        "a=; Max-Age=0",
        "a=; Max-Age=-5; SameSite=None",
        "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "a=; Expires=31 Dec 9999 23:59:59; Max-Age=0",
        "a=; Max-Age=90000; Max-Age=0",
    ] {
        for declared in [None, Some(DAY), Some(TimeDelta::zero())] {
            untouched(line, declared, floor);
        }
    }
}

#[test]
fn a_declared_lifetime_of_no_second_deletes_the_cookie() {
    for declared in [TimeDelta::zero(), TimeDelta::milliseconds(999), TimeDelta::seconds(-5), TimeDelta::MIN] {
        for line in ["a=b; Max-Age=60", "a=b; Expires=Mon, 02 Nov 2026 12:00:00 GMT"] {
            let line = read(line).conformed(Some(declared), ANY, now());
            kept(&line, Persistence::Deletion);
        }
    }
}

#[test]
fn a_floor_adds_what_is_missing_and_loosens_nothing() {
    let floor = |same_site| Floor { secure: true, http_only: true, same_site };
    let lax = floor(Some(SameSite::Lax));
    for (line, floor, expected) in [
        ("a=b", lax, "a=b; Secure; HttpOnly; SameSite=Lax"),
        ("a=b; secure", lax, "a=b; secure; HttpOnly; SameSite=Lax"),
        ("a=b;HttpOnly;", lax, "a=b;HttpOnly;; Secure; SameSite=Lax"),
        ("a=b; Secure; HttpOnly; SameSite=None", lax, "a=b; Secure; HttpOnly; SameSite=Lax"),
        ("a=b; SameSite=None; Secure; HttpOnly", lax, "a=b; Secure; HttpOnly; SameSite=Lax"),
        ("a=b; SameSite=strict; Secure", lax, "a=b; SameSite=strict; Secure; HttpOnly"),
        ("a=b; SameSite=x; Secure; HttpOnly", lax, "a=b; Secure; HttpOnly; SameSite=Lax"),
        ("a=b; SameSite=Strict; Secure; HttpOnly; SameSite=None", lax, "a=b; Secure; HttpOnly; SameSite=Lax"),
        (
            "a=b; Secure; HttpOnly; SameSite=Lax",
            floor(Some(SameSite::Strict)),
            "a=b; Secure; HttpOnly; SameSite=Strict",
        ),
        ("a=b", floor(Some(SameSite::None)), "a=b; Secure; HttpOnly; SameSite=None"),
        ("a=b; SameSite=None", floor(None), "a=b; SameSite=None; Secure; HttpOnly"),
        ("Secure", lax, "Secure; Secure; HttpOnly; SameSite=Lax"),
        ("", lax, "; Secure; HttpOnly; SameSite=Lax"),
    ] {
        mended(line, Some(TimeDelta::MAX), floor, expected);
    }
    for line in [
        "a=b; Secure; HttpOnly; SameSite=Lax",
        "a=b; HTTPONLY=x; samesite=STRICT; SECURE",
        "a=b; SameSite=None; Secure; HttpOnly; SameSite=Lax",
    ] {
        untouched(line, Some(TimeDelta::MAX), lax);
    }
    untouched("a=b; SameSite=None", Some(TimeDelta::MAX), Floor::default());
}

#[test]
fn lifetime_and_floor_are_mended_together() {
    let floor = Floor { secure: true, http_only: false, same_site: Some(SameSite::Lax) };
    mended(
        "_lum1=x; Max-Age=63072000; SameSite=None; Path=/",
        Some(DAY),
        floor,
        "_lum1=x; Max-Age=86400; Path=/; Secure; SameSite=Lax",
    );
    mended("_lum1=x; Max-Age=63072000; Path=/", None, floor, "_lum1=x; Path=/; Secure; SameSite=Lax");
}

#[test]
fn a_very_long_line_is_read_and_mended_in_linear_time() {
    let floor = Floor { secure: true, http_only: true, same_site: Some(SameSite::Lax) };
    for piece in
        [";", "; Max-Age=90000", "; Expires=31 Dec 9999 23:59:59", "=", " ", "; SameSite=None", "x", ";Path=/ "]
    {
        let line = format!("a=b{}", piece.repeat(20_000));
        for declared in [None, Some(DAY)] {
            let mended = read(&line).conformed(declared, floor, now());
            assert!(mended.ends_with("; Secure; HttpOnly; SameSite=Lax"));
        }
    }
}

fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a=b",
        "=",
        ";",
        "; ",
        " ",
        "\t",
        "Max-Age",
        "; Max-Age=",
        "; max-age=90000",
        "; Max-Age=60",
        "; Max-Age=-1",
        "0",
        "9",
        "-",
        "+",
        "; Expires=",
        "; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "; expires=1 Jan 30 0:0:0",
        "; Expires=Sun, 01 Nov 2026 12:00:01 GMT",
        "; Secure",
        "; HttpOnly",
        "; SameSite=",
        "Lax",
        "None",
        "strict",
        "; SameSite=None",
        "; Path=/",
        "; Domain=.x",
        "é",
        "\"",
        ",",
    ]);
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn floor() -> impl Strategy<Value = Floor> {
    let same_site = prop::sample::select(vec![None, Some(SameSite::None), Some(SameSite::Lax), Some(SameSite::Strict)]);
    (any::<bool>(), any::<bool>(), same_site).prop_map(|(secure, http_only, same_site)| Floor {
        secure,
        http_only,
        same_site,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mended_line_keeps_within_its_bounds_and_is_otherwise_the_same(
        line in line(),
        declared in prop::option::of(0..200_000_i64),
        floor in floor(),
        milliseconds in 0..2_000_i64,
    ) {
        let now = now() + TimeDelta::milliseconds(milliseconds);
        let declared = declared.map(TimeDelta::seconds);
        let before = read(&line);
        let mended = before.conformed(declared, floor, now);
        let after = read(&mended);

        prop_assert_eq!((before.name, before.value, before.domain, before.path, before.partitioned),
                        (after.name, after.value, after.domain, after.path, after.partitioned));
        if before.persistence(now) == Persistence::Deletion {
            prop_assert_eq!(&mended, &line);
            return Ok(());
        }
        match (before.persistence(now), after.persistence(now), declared) {
            (_, after, None) => prop_assert_eq!(after, Persistence::Session),
            (Persistence::Session, after, Some(_)) => prop_assert_eq!(after, Persistence::Session),
            (Persistence::For(before), Persistence::For(after), Some(declared)) => {
                prop_assert!(after <= declared && after <= before);
                // Nothing is lost but the part of a second that a date cannot hold.
                prop_assert!(after + TimeDelta::seconds(1) > declared.min(before));
            }
            (_, after, Some(declared)) => {
                prop_assert_eq!(after, Persistence::Deletion);
                prop_assert!(declared < TimeDelta::seconds(1));
            }
        }
        prop_assert_eq!(after.secure, before.secure || floor.secure);
        prop_assert_eq!(after.http_only, before.http_only || floor.http_only);
        let asked = floor.same_site;
        prop_assert_eq!(after.same_site, before.same_site.max(asked));
        let again = after.conformed(declared, floor, now);
        prop_assert!(matches!(again, Cow::Borrowed(_)));
    }

    #[test]
    fn no_line_panics(line in any::<String>(), floor in floor()) {
        for line in [line.clone(), format!("a=b; Max-Age={line}"), format!("a=b; Expires={line}; SameSite={line}")] {
            if let Ok(cookie) = SetCookie::parse(&line) {
                let _ = (cookie.stored_name(), cookie.conformed(None, floor, now()), cookie.conformed(Some(DAY), floor, now()));
            }
        }
    }
}
