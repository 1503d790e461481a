use proptest::prelude::*;

use super::*;

/// Sunday, 1 November 2026, 12:00:00 UTC.
const NOW: i64 = 1_793_534_400;

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

#[track_caller]
pub(super) fn read(line: &str) -> SetCookie<'_> {
    SetCookie::parse(line).unwrap()
}

#[track_caller]
pub(super) fn kept(line: &str, expected: Persistence) {
    assert_eq!(read(line).persistence(now()), expected, "{line:?}");
}

fn seconds(seconds: i64) -> Persistence {
    Persistence::For(TimeDelta::seconds(seconds))
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
        let _ = cookie.conformed(Some(TimeDelta::MAX), Floor::default(), extreme);
        let _ = cookie.conformed(Some(TimeDelta::MIN), Floor::default(), extreme);
        let _ = cookie.conformed(Some(TimeDelta::days(1)), Floor::default(), extreme);
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_panics(line in any::<String>()) {
        for line in [line.clone(), format!("a=b; Max-Age={line}"), format!("a=b; Expires={line}; SameSite={line}")] {
            let _ = SetCookie::parse(&line).map(|cookie| (cookie.stored_name(), cookie.persistence(now())));
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
