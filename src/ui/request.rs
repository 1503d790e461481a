//! What the banner, the pages and the form look at in a request.

use super::form_error::FormError;
use super::local::is_local;
use crate::terms::device::DeviceType;
use crate::terms::device::is_bot;
use crate::wire::media_type::essence;
use crate::wire::origin::Origin;
use percent_encoding::percent_decode_str;

/// One request, as far as the banner, the pages and the form look at it.
///
/// # Example
/// ```
/// use consent_gate::ui::Request;
///
/// let headers: [(&str, &[u8]); 2] = [("accept-language", b"de"), ("user-agent", b"Googlebot/2.1")];
/// let request = Request::read("GET", "/lessons/1?from=mail", None, headers);
/// assert_eq!(request.path(), "/lessons/1");
/// assert!(request.is_bot());
/// ```
#[derive(Debug)]
pub struct Request<'r> {
    pub(super) method: &'r str,
    target: &'r str,
    authority: Option<&'r str>,
    origin: Origin<'r>,
    pub(super) accept_language: Option<&'r str>,
    pub(super) content_type: Option<&'r str>,
    pub(super) answer_text: Option<&'r str>,
    referer: Option<&'r str>,
    user_agent: Option<&'r [u8]>,
    mobile_hint: Option<&'r [u8]>,
    requests_headers: bool,
    is_bot: bool,
    is_ahead: bool,
    pub(super) language: Option<&'r str>,
    pub(super) is_report: bool,
    pub(super) body: &'r [u8],
}

impl<'r> Request<'r> {
    /// Reads the head of a request. `target` is its path and query; `authority` the host and port of its target, where it
    /// has one, as in HTTP/2; `headers` are names and raw values.
    #[must_use]
    pub fn read(
        method: &'r str,
        target: &'r str,
        authority: Option<&'r str>,
        headers: impl IntoIterator<Item = (&'r str, &'r [u8])>,
    ) -> Self {
        let mut request = Self {
            method,
            target,
            authority,
            origin: Origin::default(),
            accept_language: None,
            content_type: None,
            answer_text: None,
            referer: None,
            user_agent: None,
            mobile_hint: None,
            requests_headers: false,
            is_bot: false,
            is_ahead: false,
            language: None,
            is_report: false,
            body: &[],
        };
        for (name, value) in headers {
            request.header(name, value);
        }
        request
    }

    fn header(&mut self, name: &str, value: &'r [u8]) {
        let text = std::str::from_utf8(value).ok();
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        // Of two origins none counts, as everywhere in the gate: the empty value names none.
        let only = |before: Option<&[u8]>| if before.is_some() { &b""[..] } else { value };
        match name.len() {
            4 if is("host") => self.origin.host = Some(only(self.origin.host)),
            6 if is("origin") => self.origin.origin = Some(only(self.origin.origin)),
            14 if is("sec-fetch-site") => self.origin.fetch_site = Some(only(self.origin.fetch_site)),
            15 if is("accept-language") => self.accept_language = text,
            12 if is("content-type") => self.content_type = if self.content_type.is_some() { Some("") } else { text },
            14 if is(ANSWER_HEADER) => self.answer_text = text,
            7 if is("referer") => {
                self.referer = text;
                self.origin.referer = Some(only(self.origin.referer));
            }
            10 if is("user-agent") => (self.user_agent, self.is_bot) = (Some(value), is_bot(value)),
            16 if is("sec-ch-ua-mobile") => self.mobile_hint = Some(value),
            29 if is("access-control-request-method") => self.requests_headers = true,
            11 | 7 | 5 if is("sec-purpose") || is("purpose") || is("x-moz") => {
                let text = text.unwrap_or_default().to_ascii_lowercase();
                self.is_ahead |= text.contains("prefetch") || text.contains("prerender");
            }
            _ => {}
        }
    }

    /// Adds the body.
    #[must_use]
    pub const fn body(mut self, body: &'r [u8]) -> Self {
        self.body = body;
        self
    }

    /// Sets the language that the host has chosen, in the place of what the browser prefers.
    #[must_use]
    pub const fn language(mut self, tag: &'r str) -> Self {
        self.language = Some(tag);
        self
    }

    /// Says whether the gate around only reports: see [`Mode::Report`](crate::web::Mode::Report).
    #[must_use]
    pub const fn report_only(mut self, is_report: bool) -> Self {
        self.is_report = is_report;
        self
    }

    /// The path, without the query.
    #[must_use]
    pub fn path(&self) -> &'r str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether the query holds this word.
    pub(super) fn asks(&self, word: &str) -> bool {
        self.target.split_once('?').is_some_and(|(_, query)| query.split('&').any(|part| part == word))
    }

