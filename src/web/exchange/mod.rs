//! One request and its response, without I/O.

pub(in crate::web) mod cache;
#[cfg(any(feature = "tower", feature = "actix-web", feature = "rocket"))]
pub(in crate::web) mod carry;
pub(in crate::web) mod request;
pub(in crate::web) mod response;

pub use cache::CacheEdit;
pub use request::RequestLine;

use crate::enforce::{Audience, Destination};
use crate::enforce::{LineEdit, PageHeader};
use crate::gate::visitor::Leaving;
use crate::wire::dictionary::is_dictionary;
use crate::{CookieLine, Facts, Gate, Visitor};
use chrono::{DateTime, Utc};
use request::RequestHead;
use response::ResponseHead;
use std::borrow::Cow;

/// Whether the gate acts.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
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
/// # use consent_gate::header::LineEdit;
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
    /// Whether the browser would show the response as a document, whatever its type.
    wants_document: bool,
    starts_worker: bool,
    destination: Destination,
}

/// What to change in the head of a response.
#[derive(Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Edits {
    /// For each `Set-Cookie` line of the response, in order, what becomes of it. Empty when all are kept.
    pub set_cookie: Vec<LineEdit>,
    /// The `Set-Cookie` lines to add.
    pub append: Vec<CookieLine>,
    /// The other headers of the response that name something denied, with what is left of them.
    pub headers: Vec<HeaderEdit>,
    /// The lines to add to a document, each as one more beside those of the same name.
    pub page: Vec<PageHeader>,
    /// What to say to caches, if the response was shaped by consent.
    pub cache: Option<CacheEdit>,
}

