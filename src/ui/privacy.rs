//! The privacy settings of one site, put together once.

use super::render::{self, Document};
use super::style::Style;
use super::texts::Texts;
use super::words::Words;
use super::{Banner, CookieTable, Request, Settings, preferred_language};
use crate::record::{AccountStore, Proof, StoreError, Stores};
use crate::{Gate, Visitor};
use chrono::NaiveDate;
use std::fmt;
use std::sync::Arc;

/// The banner, the privacy settings and their form, for one site. Make it once at start-up and clone it freely.
///
/// # Example
/// ```
/// # use consent_gate::testing;
/// use consent_gate::ui::{Privacy, Request};
///
/// let gate = testing::gate();
/// let privacy = Privacy::new(gate.clone()).at("/account/privacy");
/// let visitor = testing::undecided(&gate);
/// let headers: [(&str, &[u8]); 1] = [("accept-language", b"en-GB")];
/// let request = Request::read("GET", "/lessons/1", None, headers);
///
/// let banner = privacy.banner(&visitor, &request).map(|banner| banner.to_html()).unwrap_or_default();
/// let page = format!("<head>{}</head><body>{banner}…{}</body>", privacy.style_link(), privacy.link(&request));
/// assert!(page.contains("action=\"/account/privacy\""));
/// ```
#[derive(Clone)]
pub struct Privacy {
    pub(super) shared: Arc<Shared>,
}

#[derive(Clone)]
pub(super) struct Shared {
    pub(super) gate: Gate,
    words: Vec<Words>,
    pub(super) path: String,
    pub(super) has_page: bool,
    pub(super) origins: Vec<String>,
    pub(super) gpc_since: Option<NaiveDate>,
    stores: Stores,
    report: Option<Report>,
    layout: Option<Layout>,
    pub(super) style: Style,
}

type Report = Arc<dyn Fn(&StoreError) + Send + Sync>;
type Layout = Arc<dyn Fn(&Document) -> String + Send + Sync>;

