//! What the head of a request says to the gate.

use crate::enforce::Destination;
use crate::wire::origin::Origin;
use crate::wire::pairs;
use crate::{ChangeError, Signals};

/// The first line of a request.
#[derive(Clone, Copy, Debug)]
pub struct RequestLine<'r> {
    /// The method, as in `GET`.
    pub method: &'r str,
    /// The host and port of the request's target, where it has one, as in HTTP/2 (`:authority`). The `Host` header is
    /// read from the headers.
    pub authority: Option<&'r str>,
}

/// The headers that matter, gathered in one pass.
#[derive(Debug, Default)]
pub(in crate::web) struct RequestHead<'r> {
    pub(in crate::web) cookies: Vec<u8>,
    pub(in crate::web) signals: Signals,
    origin: Origin<'r>,
    is_prefetch: bool,
    fetch_mode: Option<&'r [u8]>,
    fetch_destination: Option<&'r [u8]>,
    accepts_html: bool,
}

impl<'r> RequestHead<'r> {
    pub(in crate::web) fn read(headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            head.header(name, value);
        }
        head
    }

    fn header(&mut self, name: &str, value: &'r [u8]) {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        // By length first: few headers come further.
        match name.len() {
            7 if is("referer") => self.origin.referer = only(self.origin.referer, value),
            3 | 7 if is("dnt") || is("sec-gpc") => self.signals.read(name, value),
            6 if is("cookie") => {
                pairs::join(&mut self.cookies, value);
            }
            4 if is("host") => self.origin.host = only(self.origin.host, value),
            6 if is("origin") => self.origin.origin = only(self.origin.origin, value),
            6 if is("accept") => self.accepts_html |= contains(value, b"text/html"),
            14 if is("sec-fetch-site") => self.origin.fetch_site = only(self.origin.fetch_site, value),
            14 if is("sec-fetch-mode") => self.fetch_mode = Some(value),
            14 if is("sec-fetch-dest") => self.fetch_destination = Some(value),
            // The standard header, and what older browsers send in its place.
            11 | 7 | 5 if is("sec-purpose") || is("purpose") || is("x-moz") => {
                self.is_prefetch |= contains(value, b"prefetch") || contains(value, b"prerender");
            }
            _ => {}
        }
    }

    /// Whether the request only fetches ahead of a visit (`Sec-Purpose: prefetch`, prerendering included).
    pub(in crate::web) const fn is_prefetch(&self) -> bool {
        self.is_prefetch
    }

    /// Whether a person opens a document: by Fetch Metadata, or, without it, by what is accepted.
    pub(in crate::web) fn is_navigation(&self, line: &RequestLine<'_>) -> bool {
        let is_document = match (self.fetch_mode, self.fetch_destination) {
            (None, None) => self.accepts_html,
            (mode, destination) => mode == Some(b"navigate") && matches!(destination, None | Some(b"document")),
        };
        line.method == "GET" && is_document && !self.is_prefetch
    }

    /// Whether a browser shows the response as a document, whatever its type: in a window or in a frame.
    pub(in crate::web) fn wants_document(&self) -> bool {
        match (self.fetch_mode, self.fetch_destination) {
            (None, None) => self.accepts_html,
            (_, destination) => matches!(destination, Some(b"document" | b"frame" | b"iframe" | b"embed" | b"object")),
        }
    }

    /// Whether a browser runs the response in a world of its own, beside any document: its script heeds the policy that
    /// came with it, and not that of the page (HTML Standard, "run a worker").
    pub(in crate::web) const fn starts_worker(&self) -> bool {
        matches!(self.fetch_destination, Some(b"worker" | b"sharedworker" | b"serviceworker"))
    }

    /// What follows where the response redirects to.
    pub(in crate::web) fn destination(&self) -> Destination {
        match self.fetch_destination {
            None | Some(b"document") => Destination::Document,
            Some(b"frame" | b"iframe" | b"fencedframe") => Destination::Frame,
            Some(_) => Destination::Part,
        }
    }

    /// Why this request may not change consent, if so.
    pub(in crate::web) fn lock(&self, line: &RequestLine<'_>) -> Option<ChangeError> {
        if self.is_prefetch {
            return Some(ChangeError::Prefetch);
        }
        (!self.origin.is_same(line.method, line.authority)).then_some(ChangeError::CrossOrigin)
    }
}

/// The value of a header that comes once. Of two, none counts: the empty value names no origin.
fn only<'r>(before: Option<&'r [u8]>, value: &'r [u8]) -> Option<&'r [u8]> {
    Some(if before.is_some() { b"" } else { value })
}

/// Whether a short header value contains a word, in any case.
fn contains(value: &[u8], word: &[u8]) -> bool {
    value.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_navigation(method: &str, headers: &[(&str, &str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        RequestHead::read(headers).is_navigation(&RequestLine { method, authority: None })
    }

    #[test]
    fn two_origins_are_none() {
        let is_locked = |headers: &[(&str, &str)]| {
            let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
            RequestHead::read(headers).lock(&RequestLine { method: "POST", authority: None }).is_some()
        };
        let (ours, other) = (("origin", "https://a.example"), ("origin", "https://b.example"));
        let host = ("host", "a.example");
        assert!(!is_locked(&[host, ours]));
        for headers in
            [[host, ours, other], [host, other, ours], [host, ours, ours], [ours, host, ("host", "b.example")]]
        {
            assert!(is_locked(&headers), "{headers:?}");
        }
        let (same, cross) = (("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site"));
        assert!(!is_locked(&[same]));
        assert!(is_locked(&[same, cross]) && is_locked(&[cross, same]));
        assert!(is_locked(&[("host", ""), ("origin", "https://")]), "nothing is not the same as nothing");
    }

    #[test]
    fn a_navigation_is_a_document_that_a_person_opens() {
        let document = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
        assert!(is_navigation("GET", &document));
        assert!(is_navigation("GET", &[("accept", "text/html,application/xhtml+xml")]));
        assert!(!is_navigation("POST", &document));
        assert!(!is_navigation("GET", &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")]));
        assert!(!is_navigation("GET", &[("sec-fetch-mode", "cors"), ("accept", "text/html")]));
        assert!(!is_navigation("GET", &[("accept", "*/*")]));
        assert!(!is_navigation("GET", &[document[0], document[1], ("Sec-Purpose", "prefetch;prerender")]));
        assert!(!is_navigation("GET", &[document[0], document[1], ("X-Moz", "prefetch")]));
    }
}
