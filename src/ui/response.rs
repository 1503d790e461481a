//! A response without I/O.

/// A response, for an adapter to send.
///
/// It holds no `Set-Cookie` line: those of the visitor's answer are written by the layer around, from the same
/// [`Visitor`](crate::Visitor), or come from [`Visitor::finish`](crate::Visitor::finish).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Names, in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// What belongs to one visitor alone.
const PRIVATE: [(&str, &str); 2] = [("cache-control", "private, no-store"), ("vary", "Cookie, Sec-GPC")];

impl Response {
    pub(super) fn new(status: u16, media_type: &'static str, body: String) -> Self {
        Self { status, headers: vec![("content-type", media_type.to_owned())], body }
    }

    pub(super) fn html(status: u16, body: String) -> Self {
        Self::new(status, "text/html; charset=utf-8", body).private()
    }

    pub(super) fn json(status: u16, body: String) -> Self {
        Self::new(status, "application/json", body).private()
    }

    /// To the page that shows what has happened; a reload of it sends nothing again.
    pub(super) fn see_other(location: String) -> Self {
        Self { status: 303, ..Self::default() }.header("location", location).private()
    }

    pub(super) fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn private(mut self) -> Self {
        self.headers.extend(PRIVATE.map(|(name, value)| (name, value.to_owned())));
        self
    }

    /// The response to `HEAD`: the head alone, with the length that the body has.
    pub(super) fn head(mut self) -> Self {
        if !self.body.is_empty() {
            self.headers.push(("content-length", self.body.len().to_string()));
            self.body.clear();
        }
        self
    }

    /// The value of a header.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::testing;
    /// use consent_gate::ui::{Privacy, Request};
    ///
    /// let gate = testing::gate();
    /// let headers: [(&str, &[u8]); 1] = [("content-type", b"application/x-www-form-urlencoded")];
    /// let request = Request::read("POST", "/privacy", None, headers).body(b"action=refuse&back=/lessons/1");
    /// let submission = Privacy::new(gate.clone()).submit(&testing::undecided(&gate), &request).unwrap();
    /// assert_eq!(submission.commit().value("location"), Some("/lessons/1"));
    /// ```
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| *other == name).map(|(_, value)| &**value)
    }
}
