use super::*;

mod against_url;

#[track_caller]
fn absolute(input: &str, text: &str, host: &str) {
    let address = Address::parse(input).unwrap();
    assert_eq!((address.text(), address.host()), (text, Some(host)), "{input:?}");
    assert!(matches!(address, Address::Absolute { .. }));
    assert_eq!(format!("{}{}", address.origin().unwrap(), address.path_and_query()), text);
    assert!(address.path_and_query().starts_with('/'));
}

#[track_caller]
fn relative(input: &str, text: &str) {
    let address = Address::parse(input).unwrap();
    assert_eq!(address, Address::Relative { text: text.into() }, "{input:?}");
    assert_eq!((address.host(), address.origin(), address.path_and_query()), (None, None, text));
}

#[track_caller]
fn refused(input: &str, error: AddressError) {
    assert_eq!(Address::parse(input), Err(error), "{input:?}");
}

#[test]
fn every_spelling_of_an_address_is_read_as_one() {
    for input in [
        "https://px.lumen.example/v.gif",
        "HTTPS://PX.Lumen.Example/v.gif",
        "https:px.lumen.example/v.gif",
        "https:/px.lumen.example/v.gif",
        "https:////px.lumen.example/v.gif",
        "https:\\\\px.lumen.example\\v.gif",
        "https:\\/\\px.lumen.example/v.gif",
        "//px.lumen.example/v.gif",
        "\\\\px.lumen.example/v.gif",
        "/\\px.lumen.example/v.gif",
        "\\/px.lumen.example/v.gif",
        "/\t/px.lumen.example/v.gif",
        "///px.lumen.example/v.gif",
        " \u{0}\u{1f}https://px.lumen.example/v.gif\u{c} ",
        "ht\ntp\rs\t:/\n/px.lum\ten.example/v.g\r\nif",
        "https://user:pass@px.lumen.example/v.gif",
        "https://site.example@px.lumen.example/v.gif",
        "https://site.example:443@a@b@px.lumen.example/v.gif",
        "https://@px.lumen.example/v.gif",
        "https://px.lumen.example:443/v.gif",
        "https://px.lumen.example:/v.gif",
        "https://px.lumen.example:00443/v.gif",
        "https://px.lumen.example./v.gif",
        "https://px.lumen.example.:443/v.gif",
        "https://%70x.lumen%2Eexample%2e/v.gif",
        "https://px%2elumen.example/v.gif",
        "https://px.lumen.example/v.gif#",
        "https://px.lumen.example/v.gif#/../?x\\",
        "https://px.lumen.example/./v.gif",
        "https://px.lumen.example/../../v.gif",
        "https://px.lumen.example/a/b/../../v.gif",
        "https://px.lumen.example/a/%2E./v.gif",
        "https://px.lumen.example/a/.%2e/%2E/v.gif",
        "https://px.lumen.example\\a\\..\\v.gif",
    ] {
        absolute(input, "https://px.lumen.example/v.gif", "px.lumen.example");
    }
}

