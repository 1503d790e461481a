//! The body of a response that went through an [`HtmlLayer`](crate::web::tower::HtmlLayer).

use super::page::Page;
use bytes::{Buf, Bytes};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project_lite::pin_project! {
    /// The body of a response that went through an [`HtmlLayer`](crate::web::tower::HtmlLayer).
    pub struct HtmlBody<B> {
        #[pin]
        body: Option<B>,
        page: Option<Box<Page>>,
        trailers: Option<HeaderMap>,
        // Whether nothing more is to be read.
        is_over: bool,
    }
}

impl<B> HtmlBody<B> {
    pub(in crate::web) const fn pass(body: B) -> Self {
        Self { body: Some(body), page: None, trailers: None, is_over: false }
    }

    pub(in crate::web) const fn page(body: B, page: Box<Page>) -> Self {
        Self { body: Some(body), page: Some(page), trailers: None, is_over: false }
    }

    /// No body. Its length is not told: that of the old one must not be.
    pub(in crate::web) const fn empty() -> Self {
        Self { body: None, page: None, trailers: None, is_over: false }
    }
}

impl<B> fmt::Debug for HtmlBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HtmlBody").field("page", &self.page).finish_non_exhaustive()
    }
}

impl<B> Body for HtmlBody<B>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let mut this = self.project();
        loop {
            if *this.is_over {
                return Poll::Ready(this.trailers.take().map(|trailers| Ok(Frame::trailers(trailers))));
            }
            let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Ready(None) };
            let data = match ready!(body.poll_frame(context)).map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => Some(data),
                Some(Ok(Err(frame))) => {
                    *this.is_over = true;
                    *this.trailers = frame.into_trailers().ok();
                    None
                }
                Some(Err(error)) => {
                    *this.is_over = true;
                    *this.page = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
                None => {
                    *this.is_over = true;
                    None
                }
            };
            let written = match (data, &mut *this.page) {
                (Some(data), Some(page)) => write(page, data),
                (Some(mut data), None) => {
                    return Poll::Ready(Some(Ok(Frame::data(data.copy_to_bytes(data.remaining())))));
                }
                (None, page) => page.take().map_or(Ok(Vec::new()), |page| {
                    let mut out = Vec::new();
                    page.end(&mut out).map(|()| out)
                }),
            };
            match written {
                // What is held gives no bytes yet.
                Ok(bytes) if bytes.is_empty() => {}
                Ok(bytes) => return Poll::Ready(Some(Ok(Frame::data(bytes.into())))),
                Err(error) => {
                    *this.is_over = true;
                    *this.page = None;
                    *this.trailers = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let is_read = self.page.is_none() && self.body.as_ref().is_none_or(Body::is_end_stream);
        self.trailers.is_none() && (self.is_over || is_read)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.page, &self.body) {
            _ if self.is_over => SizeHint::with_exact(0),
            (None, Some(body)) => body.size_hint(),
            (Some(page), Some(body)) if page.is_report() => body.size_hint(),
            _ => SizeHint::default(),
        }
    }
}

fn write(page: &mut Page, mut data: impl Buf) -> Result<Vec<u8>, crate::html::Error> {
    let mut out = Vec::with_capacity(data.remaining());
    while data.has_remaining() {
        let chunk = data.chunk();
        page.write(chunk, &mut out)?;
        let length = chunk.len();
        data.advance(length);
    }
    Ok(out)
}
