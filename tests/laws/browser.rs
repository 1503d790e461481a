//! A browser's cookie store, as far as RFC 6265bis §5.7 decides what a line sets, replaces or deletes.

use cookie::Cookie;
use cookie::time::OffsetDateTime;

/// What tells one cookie from another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identity {
    name: String,
    /// The host itself where it is host-only, or the domain.
    host_only: bool,
    domain: String,
    path: String,
    partitioned: bool,
}

/// The store of one browser, at one top-level site over https.
#[derive(Debug, Default)]
pub struct Browser {
    cookies: Vec<Identity>,
}

impl Browser {
    /// Takes one `Set-Cookie` line from a response of that host for that path. Says whether it was heeded.
    pub fn receive(&mut self, host: &str, request_path: &str, line: &str, now: OffsetDateTime) -> bool {
        let Ok(cookie) = Cookie::parse(line.to_owned()) else { return false };
        let domain = cookie.domain().map(|domain| domain.trim_start_matches('.').to_ascii_lowercase());
        let matches = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
        if domain.as_deref().is_some_and(|domain| !matches(domain) || !domain.contains('.')) {
            return false;
        }
        let (secure, http_only) = (cookie.secure() == Some(true), cookie.http_only() == Some(true));
        let partitioned = cookie.partitioned() == Some(true);
        if (partitioned || cookie.same_site() == Some(cookie::SameSite::None)) && !secure {
            return false;
        }
        let name = cookie.name().to_owned();
        let lower = name.to_ascii_lowercase();
        let path = cookie.path().filter(|path| path.starts_with('/'));
        let host_rules = secure && domain.is_none() && path == Some("/");
        let obeys = [
            ("__secure-", secure),
            ("__host-http-", host_rules && http_only),
            ("__host-", host_rules),
            ("__http-", secure && http_only),
        ];
        if obeys.iter().any(|(prefix, obeyed)| lower.starts_with(prefix) && !obeyed) {
            return false;
        }
        let default_path = match request_path.rfind('/') {
            None | Some(0) => "/",
            Some(end) => &request_path[..end],
        };
        let identity = Identity {
            name,
            host_only: domain.is_none(),
            domain: domain.unwrap_or_else(|| host.to_owned()),
            path: path.unwrap_or(default_path).to_owned(),
            partitioned,
        };
        let expired = match (cookie.max_age(), cookie.expires_datetime()) {
            (Some(age), _) => age.is_zero() || age.is_negative(),
            (None, Some(expires)) => expires <= now,
            (None, None) => false,
        };
        self.cookies.retain(|known| *known != identity);
        if !expired {
            self.cookies.push(identity);
        }
        true
    }

    /// The `Cookie` header of a request to that host and path.
    pub fn header(&self, host: &str, path: &str) -> String {
        let sent = self.cookies.iter().filter(|cookie| {
            let to_host = if cookie.host_only {
                host == cookie.domain
            } else {
                host == cookie.domain || host.ends_with(&format!(".{}", cookie.domain))
            };
            let below = path.strip_prefix(cookie.path.as_str());
            to_host && below.is_some_and(|rest| rest.is_empty() || cookie.path.ends_with('/') || rest.starts_with('/'))
        });
        sent.map(|cookie| format!("{}=v", cookie.name)).collect::<Vec<_>>().join("; ")
    }

    pub fn names(&self) -> Vec<&str> {
        self.cookies.iter().map(|cookie| cookie.name.as_str()).collect()
    }
}

#[test]
fn the_browser_refuses_what_browsers_refuse() {
    let mut browser = Browser::default();
    for line in [
        "a=1; Domain=other.example",
        "a=1; Domain=example",
        "a=1; SameSite=None",
        "a=1; Partitioned",
        "__Secure-a=1",
        "__Host-a=1; Secure",
        "__Host-a=1; Secure; Path=/; Domain=shop.example",
        "__Host-Http-a=1; Secure; Path=/",
        "__Http-a=1; Secure",
    ] {
        assert!(!browser.receive("www.shop.example", "/", line, OffsetDateTime::UNIX_EPOCH), "{line}");
    }
    assert!(browser.receive("www.shop.example", "/a/b", "a=1; Domain=shop.example", OffsetDateTime::UNIX_EPOCH));
    assert_eq!(browser.header("www.shop.example", "/a/c"), "a=v");
    assert_eq!(browser.header("www.shop.example", "/ab"), "");
    assert!(browser.receive("www.shop.example", "/a/b", "a=; Max-Age=0", OffsetDateTime::UNIX_EPOCH));
    assert_eq!(browser.names(), ["a"], "host-only is another cookie");
}
