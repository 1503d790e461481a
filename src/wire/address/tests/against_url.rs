//! What the crate `url` makes of the same text: it is an implementation of the URL Standard.

use proptest::prelude::*;
use url::Url;

use super::super::*;

/// Pieces that browsers mend in one way or another, so that a few of them make a hostile address.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "https:",
        "HTTPS:",
        "hTtP:",
        "ws:",
        "wss:",
        "data:",
        "ftp:",
        "https://",
        "http://",
        "//",
        "/",
        "\\",
        "\\\\",
        "@",
        ":",
        "::",
        "%2e",
        "%2E",
        ".",
        "..",
        "/..",
        "/./",
        "%2f",
        "%5C",
        "%40",
        "%00",
        "%",
        "\t",
        "\n",
        "\r",
        " ",
        "\u{0}",
        "\u{1f}",
        "\u{7f}",
        "px.lumen.example",
        "PX.LUMEN.EXAMPLE",
        "site.example",
        "a",
        "1",
        "0x1",
        "127.0.0.1",
        "192.0.2.1",
        "[::1]",
        "[2001:db8::1]",
        "[",
        "]",
        ":443",
        ":80",
        ":0443",
        ":8443",
        ":65536",
        "?",
        "#",
        "?q=",
        "é",
        "\u{ad}",
        "。",
        "~",
        "*",
        "_",
        "-",
        ";",
        "&",
        "|",
        "^",
    ]);
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

/// Whether a browser sends the path as it is written.
fn is_plain(path: &str) -> bool {
    path.bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'^' | b'|'))
}

fn loaded(page: &str, input: &str) -> Option<Url> {
    Url::options().base_url(Some(&Url::parse(page).unwrap())).parse(input).ok()
}

fn compare(input: &str) -> Result<(), TestCaseError> {
    // `url` 2.5 refuses `///host`, which the URL Standard and every browser read as `//host`.
    let clean = input.trim_matches(|character| character <= ' ').replace(is_dropped, "");
    let rest = clean.trim_start_matches(SLASHES);
    let theirs = if clean.len() - rest.len() > 2 { format!("//{rest}") } else { input.to_owned() };
    let here = loaded("https://site.example/", &theirs);
    let elsewhere = loaded("http://site.example/", &theirs);
    match Address::parse(input) {
        Ok(Address::Relative { text }) => {
            let here = here.unwrap();
            prop_assert_eq!(here.host_str(), Some("site.example"));
            prop_assert_eq!(here.scheme(), "https");
            prop_assert_eq!(here.port(), None);
            let path = text.split('?').next().unwrap();
            if is_plain(path) && is_plain(here.path()) {
                prop_assert_eq!(here.path(), path);
            }
        }
        Ok(ours @ Address::Absolute { .. }) => {
            // The scheme as written decides which page makes it absolute: see the module on missing slashes.
            let is_https = ours.text().starts_with("https:");
            let there = if is_https && elsewhere.as_ref().is_some_and(|url| url.scheme() == "https") {
                elsewhere
            } else {
                here.clone()
            };
            let there = there.unwrap();
            let (scheme, rest) = ours.text().split_once("://").unwrap();
            prop_assert_eq!(there.scheme(), scheme);
            let host = there.host_str().unwrap();
            prop_assert_eq!(ours.host(), Some(host.strip_suffix('.').unwrap_or(host)));
            let port = ours.origin().unwrap()[scheme.len() + 3 + ours.host().unwrap().len()..].strip_prefix(':');
            prop_assert_eq!(there.port(), port.map(|port| port.parse::<u16>().unwrap()));
            prop_assert!(rest.starts_with(ours.host().unwrap()));
            let path = ours.path_and_query().split('?').next().unwrap();
            if is_plain(path) && is_plain(there.path()) {
                prop_assert_eq!(there.path(), path);
            }
            // On a page of its own scheme it is this host too, or the page's own.
            let here = here.unwrap();
            prop_assert!(here.host_str() == there.host_str() || here.host_str() == Some("site.example"));
        }
        Err(AddressError::Scheme) => {
            prop_assert!(here.is_none_or(|url| !SCHEMES.iter().any(|scheme| scheme.name == url.scheme())));
        }
        Err(AddressError::Port) => prop_assert!(here.is_none() || elsewhere.is_none()),
        Err(AddressError::Host | AddressError::TooLong) => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_browser_loads_what_was_judged(input in hostile()) {
        compare(&input)?;
    }

    #[test]
    fn a_browser_loads_what_was_judged_under_a_scheme(scheme in "(?i:https?|wss?):[/\\\\]{0,3}", input in hostile()) {
        compare(&format!("{scheme}{input}"))?;
    }

    #[test]
    fn the_canonical_text_is_a_fixed_point(input in hostile()) {
        let address = Address::parse(&input);
        // A space before a fragment stays at the end, where reading it again would trim it.
        if let Ok(address @ Address::Absolute { .. }) = address && !address.text().ends_with(|end| end <= ' ') {
            let again = Address::parse(address.text());
            prop_assert_eq!(again.as_ref(), Ok(&address));
            let borrowed = matches!(again, Ok(Address::Absolute { text: Cow::Borrowed(_), .. }));
            prop_assert!(borrowed);
        }
    }

    #[test]
    fn no_text_panics(input in any::<String>()) {
        let _ = Address::parse(&input);
        let _ = Address::parse(&format!("https://{input}"));
    }
}