#[test]
fn an_absolute_address_keeps_its_scheme_port_path_and_query() {
    for (input, text, host) in [
        ("https://a.example", "https://a.example/", "a.example"),
        ("https://a.example?q", "https://a.example/?q", "a.example"),
        ("https://a.example#f", "https://a.example/", "a.example"),
        ("http://a.example:80/", "http://a.example/", "a.example"),
        ("http://a.example:443/", "http://a.example:443/", "a.example"),
        ("ws://a.example:80/", "ws://a.example/", "a.example"),
        ("WSS:a.example:443", "wss://a.example/", "a.example"),
        ("wss://a.example:08080/s", "wss://a.example:8080/s", "a.example"),
        ("https://a.example:0/", "https://a.example:0/", "a.example"),
        ("https://a.example:000/", "https://a.example:0/", "a.example"),
        ("https://a.example:65535/", "https://a.example:65535/", "a.example"),
        ("https://a.example//b//", "https://a.example//b//", "a.example"),
        ("https://a.example//..", "https://a.example/", "a.example"),
        ("https://a.example/b/.", "https://a.example/b/", "a.example"),
        ("https://a.example/b/..", "https://a.example/", "a.example"),
        ("https://a.example/b/%2e%2E/", "https://a.example/", "a.example"),
        ("https://a.example/...", "https://a.example/...", "a.example"),
        ("https://a.example/%2e%2e%2e/..a/.b", "https://a.example/%2e%2e%2e/..a/.b", "a.example"),
        ("https://a.example/b%2Fc/../d", "https://a.example/d", "a.example"),
        ("https://a.example/b%2f..%2Fc", "https://a.example/b%2f..%2Fc", "a.example"),
        ("https://a.example/é/../ü b", "https://a.example/ü b", "a.example"),
        ("https://a.example/?\\../%2e/@:", "https://a.example/?\\../%2e/@:", "a.example"),
        ("https://a.example?@b.example/", "https://a.example/?@b.example/", "a.example"),
        ("https://a.example\\@b.example/", "https://a.example/@b.example/", "a.example"),
        ("https://a.example#@b.example/", "https://a.example/", "a.example"),
        ("https://a.example/??", "https://a.example/??", "a.example"),
        ("https://192.0.2.1:8443/x", "https://192.0.2.1:8443/x", "192.0.2.1"),
        ("https://192.0.2.1./x", "https://192.0.2.1/x", "192.0.2.1"),
        ("https://[::1]:443/x", "https://[::1]/x", "[::1]"),
        ("https://u@[2001:DB8:0:0::1]:8443", "https://[2001:db8::1]:8443/", "[2001:db8::1]"),
        ("https://a_b-.example/", "https://a_b-.example/", "a_b-.example"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https:https://a.example/", "https://https//a.example/", "https"),
    ] {
        absolute(input, text, host);
    }
}

#[test]
fn whatever_names_no_host_is_relative_to_the_root() {
    for (input, text) in [
        ("", "/"),
        (" \t\n ", "/"),
        ("/", "/"),
        ("\\", "/"),
        ("#f", "/"),
        ("?q", "/?q"),
        ("?q#f?", "/?q"),
        ("?a:b//c", "/?a:b//c"),
        ("img/x.gif", "/img/x.gif"),
        ("/img/x.gif", "/img/x.gif"),
        ("./img\\x.gif", "/img/x.gif"),
        ("../../img/./x.gif", "/img/x.gif"),
        ("/..//px.lumen.example/", "//px.lumen.example/"),
        ("/.//px.lumen.example/", "//px.lumen.example/"),
        (":a", "/:a"),
        ("1:a", "/1:a"),
        ("é:a", "/é:a"),
        ("a/b:c", "/a/b:c"),
        ("%68ttps://px.lumen.example/", "/%68ttps://px.lumen.example/"),
        ("https", "/https"),
        ("@px.lumen.example", "/@px.lumen.example"),
    ] {
        relative(input, text);
    }
}

#[test]
fn a_scheme_that_loads_from_no_host_is_refused() {
    for input in [
        "data:image/gif;base64,R0lGOD",
        "blob:https://site.example/1",
        "javascript:void(0)",
        "java\nscript:void(0)",
        "about:blank",
        "ftp://px.lumen.example/",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "foo:bar",
        "a+-.1:x",
        "px.lumen.example:443/v.gif",
        "httpss://px.lumen.example/",
    ] {
        refused(input, AddressError::Scheme);
    }
}

#[test]
fn a_host_that_cannot_be_judged_is_refused() {
    for input in [
        "https:",
        "https://",
        "//",
        "\\\\",
        "https://?q",
        "https://#f",
        "https://:443/",
        "https://user@/",
        "https://a@:1",
        "https://./",
        "https://../",
        "https://a../",
        "https://a..b/",
        "https://.a/",
        "https://a b/",
        "https://a%20b/",
        "https://a%00b/",
        "https://a%/",
        "https://a%2/",
        "https://a%zz/",
        "https://a%252e/",
        "https://a%2fb/",
        "https://a%5cb/",
        "https://a%40b/",
        "https://a%3ab/",
        "https://a%3fb/",
        "https://a%23b/",
        "https://a<b/",
        "https://a>b/",
        "https://a^b/",
        "https://a|b/",
        "https://a[b/",
        "https://a]b/",
        "https://a\u{7f}b/",
        "https://a\u{1}b/",
        "https://a\u{ad}b/",
        "https://bücher.example/",
        "https://b%C3%BCcher.example/",
        "https://px。lumen.example/",
        "https://ｐx.lumen.example/",
        "https://127.1/",
        "https://1/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://127.0.0.01/",
        "https://1.2.3.4.5/",
        "https://256.0.0.1/",
        "https://a.1/",
        "https://a.0x/",
        "https://a.0xF/",
        "https://1.2.3./",
        "https://[::1/",
        "https://[]/",
        "https://[::1]a/",
        "https://[::1%25lo]/",
        "https://[1.2.3.4]/",
        "https://%5b::1]/",
        "https://[::1][::2]/",
    ] {
        refused(input, AddressError::Host);
    }
}

#[test]
fn a_port_is_digits_up_to_65535() {
    for port in ["65536", "99999999999999999999", "+1", "-1", "a", "8 0", "80a", "1:2", "%38", "é"] {
        refused(&format!("https://lumen.example:{port}/"), AddressError::Port);
    }
}

#[test]
fn a_long_address_is_refused_unread() {
    let longest = format!("https://a.example/{}", "a".repeat(LONGEST - "https://a.example/".len()));
    absolute(&longest, &longest, "a.example");
    refused(&format!("{longest}a"), AddressError::TooLong);
    refused(&" ".repeat(LONGEST + 1), AddressError::TooLong);
}

#[test]
fn a_canonical_address_is_borrowed() {
    for input in [
        "https://px.lumen.example/v.gif",
        "https://px.lumen.example:8443/v.gif?a=b%20#f",
        "  wss://[2001:db8::1]/é\n",
        "http://192.0.2.1/",
        "/v.gif?q",
        "/",
    ] {
        match Address::parse(input).unwrap() {
            Address::Absolute { text, .. } | Address::Relative { text } => {
                assert!(matches!(text, Cow::Borrowed(_)), "{input:?}");
            }
        }
    }
}
