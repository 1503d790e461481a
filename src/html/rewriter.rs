//! The stream: bytes in, filtered bytes out.

use super::address::BaseUrls;
use super::error::Error;
use super::head_start::HeadStart;
use super::options::Options;
use super::output::Output;
use super::page::parser::{Parser, lock, parser, reason};
use super::page::{Context, Page};
use crate::Visitor;
use encoding_rs::{Encoding, UTF_8};
use lol_html::AsciiCompatibleEncoding;
use std::fmt;
use std::sync::{Arc, Mutex};
use url::Url;

/// How much is given to the parser at a time, so that memory does not grow with the host's chunks.
const PIECE: usize = 16 << 10;

/// Rewrites one page for one visitor, as it streams.
///
/// What was given to the sink is filtered, whatever happens next; after an error nothing more is. A page without anything to
/// change comes out the same to the byte.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// use consent_gate::html::{Options, Rewriter};
///
/// let mut rewriter = Rewriter::new(&testing::refused(&gate), Options::new())?;
/// let mut page = Vec::new();
/// rewriter.write(b"<img src='https://px.lumen.example", |bytes| page.extend_from_slice(bytes))?;
/// rewriter.write(b"/v.gif'>", |bytes| page.extend_from_slice(bytes))?;
/// rewriter.end(|bytes| page.extend_from_slice(bytes))?;
/// let expected = r#"<img data-consent-src="https://px.lumen.example/v.gif" data-consent-denied="refused">"#;
/// assert_eq!(String::from_utf8(page)?, expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Rewriter {
    stage: Stage,
    page: Arc<Mutex<Page>>,
    output: Output,
    /// What the response says; a byte order mark overrides it.
    charset: Option<&'static Encoding>,
    /// Looks for the place of what the host puts into the head; nothing when there is nothing, or when it was found.
    head: Option<HeadStart>,
    max_memory: usize,
}

enum Stage {
    /// The first bytes, while they may be a byte order mark.
    Start(Vec<u8>),
    Parse(Box<Parser>),
    Failed(Error),
}

impl Rewriter {
    /// A rewriter for one page.
    ///
    /// # Errors
    /// [`Error::Page`] for a page's address like `/lesson`, [`Error::Charset`] for a charset like `utf-16le`.
    pub fn new(visitor: &Visitor, options: Options) -> Result<Self, Error> {
        let page = match &options.page {
            Some(address) => {
                let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
                url.ok_or_else(|| Error::Page(address.clone()))?
            }
            None => own_page(visitor, &options.path)?,
        };
        let charset = match options.charset.as_deref().map(|label| (label, Encoding::for_label(label.as_bytes()))) {
            Some((label, Some(encoding))) if !encoding.is_ascii_compatible() => {
                return Err(Error::Charset(label.to_owned()));
            }
            // Browsers ignore a label that they do not know.
            stated => stated.and_then(|(_, encoding)| encoding),
        };
        let max_memory = options.max_memory;
        let head = (options.head_start.is_some() && !options.is_report).then(HeadStart::new);
        let context = Arc::new(Context { visitor: visitor.clone(), options });
        let output = Output::new(max_memory);
        let page = Page::new(context, BaseUrls::new(page), output.clone(), 0, charset.is_some());
        let page = Arc::new(Mutex::new(page));
        Ok(Self { stage: Stage::Start(Vec::new()), page, output, charset, head, max_memory })
    }

    /// Takes the next bytes of the page, and passes what may pass to `sink`.
    ///
    /// # Errors
    /// [`Error`], when the page must be abandoned; from then on, always the same. The response must end as one that
    /// failed, so that nobody takes the part for the whole.
    pub fn write(&mut self, chunk: &[u8], mut sink: impl FnMut(&[u8])) -> Result<(), Error> {
        if let Stage::Start(first) = &mut self.stage {
            first.extend_from_slice(chunk);
            if is_start_of_mark(first) {
                return Ok(());
            }
            let first = self.begin()?;
            return self.parse(&first, &mut sink);
        }
        self.parse(chunk, &mut sink)
    }