impl Privacy {
    /// The settings of a gate's policy, at `/privacy`, in English and German as far as the policy is.
    #[must_use]
    pub fn new(gate: Gate) -> Self {
        Self {
            shared: Arc::new(Shared {
                gate,
                words: vec![Words::english(), Words::german()],
                path: "/privacy".to_owned(),
                has_page: true,
                origins: Vec::new(),
                gpc_since: None,
                stores: Stores::new(),
                report: None,
                layout: None,
                style: Style::new(),
            }),
        }
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(&mut self.shared));
        self
    }

    /// Sets the path of the settings: with a slash first, and none last. Default: `/privacy`.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        self.with(|shared| shared.path = path.into())
    }

    /// Adds the words of a language, or replaces those that are built in. A language of the policy without words is not
    /// chosen for a visitor while another has them.
    #[must_use]
    pub fn words(self, words: Words) -> Self {
        self.with(|shared| {
            shared.words.retain(|known| known.language() != words.language());
            shared.words.push(words);
        })
    }

    /// Lets pages of another origin of ours read the settings and answer for their visitor, as `https://app.shop.example`
    /// does for an interface at `api.shop.example`. Scheme, host and port as browsers send them in `Origin`; `null` and `*`
    /// name nobody.
    ///
    /// The consent cookie is `SameSite=Lax`: it travels between origins of one site, as these two are. For an application
    /// elsewhere, the answer travels as text ([`ANSWER_HEADER`](super::ANSWER_HEADER)).
    #[must_use]
    pub fn allow_origin(self, origin: impl Into<String>) -> Self {
        self.with(|shared| shared.origins.push(origin.into()))
    }

    /// Keeps answers with accounts.
    #[must_use]
    pub fn accounts(self, accounts: impl AccountStore + 'static) -> Self {
        self.with(|shared| shared.stores = std::mem::take(&mut shared.stores).accounts(accounts))
    }

    /// Keeps proof of every change that the form and JSON make.
    #[must_use]
    pub fn proof(self, proof: impl Proof + 'static) -> Self {
        self.with(|shared| shared.stores = std::mem::take(&mut shared.stores).proof(proof))
    }

    /// Calls the host where keeping a change failed because one of its stores did: for its log. The visitor is told that it was
    /// not saved, and not why.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::testing;
    /// # use consent_gate::ui::Privacy;
    /// let privacy = Privacy::new(testing::gate()).on_store_error(|error| eprintln!("consent: {error}"));
    /// ```
    #[must_use]
    pub fn on_store_error(self, report: impl Fn(&StoreError) + Send + Sync + 'static) -> Self {
        self.with(|shared| shared.report = Some(Arc::new(report)))
    }

    /// Puts a frame of the host's own around the pages that the ready routes answer.
    #[must_use]
    pub fn layout(self, layout: impl Fn(&Document) -> String + Send + Sync + 'static) -> Self {
        self.with(|shared| shared.layout = Some(Arc::new(layout)))
    }

    /// Leaves the page of the settings itself to the host's own route at the same path, which draws
    /// [`settings`](Self::settings) into its own frame. The ready routes still take the form.
    #[must_use]
    pub fn page_elsewhere(self) -> Self {
        self.with(|shared| shared.has_page = false)
    }

    /// Sets the day of the statement in `/.well-known/gpc.json`. Default: that of the presets which the policy names.
    #[must_use]
    pub fn gpc_since(self, day: NaiveDate) -> Self {
        self.with(|shared| shared.gpc_since = Some(day))
    }

    /// Where changes are kept: for [`Visitor::recognise`](crate::Visitor::recognise), and for routes of the host's own.
    #[must_use]
    pub fn stores(&self) -> &Stores {
        &self.shared.stores
    }

    /// Tells the host that one of its stores failed.
    pub(super) fn report(&self, error: &StoreError) {
        if let Some(report) = &self.shared.report {
            report(error);
        }
    }

    /// The gate that it belongs to.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.shared.gate
    }

    /// The path of the settings.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.shared.path
    }

    /// The language of the policy that suits a request: what the host chose, or else what the browser prefers, or else the
    /// policy's first.
    #[must_use]
    pub fn language(&self, request: &Request<'_>) -> &str {
        let policy = self.gate().policy();
        let has_words = |tag: &&str| self.words_of(tag).is_some();
        let spoken: Vec<&str> = policy.languages.iter().map(String::as_str).filter(has_words).collect();
        let chosen = request.language.and_then(|tag| spoken.iter().copied().find(|other| *other == tag));
        let preferred = || preferred_language(request.accept_language?, spoken.iter().copied());
        let first = spoken.first().copied().or_else(|| policy.default_language()).unwrap_or("en");
        chosen.or_else(preferred).unwrap_or(first)
    }

    /// The settings of a visitor, in a language of the policy.
    #[must_use]
    pub fn settings(&self, visitor: &Visitor, language: &str) -> Settings {
        Settings::new(visitor, &self.texts(language), &self.shared.path)
    }

    /// The banner for a page, in the language that suits the request; `None` where there is nothing to ask, and for
    /// crawlers and requests that fetch ahead of a visit.
    ///
    /// The page that carries one belongs to one visitor: the layer around keeps it out of shared caches, because the
    /// visitor was asked about.
    #[must_use]
    pub fn banner(&self, visitor: &Visitor, request: &Request<'_>) -> Option<Banner> {
        if request.is_bot() || request.is_ahead() || request.path() == self.shared.path {
            // Asked all the same: the next visitor of this page may get one.
            let _ = visitor.prompt();
            return None;
        }
        Banner::new(visitor, &self.texts(self.language(request)), &self.shared.path, request.local_target())
    }

    /// Everything that the policy declares, as a table for a privacy policy.
    #[must_use]
    pub fn table(&self, language: &str) -> CookieTable {
        CookieTable::new(&self.texts(language))
    }

    /// The link to the settings that belongs on every page, so that taking back is as easy as giving: HTML.
    #[must_use]
    pub fn link(&self, request: &Request<'_>) -> String {
        render::link(self.texts(self.language(request)).words, &self.shared.path)
    }

    /// The address of the style sheet. It names its content, so that it may be cached for ever.
    #[must_use]
    pub fn style_path(&self) -> String {
        format!("{}/{}.css", self.shared.path, self.shared.style.name())
    }

    /// The style sheet as a link for `<head>`: HTML.
    #[must_use]
    pub fn style_link(&self) -> String {
        format!("<link rel=\"stylesheet\" href=\"{}\">", self.style_path())
    }

    /// The style sheet itself.
    #[must_use]
    pub const fn style(&self) -> &'static str {
        Style::TEXT
    }

    /// The source expression that lets a `Content-Security-Policy` pass the style sheet inline: `'sha256-…'`, of
    /// [`style`](Self::style) between `<style>` and `</style>` with nothing before and after.
    #[must_use]
    pub fn style_source(&self) -> &str {
        self.shared.style.source()
    }

    pub(super) fn texts<'p>(&'p self, language: &'p str) -> Texts<'p> {
        let policy = self.gate().policy();
        let words = self.words_of(language).or_else(|| self.words_of("en")).unwrap_or(&self.shared.words[0]);
        Texts { policy, language, words }
    }

    pub(super) fn frame(&self, document: &Document) -> String {
        match &self.shared.layout {
            Some(layout) => layout(document),
            None => document.framed(),
        }
    }

    fn words_of(&self, language: &str) -> Option<&Words> {
        let exact = || self.shared.words.iter().find(|words| words.language() == language);
        let primary = language.split('-').next().unwrap_or(language);
        exact().or_else(|| self.shared.words.iter().find(|words| words.language() == primary))
    }
}

impl fmt::Debug for Privacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { gate, path, origins, .. } = &*self.shared;
        f.debug_struct("Privacy")
            .field("gate", gate)
            .field("path", path)
            .field("origins", origins)
            .finish_non_exhaustive()
    }
}
