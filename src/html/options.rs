//! What the host says about a page and about the words on it.

use super::Edit;
use crate::{DenyReason, Visitor};
use std::fmt;
use std::sync::Arc;

/// What the rewriter of a page needs in addition to its visitor.
///
/// # Example
/// ```
/// use consent_gate::html::Options;
///
/// let options = Options::new().page("https://calminteraction.example/lesson/3").nonce("bm9uY2U").action("/privacy");
/// ```
#[derive(Clone)]
pub struct Options {
    pub(super) page: Option<String>,
    /// The path of a page on the first of the policy's hosts.
    pub(super) path: String,
    pub(super) charset: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) action: String,
    pub(super) max_memory: usize,
    pub(super) texts: Texts,
    pub(super) is_report: bool,
    pub(super) observer: Option<Observer>,
    pub(super) head_start: Option<Insertion>,
    pub(super) body_start: Option<Insertion>,
}

type Observer = Arc<dyn Fn(&Edit<'_>) + Send + Sync>;

/// Makes HTML of the host's, which is not judged.
pub(super) type Insertion = Arc<dyn Fn(&Visitor) -> String + Send + Sync>;

impl Options {
    /// Everything as it is by default.
    #[must_use]
    pub fn new() -> Self {
        Self {
            page: None,
            path: "/".to_owned(),
            charset: None,
            nonce: None,
            action: "/privacy".to_owned(),
            max_memory: 16 << 20,
            texts: Texts::default(),
            is_report: false,
            observer: None,
            head_start: None,
            body_start: None,
        }
    }

    /// Sets the absolute address of the page, which relative addresses are resolved against. What has its origin is our own:
    /// do not take the host from the request unless it was checked. Default: the first of the policy's hosts, over HTTPS.
    #[must_use]
    pub fn page(mut self, address: impl Into<String>) -> Self {
        self.page = Some(address.into());
        self
    }

    /// Sets the path of a page whose address the host has not set.
    #[cfg(any(feature = "tower", feature = "actix-web", feature = "rocket"))]
    pub(crate) fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// Sets the charset that the response states, as in `utf-8`. Default: what the page's `<meta charset>` says, or UTF-8.
    #[must_use]
    pub fn charset(mut self, label: impl Into<String>) -> Self {
        self.charset = Some(label.into());
        self
    }

    /// Sets the nonce of the page's `Content-Security-Policy`, which released inline scripts get. Default: none.
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// Sets where the button of a placeholder posts to: the field [`PROVIDER_FIELD`](super::PROVIDER_FIELD) holds the
    /// id of the provider. Default: `/privacy`.
    #[must_use]
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.action = action.into();
        self
    }

    /// Sets how many bytes a page may hold at a time: for its longest tag, style sheet or `<noscript>`, and for the elements
    /// that are open, about 128 bytes each; one whose end tag is left out, as with `<li>` and `<td>`, is open until its parent
    /// ends. A page that needs more is abandoned. Default: 16 MiB.
    #[must_use]
    pub const fn max_memory(mut self, bytes: usize) -> Self {
        self.max_memory = bytes;
        self
    }

    /// Sets the words of placeholders. Default: English.
    #[must_use]
    pub fn texts(mut self, texts: Texts) -> Self {
        self.texts = texts;
        self
    }

    /// Judges and reports, and changes nothing: see [`Mode::Report`](crate::web::Mode::Report).
    #[must_use]
    pub const fn report_only(mut self) -> Self {
        self.is_report = true;
        self
    }

    /// Puts HTML at the very start of a page's head: right after the `<head>` tag, and where a page has none, before its first
    /// element that is not `<html>`. So it comes before every script of the page, and a page without any element stays as
    /// it is. It is made when that place is met, after the response's head has left, and not judged; what is empty changes
    /// nothing. It should be ASCII where the response states no charset: the page's own `<meta charset>` comes later.
    ///
    /// A page in `srcdoc` or `<noscript>` is part of this one, and nothing is put into it; nor in [report
    /// mode](Self::report_only). Default: nothing.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use consent_gate::prompt::PromptState;
    /// # let gate = testing::gate();
    /// use consent_gate::html::{Options, Rewriter};
    ///
    /// let options = Options::new()
    ///     .head_start(|_| "<script src=/guard.js></script>".to_owned())
    ///     .body_start(|visitor| if visitor.prompt().state == PromptState::Ask { "<dialog open>…</dialog>" } else { "" }.to_owned());
    /// let mut rewriter = Rewriter::new(&testing::undecided(&gate), options)?;
    /// let mut page = Vec::new();
    /// rewriter.write(b"<!doctype html><title>a</title><body class=b>c", |bytes| page.extend_from_slice(bytes))?;
    /// rewriter.end(|bytes| page.extend_from_slice(bytes))?;
    /// let expected = "<!doctype html><script src=/guard.js></script><title>a</title><body class=b><dialog open>…</dialog>c";
    /// assert_eq!(String::from_utf8(page)?, expected);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn head_start(mut self, html: impl Fn(&Visitor) -> String + Send + Sync + 'static) -> Self {
        self.head_start = Some(Arc::new(html));
        self
    }

    /// Puts HTML right after the first `<body>` tag, as [`head_start`](Self::head_start) does at the start of the head. A page
    /// without that tag stays as it is, a fragment that a script fetches among them. Default: nothing.
    #[must_use]
    pub fn body_start(mut self, html: impl Fn(&Visitor) -> String + Send + Sync + 'static) -> Self {
        self.body_start = Some(Arc::new(html));
        self
    }

    /// Observes every change, in the order of the page. Called while the page passes: keep it short.
    #[must_use]
    pub fn on_edit(mut self, observer: impl Fn(&Edit<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, charset, action, max_memory, is_report, .. } = self;
        // The nonce stays out of logs.
        f.debug_struct("Options")
            .field("page", page)
            .field("charset", charset)
            .field("action", action)
            .field("max_memory", max_memory)
            .field("is_report", is_report)
            .finish_non_exhaustive()
    }
}

/// The words of a placeholder. `{name}` is replaced by whose content it is, `{reason}` by why it was not loaded.
#[derive(Clone, Debug)]
pub struct Texts {
    /// What the placeholder says.
    pub withheld: String,
    /// What the button says that grants the one provider.
    pub allow: String,
    /// What the link to the settings says, where a button is not possible.
    pub settings: String,
    /// Why, for each reason to deny.
    pub reason: fn(DenyReason) -> &'static str,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            withheld: "Content from {name} belongs here. It was not loaded: {reason}.".to_owned(),
            allow: "Load content from {name}".to_owned(),
            settings: "Privacy settings".to_owned(),
            reason: english,
        }
    }
}

const fn english(reason: DenyReason) -> &'static str {
    match reason {
        DenyReason::Undecided => "you have not said yet whether it may be",
        DenyReason::Refused => "you have refused this kind of content",
        DenyReason::ProviderRefused => "you have refused this provider",
        DenyReason::Expired => "your permission has lapsed",
        DenyReason::NoticeChanged => "what it does has changed since you allowed it",
        DenyReason::Gpc | DenyReason::GpcThirdParty | DenyReason::Dnt => "your browser asks not to be tracked",
        DenyReason::Unreadable => "your choices could not be read",
        DenyReason::Forbidden => "it is not permitted for you here",
        _ => "this site has not declared it",
    }
}
