//! One request and its response, without I/O.

use super::RequestLine;
use super::cache::{CacheEdit, Caching};
use super::request::RequestHead;
use crate::visitor::Leaving;
use crate::{CookieLine, Facts, Gate, LineEdit, Visitor};
use chrono::{DateTime, Utc};

/// Whether the gate acts.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Mode {
    /// The response obeys.
    #[default]
    Enforce,
    /// Everything is decided and reported, and the response is not changed. Undeclared names are collected from requests
    /// too. Only what the host itself asks for takes effect: a new answer is stored, and a response that the host shaped
    /// by asking is kept out of shared caches.
    Report,
}

/// How many lines of erasure one response carries at most; the rest go with the next.
const ERASURES_MAX: usize = 20;

/// One request and its response: all that an adapter needs.
///
/// Dropped before [`finish`](Self::finish), because the service failed or the connection went away, it closes the visitor
/// all the same: a change that no response will carry is [`ChangeError::Late`](crate::ChangeError::Late), not silence.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::web::{Exchange, Mode, RequestLine};
/// # let gate = testing::gate();
/// # let now = testing::now();
/// let headers: [(&str, &[u8]); 1] = [("cookie", b"__Host-consent=1.4.1795000000.0.1e.0; _lum1=a")];
/// let line = RequestLine { method: "GET", authority: None };
/// let exchange = Exchange::begin(&gate, line, headers, Facts::default(), now, Mode::Enforce);
///
/// let response: [(&str, &[u8]); 3] =
///     [("content-type", b"text/html"), ("set-cookie", b"sid=1"), ("set-cookie", b"_lum1=b; Path=/")];
/// let edits = exchange.finish(response);
/// assert_eq!(edits.set_cookie, [LineEdit::Keep, LineEdit::Drop]);
/// assert!(edits.append[0].as_str().starts_with("_lum1=; "));
/// assert_eq!(edits.cache.map(|cache| cache.cache_control), Some("private, no-store"));
/// ```
#[derive(Debug)]
pub struct Exchange {
    visitor: Visitor,
    mode: Mode,
    is_prefetch: bool,
    is_navigation: bool,
}

/// What to change in the head of a response.
#[derive(Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Edits {
    /// For each `Set-Cookie` line of the response, in order, what becomes of it. Empty when all are kept.
    pub set_cookie: Vec<LineEdit>,
    /// The `Set-Cookie` lines to add.
    pub append: Vec<CookieLine>,
    /// What to say to caches, if the response was shaped by consent.
    pub cache: Option<CacheEdit>,
}

impl Edits {
    /// The `Set-Cookie` lines that leave in the place of the response's `own`, in an adapter's own type; `None` where
    /// these leave as they are.
    ///
    /// `line` makes one from bytes. What it cannot hold is left out: nothing that the gate writes is.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use consent_gate::web::{Exchange, Mode, RequestLine};
    /// # let gate = testing::gate();
    /// # let line = RequestLine { method: "GET", authority: None };
    /// # let none: [(&str, &[u8]); 0] = [];
    /// # let exchange = Exchange::begin(&gate, line, none, Facts::default(), testing::now(), Mode::Enforce);
    /// let own = ["sid=1", "_lum1=a"];
    /// let edits = exchange.finish(own.map(|line| ("set-cookie", line.as_bytes())));
    /// let lines = edits.cookie_lines(own.map(String::from), |bytes| String::from_utf8(bytes.to_vec()).ok());
    /// assert_eq!(lines, Some(vec!["sid=1".to_owned()]));
    /// ```
    #[must_use]
    pub fn cookie_lines<L>(
        &self,
        own: impl IntoIterator<Item = L>,
        line: impl Fn(&[u8]) -> Option<L>,
    ) -> Option<Vec<L>> {
        if self.set_cookie.is_empty() && self.append.is_empty() {
            return None;
        }
        let mut edits = self.set_cookie.iter();
        let kept = own.into_iter().filter_map(|own| match edits.next() {
            Some(LineEdit::Keep) => Some(own),
            Some(LineEdit::Replace(bytes)) => line(bytes),
            Some(LineEdit::Drop) => None,
            // Of the lines that were judged, none is missing; of others, none passes.
            None => self.set_cookie.is_empty().then_some(own),
        });
        let mut lines: Vec<L> = kept.collect();
        lines.extend(self.append.iter().filter_map(|added| line(added.as_str().as_bytes())));
        Some(lines)
    }
}

