//! Reads the reports of browsers about what a `Content-Security-Policy` blocked, or would have blocked.
//!
//! - Both formats: `application/csp-report` (CSP 2 §4.4) and `application/reports+json` (Reporting API §3.1). Which it is
//!   shows in the body.
//! - A report holds addresses of pages, queries and all. Nothing of it is kept but the origin of what was blocked.
//! - Anybody can send one. So it changes no decision, a body is bounded, and what it names goes into the bounded set of
//!   [`Gate::undeclared`]. Reports about pages of other hosts are passed over.

use crate::compiled::Kind;
use crate::enforce::undeclared;
use crate::gate::watch::event::Thing;
use crate::wire::address::Address;
use crate::wire::json::{self, Token};
use crate::{Event, Gate};

/// The longest body that is read, in bytes. Browsers send a few reports at a time, of about a kilobyte each.
const BODY_MAX: usize = 65_536;

/// How many reports of one body count.
const REPORTS_MAX: usize = 100;

/// Why a body of reports was not read. Always the fault of the bytes.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// More bytes than browsers send.
    #[error("the report has {0} bytes, and at most {BODY_MAX} are read")]
    TooLong(usize),
    /// No JSON.
    #[error("the report is not JSON")]
    NotJson,
}

/// What counts of one report.
#[derive(Default)]
struct Report {
    /// The kind that the Reporting API gives; the older format has none.
    kind: Option<String>,
    page: Option<String>,
    blocked: Option<String>,
}

impl Gate {
    /// Takes the body that a browser posted to the policy's `headers.report`, whichever of the two formats it has. Gives how
    /// many reports in it are about a page of ours and an address elsewhere.
    ///
    /// An address that nothing declares is remembered by its origin, see [`undeclared`](Self::undeclared), and told as
    /// [`Event::Undeclared`]; a declared one is told as [`Event::Blocked`]. The route that receives it answers 204, whoever
    /// asks, and reads no more of a body than 64 KiB.
    ///
    /// # Errors
    /// [`ReportError`] for more than 65,536 bytes, and for a body that is not JSON: `a=1`, `{"csp-report":`.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # let gate = testing::gate();
    /// let body = br#"{"csp-report": {
    ///     "document-uri": "https://calminteraction.example/lesson?id=7",
    ///     "blocked-uri": "https://fonts.example/a.woff2?u=9"
    /// }}"#;
    /// assert_eq!(gate.receive_reports(body), Ok(1));
    /// assert_eq!(gate.undeclared()[0].name, "https://fonts.example/");
    /// ```
    pub fn receive_reports(&self, body: &[u8]) -> Result<usize, ReportError> {
        if body.len() > BODY_MAX {
            return Err(ReportError::TooLong(body.len()));
        }
        let text = std::str::from_utf8(body).map_err(|_| ReportError::NotJson)?;
        let (mut report, mut reports) = (Report::default(), Vec::new());
        let is_json = json::read(text, |token| match token {
            Token::Text { depth: 2, key: "type", text } => report.kind = Some(text.to_owned()),
            Token::Text { depth: 2, key: "document-uri", text }
            | Token::Text { depth: 3, key: "documentURL", text } => {
                report.page = Some(text.to_owned());
            }
            Token::Text { depth: 2, key: "blocked-uri", text } | Token::Text { depth: 3, key: "blockedURL", text } => {
                report.blocked = Some(text.to_owned());
            }
            Token::End { depth: 2 } => reports.push(std::mem::take(&mut report)),
            _ => {}
        });
        if !is_json {
            return Err(ReportError::NotJson);
        }
        Ok(reports.iter().take(REPORTS_MAX).filter(|report| self.hears(report)).count())
    }

