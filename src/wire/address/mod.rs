//! Reads an address as a browser would, far enough to judge it.
//!
//! A page can spell one address in many ways, and a browser mends them all before it loads anything. What is
//! judged here must be what the browser loads, so the text is brought to one canonical form first. The rules
//! are those of the URL Standard (<https://url.spec.whatwg.org/#url-parsing>) for a page served over `https`:
//!
//! 1. C0 controls and spaces at either end are dropped; so are TAB, LF and CR anywhere.
//! 2. The fragment is dropped: it is never sent. The query is kept as it is.
//! 3. Before the query, a backslash is a slash.
//! 4. `http`, `https`, `ws` and `wss`, in any case, are read; any other scheme is [`AddressError::Scheme`].
//! 5. After the scheme any number of slashes, none included, leads to the authority. Two slashes or more
//!    without a scheme do the same, and mean `https`.
//! 6. User name and password are dropped: the host begins after the last `@` of the authority.
//! 7. The host is percent-decoded and lower-cased, and loses one trailing dot. An IPv6 address takes its
//!    RFC 5952 spelling.
//! 8. The port is at most 65,535, loses leading zeros, and is dropped when it is the scheme's own.
//! 9. In the path, `.` and `..` segments are resolved, their dots written `%2e` or not.
//! 10. Everything else is relative, and resolved against `/`.
//!
//! Where this is stricter than a browser, the address is an error, and an error is never allowed:
//!
//! * A host with a character outside ASCII, written plainly or percent-encoded: IDNA is not resolved here.
//!   Declare and embed such a host by its `xn--` form, which is taken as it stands.
//! * An IPv4 address in any spelling but four plain decimal numbers (`127.1`, `0x7f000001`).
//! * A host with an empty label (`a..example`).
//! * An address of more than 8,192 bytes.
//!
//! Where this knows less than a browser:
//!
//! * `https:lumen.example/v.gif`, with fewer than two slashes, is relative on a page of the same scheme and
//!   absolute on any other. It is read as absolute: the reading that reaches an outside party.
//! * The page's own address is not known: a path that does not start with a slash may in truth lie deeper.
//! * Percent-encoding in the path is neither added nor removed, dot segments apart: `/a%2Fb` is not `/a/b`, and
//!   `/é` and `/a b` are not the `/%C3%A9` and `/a%20b` that a browser would send. Only prefixes are compared.
//!
//! Reading takes linear time, and allocates only when the text was not canonical.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::wire::host::ends_in_number;

/// The longest address that is read, in bytes. Browsers load longer ones; no tracker needs them.
const LONGEST: usize = 8_192;
/// What an address without a scheme of its own is loaded over.
const HTTPS: Scheme = Scheme { name: "https", port: "443" };
/// Every scheme that loads something from a host.
const SCHEMES: [Scheme; 4] = [
    HTTPS,
    Scheme { name: "http", port: "80" },
    Scheme { name: "wss", port: "443" },
    Scheme { name: "ws", port: "80" },
];
/// What separates the parts of an address: browsers take the one for the other.
const SLASHES: [char; 2] = ['/', '\\'];

/// What a browser would load, in canonical spelling.
///
/// Two addresses of one kind and of equal text load the same thing. The text borrows from the input when that was canonical.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Address<'a> {
    /// An address that names its host.
    Absolute {
        /// `scheme://host[:port]/path[?query]`, with no fragment, user name, password or default port.
        text: Cow<'a, str>,
        /// Where the host stands in `text`; an IPv6 address includes its brackets.
        host: Range<usize>,
        /// Where the path starts in `text`, which is where the origin ends. There is always a path.
        path: usize,
    },
    /// An address on the host of the page.
    Relative {
        /// `/path[?query]`, with no fragment. It may start with two slashes (`/.//a`): read a second time, or written
        /// into a page, it would name a host.
        text: Cow<'a, str>,
    },
}

impl<'a> Address<'a> {
    /// Reads an address by the rules of the [module](self).
    ///
    /// # Errors
    ///
    /// * [`AddressError::TooLong`] for more than 8,192 bytes.
    /// * [`AddressError::Scheme`] for `data:,x`, `javascript:void(0)`, `mailto:a@b`, `lumen.example:443/v.gif`.
    /// * [`AddressError::Host`] for `https://`, `https://a b/`, `https://bücher.example/`, `https://127.1/`.
    /// * [`AddressError::Port`] for `https://lumen.example:65536/`, `https://lumen.example:+1/`.
    pub(crate) fn parse(input: &'a str) -> Result<Self, AddressError> {
        if input.len() > LONGEST {
            return Err(AddressError::TooLong);
        }
        let trimmed = input.trim_matches(|character| character <= ' ');
        if trimmed.contains(is_dropped) {
            let kept: String = trimmed.chars().filter(|&character| !is_dropped(character)).collect();
            return read(&kept).map(Address::into_owned);
        }
        read(trimmed)
    }

