//! Hosts and host patterns as an operator declares them.
//!
//! A host is one of:
//!
//! 1. A lower-case name: labels of `a`–`z`, `0`–`9`, `-` and `_`, each of 1 to 63 octets and with no `-` at
//!    either end, joined by single dots, 253 octets at most (RFC 1035 §2.3.4, RFC 5890 §2.3.1). `_` is no host
//!    name character, but browsers resolve it and some vendors use it.
//! 2. An IPv4 address as four plain decimal numbers. A name whose last label reads as a number *is* an IPv4
//!    address to a browser (URL Standard, "ends in a number"), so it is held to this spelling.
//! 3. An IPv6 address in brackets, in the one spelling of RFC 5952.
//!
//! Every accepted spelling is the one that [`Address`](crate::wire::address::Address) yields, so hosts are compared as
//! bytes. Nothing here knows a port, a scheme, a trailing dot, a Unicode name (declare its `xn--` form) or the
//! public suffix list: `*.example` is a pattern like any other.

use std::fmt::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest name that DNS carries, written without its trailing dot (RFC 1035 §2.3.4).
const LONGEST_NAME: usize = 253;
/// The longest label of a name (RFC 1035 §2.3.4).
const LONGEST_LABEL: usize = 63;

/// Whether `text` names one host, or all hosts under a name.
///
/// `lumen.example` is that host alone, `*.lumen.example` every host below it and never `lumen.example` itself. `*`,
/// `*.`, `a.*.example`, `*lumen.example`, `*.*.example`, `*.192.0.2.1` and `Lumen.example` are no patterns.
pub(crate) fn is_host_pattern(text: &str) -> bool {
    match text.strip_prefix("*.") {
        Some(name) => is_name(name),
        None => is_host(text),
    }
}

/// Whether `text` is a host in its one accepted spelling: see the [module](self).
pub(crate) fn is_host(text: &str) -> bool {
    match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(is_ipv6),
        None if ends_in_number(text) => text.parse::<Ipv4Addr>().is_ok(),
        None => is_name(text),
    }
}

/// Whether a browser reads `host` as an IPv4 address, be it a valid one or not (URL Standard, "ends in a number").
pub(crate) fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host).as_bytes();
    match last {
        [b'0', b'x' | b'X', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        [] => false,
        digits => digits.iter().all(u8::is_ascii_digit),
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME && !ends_in_number(text) && text.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

/// Whether `text` is an IPv6 address as the standard library prints it, which is RFC 5952.
fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok_and(|address| {
        let mut expected = Expected { rest: text };
        write!(expected, "{address}").is_ok() && expected.rest.is_empty()
    })
}

/// Compares what is written to it with a text, so that a `Display` can be checked without a `String`.
struct Expected<'a> {
    rest: &'a str,
}

impl Write for Expected<'_> {
    fn write_str(&mut self, written: &str) -> fmt::Result {
        self.rest = self.rest.strip_prefix(written).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::address::Address;

    #[test]
    fn a_host_has_one_spelling() {
        let label = "a".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        let hosts = [
            "localhost",
            "lumen.example",
            "px.lumen.example",
            "a-b.example",
            "a--b.example",
            "_dmarc.example",
            "a_.example",
            "xn--bcher-kva.example",
            "1.example",
            "123a",
            "0xg",
            "192.0.2.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[2001:db8::1]",
            "[::ffff:192.0.2.1]",
            &label,
            &longest,
        ];
        for host in hosts {
            assert!(is_host(host), "{host:?}");
        }
    }

    #[test]
    fn anything_else_is_no_host() {
        let label = "a".repeat(64);
        let long = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "a".repeat(62));
        let others = [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "Lumen.example",
            "-a.example",
            "a-.example",
            "a b",
            "a\t",
            "a/b",
            "a:443",
            "https://a",
            "*.lumen.example",
            "*",
            "bücher.example",
            "a%2eb",
            "user@a",
            "a?b",
            "a#b",
            "a\\b",
            "a\0",
            "1",
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "01.2.3.4",
            "1.2.3.0x4",
            "0x7f000001",
            "a.0x",
            "a.1",
            "192.0.2.1.",
            "[]",
            "[",
            "]",
            "[::1",
            "::1",
            "[0:0:0:0:0:0:0:1]",
            "[::01]",
            "[2001:DB8::1]",
            "[::ffff:c000:201]",
            "[::1]:443",
            "[::1%25eth0]",
            "[v1.a]",
            "[192.0.2.1]",
            &label,
            &long,
        ];
        for text in others {
            assert!(!is_host(text), "{text:?}");
        }
    }

    #[test]
    fn a_pattern_is_a_host_or_a_wildcard_before_a_name() {
        for text in ["lumen.example", "*.lumen.example", "*.example", "192.0.2.1", "[::1]"] {
            assert!(is_host_pattern(text), "{text:?}");
        }
        for text in [
            "",
            "*",
            "*.",
            "*..a",
            "*a",
            "*lumen.example",
            "a.*.example",
            "*.*.example",
            "lumen.*",
            "**.a",
            "*.192.0.2.1",
            "*.[::1]",
            "*.Lumen.example",
            "*.a.",
            "https://*.a",
            "*.a:443",
            "*.a/b",
        ] {
            assert!(!is_host_pattern(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_host_is_what_an_address_of_it_yields(
            text in proptest::collection::vec(
                prop_oneof![
                    Just("a"), Just("Z"), Just("0"), Just("255"), Just("0x1"), Just("-"), Just("_"), Just("."), Just("["), Just("]"),
                    Just(":"), Just("::"), Just("ffff"), Just("%"), Just("@"), Just("é"), Just("example"),
                ],
                0..8,
            ),
        ) {
            let text = text.concat();
            if is_host(&text) {
                let address = format!("https://{text}/");
                let address = Address::parse(&address).unwrap();
                prop_assert_eq!(address.host(), Some(text.as_str()));
            }
        }
    }
}
