use proptest::prelude::*;

use super::*;

/// Sunday, 1 November 2026, 12:00:00 UTC.
const NOW: i64 = 1_793_534_400;
const DAY: TimeDelta = TimeDelta::days(1);
const ANY: Floor = Floor { secure: false, http_only: false, same_site: None };

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

#[track_caller]
fn read(line: &str) -> SetCookie<'_> {
    SetCookie::parse(line).unwrap()
}

#[track_caller]
fn kept(line: &str, expected: Persistence) {
    assert_eq!(read(line).persistence(now()), expected, "{line:?}");
}

fn seconds(seconds: i64) -> Persistence {
    Persistence::For(TimeDelta::seconds(seconds))
}

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
fn the_name_ends_at_the_first_equals_sign_of_the_first_part() {
    for (line, name, stored) in [
        ("SID=31d4d96e407aad42", "SID", "SID"),
        ("SID=31d4d96e407aad42; Path=/; Domain=site.example", "SID", "SID"),
        ("lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT", "lang", "lang"),
        (" \tsid \t=\t x ; Path=/", "sid", "sid"),
        ("a b=c", "a b", "a b"),
        ("a=b=c", "a", "a"),
        ("a=\"b; c\"", "a", "a"),
        ("\"a\"=b", "\"a\"", "\"a\""),
        ("_läb=x", "_läb", "_läb"),
        ("\u{a0}a=b", "\u{a0}a", "\u{a0}a"),
        ("a,b=c, d=e", "a,b", "a,b"),
        // Without a name, a cookie comes back as its value.
        ("=sid=x", "", "sid"),
        (" = sid = x ; Path=/", "", "sid"),
        ("=sid", "", "sid"),
        ("sid", "", "sid"),
        ("sid; a=b", "", "sid"),
        ("==sid=x", "", ""),
        ("=", "", ""),
        ("", "", ""),
        (";", "", ""),
        ("; sid=x", "", ""),
    ] {
        assert_eq!((read(line).name(), read(line).stored_name()), (name, stored), "{line:?}");
    }
}

#[test]
fn a_line_with_a_control_character_is_refused_wherever_it_stands() {
    for byte in 0..=0x7f_u8 {
        let control = char::from(byte);
        for line in [
            format!("{control}a=b; Path=/"),
            format!("a{control}=b; Path=/"),
            format!("a=b{control}; Path=/"),
            format!("a=b; Path{control}=/"),
            format!("a=b; Path=/{control}"),
            format!("a=b; {control}{}", "x".repeat(2000)),
        ] {
            let expected = match byte {
                0x00..=0x08 | 0x0a..=0x1f | 0x7f => Some(ControlCharacter(byte)),
                _ => None,
            };
            assert_eq!(SetCookie::parse(&line).err(), expected, "{line:?}");
        }
    }
    // Only octets below 0x20 and 0x7f are controls to a browser.
    assert_eq!(read("a\u{80}\u{9f}=b").name(), "a\u{80}\u{9f}");
    let error = SetCookie::parse("sid=secret\r\nSet-Cookie: _adl=2").unwrap_err();
    assert_eq!(error.to_string(), "the set-cookie line holds the control character 0x0d");
}

