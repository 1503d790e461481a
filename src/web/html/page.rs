//! What becomes of one response, whatever the framework.

use crate::html::{Error, Options, Plan, Rewriter};
use crate::web::Mode;
use crate::{Event, Visitor};

/// What a response needs of its request.
#[derive(Clone, Debug)]
pub(in crate::web) struct Ticket {
    pub(in crate::web) visitor: Visitor,
    pub(in crate::web) options: Options,
    pub(in crate::web) mode: Mode,
    pub(in crate::web) is_head: bool,
}

/// What is to be done with a response.
#[derive(Debug)]
pub(in crate::web) enum Fate {
    /// It passes as it is.
    Pass,
    /// Nothing of it may leave: status 500, without headers and body.
    Fail,
    /// Its body goes through a [`Page`], and its head loses these headers.
    Page { page: Box<Page>, remove: &'static [&'static str] },
    /// It has no body to rewrite, and its head loses these headers: it agrees with that of `GET`.
    Head { remove: &'static [&'static str] },
}

impl Ticket {
    /// The headers that its request must lose, so that its response can be rewritten.
    pub(in crate::web) fn of_request<'r>(
        &self,
        headers: impl Iterator<Item = (&'r str, &'r [u8])>,
    ) -> &'static [&'static str] {
        if self.mode == Mode::Report { &[] } else { Plan::for_request(headers) }
    }

    /// What becomes of a response.
    pub(in crate::web) fn fate<'r>(self, status: u16, headers: impl Iterator<Item = (&'r str, &'r [u8])>) -> Fate {
        let Self { visitor, mut options, mode, is_head } = self;
        let method = if is_head { "HEAD" } else { "GET" };
        let edits = match Plan::for_response(method, status, headers) {
            Plan::Rewrite(edits) => edits,
            Plan::Skip(skip) => {
                if skip.is_unfiltered() {
                    visitor.tell(&Event::Unfiltered { why: skip.code() });
                }
                return Fate::Pass;
            }
        };
        if let Some(charset) = edits.charset {
            options = options.charset(charset);
        }
        let is_report = mode == Mode::Report;
        if is_report {
            options = options.report_only();
        } else {
            // The body depends on the visitor, which the head must say before the first address was asked about.
            let _ = visitor.consent();
        }
        match Rewriter::new(&visitor, options) {
            Ok(_) if is_report && !edits.has_body => Fate::Pass,
            Ok(_) if !edits.has_body => Fate::Head { remove: edits.remove },
            Ok(rewriter) => {
                let remove = if is_report { &[] } else { edits.remove };
                Fate::Page { page: Box::new(Page { rewriter: Some(rewriter), visitor, is_report }), remove }
            }
            Err(error) => {
                abandoned(&visitor, &error);
                if is_report { Fate::Pass } else { Fate::Fail }
            }
        }
    }
}

/// A page that is being rewritten.
#[derive(Debug)]
pub(in crate::web) struct Page {
    /// Nothing once a page that is only reported on had to be abandoned.
    rewriter: Option<Rewriter>,
    visitor: Visitor,
    is_report: bool,
}

impl Page {
    /// Whether its bytes pass as they are.
    pub(in crate::web) const fn is_report(&self) -> bool {
        self.is_report
    }

    /// Takes bytes of the page and adds what may pass.
    pub(in crate::web) fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if self.is_report {
            out.extend_from_slice(bytes);
            let Some(rewriter) = &mut self.rewriter else { return Ok(()) };
            if let Err(error) = rewriter.write(bytes, |_| ()) {
                abandoned(&self.visitor, &error);
                self.rewriter = None;
            }
            return Ok(());
        }
        let Some(rewriter) = &mut self.rewriter else { return Ok(()) };
        rewriter.write(bytes, |bytes| out.extend_from_slice(bytes)).inspect_err(|error| abandoned(&self.visitor, error))
    }

    /// Ends the page and adds what remains of it.
    pub(in crate::web) fn end(self, out: &mut Vec<u8>) -> Result<(), Error> {
        let Self { rewriter, visitor, is_report } = self;
        let Some(rewriter) = rewriter else { return Ok(()) };
        let ended = rewriter.end(|bytes| {
            // In report mode everything has passed already.
            if !is_report {
                out.extend_from_slice(bytes);
            }
        });
        match ended.inspect_err(|error| abandoned(&visitor, error)) {
            Err(_) if is_report => Ok(()),
            ended => ended,
        }
    }
}

fn abandoned(visitor: &Visitor, error: &Error) {
    visitor.tell(&Event::Abandoned { why: error.code() });
}
