//! Why a page was not, or not wholly, rewritten.

/// Why a page had to be abandoned. What had been given out until then is filtered; the rest was never given out.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// The page's own address, set by the host, is not an absolute `http` or `https` URL.
    #[error("the page's own address {0:?} is not an absolute http or https URL")]
    Page(String),
    /// A charset in which bytes that look like ASCII may be something else, as in `utf-16` or `iso-2022-jp`.
    #[error("a page in the charset {0:?} cannot be filtered")]
    Charset(String),
    /// Markup that browsers read in one way or the other by what came long before, as in `<select><xmp><script>`.
    #[error("the markup can be read in two ways")]
    Ambiguous,
    /// A tag, a style sheet or a `<noscript>` of more bytes than may be held.
    #[error("more than {0} bytes of the page would have to be held at a time")]
    TooLarge(usize),
}

impl Error {
    /// A short stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Page(_) => "page",
            Self::Charset(_) => "charset",
            Self::Ambiguous => "ambiguous",
            Self::TooLarge(_) => "too-large",
        }
    }
}