#[test]
fn the_last_readable_max_age_counts_before_every_expires() {
    for (line, expected) in [
        ("a=b", Persistence::Session),
        ("a=b;", Persistence::Session),
        ("a=b; Max-Age=60", seconds(60)),
        ("a=b;max-age=60", seconds(60)),
        ("a=b; MAX-AGE = 60 ; ;;", seconds(60)),
        ("a=b; Max-Age= 5 ", seconds(5)),
        ("a=b; Max-Age=\t5\t", seconds(5)),
        ("a=b; Max-Age=0005", seconds(5)),
        ("Max-Age=60", Persistence::Session),
        // Not readable, so not counted.
        ("a=b; Max-Age=+5", Persistence::Session),
        ("a=b; Max-Age=", Persistence::Session),
        ("a=b; Max-Age", Persistence::Session),
        ("a=b; Max-Age=-", Persistence::Session),
        ("a=b; Max-Age=--5", Persistence::Session),
        ("a=b; Max-Age=5s", Persistence::Session),
        ("a=b; Max-Age=5.0", Persistence::Session),
        ("a=b; Max-Age=1e9", Persistence::Session),
        ("a=b; Max-Age=\"5\"", Persistence::Session),
        ("a=b; Max-Age=5=5", Persistence::Session),
        ("a=b; Max-Age=٥", Persistence::Session),
        ("a=b; MaxAge=5", Persistence::Session),
        ("a=b; Expires=never", Persistence::Session),
        ("a=b; Expires", Persistence::Session),
        // Deletions.
        ("a=b; Max-Age=0", Persistence::Deletion),
        ("a=b; Max-Age=-0", Persistence::Deletion),
        ("a=b; max-age=-5", Persistence::Deletion),
        ("a=b; Max-Age=000", Persistence::Deletion),
        ("a=b; Max-Age=-99999999999999999999999999", Persistence::Deletion),
        ("a=b; Max-Age=0; Expires=Tue, 01 Dec 2026 12:00:00 GMT", Persistence::Deletion),
        ("a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Persistence::Deletion),
        ("a=b; Expires=Sun, 01 Nov 2026 12:00:00 GMT", Persistence::Deletion),
        ("a=b; Expires=Thu, 01-Jan-70 00:00:01 GMT", Persistence::Deletion),
        ("a=b; Max-Age=60; Max-Age=0", Persistence::Deletion),
        ("a=b; Max-Age=0; Max-Age=+5", Persistence::Deletion),
        ("a=b; Expires=01 Dec 2026 12:00:00; Expires=01 Jan 1970 00:00:00", Persistence::Deletion),
        ("a=b; Expires=01 Jan 1970 00:00:00; Expires=soon", Persistence::Deletion),
        ("a=b; Max-Age=x; Expires=01 Jan 1970 00:00:00", Persistence::Deletion),
        // Not deletions, whatever they look like.
        ("a=b; Max-Age=0; Max-Age=60", seconds(60)),
        ("a=b; Expires=01 Jan 1970 00:00:00; Max-Age=60", seconds(60)),
        ("a=b; Max-Age=60; Expires=01 Jan 1970 00:00:00", seconds(60)),
        ("a=b; Expires=01 Jan 1970 00:00:00; Expires=01 Nov 2026 12:01:00", seconds(60)),
        ("a=b; Expires=\"Sun, 01 Nov 2026 12:01:00 GMT\"", seconds(60)),
        ("a=b; expires=Sunday, 01-Nov-26 12:01:00 GMT", seconds(60)),
        ("Max-Age=0", Persistence::Session),
        // Saturated.
        ("a=b; Max-Age=9223372036854775", seconds(9_223_372_036_854_775)),
        ("a=b; Max-Age=9223372036854776", Persistence::For(TimeDelta::MAX)),
        ("a=b; Max-Age=9223372036854775808", Persistence::For(TimeDelta::MAX)),
        ("a=b; Max-Age=99999999999999999999999999", Persistence::For(TimeDelta::MAX)),
    ] {
        kept(line, expected);
    }
}

#[test]
fn an_expiry_within_the_second_is_no_deletion() {
    let cookie = read("a=b; Expires=Sun, 01 Nov 2026 12:00:00 GMT");
    let half = TimeDelta::milliseconds(500);
    assert_eq!(cookie.persistence(now() - half), Persistence::For(half));
    assert_eq!(cookie.persistence(now() + half), Persistence::Deletion);
    for extreme in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let _ = cookie.persistence(extreme);
        let _ = cookie.conformed(Some(TimeDelta::MAX), ANY, extreme);
        let _ = cookie.conformed(Some(TimeDelta::MIN), ANY, extreme);
        let _ = cookie.conformed(Some(DAY), ANY, extreme);
    }
}

#[test]
fn an_attribute_longer_than_1024_octets_is_ignored() {
    let (longest, longer) = ("0".repeat(1023), "0".repeat(1024));
    kept(&format!("a=b; Max-Age={longest}5"), seconds(5));
    kept(&format!("a=b; Max-Age=  {longest}5  "), seconds(5));
    kept(&format!("a=b; Max-Age={longer}5"), Persistence::Session);
    kept(&format!("a=b; Max-Age=60; Max-Age={longer}0"), seconds(60));
    let line = format!(
        "a=b; Path=/x; Path=/{longer}; Domain=a; Domain={longer}a; SameSite=Lax; SameSite={longer}x; Secure={longer}x"
    );
    let cookie = read(&line);
    assert_eq!((cookie.path(), cookie.domain()), (Some("/x"), Some("a")));
    assert_eq!((cookie.same_site(), cookie.secure()), (Some(SameSite::Lax), false));
}