    /// The canonical text.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Absolute { text, .. } | Self::Relative { text } => text,
        }
    }

    /// The host, lower-case and without port; `None` when the address is relative.
    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::Absolute { text, host, .. } => text.get(host.clone()),
            Self::Relative { .. } => None,
        }
    }

    /// `scheme://host[:port]`; `None` when the address is relative.
    pub(crate) fn origin(&self) -> Option<&str> {
        match self {
            Self::Absolute { text, path, .. } => text.get(..*path),
            Self::Relative { .. } => None,
        }
    }

    /// The path and, where there is one, the query. Starts with `/`.
    #[cfg(test)]
    pub(crate) fn path_and_query(&self) -> &str {
        match self {
            Self::Absolute { text, path, .. } => text.get(*path..).unwrap_or_default(),
            Self::Relative { text } => text,
        }
    }

    /// The same address, borrowing from nothing.
    pub(crate) fn into_owned(self) -> Address<'static> {
        match self {
            Self::Absolute { text, host, path } => {
                Address::Absolute { text: Cow::Owned(text.into_owned()), host, path }
            }
            Self::Relative { text } => Address::Relative { text: Cow::Owned(text.into_owned()) },
        }
    }
}

/// Why an address could not be read, and so is never allowed.
///
/// The address itself is not repeated: it may hold an identifier, and an error ends in a log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum AddressError {
    /// More than 8,192 bytes.
    #[error("the address is longer than {LONGEST} bytes")]
    TooLong,
    /// A scheme other than `http`, `https`, `ws` and `wss`.
    #[error("the scheme is none of http, https, ws and wss")]
    Scheme,
    /// No host, or none that can be judged: see the [module](self).
    #[error("the host is empty, not plain ASCII, or malformed")]
    Host,
    /// A port that is no number, or above 65,535.
    #[error("the port is not a number up to 65535")]
    Port,
}

/// A scheme that loads something, and the port that goes without saying.
#[derive(Clone, Copy)]
struct Scheme {
    name: &'static str,
    port: &'static str,
}

/// The canonical text while it grows. As long as it repeats the input it is only a length; the first
/// difference makes a copy.
struct Canonical<'a> {
    input: &'a str,
    repeated: usize,
    copy: Option<String>,
}

impl<'a> Canonical<'a> {
    fn new(input: &'a str) -> Self {
        Self { input, repeated: 0, copy: None }
    }

    fn text(&self) -> &str {
        self.copy.as_deref().unwrap_or(&self.input[..self.repeated])
    }

    fn len(&self) -> usize {
        self.copy.as_ref().map_or(self.repeated, String::len)
    }

    fn push(&mut self, piece: &str) {
        match &mut self.copy {
            Some(copy) => copy.push_str(piece),
            None if self.input[self.repeated..].starts_with(piece) => self.repeated += piece.len(),
            None => {
                // What may come on top of the input is a scheme, its slashes and a path of one slash.
                let mut copy = String::with_capacity(self.input.len() + "https:///".len());
                copy.push_str(&self.input[..self.repeated]);
                copy.push_str(piece);
                self.copy = Some(copy);
            }
        }
    }

    /// Shortens the text to `length` bytes; it never falls inside a character, for it follows or precedes ASCII.
    fn truncate(&mut self, length: usize) {
        match &mut self.copy {
            Some(copy) => copy.truncate(length),
            None => self.repeated = length,
        }
    }

    fn push_host(&mut self, host: &str) -> Result<(), AddressError> {
        if let Some(rest) = host.strip_prefix('[') {
            let address = rest.strip_suffix(']').and_then(|text| text.parse::<Ipv6Addr>().ok());
            let address = address.ok_or(AddressError::Host)?;
            return write!(self, "[{address}]").map_err(|_| AddressError::Host);
        }
        let start = self.len();
        // Most hosts are written as they are read.
        let (plain, rest) = host.split_at(host.bytes().position(|byte| !is_plain_in_host(byte)).unwrap_or(host.len()));
        self.push(plain);
        let mut rest = rest.as_bytes();
        while let Some((byte, after)) = split_decoded(rest) {
            if is_forbidden(byte) {
                return Err(AddressError::Host);
            }
            self.push(char::from(byte.to_ascii_lowercase()).encode_utf8(&mut [0; 4]));
            rest = after;
        }
        let name = &self.text()[start..];
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.split('.').any(str::is_empty) || (ends_in_number(name) && name.parse::<Ipv4Addr>().is_err()) {
            return Err(AddressError::Host);
        }
        self.truncate(start + name.len());
        Ok(())
    }