/// What is left of one header of a response.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct HeaderEdit {
    /// Its name, in lower case.
    pub name: &'static str,
    /// The lines that take the place of all its lines, in order; none where it goes altogether.
    pub lines: Vec<Vec<u8>>,
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
        let (wants_document, starts_worker) = (head.wants_document(), head.starts_worker());
        let destination = head.destination();
        let visitor = Visitor::new(gate.clone(), cookies, head.signals, facts, now, head.lock(&line));
        if mode == Mode::Report {
            visitor.report();
        }
        Self { visitor, mode, is_prefetch, is_navigation, wants_document, starts_worker, destination }
    }

    /// The visitor of this request, for handlers to ask and to change.
    #[must_use]
    pub const fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// The `Cookie` headers of the request as handlers may read them, in an adapter's own type; `None` where they stay as
    /// they are. One of which nothing is left is left out.
    ///
    /// What the host learns later, and what the visitor grants in this request, uncovers nothing: handlers may have read.
    /// In report mode nothing is hidden.
    #[must_use]
    pub fn readable_cookies<L: AsRef<[u8]>>(
        &self,
        own: impl IntoIterator<Item = L>,
        line: impl Fn(&[u8]) -> Option<L>,
    ) -> Option<Vec<L>> {
        if self.mode == Mode::Report {
            return None;
        }
        let mut has_hidden = false;
        let readable = own.into_iter().filter_map(|own| match self.visitor.readable_cookies(own.as_ref()) {
            Cow::Borrowed(_) => Some(own),
            Cow::Owned(kept) => {
                has_hidden = true;
                line(&kept).filter(|_| !kept.is_empty())
            }
        });
        let readable = readable.collect();
        has_hidden.then_some(readable)
    }

    /// Judges the head of an informational response, as `103 Early Hints`: browsers act on its headers and store its
    /// cookies. Nothing is added, and the visitor can still be changed.
    #[must_use]
    pub fn inform<'r>(&self, headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> Edits {
        let head = ResponseHead::read(headers);
        let mut edits = Edits::default();
        self.judge(&self.visitor.look(), &head, &mut edits);
        edits
    }

    /// Judges the head of the response. From now on the visitor cannot be changed. A response that is made again is
    /// judged again.
    ///
    /// What has no `Content-Type` is taken for no document; [`finish_with_status`](Self::finish_with_status) knows more.
    #[must_use]
    pub fn finish<'r>(&self, headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> Edits {
        self.judge_all(&ResponseHead::read(headers), false)
    }

    /// The same for a response of this status. What has no `Content-Type` may be a document too, if one was asked for: a
    /// 304 has none, and its headers take the place of those that the browser has kept; of a success, a browser guesses
    /// the type.
    #[must_use]
    pub fn finish_with_status<'r>(&self, status: u16, headers: impl IntoIterator<Item = (&'r str, &'r [u8])>) -> Edits {
        let may_be_document = self.wants_document && matches!(status, 200..=299 | 304);
        self.judge_all(&ResponseHead::read(headers), may_be_document)
    }

    fn judge_all(&self, head: &ResponseHead<'_>, may_be_document: bool) -> Edits {
        let mut leaving = self.visitor.leave();
        let mut edits = Edits { append: leaving.answer_lines(), ..Edits::default() };
        let mut is_shaped = leaving.was_asked() || !edits.append.is_empty();
        let is_personal = self.judge(&leaving, head, &mut edits);
        if self.mode == Mode::Enforce {
            self.erase(&mut leaving, head, &mut edits);
            is_shaped |= is_personal || !head.set_cookie.is_empty() || !edits.append.is_empty();
        } else {
            leaving.report_erasures();
        }
        let is_shown = head.is_document(may_be_document) || (self.wants_document && head.is_xml());
        if is_shown || self.starts_worker {
            is_shaped |= self.add_page(&leaving, head, is_shaped, &mut edits);
        }
        if self.mode == Mode::Enforce && leaving.empties_storage() {
            edits.page.push(PageHeader { name: "clear-site-data", value: "\"storage\"".into() });
        }
        if is_shaped {
            edits.cache = Some(CacheEdit::new(self.visitor.gate().policy().enforce.cache, &head.caching));
        }
        edits
    }

    /// What becomes of the response's own lines. Gives whether another visitor's might become something else.
    fn judge(&self, leaving: &Leaving<'_>, head: &ResponseHead<'_>, edits: &mut Edits) -> bool {
        let cookies: Vec<LineEdit> = head.set_cookie.iter().map(|line| leaving.line(line, self.is_prefetch)).collect();
        let mut is_personal = false;
        let mut headers: Vec<HeaderEdit> = Vec::new();
        for (place, (door, line)) in head.doors.iter().enumerate() {
            let (edit, depends) = leaving.door(*door, line, self.destination);
            is_personal |= depends;
            let edited = headers.iter().position(|edited| edited.name == door.name);
            let edited = match (edited, edit == LineEdit::Keep) {
                (Some(edited), _) => edited,
                (None, true) => continue,
                (None, false) => {
                    let before = head.doors[..place].iter().filter(|(other, _)| other == door);
                    headers
                        .push(HeaderEdit { name: door.name, lines: before.map(|(_, line)| line.to_vec()).collect() });
                    headers.len() - 1
                }
            };
            match edit {
                LineEdit::Keep => headers[edited].lines.push(line.to_vec()),
                LineEdit::Replace(line) => headers[edited].lines.push(line),
                LineEdit::Drop => {}
            }
        }
        if self.mode == Mode::Enforce {
            edits.headers = headers;
            if cookies.iter().any(|edit| *edit != LineEdit::Keep) {
                edits.set_cookie = cookies;
            }
        }
        is_personal
    }

    /// Adds what a document carries. Gives whether that is this visitor's alone.
    ///
    /// A document that is meant for shared caches, and is not this visitor's for another reason, stays there: it gets the
    /// policy that is everybody's.
    fn add_page(&self, leaving: &Leaving<'_>, head: &ResponseHead<'_>, is_shaped: bool, edits: &mut Edits) -> bool {
        let is_report = self.mode == Mode::Report;
        let is_everybodys = head.caching.is_shared && !is_shaped;
        let audience = if is_everybodys { Audience::Everybody } else { Audience::Visitor };
        edits.page = leaving.security_policy(audience, is_report);
        if !is_everybodys && !is_report {
            let features = leaving.permissions_policy();
            if !features.is_empty() && !is_dictionary(&head.permissions()) {
                // Browsers pass over a value that they cannot read, and would pass over ours beside it.
                edits.headers.push(HeaderEdit { name: "permissions-policy", lines: Vec::new() });
            }
            edits.page.extend(features);
            return self.visitor.gate().compiled().adds_to_pages();
        }
        false
    }

    /// Adds erasures, keeps a refusal from lapsing with its cookie, and makes another system's answer our own. A response meant for shared caches is left to
    /// them, but for an answer that was changed in this very request.
    fn erase(&self, leaving: &mut Leaving<'_>, head: &ResponseHead<'_>, edits: &mut Edits) {
        if head.caching.is_shared && edits.append.is_empty() {
            return;
        }
        if self.is_navigation {
            edits.append.extend(leaving.migration_lines());
            edits.append.extend(leaving.reissue_lines());
        }
        if head.is_document(false) || !head.set_cookie.is_empty() || !edits.append.is_empty() {
            edits.append.extend(leaving.erasures(ERASURES_MAX));
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        drop(self.visitor.leave());
    }
}