    /// Ends the page.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn end(mut self, mut sink: impl FnMut(&[u8])) -> Result<(), Error> {
        if matches!(self.stage, Stage::Start(_)) {
            let first = self.begin()?;
            self.parse(&first, &mut sink)?;
        }
        match self.stage {
            Stage::Parse(parser) => parser.end().map_err(|error| reason(&error, self.max_memory))?,
            Stage::Failed(error) => return Err(error),
            Stage::Start(_) => {}
        }
        if self.output.is_over() {
            return Err(Error::TooLarge(self.max_memory));
        }
        lock(&self.page).finish();
        self.output.drain(&mut sink);
        Ok(())
    }

    /// Makes the parser with the encoding that is known by now, and returns the bytes that were kept until then.
    fn begin(&mut self) -> Result<Vec<u8>, Error> {
        let Stage::Start(first) = &mut self.stage else { return Ok(Vec::new()) };
        let first = std::mem::take(first);
        // A byte order mark wins over everything (HTML Standard, "BOM sniff").
        let marked = Encoding::for_bom(&first).map(|(encoding, _)| encoding);
        let encoding = marked.or(self.charset);
        match AsciiCompatibleEncoding::new(encoding.unwrap_or(UTF_8)) {
            Some(ascii) => {
                lock(&self.page).has_charset = encoding.is_some();
                let parser = parser(&self.page, &self.output, ascii, encoding.is_none(), None);
                self.stage = Stage::Parse(Box::new(parser));
                Ok(first)
            }
            None => Err(self.fail(Error::Charset(encoding.map_or("", Encoding::name).to_owned()))),
        }
    }

    fn parse(&mut self, chunk: &[u8], sink: &mut impl FnMut(&[u8])) -> Result<(), Error> {
        for piece in chunk.chunks(PIECE) {
            if let Some(at) = self.head.as_mut().and_then(|head| head.find(piece)) {
                self.head = None;
                self.piece(&piece[..at], sink)?;
                self.insert_into_head();
                self.piece(&piece[at..], sink)?;
            } else {
                self.piece(piece, sink)?;
            }
        }
        match &self.stage {
            Stage::Failed(error) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    fn piece(&mut self, piece: &[u8], sink: &mut impl FnMut(&[u8])) -> Result<(), Error> {
        lock(&self.page).marks.meet(piece);
        let result = match &mut self.stage {
            Stage::Parse(parser) => parser.write(piece).map_err(|error| reason(&error, self.max_memory)),
            Stage::Failed(error) => return Err(error.clone()),
            Stage::Start(_) => Ok(()),
        };
        // What came before the fault is filtered.
        self.output.drain(sink);
        match result {
            Ok(()) if self.output.is_over() => Err(self.fail(Error::TooLarge(self.max_memory))),
            Ok(()) => Ok(()),
            Err(error) => Err(self.fail(error)),
        }
    }

    fn insert_into_head(&self) {
        let context = lock(&self.page).context.clone();
        if let Some(html) = &context.options.head_start {
            self.output.push(&self.output.encoding().encode(&html(&context.visitor)).0);
        }
    }

    fn fail(&mut self, error: Error) -> Error {
        self.stage = Stage::Failed(error.clone());
        error
    }
}

impl fmt::Debug for Rewriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::Start(_) => "start",
            Stage::Parse(_) => "parse",
            Stage::Failed(_) => "failed",
        };
        f.debug_struct("Rewriter").field("stage", &stage).finish_non_exhaustive()
    }
}

/// The address of a page whose host did not say.
fn own_page(visitor: &Visitor, path: &str) -> Result<Url, Error> {
    let host = visitor.gate().compiled().own_hosts().find(|host| !host.starts_with('*')).unwrap_or("localhost");
    let address = format!("https://{host}{path}");
    Url::parse(&address).map_err(|_| Error::Page(address))
}

/// Whether the bytes may be the start of a byte order mark, and more are needed to decide.
fn is_start_of_mark(first: &[u8]) -> bool {
    [&b"\xef\xbb\xbf"[..], b"\xfe\xff", b"\xff\xfe"]
        .iter()
        .any(|mark| first.len() < mark.len() && mark.starts_with(first))
}