    fn push_port(&mut self, port: &str, scheme: Scheme) -> Result<(), AddressError> {
        if port.is_empty() {
            return Ok(());
        }
        // `u16` alone would read `+1`.
        if !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AddressError::Port);
        }
        let port = match port.trim_start_matches('0') {
            "" => "0",
            significant => significant,
        };
        port.parse::<u16>().map_err(|_| AddressError::Port)?;
        if port != scheme.port {
            self.push(":");
            self.push(port);
        }
        Ok(())
    }

    /// Each byte is written once and removed at most once, so a path of `..` costs no more than any other.
    fn push_path(&mut self, path: &str) {
        let start = self.len();
        let mut segments = path.strip_prefix(SLASHES).unwrap_or(path).split(SLASHES).peekable();
        while let Some(segment) = segments.next() {
            let dots = dots(segment);
            if dots == Some(2) {
                let parent = self.text()[start..].rfind('/').unwrap_or(0);
                self.truncate(start + parent);
            }
            if !matches!(dots, Some(1 | 2)) {
                self.push("/");
                self.push(segment);
            } else if segments.peek().is_none() {
                self.push("/");
            }
        }
    }

    fn finish(self) -> Cow<'a, str> {
        match self.copy {
            Some(copy) => Cow::Owned(copy),
            None => Cow::Borrowed(&self.input[..self.repeated]),
        }
    }
}

impl Write for Canonical<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.push(piece);
        Ok(())
    }
}

/// Reads what rule 1 has left.
fn read(input: &str) -> Result<Address<'_>, AddressError> {
    let without_fragment = input.find('#').map_or(input, |at| &input[..at]);
    // No scheme, host or path can hold a `?`, so the query may be set aside before any of them is looked for.
    let query = without_fragment.find('?').unwrap_or(without_fragment.len());
    let (hierarchy, query) = without_fragment.split_at(query);

    let mut canonical = Canonical::new(input);
    let Some((scheme, authority)) = split_authority(hierarchy)? else {
        canonical.push_path(hierarchy);
        canonical.push(query);
        return Ok(Address::Relative { text: canonical.finish() });
    };

    let (authority, path) = authority.split_at(authority.find(SLASHES).unwrap_or(authority.len()));
    let host_and_port = authority.rsplit('@').next().unwrap_or(authority);
    // The colons of an IPv6 address stand before its bracket.
    let address_end = if host_and_port.starts_with('[') { host_and_port.find(']').unwrap_or(0) } else { 0 };
    let port = host_and_port[address_end..].find(':').map(|at| address_end + at);
    let (host, port) = match port {
        Some(at) => (&host_and_port[..at], &host_and_port[at + 1..]),
        None => (host_and_port, ""),
    };

    canonical.push(scheme.name);
    canonical.push("://");
    let host_start = canonical.len();
    canonical.push_host(host)?;
    let host_end = canonical.len();
    canonical.push_port(port, scheme)?;
    let path_start = canonical.len();
    canonical.push_path(path);
    canonical.push(query);
    Ok(Address::Absolute { text: canonical.finish(), host: host_start..host_end, path: path_start })
}

/// The scheme, and what follows the slashes after it; `None` when the address is relative.
fn split_authority(hierarchy: &str) -> Result<Option<(Scheme, &str)>, AddressError> {
    let (scheme, rest) = match hierarchy.split_once(':') {
        Some((name, rest)) if is_scheme(name) => {
            let known = SCHEMES.into_iter().find(|scheme| scheme.name.eq_ignore_ascii_case(name));
            (known.ok_or(AddressError::Scheme)?, rest)
        }
        _ if hierarchy.strip_prefix(SLASHES).is_some_and(|rest| rest.starts_with(SLASHES)) => (HTTPS, hierarchy),
        _ => return Ok(None),
    };
    Ok(Some((scheme, rest.trim_start_matches(SLASHES))))
}

/// Whether the text before a colon is a scheme at all, known or not (RFC 3986 §3.1).
fn is_scheme(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// The next byte, percent-decoded where it is percent-encoded, and what follows it.
fn split_decoded(bytes: &[u8]) -> Option<(u8, &[u8])> {
    if let [b'%', high, low, rest @ ..] = bytes
        && let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16))
        && let Ok(byte) = u8::try_from(high * 16 + low)
    {
        return Some((byte, rest));
    }
    bytes.split_first().map(|(&byte, rest)| (byte, rest))
}

/// Whether a browser drops the character wherever it stands.
fn is_dropped(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r')
}

/// Whether no host can hold the byte: the "forbidden domain code points" of the URL Standard, and all but ASCII.
fn is_forbidden(byte: u8) -> bool {
    !byte.is_ascii_graphic()
        || matches!(byte, b'#' | b'%' | b'/' | b':' | b'<' | b'>' | b'?' | b'@' | b'[' | b'\\' | b']' | b'^' | b'|')
}

/// Whether the byte stands in a canonical host as it stands in any other.
const fn is_plain_in_host(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-')
}

/// How many dots the segment consists of, where it consists of nothing else.
fn dots(segment: &str) -> Option<usize> {
    let mut rest = segment;
    let mut count = 0;
    while !rest.is_empty() {
        rest = [".", "%2e", "%2E"].iter().find_map(|dot| rest.strip_prefix(dot))?;
        count += 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests;
