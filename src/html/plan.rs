//! Whether a response's body is to be rewritten, by its head alone.
//!
//! 1. `1xx`, `204`, `205` and `304` have no body. `HEAD` has none either, and its head agrees with that of `GET`.
//! 2. The media type is `text/html`. XHTML and a body without a media type could be pages, which this does not read: they
//!    are left, and reported.
//! 3. A body with a `Content-Encoding`, part of one (`206`), in a charset that is not a superset of ASCII, or one that another
//!    server adds (`X-Accel-Redirect`, `X-Sendfile`) is left, and reported.
//! 4. A rewritten page loses `Content-Length`, `Accept-Ranges`, `ETag`, `Last-Modified` and digests: they are those of
//!    another body, and a validator would keep a cached page of an earlier choice.
//! 5. So that the application does not answer by `304`, `206` or a compressed body, the request loses its conditions, ranges
//!    and `Accept-Encoding`, unless it says by `Sec-Fetch-Dest` that it is not for a page. What compresses must be outside.

use crate::wire::media_type::essence;
use encoding_rs::Encoding;

/// What becomes of a response.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Plan {
    /// Its body goes through a [`Rewriter`](super::Rewriter).
    Rewrite(HeaderEdits),
    /// It stays as it is.
    Skip(Skip),
}

/// What changes in the head of a rewritten page.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct HeaderEdits {
    /// The headers to remove.
    pub remove: &'static [&'static str],
    /// The charset that the response states: for [`Options::charset`](super::Options::charset).
    pub charset: Option<String>,
    /// Whether a body follows; not so for `HEAD`.
    pub has_body: bool,
}

/// Why a response is left as it is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Skip {
    /// It has no body.
    NoBody,
    /// It is not a page.
    NotHtml,
    /// It may be a page, and says nothing about it: browsers guess.
    Untyped,
    /// It is XHTML, which has another grammar.
    Xhtml,
    /// It is compressed, or otherwise encoded.
    Encoded,
    /// It is part of a page.
    Partial,
    /// Its charset is not a superset of ASCII.
    Charset,
    /// Another server adds the body.
    Elsewhere,
}

impl Skip {
    /// Whether a page may leave unfiltered so, which is worth a report.
    #[must_use]
    pub const fn is_unfiltered(self) -> bool {
        !matches!(self, Self::NoBody | Self::NotHtml)
    }

    /// A short stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoBody => "no-body",
            Self::NotHtml => "not-html",
            Self::Untyped => "untyped",
            Self::Xhtml => "xhtml",
            Self::Encoded => "encoded",
            Self::Partial => "partial",
            Self::Charset => "charset",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// The headers that describe the body as the application made it.
const OF_THE_BODY: &[&str] = &[
    "content-length",
    "accept-ranges",
    "etag",
    "last-modified",
    "digest",
    "content-digest",
    "repr-digest",
    "content-md5",
];

/// The headers by which a request asks for less than the whole plain page.
const FOR_LESS: &[&str] = &["range", "if-range", "if-none-match", "if-modified-since", "accept-encoding"];

impl Plan {
    /// What becomes of a response. `headers` are names and raw values, `method` is that of the request.
    ///
    /// # Example
    /// ```
    /// use consent_gate::html::{Plan, Skip};
    ///
    /// let headers = [("content-type", &b"text/html; charset=utf-8"[..]), ("content-length", b"74")];
    /// let Plan::Rewrite(edits) = Plan::for_response("GET", 200, headers) else { panic!() };
    /// assert!(edits.remove.contains(&"content-length"));
    /// let headers = [("content-type", &b"text/html"[..]), ("content-encoding", b"gzip")];
    /// assert_eq!(Plan::for_response("GET", 200, headers), Plan::Skip(Skip::Encoded));
    /// ```
    #[must_use]
    pub fn for_response<'r>(method: &str, status: u16, headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> Self {
        let mut head = Head::default();
        for (name, value) in headers {
            head.header(name, value);
        }
        match head.read(status) {
            Err(skip) => Self::Skip(skip),
            Ok(charset) => Self::Rewrite(HeaderEdits { remove: OF_THE_BODY, charset, has_body: method != "HEAD" }),
        }
    }

    /// The headers to remove from a request, so that its response can be rewritten.
    #[must_use]
    pub fn for_request<'r>(headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> &'static [&'static str] {
        const PAGES: [&[u8]; 7] = [b"document", b"iframe", b"frame", b"embed", b"object", b"empty", b"fencedframe"];
        let mut destination = headers.into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("sec-fetch-dest"));
        let is_other = destination.next().is_some_and(|(_, value)| !PAGES.contains(&value.trim_ascii()));
        if is_other { &[] } else { FOR_LESS }
    }
}

