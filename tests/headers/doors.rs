//! Headers that make a browser load, send or store something.

use crate::headers::{HTML, begin, finish, gate, gate_with, granted, lines};
use consent_gate::header::LineEdit;
use consent_gate::policy::{Technology, Tracker, Undeclared};
use consent_gate::web::Mode;
use consent_gate::{Category, Event, testing};
use std::sync::{Arc, Mutex};

const NOTHING: Category = Category::empty();

/// What is left of one line for a visitor who refused everything; `None` where it stays as it is.
#[track_caller]
fn leaves(name: &str, line: &str, expected: Option<&str>) {
    let gate = gate();
    let edits = finish(&granted(&gate, NOTHING), &[(name, line)]);
    let left = lines(&edits, name).map(|lines| lines.join(" | "));
    assert_eq!(left.as_deref(), expected, "{name}: {line}");
    // The verdict of the core is the same.
    let verdict = testing::refused(&gate).judge_header(name, line.as_bytes());
    let expected = match expected {
        None => LineEdit::Keep,
        Some("") => LineEdit::Drop,
        Some(line) => LineEdit::Replace(line.into()),
    };
    assert_eq!(verdict, expected, "{name}: {line}");
    // Nothing goes from a visitor who allowed what is declared.
    if !line.contains("other.example") {
        let edits = finish(&granted(&gate, gate.offered()), &[(name, line)]);
        assert_eq!(lines(&edits, name), None, "{name}: {line}");
    }
}