    /// Tells of one report; whether it counts.
    fn hears(&self, report: &Report) -> bool {
        let absolute = |text: &Option<String>| match text.as_deref().map(Address::parse) {
            Some(Ok(address @ Address::Absolute { .. })) => Some(address.into_owned()),
            _ => None,
        };
        let compiled = self.compiled();
        let is_other_kind = report.kind.as_deref().is_some_and(|kind| kind != "csp-violation");
        if is_other_kind || !absolute(&report.page).is_some_and(|address| compiled.is_own(&address)) {
            return false;
        }
        // `inline`, `eval` and `data` are not about hosts.
        let Some(blocked) = absolute(&report.blocked).filter(|address| !compiled.is_own(address)) else { return false };
        if let Some(tracker) = compiled.find(Kind::Address, blocked.text()) {
            let technology = compiled.declared(tracker).technology;
            self.tell(&Event::Blocked { technology, category: self.category_id(compiled.terms(tracker).category) });
        } else {
            let decision = undeclared(self.policy());
            let (name, is_first) = self.tally().undeclared.meet(Thing::Address, blocked.text(), true);
            self.tell(&Event::Undeclared {
                thing: Thing::Address,
                name: &name,
                decision,
                is_first,
                from_browser: true,
            });
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use std::sync::{Arc, Mutex};

    /// What a gate makes of a body: how many reports count, and what it tells.
    fn received(body: &str) -> (Result<usize, ReportError>, Vec<String>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let hears = told.clone();
        let gate = testing::gate().on_event(move |event| hears.lock().unwrap().push(format!("{event:?}")));
        let result = gate.receive_reports(body.as_bytes());
        let told = told.lock().unwrap().clone();
        (result, told)
    }

    fn old(page: &str, blocked: &str) -> String {
        format!(r#"{{"csp-report":{{"document-uri":"{page}","blocked-uri":"{blocked}","script-sample":"secret"}}}}"#)
    }

    const PAGE: &str = "https://calminteraction.example/lesson?token=secret";

    #[test]
    fn both_formats_count() {
        let (count, told) = received(&old(PAGE, "https://fonts.example/a.woff2?u=secret"));
        assert_eq!((count, told.len()), (Ok(1), 1));
        assert!(told[0].contains("Undeclared") && told[0].contains("https://fonts.example/"), "{told:?}");
        let new = format!(
            r#"[{{"type":"csp-violation","age":1,"url":"{PAGE}","user_agent":"secret","body":{{"documentURL":"{PAGE}",
               "blockedURL":"https://px.lumen.example/v.gif?id=secret","effectiveDirective":"img-src","statusCode":200}}}},
               {{"type":"deprecation","body":{{"documentURL":"{PAGE}","blockedURL":"https://a.example/"}}}}]"#
        );
        let (count, told) = received(&new);
        assert_eq!(count, Ok(1));
        assert_eq!(told, ["Blocked { technology: Pixel, category: \"analytics\" }"]);
    }

    #[test]
    fn law_10_nothing_but_an_origin_is_kept() {
        let (_, told) = received(&old(PAGE, "https://user:secret@fonts.example/secret?secret#secret"));
        assert!(told.iter().all(|event| !event.contains("secret")), "{told:?}");
    }

    #[test]
    fn what_is_not_about_our_pages_and_other_hosts_does_not_count() {
        for (page, blocked) in [
            ("https://evil.example/", "https://fonts.example/"),
            ("", "https://fonts.example/"),
            (PAGE, "inline"),
            (PAGE, "eval"),
            (PAGE, "data"),
            (PAGE, "blob:https://a.example/1"),
            (PAGE, "https://calminteraction.example/app.js"),
            (PAGE, "wss://calminteraction.example:8443/"),
            (PAGE, ""),
        ] {
            assert_eq!(received(&old(page, blocked)), (Ok(0), vec![]), "{page} {blocked}");
        }
    }

    #[test]
    fn law_7_bodies_are_bounded() {
        let gate = testing::gate();
        assert_eq!(gate.receive_reports(&vec![b' '; BODY_MAX + 1]), Err(ReportError::TooLong(BODY_MAX + 1)));
        for body in ["", "a=1", "{\"csp-report\":", "\u{feff}{}"] {
            assert_eq!(gate.receive_reports(body.as_bytes()), Err(ReportError::NotJson), "{body}");
        }
        assert_eq!(gate.receive_reports(b"\xff"), Err(ReportError::NotJson));
        let one = format!(r#"{{"body":{{"documentURL":"{PAGE}","blockedURL":"https://a.example/"}}}}"#);
        let many = format!("[{}]", vec![one; 400].join(","));
        assert_eq!(gate.receive_reports(many.as_bytes()), Ok(REPORTS_MAX));
        assert_eq!(gate.undeclared().len(), 1);
    }
}
