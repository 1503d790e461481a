//! The headers beside `Set-Cookie`: what the response may carry, what documents get, and what handlers may read.

use super::Visitor;
use crate::enforce::{Audience, Destination, HeaderDoor, LineEdit, PageHeader};
use crate::wire::pairs::without;
use std::borrow::Cow;

impl Visitor {
    /// What becomes of one line of a response's head that makes a browser load, send or store something: `Link`,
    /// `Refresh`, `Reporting-Endpoints` and the others of the table in [`web`](crate::web). `Set-Cookie` is
    /// [`judge_set_cookie`](Self::judge_set_cookie)'s; any other header is kept.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use consent_gate::header::LineEdit;
    /// # let gate = testing::gate();
    /// let visitor = testing::refused(&gate);
    /// let line = b"<https://px.lumen.example/v.gif>; rel=preload, </next>; rel=next";
    /// assert_eq!(visitor.judge_header("link", line), LineEdit::Replace(b"</next>; rel=next".to_vec()));
    /// assert_eq!(testing::accepted(&gate).judge_header("link", line), LineEdit::Keep);
    /// ```
    #[must_use]
    pub fn judge_header(&self, name: &str, value: &[u8]) -> LineEdit {
        match HeaderDoor::by_name(name) {
            None => LineEdit::Keep,
            Some(door) => {
                self.note_question();
                self.look().door(door, value, Destination::Document).0
            }
        }
    }

    /// The second `Content-Security-Policy` of a document that is made now; `None` where the policy turns it off, or where
    /// undeclared things pass and nobody would hear a report.
    ///
    /// [`Exchange`](crate::web::Exchange) and the adapters add it themselves.
    #[must_use]
    pub fn content_security_policy(&self) -> Option<PageHeader> {
        self.page_headers().into_iter().find(|header| header.name.starts_with("content-security-policy"))
    }

    /// Everything that a document is to carry: the `Content-Security-Policy`, the endpoint that it reports to, and the
    /// `Permissions-Policy`. Each is one more line beside the application's own.
    #[must_use]
    pub fn page_headers(&self) -> Vec<PageHeader> {
        self.note_question();
        let leaving = self.look();
        leaving.security_policy(Audience::Visitor, false).into_iter().chain(leaving.permissions_policy()).collect()
    }

    /// A `Cookie` header of this request as handlers may read it: without the declared cookies that are denied now. What
    /// is kept stays byte for byte, undeclared cookies, essential ones and the visitor's answer among it.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # let gate = testing::gate();
    /// let header = b"sid=1; _lum1=a; theme=dark";
    /// assert_eq!(*testing::refused(&gate).readable_cookies(header), *b"sid=1; theme=dark");
    /// assert_eq!(*testing::accepted(&gate).readable_cookies(header), *header);
    /// ```
    #[must_use]
    pub fn readable_cookies<'h>(&self, header: &'h [u8]) -> Cow<'h, [u8]> {
        let state = self.state();
        let judge = self.judge(&state);
        let mut is_personal = false;
        let kept = without(header, |name| {
            let (is_hidden, depends) = judge.hides(name);
            is_personal |= depends;
            is_hidden
        });
        // Without a tracker among them, every visitor's handler reads the same.
        if is_personal {
            self.note_question();
        }
        kept.map_or(Cow::Borrowed(header), Cow::Owned)
    }
}