/// The headers of a response that matter.
#[derive(Default)]
struct Head<'r> {
    media_type: Option<&'r [u8]>,
    is_encoded: bool,
    is_elsewhere: bool,
}

impl<'r> Head<'r> {
    fn header(&mut self, name: &str, value: &'r [u8]) {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is("content-type") {
            // Of several, browsers take the last (Fetch Standard, "extract a MIME type").
            self.media_type = Some(value);
        } else if is("content-encoding") {
            self.is_encoded |= !value.trim_ascii().is_empty() && !value.trim_ascii().eq_ignore_ascii_case(b"identity");
        } else if is("x-accel-redirect") || is("x-sendfile") || is("x-lighttpd-send-file") {
            self.is_elsewhere = true;
        }
    }

    /// The charset of a page that is to be rewritten.
    fn read(&self, status: u16) -> Result<Option<String>, Skip> {
        if matches!(status, 100..=199 | 204 | 205 | 304) {
            return Err(Skip::NoBody);
        }
        let Some(media_type) = self.media_type else { return Err(Skip::Untyped) };
        match essence(media_type).to_ascii_lowercase().as_slice() {
            b"text/html" => {}
            b"application/xhtml+xml" => return Err(Skip::Xhtml),
            // Browsers guess for these, too (MIME Sniffing Standard §7).
            b"" | b"*/*" | b"unknown/unknown" | b"application/unknown" => return Err(Skip::Untyped),
            _ => return Err(Skip::NotHtml),
        }
        let text = String::from_utf8_lossy(media_type);
        let charset = text.split(';').skip(1).find_map(|part| {
            let (name, value) = part.split_once('=')?;
            let value = value.trim().trim_matches('"').trim();
            name.trim().eq_ignore_ascii_case("charset").then(|| value.to_owned())
        });
        let encoding = charset.as_deref().and_then(|label| Encoding::for_label(label.as_bytes()));
        match encoding {
            _ if self.is_elsewhere => Err(Skip::Elsewhere),
            _ if self.is_encoded => Err(Skip::Encoded),
            _ if status == 206 => Err(Skip::Partial),
            Some(encoding) if !encoding.is_ascii_compatible() => Err(Skip::Charset),
            _ => Ok(charset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn skipped(status: u16, headers: &[(&str, &str)], skip: Skip) {
        let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        assert_eq!(Plan::for_response("GET", status, headers), Plan::Skip(skip));
    }

    #[track_caller]
    fn rewritten(method: &str, status: u16, media_type: &str) -> HeaderEdits {
        match Plan::for_response(method, status, [("Content-Type", media_type.as_bytes())]) {
            Plan::Rewrite(edits) => edits,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_whole_plain_page_is_rewritten() {
        let html = ("content-type", "text/html");
        for status in [100, 103, 204, 205, 304] {
            skipped(status, &[html], Skip::NoBody);
        }
        skipped(206, &[html], Skip::Partial);
        skipped(200, &[], Skip::Untyped);
        skipped(200, &[("content-type", "*/*")], Skip::Untyped);
        skipped(200, &[("content-type", "text/htmlx")], Skip::NotHtml);
        skipped(200, &[("content-type", "application/xhtml+xml")], Skip::Xhtml);
        skipped(200, &[html, ("Content-Encoding", "br")], Skip::Encoded);
        skipped(200, &[html, ("X-Accel-Redirect", "/page")], Skip::Elsewhere);
        skipped(200, &[("content-type", "text/html; charset=utf-16")], Skip::Charset);
        skipped(200, &[("content-type", "text/html;charset=\"ISO-2022-JP\"")], Skip::Charset);
        skipped(200, &[html, ("content-type", "application/json")], Skip::NotHtml);
    }

    #[test]
    fn a_page_of_any_status_is_rewritten_and_head_agrees_with_get() {
        for status in [200, 301, 404, 500] {
            assert_eq!(rewritten("GET", status, "Text/HTML ; Charset = \"utf-8\"").charset.as_deref(), Some("utf-8"));
        }
        assert_eq!(rewritten("GET", 200, "text/html").charset, None);
        let (get, head) = (rewritten("GET", 200, "text/html"), rewritten("HEAD", 200, "text/html"));
        assert_eq!(HeaderEdits { has_body: true, ..head }, get);
    }

    #[test]
    fn a_request_for_a_page_loses_its_conditions_and_an_assets_does_not() {
        let asked = |destination: &'static str| Plan::for_request([("Sec-Fetch-Dest", destination.as_bytes())]);
        assert!(Plan::for_request([]).contains(&"if-none-match"));
        for page in ["document", "iframe", "empty"] {
            assert!(asked(page).contains(&"range"), "{page}");
        }
        for asset in ["script", "image", "style", "font"] {
            assert!(asked(asset).is_empty(), "{asset}");
        }
    }
}
