//! Brings an address of a page to what a browser would load, and asks the visitor's gate about it.
//!
//! 1. The text is what the attribute or the style sheet says, character references and escapes resolved.
//! 2. It is parsed by the URL Standard, IDNA included, against the page's address and every `<base href>` met so far.
//!    A page can hold several that never count (in a template, in `<noscript>`), so a relative address is judged under
//!    each, and denied when any of them is.
//! 3. What has the origin of the page is asked as a relative address, which is our own whatever the page's host is.
//! 4. An address that does not parse is asked as it is written, and so denied: browsers do not load it either.
//!
//! `data:`, `blob:`, `about:`, `javascript:` and other schemes without a host contact nobody by themselves and pass. But a
//! `data:` address that holds a document, or a style sheet, could load anything unseen: it is asked as what it is,
//! something that the policy does not declare.
//!
//! `https:x.gif`, with fewer than two slashes, is relative on a page of the same scheme and absolute on any other. It is
//! judged as both.

use crate::compiled::ProviderId;
use crate::policy::Provider;
use crate::wire::address::Address;
use crate::wire::media_type::essence;
use crate::wire::relation::Load;
use crate::{Decision, DenyReason, Visitor};
use url::{ParseError, Url};

/// How many different `<base href>` are followed. A page has one.
const BASES_MAX: usize = 4;

/// A denied address.
#[derive(Clone, Debug)]
pub(super) struct Denied {
    pub(super) reason: DenyReason,
    /// As it was read when it was judged. It may hold a query: never to be reported.
    address: Option<Address<'static>>,
    provider: Option<ProviderId>,
}

impl Denied {
    /// Something that was not asked about because it cannot be read.
    pub(super) const fn unread() -> Self {
        Self { reason: DenyReason::Undeclared, address: None, provider: None }
    }

    /// The origin, as in `https://lumen.example`; empty where there is none.
    pub(super) fn origin(&self) -> &str {
        self.address.as_ref().and_then(Address::origin).unwrap_or_default()
    }

    /// The host; empty where there is none.
    pub(super) fn host(&self) -> &str {
        self.address.as_ref().and_then(Address::host).unwrap_or_default()
    }

    /// Whose address it is, as the policy declares it.
    pub(super) fn provider<'v>(&self, visitor: &'v Visitor) -> Option<&'v Provider> {
        self.provider.map(|provider| visitor.gate().compiled().declared_provider(provider))
    }
}

/// What the relative addresses of a page are resolved against.
#[derive(Clone, Debug)]
pub(super) struct BaseUrls {
    page: Url,
    bases: Vec<Url>,
    has_relative: bool,
}

impl BaseUrls {
    pub(super) const fn new(page: Url) -> Self {
        Self { page, bases: Vec::new(), has_relative: false }
    }

    /// Asks about an address; `None` when it may be loaded, or loads nothing.
    pub(super) fn judge(&mut self, visitor: &Visitor, address: &str, load: Load) -> Option<Denied> {
        let address = address.trim_matches(|c| c <= ' ');
        if address.is_empty() {
            return None;
        }
        if is_plain(address) {
            if is_rooted(address) && self.bases.is_empty() {
                self.has_relative = true;
                return ask(visitor, address, load);
            }
            if is_absolute(address) && !address.starts_with(&self.page[..url::Position::BeforePath]) {
                return ask(visitor, address, load);
            }
        }
        match Url::parse(address) {
            Ok(url) => {
                let relative =
                    if is_slashless(&url, address) { self.judge_relative(visitor, address, load) } else { None };
                relative.or_else(|| self.judge_absolute(visitor, &url, load))
            }
            Err(ParseError::RelativeUrlWithoutBase) => self.judge_relative(visitor, address, load),
            Err(_) => ask(visitor, address, load),
        }
    }

    /// Takes a `<base href>` into account. It is denied, and must go, when something relative was passed before it and its
    /// host is denied: a browser would load some of that late. So is one too many.
    pub(super) fn add_base(&mut self, visitor: &Visitor, address: &str) -> Option<Denied> {
        // Invalid, or of a scheme that browsers refuse a base: it does not count.
        let base = self.page.join(address).ok().filter(|url| !url.cannot_be_a_base())?;
        if self.bases.contains(&base) {
            return None;
        }
        if self.bases.len() == BASES_MAX {
            return Some(self.judge_absolute(visitor, &base, Load::Document).unwrap_or(Denied::unread()));
        }
        if self.has_relative
            && let Some(denied) = self.judge_absolute(visitor, &base, Load::Document)
        {
            return Some(denied);
        }
        self.bases.push(base);
        None
    }

    fn judge_relative(&mut self, visitor: &Visitor, address: &str, load: Load) -> Option<Denied> {
        self.has_relative = true;
        std::iter::once(&self.page).chain(&self.bases).find_map(|base| match base.join(address) {
            Ok(url) => self.judge_absolute(visitor, &url, load),
            Err(_) => ask(visitor, address, load),
        })
    }

    fn judge_absolute(&self, visitor: &Visitor, url: &Url, load: Load) -> Option<Denied> {
        match url.scheme() {
            "http" | "https" | "ws" | "wss" if url.origin() == self.page.origin() => {
                let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
                // Two slashes would be read as the start of a host.
                if path.starts_with("//") { ask(visitor, &format!("/.{path}"), load) } else { ask(visitor, path, load) }
            }
            "data" if load == Load::Document && !is_still(url.path()) => ask(visitor, "data:", load),
            "data" | "blob" | "about" | "javascript" | "mailto" | "tel" | "sms" => None,
            _ => ask(visitor, &url[..url::Position::AfterQuery], load),
        }
    }
}

fn ask(visitor: &Visitor, address: &str, load: Load) -> Option<Denied> {
    let (verdict, read) = match load {
        Load::Connection => visitor.judge_origin(address),
        Load::Resource | Load::Document => visitor.judge_address(address),
    };
    match verdict.decision {
        Decision::Allow(_) => None,
        Decision::Deny(reason) => {
            let address = read.ok().map(Address::into_owned);
            Some(Denied { reason, address, provider: verdict.provider })
        }
    }
}

/// Whether the address holds nothing that a browser would mend: then [`Visitor::decide_address`] alone reads it as a browser does.
fn is_plain(address: &str) -> bool {
    address.bytes().all(|byte| {
        matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'-'..=b'9' | b':' | b'_' | b'~' | b'?' | b'=' | b'&' | b';' | b'+' | b'!')
    })
}

fn is_rooted(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//")
}

fn is_absolute(address: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| address.strip_prefix(scheme).is_some_and(|rest| !rest.starts_with('/')))
}

/// Whether fewer than two slashes follow the scheme of an address that has a host.
fn is_slashless(url: &Url, address: &str) -> bool {
    url.has_host() && url.is_special() && {
        let rest = address.split_once(':').map_or("", |(_, rest)| rest);
        let mut slashes = rest.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'));
        !(0..2).all(|_| slashes.next().is_some_and(|c| matches!(c, '/' | '\\')))
    }
}

/// Whether a `data:` address is of a type that loads nothing: pictures but SVG, sound, video, plain text.
fn is_still(path: &str) -> bool {
    let media_type = path.split(',').next().unwrap_or_default();
    let essence = essence(media_type.as_bytes()).to_ascii_lowercase();
    let is_svg = essence.windows(3).any(|three| three == b"svg");
    let kind = essence.split(|byte| *byte == b'/').next().unwrap_or_default();
    matches!(kind, b"image" | b"audio" | b"video" | b"font") && !is_svg || matches!(&*essence, b"" | b"text/plain")
}