impl Exchange {
    /// Reads the head of a request. `headers` are names and raw values, `now` is the time of the request.
    #[must_use]
    pub fn begin<'r>(
        gate: &Gate,
        line: RequestLine<'r>,
        headers: impl IntoIterator<Item = (&'r str, &'r [u8])>,
        facts: Facts,
        now: DateTime<Utc>,
        mode: Mode,
    ) -> Self {
        let mut head = RequestHead::read(headers);
        let cookies = std::mem::take(&mut head.cookies);
        let (is_prefetch, is_navigation) = (head.is_prefetch(), head.is_navigation(&line));
        let visitor = Visitor::new(gate.clone(), cookies, head.signals, facts, now, head.lock(&line));
        if mode == Mode::Report {
            visitor.collect_undeclared();
        }
        Self { visitor, mode, is_prefetch, is_navigation }
    }

    /// The visitor of this request, for handlers to ask and to change.
    #[must_use]
    pub const fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Judges the head of the response. From now on the visitor cannot be changed. A response that is made again is
    /// judged again.
    #[must_use]
    pub fn finish<'r>(&self, headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> Edits {
        let head = ResponseHead::read(headers);
        let leaving = self.visitor.leave();
        let mut edits = Edits { append: leaving.answer_lines(), ..Edits::default() };
        let host_shaped = leaving.was_asked() || !edits.append.is_empty();
        let verdicts = self.judge(&leaving, &head);
        if self.mode == Mode::Enforce {
            edits.set_cookie = verdicts;
            self.erase(&leaving, &head, &mut edits);
        }
        let gate_shaped = self.mode == Mode::Enforce && (!head.set_cookie.is_empty() || !edits.append.is_empty());
        if host_shaped || gate_shaped {
            edits.cache = Some(CacheEdit::new(self.visitor.gate().policy().enforce.cache, &head.caching));
        }
        edits
    }

    /// What becomes of the response's own lines; empty when all are kept.
    fn judge(&self, leaving: &Leaving<'_>, head: &ResponseHead<'_>) -> Vec<LineEdit> {
        let edits: Vec<LineEdit> = head.set_cookie.iter().map(|line| leaving.line(line, self.is_prefetch)).collect();
        if edits.iter().all(|edit| *edit == LineEdit::Keep) { Vec::new() } else { edits }
    }

    /// Adds erasures, keeps a refusal from lapsing with its cookie, and makes another system's answer our own. A response meant for shared caches is left to
    /// them, but for an answer that was changed in this very request.
    fn erase(&self, leaving: &Leaving<'_>, head: &ResponseHead<'_>, edits: &mut Edits) {
        if head.caching.is_shared && edits.append.is_empty() {
            return;
        }
        if self.is_navigation {
            edits.append.extend(leaving.migration_lines());
            edits.append.extend(leaving.reissue_lines());
        }
        if head.is_document || !head.set_cookie.is_empty() || !edits.append.is_empty() {
            edits.append.extend(leaving.erasures(ERASURES_MAX));
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        drop(self.visitor.leave());
    }
}

/// The headers of a response that matter.
#[derive(Debug, Default)]
struct ResponseHead<'r> {
    set_cookie: Vec<&'r [u8]>,
    is_document: bool,
    caching: Caching,
}

impl<'r> ResponseHead<'r> {
    fn read(headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                head.set_cookie.push(value);
            } else if name.eq_ignore_ascii_case("content-type") {
                head.is_document |= is_document(value);
            } else {
                head.caching.header(name, value);
            }
        }
        head
    }
}

/// Whether a media type is a page that a person opens.
fn is_document(media_type: &[u8]) -> bool {
    let end = media_type.iter().position(|byte| *byte == b';').unwrap_or(media_type.len());
    let essence = media_type[..end].trim_ascii();
    [&b"text/html"[..], b"application/xhtml+xml"].iter().any(|document| essence.eq_ignore_ascii_case(document))
}
