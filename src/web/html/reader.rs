//! A body of Rocket's that is rewritten while it is read.

use super::page::Page;
use rocket::response::Body;
use rocket::tokio::io::{AsyncRead, ReadBuf};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How many bytes of a page are read at a time.
const PIECE: usize = 8 << 10;

/// A body that is rewritten while it is read.
pub(in crate::web) struct PageReader<'r> {
    body: Body<'r>,
    /// Nothing once it has come to its end.
    page: Option<Box<Page>>,
    input: Box<[u8]>,
    /// What may pass, and how much of it has.
    ready: Vec<u8>,
    passed: usize,
}

impl<'r> PageReader<'r> {
    pub(in crate::web) fn new(body: Body<'r>, page: Box<Page>) -> Self {
        Self { body, page: Some(page), input: vec![0; PIECE].into(), ready: Vec::new(), passed: 0 }
    }
}

impl AsyncRead for PageReader<'_> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let waiting = &this.ready[this.passed..];
            if !waiting.is_empty() {
                let length = waiting.len().min(buffer.remaining());
                buffer.put_slice(&waiting[..length]);
                this.passed += length;
                return Poll::Ready(Ok(()));
            }
            (this.passed, this.ready) = (0, std::mem::take(&mut this.ready));
            this.ready.clear();
            let Some(mut page) = this.page.take() else { return Poll::Ready(Ok(())) };
            let mut input = ReadBuf::new(&mut this.input);
            let Poll::Ready(read) = Pin::new(&mut this.body).poll_read(context, &mut input) else {
                this.page = Some(page);
                return Poll::Pending;
            };
            read?;
            let written = if input.filled().is_empty() {
                page.end(&mut this.ready)
            } else {
                let written = page.write(input.filled(), &mut this.ready);
                this.page = Some(page).filter(|_| written.is_ok());
                written
            };
            written.map_err(io::Error::other)?;
        }
    }
}