#[test]
fn a_link_that_loads_loses_its_denied_entries_and_no_other() {
    for rel in [
        "preload",
        "prefetch",
        "preconnect",
        "dns-prefetch",
        "next",
        "modulepreload",
        "stylesheet",
        "prerender",
        "icon",
        "manifest",
    ] {
        leaves("link", &format!("<https://ads.example/t/a>; rel={rel}"), Some(""));
        leaves("link", &format!("<https://ads.example/t/a>;REL=\"x {}\"", rel.to_uppercase()), Some(""));
        leaves("link", &format!("<https://pay.example/a>; rel={rel}"), None);
        leaves("link", &format!("</a.css>; rel={rel}"), None);
    }
    for rel in
        ["prev", "canonical", "alternate", "license", "preloaded", "me", "\"prev up\"", "https://ads.example/rel"]
    {
        leaves("link", &format!("<https://ads.example/t/a>; rel={rel}"), None);
    }
    for (line, left) in [
        (
            r#"</a.css>;  rel=preload ; as=style, <https://ads.example/t/a>; rel=preload; title="x, y; z", <https://other.example>; rel="prev""#,
            r#"</a.css>;  rel=preload ; as=style, <https://other.example>; rel="prev""#,
        ),
        ("<//ads.example/t/a>; rel=preload,</b>;rel=preload", "</b>;rel=preload"),
        (r#"<https://ads.example/t/a,b;c>; anchor="/x"; rel=preload, </c>; rel=next"#, "</c>; rel=next"),
        (
            r#"</a>; anchor="https://ads.example/t/"; rel=next, <HTTPS:\\ADS.example/t/>; rel=preconnect"#,
            r#"</a>; anchor="https://ads.example/t/"; rel=next"#,
        ),
        ("<https://ads.example/t/a>; rel=next; rel=preload", ""),
        ("<https://ads.example/t/a>; rel='preload prev'", ""),
        (r#"</s.png>; rel=preload; as=image; imagesrcset="/s.png 1x, https://ads.example/t/2.png 2x""#, ""),
        (r#"</a>; rel=next; title="open, <https://ads.example/t/a>; rel=preload"#, ""),
        ("<https://ads.example/t/a; rel=preload", ""),
    ] {
        leaves("link", line, Some(left));
    }
    for line in
        ["", ",", "https://ads.example/t/a; rel=preload", "</a>", "<>; rel=preload", "<https://ads.example/t/a>"]
    {
        leaves("link", line, None);
    }
}

#[test]
fn a_connection_is_allowed_where_some_address_of_its_origin_is() {
    for rel in ["preconnect", "dns-prefetch"] {
        for origin in ["https://px.lumen.example", "https://px.lumen.example/", "//PX.lumen.example:443/any/path?a"] {
            leaves("link", &format!("<{origin}>; rel={rel}; crossorigin"), Some(""));
        }
        // A preload names an address, and this one is not declared.
        let line = format!("<https://px.lumen.example/>; rel=\"{rel} preload\"");
        let verdict = testing::accepted(&gate()).judge_header("link", line.as_bytes());
        assert_eq!(verdict, LineEdit::Drop, "{line}");
    }
}

#[test]
fn a_connection_has_the_reason_of_the_first_address_that_is_declared_there() {
    let gate = gate_with(|policy| {
        for (name, category) in [
            ("https://two.example/a", "advertising"),
            ("https://two.example/b", "analytics"),
            ("https://two.example:8443/", "essential"),
            ("wss://socket.example/live", "analytics"),
        ] {
            policy
                .trackers
                .push(Tracker::new(name, Technology::Pixel, category).purpose(policy.trackers[0].purpose.clone()));
        }
        policy.enforce.undeclared = Undeclared::Report;
    });
    let analytics = granted(&gate, Category::ANALYTICS).visitor().clone();
    let refused = granted(&gate, NOTHING).visitor().clone();
    for (address, of_analytics, of_refused) in [
        ("https://two.example", "granted", "refused"),
        ("https://two.example:8443", "essential", "essential"),
        ("http://two.example", "undeclared", "undeclared"),
        ("https://socket.example/", "granted", "refused"),
        ("wss://socket.example/", "granted", "refused"),
        ("https://calminteraction.example/count", "granted", "first-party"),
        ("/count", "first-party", "first-party"),
        ("https://other.example", "undeclared", "undeclared"),
    ] {
        assert_eq!(analytics.decide_origin(address).code(), of_analytics, "{address}");
        assert_eq!(refused.decide_origin(address).code(), of_refused, "{address}");
    }
}

#[test]
fn of_several_link_lines_the_others_stay_byte_for_byte() {
    let gate = gate();
    let sent = [
        ("link", "</a.css>; rel=preload,"),
        ("x-a", "1"),
        ("Link", "<https://ads.example/t/a>; rel=preconnect"),
        ("link", "</b>; rel=next, <https://px.lumen.example/v.gif>; rel=preload;as=image"),
        ("link", " </c> ;rel=\"next\" "),
    ];
    let edits = finish(&granted(&gate, NOTHING), &sent);
    let left = ["</a.css>; rel=preload,", "</b>; rel=next", " </c> ;rel=\"next\" "];
    assert_eq!(lines(&edits, "link").unwrap(), left);
    let edits = finish(&granted(&gate, Category::ANALYTICS), &sent);
    assert_eq!(lines(&edits, "link").unwrap(), [sent[0].1, sent[3].1, sent[4].1]);
}

#[test]
fn a_link_that_is_not_utf_8_keeps_its_bytes() {
    let verdict = testing::refused(&gate()).judge_header("link", b"</\xff>; rel=next, <//ads.example/t/>; rel=icon");
    assert_eq!(verdict, LineEdit::Replace(b"</\xff>; rel=next".to_vec()));
}

#[test]
fn a_refresh_to_a_denied_address_goes() {
    for value in [
        "0;url=https://ads.example/t/",
        "5; URL='//ads.example/t/x' y",
        " 0.5,https://ads.example/t/",
        "0 //other.example",
        // With `Refresh: 0` on a line of its own.
        "//other.example",
        "url=https://ads.example/t/",
    ] {
        leaves("refresh", value, Some(""));
    }
    for value in [
        "5",
        "0;url=/next",
        "0;url=https://calminteraction.example/",
        "0;url=https://pay.example/",
        "x;url=//ads.example/t/",
        "",
    ] {
        leaves("refresh", value, None);
    }
}

#[test]
fn reports_go_to_nobody_who_is_denied() {
    leaves(
        "reporting-endpoints",
        r#"main="https://ads.example/t/r?a,b", own="/reports";x="//ads.example/t/", b="https://pay.example/""#,
        Some(r#"own="/reports";x="//ads.example/t/", b="https://pay.example/""#),
    );
    leaves("reporting-endpoints", r#"main="/r""#, None);
    let kept = r#"{"group":"own","max_age":1,"endpoints":[{"url":"https://calminteraction.example/r"}]}"#;
    let denied = r#"{"group":"a","endpoints":[{"url":"\/r"},{"url":"https:\/\/ads.example\/t\/"}]}"#;
    leaves("report-to", &format!("{denied}, {kept}"), Some(kept));
    leaves("report-to", kept, None);
    leaves("nel", r#"{"report_to":"a","max_age":1}"#, None);
    leaves(
        "content-security-policy",
        "default-src 'self'; report-uri https://ads.example/t/ /own; img-src *",
        Some("default-src 'self'; report-uri /own; img-src *"),
    );
    leaves(
        "content-security-policy-report-only",
        "default-src https://ads.example/t/; report-uri //ads.example/t/, img-src *",
        Some("default-src https://ads.example/t/, img-src *"),
    );
    leaves("content-security-policy", "Report-URI https://ads.example/t/", Some(""));
    leaves("content-security-policy", "script-src https://ads.example/t/;report-uri /r", None);
}

#[test]
fn speculation_rules_are_loaded_from_nobody_who_is_denied() {
    leaves("speculation-rules", r#""/a.json", "https://ads.example/t/r.json""#, Some(r#""/a.json""#));
    leaves("speculation-rules", r#""/a.json""#, None);
}

#[test]
fn r41_detailed_hints_are_asked_for_only_with_analytics() {
    leaves(
        "accept-ch",
        "Sec-CH-UA-Model, Sec-CH-UA-Mobile, sec-ch-prefers-color-scheme, Device-Memory",
        Some("Sec-CH-UA-Mobile, sec-ch-prefers-color-scheme"),
    );
    leaves("critical-ch", "Sec-CH-UA-Full-Version-List", Some(""));
    leaves("accept-ch", "Sec-CH-UA, Save-Data", None);
    let gate = gate();
    let edits = finish(&granted(&gate, Category::ADVERTISING), &[("accept-ch", "Sec-CH-UA-Model")]);
    assert_eq!(lines(&edits, "accept-ch"), Some(vec![]));
}

#[test]
fn headers_of_advertising_go_with_advertising() {
    for name in [
        "attribution-reporting-register-source",
        "attribution-reporting-register-trigger",
        "attribution-reporting-register-os-source",
        "attribution-reporting-register-os-trigger",
        "observe-browsing-topics",
        "shared-storage-write",
        "ad-auction-signals",
        "ad-auction-additional-bid",
    ] {
        leaves(name, "?1", Some(""));
    }
}

#[test]
fn what_loads_nothing_stays() {
    for name in [
        "sourcemap",
        "x-sourcemap",
        "alt-svc",
        "content-location",
        "clear-site-data",
        "x-link",
        "links",
        "server-timing",
    ] {
        leaves(name, "<https://ads.example/t/a>; rel=preload", None);
    }
}

/// Sets `Set-Cookie` aside, which has a verdict of its own: 1xx, redirections and errors are heads as any other.
#[test]
fn early_hints_are_judged_and_the_visitor_stays_open() {
    let gate = gate();
    let exchange = granted(&gate, NOTHING);
    let early: [(&str, &[u8]); 4] = [
        ("link", b"</a.css>; rel=preload; as=style, <https://ads.example/t/a>; rel=preconnect"),
        ("set-cookie", b"_lum1=a"),
        ("set-cookie", b"sid=1"),
        ("content-type", b"text/html"),
    ];
    let edits = exchange.inform(early);
    assert_eq!(lines(&edits, "link").unwrap(), ["</a.css>; rel=preload; as=style"]);
    assert_eq!(edits.set_cookie, [LineEdit::Drop, LineEdit::Keep]);
    assert!(edits.append.is_empty() && edits.page.is_empty() && edits.cache.is_none());
    exchange.visitor().grant(Category::ADVERTISING).unwrap();
    assert_eq!(lines(&exchange.inform(early), "link"), None);
    assert_eq!(finish(&exchange, &[HTML]).append.len(), 1);
}

#[test]
fn report_mode_judges_and_tells_and_changes_nothing() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = told.clone();
    let gate = gate().on_event(move |event| {
        if let Event::Denied { category, .. } = event {
            hears.lock().unwrap().push((*category).to_owned());
        }
    });
    let sent = [("link", "<https://ads.example/t/a>; rel=preload"), ("accept-ch", "Sec-CH-UA-Model")];
    let edits = finish(&begin(&gate, &[], Mode::Report), &sent);
    assert!(edits.headers.is_empty() && edits.cache.is_none());
    assert_eq!(*told.lock().unwrap(), ["advertising"]);
}

#[test]
fn undeclared_addresses_pass_where_the_policy_says_so() {
    let line = [("link", "<https://other.example/a>; rel=preload, <https://ads.example/t/>; rel=icon")];
    let gate = gate_with(|policy| policy.enforce.undeclared = Undeclared::Report);
    let edits = finish(&granted(&gate, NOTHING), &line);
    assert_eq!(lines(&edits, "link").unwrap(), ["<https://other.example/a>; rel=preload"]);
    assert_eq!(gate.undeclared()[0].name, "https://other.example/");
}

#[test]
fn t12_r39_only_what_depends_on_the_visitor_is_kept_out_of_shared_caches() {
    let gate = gate();
    let caching = |name, value| finish(&granted(&gate, NOTHING), &[(name, value), ("cache-control", "public")]).cache;
    for (name, value) in [
        ("link", "<https://ads.example/t/a>; rel=preload"),
        ("link", "</count>; rel=preload"),
        ("refresh", "0;url=//ads.example/t/"),
        ("accept-ch", "DPR"),
        ("observe-browsing-topics", "?1"),
    ] {
        assert_eq!(caching(name, value).unwrap().cache_control, "private, no-store", "{name}: {value}");
    }
    for (name, value) in [
        ("link", "</a.css>; rel=preload"),
        ("link", "<https://pay.example/>; rel=preconnect"),
        ("link", "<https://other.example/>; rel=preconnect"),
        ("refresh", "0;url=/"),
        ("accept-ch", "Sec-CH-UA"),
        ("x-a", "1"),
    ] {
        assert_eq!(caching(name, value), None, "{name}: {value}");
    }
}

#[test]
fn law_7_long_lines_take_linear_time_and_do_not_panic() {
    let visitor = testing::refused(&gate());
    for piece in ["<a>; rel=preload, ", "\"", "<", "{", "\\", "<a>; rel=\"", ";", "=", "[{\"url\":", "0;", "\u{fc}"] {
        let line = piece.repeat(400_000 / piece.len());
        for name in ["link", "refresh", "reporting-endpoints", "report-to", "content-security-policy", "accept-ch"] {
            let _ = visitor.judge_header(name, line.as_bytes());
        }
    }
}
