//! The body of a response that went through an [`HtmlLayer`](crate::web::actix_web::HtmlLayer).

use super::page::Page;
use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project_lite::pin_project! {
    /// The body of a response that went through an [`HtmlLayer`](crate::web::actix_web::HtmlLayer).
    #[derive(Debug)]
    pub struct HtmlMessageBody<B> {
        #[pin]
        body: Option<B>,
        page: Option<Box<Page>>,
    }
}

impl<B> HtmlMessageBody<B> {
    pub(in crate::web) const fn pass(body: B) -> Self {
        Self { body: Some(body), page: None }
    }

    pub(in crate::web) const fn page(body: B, page: Box<Page>) -> Self {
        Self { body: Some(body), page: Some(page) }
    }

    /// No body. Its length is not told: that of the old one must not be.
    pub(in crate::web) const fn empty() -> Self {
        Self { body: None, page: None }
    }
}

impl<B: MessageBody> MessageBody for HtmlMessageBody<B> {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        match (&self.page, &self.body) {
            (None, Some(body)) => body.size(),
            (Some(page), Some(body)) if page.is_report() => body.size(),
            _ => BodySize::Stream,
        }
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let mut this = self.project();
        loop {
            let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Ready(None) };
            let data = ready!(body.poll_next(context)).transpose().map_err(Into::into);
            let Some(page) = this.page else { return Poll::Ready(data.transpose()) };
            let mut out = Vec::new();
            let written = match data {
                Ok(Some(bytes)) => page.write(&bytes, &mut out).map_err(Into::into),
                Ok(None) => {
                    this.body.set(None);
                    this.page.take().map_or(Ok(()), |page| page.end(&mut out)).map_err(Into::into)
                }
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                this.body.set(None);
                *this.page = None;
                return Poll::Ready(Some(Err(error)));
            }
            // What is held gives no bytes yet.
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(out.into())));
            }
        }
    }
}
