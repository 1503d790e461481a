//! What leaves the parser: bytes that may pass, and content that is buffered until it has been judged.
//!
//! The content of `<style>` and `<noscript>` is text to the parser. It is taken out of the stream as raw bytes, between the
//! start tag and the end tag, so that what is not changed stays the same to the byte, whatever its encoding.

use encoding_rs::{Encoding, UTF_8};
use lol_html::{AsciiCompatibleEncoding, OutputSink};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The shared end of a parser.
#[derive(Clone, Debug)]
pub(super) struct Output(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    ready: Vec<u8>,
    /// The buffers, the innermost last.
    buffered: Vec<Vec<u8>>,
    buffered_bytes: usize,
    buffered_max: usize,
    is_over: bool,
    encoding: &'static Encoding,
}

impl State {
    fn push(&mut self, bytes: &[u8]) {
        let Some(buffered) = self.buffered.last_mut() else {
            return self.ready.extend_from_slice(bytes);
        };
        if self.buffered_bytes + bytes.len() <= self.buffered_max {
            buffered.extend_from_slice(bytes);
            self.buffered_bytes += bytes.len();
        } else {
            self.is_over = true;
        }
    }
}

impl Output {
    pub(super) fn new(buffered_max: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            ready: Vec::new(),
            buffered: Vec::new(),
            buffered_bytes: 0,
            buffered_max,
            is_over: false,
            encoding: UTF_8,
        })))
    }

    /// The encoding of the page, by what is known now.
    pub(super) fn encoding(&self) -> &'static Encoding {
        self.state().encoding
    }

    /// From now on, what comes is buffered.
    pub(super) fn start_buffer(&self) {
        self.state().buffered.push(Vec::new());
    }

    /// Takes the buffer that was started last.
    pub(super) fn take_buffered(&self) -> Option<Vec<u8>> {
        let mut state = self.state();
        let buffered = state.buffered.pop()?;
        state.buffered_bytes -= buffered.len();
        Some(buffered)
    }

    pub(super) fn push(&self, bytes: &[u8]) {
        self.state().push(bytes);
    }

    /// Passes to the host what may pass.
    pub(super) fn drain(&self, sink: &mut impl FnMut(&[u8])) {
        let mut ready = std::mem::take(&mut self.state().ready);
        if !ready.is_empty() {
            sink(&ready);
            ready.clear();
        }
        self.state().ready = ready;
    }

    /// Whether more had to be buffered than is allowed. What came after is lost, so the page must be abandoned.
    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every section below is one step and leaves the state whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OutputSink for Output {
    fn handle_chunk(&mut self, chunk: &[u8]) {
        self.state().push(chunk);
    }

    fn set_encoding(&mut self, encoding: AsciiCompatibleEncoding) {
        self.state().encoding = encoding.into();
    }
}
