//! Whether a request that changes consent was made by this site's own page.
//!
//! 1. `Sec-Fetch-Site` decides where a browser sends it: `same-origin` is ours; `none`, a person's own act, is ours for
//!    a form but not for a link, which a mail can carry; everything else is not ours.
//! 2. Without it, `Origin` must name the host and port that the request was sent to. `null` is not ours.
//! 3. Without both, it is no browser, or a very old one: ours for a form, not for a link. A `Referer` must then be of the
//!    host and port that the request was sent to.
//!
//! Of two headers of one name, none counts.
//!
//! A change by `GET` or `HEAD` counts only where the browser says `same-origin`: images and links of other sites can
//! make such requests.

/// What a request says of where it was made.
#[derive(Debug, Default)]
pub(crate) struct Origin<'r> {
    pub(crate) fetch_site: Option<&'r [u8]>,
    pub(crate) origin: Option<&'r [u8]>,
    pub(crate) referer: Option<&'r [u8]>,
    pub(crate) host: Option<&'r [u8]>,
}

impl Origin<'_> {
    /// Whether this site's own page, or the visitor's own hand, made the request. `authority` is the host and port of the
    /// request's target, where it has one.
    pub(crate) fn is_same(&self, method: &str, authority: Option<&str>) -> bool {
        let is_form = !matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
        match (self.fetch_site, self.origin) {
            (Some(b"same-origin"), _) => true,
            (Some(b"none"), _) => is_form,
            (Some(_), _) => false,
            (None, Some(origin)) => is_form && self.names_target(origin, authority),
            (None, None) => {
                is_form && self.referer.is_none_or(|referer| self.names_target(origin_of(referer), authority))
            }
        }
    }

    fn names_target(&self, origin: &[u8], authority: Option<&str>) -> bool {
        let target = authority.map(str::as_bytes).or(self.host);
        let Some((scheme, authority)) = std::str::from_utf8(origin).ok().and_then(|origin| origin.split_once("://"))
        else {
            return false;
        };
        let default_port = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return false,
        };
        let bare = |authority: &str| authority.strip_suffix(default_port).unwrap_or(authority).to_ascii_lowercase();
        let target = target.and_then(|target| std::str::from_utf8(target).ok());
        target.is_some_and(|target| !target.is_empty() && bare(target) == bare(authority))
    }
}

/// The origin of an address: what stands before its path, query and fragment.
fn origin_of(address: &[u8]) -> &[u8] {
    let start = memchr::memmem::find(address, b"://").map_or(0, |at| at + 3);
    let ends = |byte: &u8| matches!(byte, b'/' | b'\\' | b'?' | b'#');
    let end = address[start..].iter().position(ends).map_or(address.len(), |at| start + at);
    &address[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(method: &str, site: Option<&str>, origin: Option<&str>, expected: bool) {
        let bytes = |text: Option<&'static str>| text.map(str::as_bytes);
        let leak = |text: Option<&str>| text.map(|text| &*text.to_owned().leak());
        let request = Origin {
            fetch_site: bytes(leak(site)),
            origin: bytes(leak(origin)),
            referer: None,
            host: Some(b"Shop.example"),
        };
        assert_eq!(request.is_same(method, None), expected, "{method} {site:?} {origin:?}");
    }

    #[test]
    fn a_form_of_another_site_is_not_ours() {
        same("POST", Some("same-origin"), Some("https://shop.example"), true);
        same("POST", Some("none"), None, true);
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN", "same-origin, cross-site"] {
            same("POST", Some(site), Some("https://shop.example"), false);
        }
        for origin in
            ["https://shop.example", "http://shop.example", "https://shop.example:443", "http://SHOP.example:80"]
        {
            same("POST", None, Some(origin), true);
        }
        for origin in [
            "null",
            "",
            "https://evil.example",
            "https://shop.example.evil.example",
            "https://shop.example:444",
            "http://shop.example:443",
            "shop.example",
            "https://evil.example/shop.example",
            "https://shop.example/",
        ] {
            same("POST", None, Some(origin), false);
        }
        same("POST", None, None, true);
    }

    #[test]
    fn a_link_changes_consent_only_from_our_own_page() {
        same("GET", Some("same-origin"), None, true);
        same("GET", Some("none"), None, false);
        same("GET", Some("cross-site"), None, false);
        same("GET", None, None, false);
        same("HEAD", None, Some("https://shop.example"), false);
    }

    #[test]
    fn the_authority_of_the_request_comes_before_its_host_header() {
        let request = Origin { origin: Some(b"https://a.example"), host: Some(b"b.example"), ..Origin::default() };
        assert!(request.is_same("POST", Some("a.example")));
        assert!(!request.is_same("POST", Some("b.example")));
    }
}