    /// The page to go back to, where the query names one. Nothing else is ever taken from an address.
    pub(super) fn back(&self) -> Result<Option<String>, FormError> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let value = query.split('&').find_map(|part| part.strip_prefix("back="));
        let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
        let back = percent_decode_str(value).decode_utf8_lossy();
        if is_local(&back) { Ok(Some(back.into_owned())) } else { Err(FormError::value("back", &back)) }
    }

    /// Whether a crawler or a tool asks, by its own words: it gets no banner, and the gate decides for it as for everybody.
    #[must_use]
    pub const fn is_bot(&self) -> bool {
        self.is_bot
    }

    /// The kind of device that it came from.
    pub(super) fn device(&self) -> DeviceType {
        let headers = [("user-agent", self.user_agent), ("sec-ch-ua-mobile", self.mobile_hint)];
        DeviceType::read(headers.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }

    /// Whether the request only fetches ahead of a visit.
    #[must_use]
    pub const fn is_ahead(&self) -> bool {
        self.is_ahead
    }

    /// Whether this site's own page, or the visitor's own hand, made the request.
    pub(super) fn is_own(&self) -> bool {
        self.origin.is_same(self.method, self.authority)
    }

    /// The path and query, as a page to come back to.
    pub(super) fn local_target(&self) -> &'r str {
        if is_local(self.target) { self.target } else { "/" }
    }

    /// Whether the answer to this request is to be JSON: what it sends is, or what it asks for.
    pub(super) fn speaks_json(&self) -> bool {
        let essence = essence(self.content_type.unwrap_or_default().as_bytes());
        self.path().ends_with(".json") || essence.eq_ignore_ascii_case(b"application/json")
    }

    /// Whether an application asks, and no browser: browsers say where a request was made.
    pub(super) fn is_app(&self) -> bool {
        self.origin.fetch_site.is_none() && self.origin.origin.is_none()
    }

    /// Whether a browser asks if another origin may make a request.
    pub(super) fn is_preflight(&self) -> bool {
        self.method == "OPTIONS" && self.requests_headers && self.origin.origin.is_some()
    }

    /// The origin that the request names, if it names one.
    pub(super) fn origin(&self) -> Option<&'r str> {
        self.origin.origin.and_then(|origin| std::str::from_utf8(origin).ok()).filter(|origin| !origin.is_empty())
    }

    /// The page of this site that the request came from: its path and query.
    pub(super) fn own_referer(&self) -> Option<&'r str> {
        let referer = self.referer?;
        let (_, rest) = referer.split_once("://")?;
        let (host, path) = rest.split_at(rest.find('/')?);
        let own = self.authority.map(str::as_bytes).or(self.origin.host)?;
        let path = path.split('#').next().unwrap_or_default();
        (host.as_bytes().eq_ignore_ascii_case(own) && !host.is_empty() && is_local(path)).then_some(path)
    }
}

/// The request header in which an application without cookies sends its answer, as text.
pub const ANSWER_HEADER: &str = "consent-answer";

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'r>(headers: &[(&'r str, &'r str)]) -> Request<'r> {
        Request::read("POST", "/privacy", None, headers.iter().map(|(name, value)| (*name, value.as_bytes())))
    }

    #[test]
    fn x4_crawlers_are_known_by_their_own_words() {
        for bot in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (Linux; Android 11) Chrome/125.0 Mobile Safari/537.36 Chrome-Lighthouse",
            "facebookexternalhit/1.1",
            "Mozilla/5.0 (compatible; Yahoo! Slurp)",
            "Baiduspider",
            "curl/8.5.0",
        ] {
            assert!(request(&[("user-agent", bot)]).is_bot(), "{bot}");
        }
        for person in [
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Linux; Android 10; CUBOT P40) AppleWebKit/537.36",
            "",
        ] {
            assert!(!request(&[("user-agent", person)]).is_bot(), "{person}");
        }
    }

    #[test]
    fn d14_the_page_before_counts_only_where_it_is_of_this_site() {
        let before = |referer| request(&[("host", "shop.example"), ("referer", referer)]).own_referer();
        assert_eq!(before("https://shop.example/a?b=1#c"), Some("/a?b=1"));
        assert_eq!(before("http://SHOP.example/"), Some("/"));
        for other in [
            "https://evil.example/a",
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "https://shop.example//evil.example/",
            "https://shop.example",
            "/a",
            "",
        ] {
            assert_eq!(before(other), None, "{other}");
        }
        assert_eq!(request(&[("referer", "https:///a")]).own_referer(), None);
    }
}