#[test]
fn the_last_domain_counts_without_its_leading_dot() {
    for (line, expected) in [
        ("a=b", None),
        ("a=b; Domain", None),
        ("a=b; Domain=", None),
        ("a=b; Domain=.", None),
        ("a=b; Domain=site.example", Some("site.example")),
        ("a=b; domain = .Site.Example ", Some("Site.Example")),
        ("a=b; Domain=..site.example", Some(".site.example")),
        ("a=b; Domain=a.example; Domain=b.example", Some("b.example")),
        ("a=b; Domain=a.example; Domain=", None),
        ("Domain=a.example", None),
    ] {
        assert_eq!(read(line).domain(), expected, "{line:?}");
    }
}

#[test]
fn the_last_path_counts_where_it_starts_with_a_slash() {
    for (line, expected) in [
        ("a=b", None),
        ("a=b; Path", None),
        ("a=b; Path=", None),
        ("a=b; Path=x", None),
        ("a=b; Path=\"/\"", None),
        ("a=b; Path=/", Some("/")),
        ("a=b; PATH = /a b=c ", Some("/a b=c")),
        ("a=b; Path=/a; Path=/b", Some("/b")),
        ("a=b; Path=/a; Path=b", None),
    ] {
        assert_eq!(read(line).path(), expected, "{line:?}");
    }
}

#[test]
fn a_flag_is_set_by_its_name_alone() {
    let cookie = read("a=b; secure; HTTPONLY=false;\tPartitioned\t=");
    assert!(cookie.secure() && cookie.http_only() && cookie.partitioned());
    let cookie = read("Secure=HttpOnly; Secured; Http-Only; x=Partitioned; ;; \"Secure\"");
    assert!(!cookie.secure() && !cookie.http_only() && !cookie.partitioned());
}

#[test]
fn the_last_same_site_counts_and_an_unknown_one_means_the_default() {
    for (line, expected) in [
        ("a=b", None),
        ("a=b; SameSite", None),
        ("a=b; SameSite=Default", None),
        ("a=b; SameSite=\"Lax\"", None),
        ("a=b; SameSite=None", Some(SameSite::None)),
        ("a=b; samesite = lax ", Some(SameSite::Lax)),
        ("a=b; SameSite=STRICT", Some(SameSite::Strict)),
        ("a=b; SameSite=Strict; SameSite=Lax", Some(SameSite::Lax)),
        ("a=b; SameSite=Strict; SameSite=x", None),
    ] {
        assert_eq!(read(line).same_site(), expected, "{line:?}");
    }
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

    #[test]
    fn a_line_that_a_server_writes_is_read_as_it_was_meant(
        name in "[!#-+\\--:<>-~]{1,8}",
        value in "[a-z=]{0,4}",
        age in prop::option::of(-10..100_000_i64),
        path in prop::option::of("/[a-z]{0,3}"),
        domain in prop::option::of("[.]?[a-z]{1,3}[.]example"),
        flags in any::<[bool; 3]>(),
    ) {
        let mut meant = cookie::Cookie::build((name, value)).secure(flags[0]).http_only(flags[1]).partitioned(flags[2]).build();
        meant.set_max_age(age.map(cookie::time::Duration::seconds));
        if let Some(path) = path {
            meant.set_path(path);
        }
        if let Some(domain) = domain {
            meant.set_domain(domain);
        }
        let line = meant.to_string();
        let cookie = read(&line);
        prop_assert_eq!((cookie.name(), cookie.stored_name(), cookie.value), (meant.name(), meant.name(), meant.value()));
        prop_assert_eq!((cookie.path(), cookie.domain()), (meant.path(), meant.domain()));
        // The crate writes `Secure` on a partitioned cookie, which browsers ask for.
        prop_assert_eq!(cookie.secure(), flags[0] || flags[2]);
        prop_assert_eq!((cookie.http_only(), cookie.partitioned()), (flags[1], flags[2]));
        let expected = match age {
            None => Persistence::Session,
            Some(..=0) => Persistence::Deletion,
            Some(age) => seconds(age),
        };
        prop_assert_eq!(cookie.persistence(now()), expected);
    }
}
