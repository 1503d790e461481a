//! Law 10, with both features: hostile requests leave nothing of themselves in a span, an event or a label.

use super::counters::counted;
use super::log::Log;
use super::{exchange, gate};
use chrono::TimeDelta;
use consent_gate::web::Mode;
use consent_gate::{Category, Change, Signals, Stamp, Storage, Visitor};

const SECRETS: [&str; 6] =
    ["5ecre7cafe", "1234567890", "user.name@mail.example", "user.name%40mail", "gclid", "0000c0ffee"];

/// A secret as it may stand in a name: `gclid` is a word there.
fn id(secret: &str) -> &str {
    if secret == "gclid" { "4711081500" } else { secret }
}

/// `Cookie` headers with secrets in every place.
fn cookies() -> Vec<String> {
    let mut all = Vec::new();
    for secret in SECRETS {
        let id = id(secret);
        all.extend([
            format!("__Host-consent={secret}"),
            format!("__Host-consent=1.4.{secret}.4.10.0; own_a={secret}"),
            format!("__Host-consent=1.4.1794528000.4.10.0.+{secret}; own_ad={secret}; tally_{id}={secret}"),
            format!("__Host-consent=1.4.1794528000.0.1e.0; own_ad={secret}; tally_{id}={secret}; sid={secret}"),
            format!("x_{id}={secret}; {secret}; ={secret}; {id}_x={secret}; \u{7}{id}=1"),
            format!("__Host-consent=1.4.1794528000.1e.0.0; __Host-consent={secret}; {}={secret}", "n".repeat(200)),
        ]);
    }
    all
}

fn lines(secret: &str) -> Vec<String> {
    let id = id(secret);
    vec![
        format!("sid={secret}; Path=/{secret}; Domain={secret}"),
        format!("own_ad={secret}; Path=/{secret}"),
        format!("own_a={secret}; Path=/{secret}; Domain={secret}"),
        format!("tally_{id}={secret}; Path=/{secret}; Domain=.{secret}.example"),
        format!("__Host-consent={secret}"),
        format!("x_{id}={secret}"),
        format!("={secret}=1"),
        secret.to_owned(),
        format!("x_{id}\0=1"),
    ]
}

/// Everything that a handler can ask, with a secret in it.
fn ask(visitor: &Visitor, secret: &str) {
    let id = id(secret);
    for address in [
        format!("https://adloop.example/t.js?gclid={secret}#{secret}"),
        format!("https://nobody.example/{secret}?q={secret}#{secret}"),
        format!("https://{secret}:{secret}@nobody.example/"),
        format!("https://{id}.nobody.example/"),
        format!("data:text/html,{secret}"),
        format!("mailto:{secret}"),
        format!("/{secret}?{secret}"),
    ] {
        let _ = visitor.decide_address(&address);
        let _ = visitor.forward_permit(&address);
        let _ = visitor.stamp_forward(&address);
    }
    for storage in [Storage::Local, Storage::Session, Storage::IndexedDb] {
        let _ = visitor.decide_storage(storage, &format!("peek.queue:{id}"));
        let _ = visitor.decide_storage(storage, "peek.queue");
    }
    let _ = visitor.decide_cookie(&format!("sess_{id}"));
    let _ = visitor.stamp_provider(secret);
    let _ = visitor.prepare(&Change::grant(Category::ANALYTICS).provider(secret, true));
    let _ = visitor.learn(|facts| facts.answer_text = Some(secret.to_owned()));
    let _ = visitor.refuse(Category::ADVERTISING);
    for blocked in [format!("https://adloop.example/t.js?{secret}"), format!("https://{id}.nobody.example/{secret}")] {
        let page = format!("https://shop.example/{secret}?{secret}");
        let report = format!(r#"{{"csp-report":{{"document-uri":"{page}","blocked-uri":"{blocked}"}}}}"#);
        assert!(visitor.gate().receive_reports(report.as_bytes()).is_ok());
    }
}

#[test]
fn law_10_no_span_event_or_label_holds_what_the_visitor_sent() {
    let mut told = Vec::new();
    let counters = counted(|| {
        told = Log::of(|| {
            let gate = gate();
            for mode in [Mode::Enforce, Mode::Report] {
                for (place, cookies) in cookies().iter().enumerate() {
                    let secret = SECRETS[place % SECRETS.len()];
                    let lines = lines(secret);
                    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                    exchange(&gate, mode, cookies, |visitor| ask(visitor, secret), &lines);
                }
            }
            let stamp: Stamp = super::site::visitor(&gate, "CH", "").stamp(Category::ANALYTICS).unwrap();
            for secret in SECRETS {
                let facts = super::site::facts("DE").answer_text(secret);
                let person = gate.without_request(facts, Signals::GPC, super::site::time(super::site::NOW));
                let _ = person.rejudge(&stamp, TimeDelta::days(1));
            }
        });
    });
    let told: Vec<&str> = told.iter().chain(counters.keys()).map(String::as_str).collect();
    for line in &told {
        for secret in SECRETS.into_iter().chain(["4711081500", "user.name"]) {
            assert!(!line.contains(secret), "{secret:?} is told by {line}");
        }
    }
    for kind in ["denied", "erased", "unreadable", "undeclared", "mismatch", "changed", "blocked"] {
        assert!(told.iter().any(|line| line.contains(&format!("message={kind} "))), "{kind} was tried");
        assert!(told.iter().any(|line| line.starts_with(&format!("consent_gate_{kind}_total"))), "{kind} was counted");
    }
}
