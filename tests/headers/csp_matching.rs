//! A browser's side of a `Content-Security-Policy`: whether a list lets an address load, by CSP 3 §6.7.2.

use url::Url;

/// Whether a policy lets a page of this address load something by a directive, `script-src` or another that loads.
pub(crate) fn allows(policy: &str, page: &str, directive: &str, address: &str, was_redirected: bool) -> bool {
    let directives: Vec<Vec<&str>> = policy.split(';').map(|text| text.split_ascii_whitespace().collect()).collect();
    let of = |name: &str| directives.iter().find(|words| words.first() == Some(&name));
    // `worker-src` and `frame-src` fall back to others first, which the gate's policy has only together with them.
    let Some(list) = of(directive).or_else(|| of("default-src")) else { return true };
    let (page, url) = (Url::parse(page).unwrap(), Url::parse(address).unwrap());
    list[1..].iter().any(|source| matches(source, &page, &url, was_redirected))
}

fn matches(source: &str, page: &Url, url: &Url, was_redirected: bool) -> bool {
    if source == "'self'" {
        let is_same_place = page.host() == url.host() && page.port_or_known_default() == url.port_or_known_default();
        let defaults = page.host() == url.host() && page.port().is_none() && url.port().is_none();
        let upgrades = matches!(url.scheme(), "https" | "wss") || (page.scheme() == "http" && url.scheme() == "ws");
        return page.origin() == url.origin() || ((is_same_place || defaults) && upgrades);
    }
    if source.starts_with('\'') {
        return false;
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return is_scheme(scheme, url.scheme());
    }
    let (scheme, rest) = source.split_once("://").expect("every host of the gate has a scheme");
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    is_scheme(scheme, url.scheme())
        && url.host_str().is_some_and(|found| found.eq_ignore_ascii_case(host))
        && match port {
            Some("*") => true,
            Some(port) => url.port_or_known_default().is_some_and(|found| found.to_string() == port),
            None => url.port().is_none(),
        }
        && (was_redirected || is_path(path, url.path()))
}

/// `http` stands for `https` too, and `ws` for all four.
fn is_scheme(source: &str, found: &str) -> bool {
    source == found
        || matches!((source, found), ("http", "https") | ("ws", "wss" | "http" | "https") | ("wss", "https"))
}

fn is_path(source: &str, found: &str) -> bool {
    if source.is_empty() || source == "/" {
        return true;
    }
    let pieces = |path: &str| path.split('/').map(decoded).collect::<Vec<_>>();
    let (mut source_pieces, found) = (pieces(source), pieces(found));
    if !source.ends_with('/') {
        return source_pieces == found;
    }
    source_pieces.pop();
    found.len() > source_pieces.len() && found.starts_with(&source_pieces)
}

fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut place = 0;
    while place < bytes.len() {
        let digits = text.get(place + 1..place + 3).filter(|_| bytes[place] == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                place += 3;
            }
            None => {
                out.push(bytes[place]);
                place += 1;
            }
        }
    }
    out
}
