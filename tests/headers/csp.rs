//! The second `Content-Security-Policy`.

use crate::headers::csp_matching::allows;
use crate::headers::{HTML, begin, finish, gate, gate_with, granted, page, policy};
use consent_gate::policy::{DocumentHeaders, ProblemKind, Technology, Tracker, Undeclared};
use consent_gate::web::Mode;
use consent_gate::{Category, Deployment, Gate, Policy, Warning, testing};

const NAME: &str = "content-security-policy";
const REPORT_ONLY: &str = "content-security-policy-report-only";
const PAGE: &str = "https://calminteraction.example/lesson";

fn policy_of(gate: &Gate, categories: Category) -> String {
    let found = page(&finish(&granted(gate, categories), &[HTML]), NAME);
    assert_eq!(found.len(), 1);
    found[0].clone()
}

/// The sources of a directive.
fn sources<'p>(policy: &'p str, directive: &str) -> Vec<&'p str> {
    let found = policy.split("; ").find_map(|text| text.strip_prefix(directive)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("no {directive} in {policy}")).split(' ').collect()
}

/// A gate that declares so many addresses, each of a host of its own.
fn with_addresses(count: usize, address: impl Fn(usize) -> String) -> Gate {
    gate_with(|policy| {
        let purpose = policy.trackers[0].purpose.clone();
        policy.trackers.extend(
            (0..count)
                .map(|place| Tracker::new(address(place), Technology::Script, "analytics").purpose(purpose.clone())),
        );
    })
}

#[test]
fn r40_every_directive_lists_our_hosts_and_what_is_allowed_now() {
    let gate = gate();
    let text = policy_of(&gate, Category::ANALYTICS);
    // The last is for prefetches, which have no directive of their own.
    for directive in DocumentHeaders::DIRECTIVES.iter().copied().chain(["default-src"]) {
        let sources = sources(&text, directive);
        for source in [
            "'self'",
            "https://calminteraction.example:*",
            "wss://calminteraction.example:*",
            "https://pay.example",
            "https://px.lumen.example/v.gif",
            "https://px.lumen.example/v.gif/",
            "data:",
            "blob:",
            "filesystem:",
        ] {
            assert!(sources.contains(&source), "{directive}: {source} in {sources:?}");
        }
        assert!(sources.iter().all(|source| !source.contains("ads.example")), "{directive}");
    }
    assert!(sources(&policy_of(&gate, gate.offered()), "img-src").contains(&"https://ads.example/t/"));
}

#[test]
fn r40_it_restricts_hosts_and_nothing_else() {
    let text = policy_of(&gate(), Category::empty());
    for keyword in
        ["'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", "'unsafe-hashes'", "'inline-speculation-rules'"]
    {
        assert!(sources(&text, "script-src").contains(&keyword), "{keyword}");
    }
    assert!(sources(&text, "style-src").contains(&"'unsafe-inline'"));
    assert!(sources(&text, "media-src").contains(&"mediastream:"));
    // These would switch the others off, or send pieces of pages.
    for never in ["nonce-", "sha256-", "strict-dynamic", "report-sample", "*;", " * ", "base-uri", "form-action"] {
        assert!(!text.contains(never), "{never} in {text}");
    }
}

#[test]
fn r40_the_applications_own_policy_stays_and_ours_is_one_more() {
    let gate = gate();
    let own = [HTML, (NAME, "default-src 'none'"), (NAME, "script-src 'nonce-a'"), (REPORT_ONLY, "img-src *")];
    let edits = finish(&granted(&gate, Category::empty()), &own);
    assert!(edits.headers.is_empty());
    assert_eq!(page(&edits, NAME).len(), 1);
}

/// A worker does not heed the policy of the page that starts it, nor a document that of the page around it.
#[test]
fn r40_what_runs_beside_the_page_carries_a_policy_of_its_own() {
    let gate = gate();
    for (destination, media_type, is_given) in [
        ("worker", "text/javascript", true),
        ("sharedworker", "text/javascript", true),
        ("serviceworker", "text/javascript; charset=utf-8", true),
        ("script", "text/javascript", false),
        ("iframe", "image/svg+xml", true),
        ("object", "Image/SVG+XML; charset=utf-8", true),
        ("document", "application/xml", true),
        ("frame", "text/xml", true),
        ("image", "image/svg+xml", false),
        ("empty", "text/xml", false),
        ("document", "application/pdf", false),
        ("document", "image/png", false),
    ] {
        let exchange = begin(&gate, &[("sec-fetch-dest", destination), ("sec-fetch-mode", "cors")], Mode::Enforce);
        let edits = finish(&exchange, &[("content-type", media_type)]);
        assert_eq!(page(&edits, NAME).len(), usize::from(is_given), "{media_type} for {destination}");
    }
}

/// A browser lets everything load that `embed` allows, and of what is denied only what the module says.
#[test]
fn law_5_what_is_allowed_loads_and_what_is_denied_does_not() {
    let odd = "https://cdn.example/a%20b;c,d/%41%zz";
    let gate = gate_with(|policy| {
        let purpose = policy.trackers[0].purpose.clone();
        for (name, category) in [
            (odd, "analytics"),
            ("https://cdn.example:8443/lib/", "analytics"),
            ("wss://live.example/", "analytics"),
            ("http://plain.example/x", "advertising"),
            ("https://192.0.2.1/", "advertising"),
        ] {
            let tracker = Tracker::new(name, Technology::Resource, category);
            policy.trackers.push(tracker.purpose(purpose.clone()));
        }
    });
    let addresses = [
        "https://px.lumen.example/v.gif",
        "https://px.lumen.example/v.gif?id=1",
        "https://px.lumen.example/v.gif/below?id=1",
        "https://px.lumen.example/v.gifx",
        "https://px.lumen.example/",
        "https://ads.example/t/",
        "https://ads.example/t/a/b.js",
        "https://ads.example/t",
        "https://pay.example/any/thing?x",
        "https://pay.example:444/",
        "https://www.pay.example/",
        "https://calminteraction.example/app.js",
        "https://calminteraction.example:8443/api",
        "wss://calminteraction.example/live",
        "https://evil.calminteraction.example/",
        "https://cdn.example:8443/lib/a",
        "https://cdn.example:8443/li",
        "https://cdn.example/lib/a",
        "wss://live.example/socket",
        "http://plain.example/x/y",
        "https://192.0.2.1/a",
        "https://other.example/",
        odd,
        "https://cdn.example/a%20b;c,d/%41%zz/below",
        "https://cdn.example/a%20b;c,d",
    ];
    for categories in [Category::empty(), Category::ANALYTICS, Category::ADVERTISING, gate.offered()] {
        let (text, visitor) = (policy_of(&gate, categories), testing::granted(&gate, categories));
        for address in addresses {
            for directive in DocumentHeaders::DIRECTIVES.iter().copied().chain(["default-src"]) {
                let (embeds, loads) =
                    (visitor.decide_address(address).is_allow(), allows(&text, PAGE, directive, address, false));
                assert_eq!(loads, embeds, "{address} by {directive} in {text}");
            }
        }
    }
    // After a redirection a browser does not look at paths.
    let text = policy_of(&gate, Category::ANALYTICS);
    assert!(allows(&text, PAGE, "img-src", "https://px.lumen.example/elsewhere", true));
    assert!(!allows(&text, PAGE, "img-src", "https://ads.example/t/", true));
}

#[test]
fn plain_http_lists_our_hosts_by_http() {
    let gate = Gate::deployed(policy(), Deployment::plain_http_on_localhost()).unwrap();
    let text = policy_of(&gate, Category::empty());
    let page = "http://localhost:3000/";
    for address in [
        "http://localhost:3000/a",
        "http://127.0.0.1:8080/",
        "ws://localhost:24678/",
        "http://calminteraction.example/",
    ] {
        assert!(allows(&text, page, "connect-src", address, false), "{address} in {text}");
    }
    assert!(!text.contains('['), "a source cannot be an IPv6 address: {text}");
    assert!(allows(&text, "http://[::1]:3000/", "img-src", "http://[::1]:3000/a.png", false));
}

#[test]
fn only_documents_have_one_and_they_are_their_visitors() {
    let gate = gate();
    for media_type in ["text/html", "Text/HTML;charset=utf-8", "application/xhtml+xml"] {
        let edits = finish(&granted(&gate, Category::empty()), &[("content-type", media_type)]);
        assert_eq!(page(&edits, NAME).len(), 1, "{media_type}");
        assert_eq!(edits.cache.unwrap().cache_control, "private, no-store");
    }
    for headers in [&[("content-type", "text/css")][..], &[("content-type", "application/json")], &[]] {
        let edits = finish(&granted(&gate, Category::empty()), headers);
        assert!(edits.page.is_empty() && edits.cache.is_none(), "{headers:?}");
    }
}

#[test]
fn a_page_for_shared_caches_stays_there_with_everybodys_policy() {
    let gate = gate();
    let shared = [HTML, ("cache-control", "public, max-age=60")];
    let policies: Vec<_> = [Category::empty(), Category::ANALYTICS, gate.offered()]
        .into_iter()
        .map(|categories| {
            let edits = finish(&granted(&gate, categories), &shared);
            assert_eq!((edits.cache, edits.page.len()), (None, 1));
            edits.page[0].value.clone()
        })
        .collect();
    assert!(policies.iter().all(|policy| *policy == policies[0]));
    assert!(allows(&policies[0], PAGE, "script-src", "https://ads.example/t/", false));
    assert!(!allows(&policies[0], PAGE, "script-src", "https://other.example/", false));
    // Once it is a visitor's own, it has that visitor's policy.
    let edits = finish(&granted(&gate, Category::empty()), &[&shared[..], &[("set-cookie", "sid=1")]].concat());
    assert!(!allows(&page(&edits, NAME)[0], PAGE, "script-src", "https://ads.example/t/", false));
    assert!(edits.cache.is_some());
}

#[test]
fn a_page_that_is_not_modified_has_the_policy_of_now() {
    let gate = gate();
    let answer = testing::cookie(&gate, Category::empty(), testing::now());
    let document = [("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate"), ("cookie", &answer)];
    let image = [("sec-fetch-dest", "image"), ("sec-fetch-mode", "no-cors"), ("cookie", &answer)];
    let count = |request: &[(&str, &str)], status, headers: &[(&str, &str)]| {
        let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        page(&begin(&gate, request, Mode::Enforce).finish_with_status(status, headers), NAME).len()
    };
    let etag = [("etag", "\"1\"")];
    assert_eq!([count(&document, 304, &etag), count(&image, 304, &etag)], [1, 0]);
    assert_eq!(count(&document, 200, &[]), 1, "a browser guesses the type");
    assert_eq!([count(&document, 302, &[]), count(&document, 200, &[("content-type", "image/png")])], [0, 0]);
}

#[test]
fn it_only_reports_where_undeclared_things_pass_and_where_nothing_is_enforced() {
    let endpoint = |policy: &mut Policy| policy.headers.report = Some("/consent/csp".to_owned());
    let report = |undeclared| {
        gate_with(|policy| {
            endpoint(policy);
            policy.enforce.undeclared = undeclared;
        })
    };
    for (gate, mode) in [
        (report(Undeclared::Report), Mode::Enforce),
        (report(Undeclared::Allow), Mode::Enforce),
        (report(Undeclared::Deny), Mode::Report),
    ] {
        let edits = finish(&begin(&gate, &[], mode), &[HTML]);
        assert!(page(&edits, NAME).is_empty());
        assert!(page(&edits, REPORT_ONLY)[0].ends_with("; report-uri /consent/csp; report-to consent-gate"));
        assert_eq!(page(&edits, "reporting-endpoints"), ["consent-gate=\"/consent/csp\""]);
        assert_eq!(edits.cache.is_some(), mode == Mode::Enforce, "report mode leaves caches alone");
    }
    let edits = finish(&granted(&report(Undeclared::Deny), Category::empty()), &[HTML]);
    assert!(page(&edits, NAME)[0].ends_with("; report-uri /consent/csp; report-to consent-gate"));
    // Without an endpoint nobody would hear of it.
    let silent = gate_with(|policy| policy.enforce.undeclared = Undeclared::Report);
    let edits = finish(&granted(&silent, Category::empty()), &[HTML]);
    assert!(edits.page.iter().all(|header| header.name == "permissions-policy"));
    assert!(finish(&begin(&gate(), &[], Mode::Report), &[HTML]).page.is_empty());
}

#[test]
fn a_directive_can_be_left_out_and_the_whole_policy_too() {
    let gate = gate_with(|policy| policy.headers.omit = vec!["frame-src".to_owned(), "img-src".to_owned()]);
    let text = policy_of(&gate, gate.offered());
    assert!(!text.contains("frame-src") && !text.contains("img-src") && text.starts_with("script-src 'self' "));
    assert!(allows(&text, PAGE, "frame-src", "https://bank.example/3ds", false));
    assert!(!text.contains("default-src"), "it would stand in for what is left out: {text}");
    let off = gate_with(|policy| policy.headers.content_security_policy = false);
    assert!(page(&finish(&granted(&off, Category::empty()), &[HTML]), NAME).is_empty());
    let all: Vec<String> = DocumentHeaders::DIRECTIVES.iter().map(|name| (*name).to_owned()).collect();
    let nothing = gate_with(|policy| policy.headers.omit = all);
    assert!(page(&finish(&granted(&nothing, Category::empty()), &[HTML]), NAME).is_empty());
}

#[test]
fn a_mistake_in_the_keys_names_the_entry_and_the_cure() {
    let problem = |change: &dyn Fn(&mut DocumentHeaders)| {
        let mut policy = policy();
        change(&mut policy.headers);
        Gate::new(policy).unwrap_err().problems()[0].clone()
    };
    let found = problem(&|headers| headers.omit = vec!["frame".to_owned()]);
    assert!(
        found.to_string().starts_with("headers.omit: ") && found.to_string().contains("\"script-src\", \"style-src\"")
    );
    for path in
        ["consent/csp", "//evil.example/", "https://evil.example/", "", "/a b", "/a;b", "/a,b", "/a\"b", "/é", "/a?b"]
    {
        let found = problem(&|headers| headers.report = Some(path.to_owned()));
        assert_eq!(found.entry, "headers.report");
        assert_eq!(found.kind, ProblemKind::ReportPath(path.to_owned()));
    }
}

#[test]
fn many_addresses_are_said_once_for_all_directives() {
    let gate = with_addresses(100, |place| format!("https://host{place}.example/"));
    let text = policy_of(&gate, gate.offered());
    assert!(text.starts_with("default-src 'self' ") && text.len() < 8_192, "{}", text.len());
    for &directive in DocumentHeaders::DIRECTIVES {
        assert!(allows(&text, PAGE, directive, "https://host99.example/a", false));
        assert!(!allows(&text, PAGE, directive, "https://other.example/", false));
    }
    assert!(gate.warnings().iter().all(|warning| !matches!(warning, Warning::TooManyHosts { .. })));
}

#[test]
fn ten_thousand_addresses_of_few_hosts_are_their_hosts() {
    let gate = with_addresses(10_000, |place| format!("https://host{}.example/{place}.js", place % 50));
    let text = policy_of(&gate, gate.offered());
    assert!(text.len() < 8_192, "{}", text.len());
    assert!(allows(&text, PAGE, "script-src", "https://host49.example/9999.js", false));
    assert!(!allows(&text, PAGE, "script-src", "https://other.example/", false));
    let text = policy_of(&gate, Category::empty());
    assert!(text.starts_with("script-src ") && !text.contains("host"), "who refuses has a short one: {text}");
}

#[test]
fn hosts_that_do_not_fit_stay_blocked_and_the_operator_is_warned() {
    let gate = with_addresses(10_000, |place| format!("https://host{place}.example/{place}.js"));
    let text = policy_of(&gate, gate.offered());
    assert!(text.len() <= 8_192 && text.len() > 8_000, "{}", text.len());
    let room = |text: &str| text.matches("https://host").count();
    let expected = gate.warnings().iter().find_map(|warning| match warning {
        Warning::TooManyHosts { hosts, room } => Some((*hosts, *room)),
        _ => None,
    });
    let (hosts, fitting) = expected.unwrap();
    assert_eq!(hosts, 10_003);
    assert!(fitting > 200 && fitting == room(&text) + 3, "{fitting}");
    assert!(allows(&text, PAGE, "img-src", "https://pay.example/", false), "the essential comes first");
    assert!(!allows(&text, PAGE, "img-src", "https://host9999.example/9999.js", false));
}

#[test]
fn the_operator_is_warned_of_what_a_list_cannot_tell_apart() {
    let warnings = |names: &[(&str, &str)]| {
        let gate =
            gate_with(|policy| {
                let purpose = policy.trackers[0].purpose.clone();
                policy.trackers.extend(names.iter().map(|(name, category)| {
                    Tracker::new(*name, Technology::Script, *category).purpose(purpose.clone())
                }));
            });
        let below = |warning: &Warning| match warning {
            Warning::AddressBelowAnother { outer, inner } => Some(format!("{inner} < {outer}")),
            _ => None,
        };
        gate.warnings().iter().filter_map(below).collect::<Vec<_>>()
    };
    let (a, b, c) = ("https://a.example/x", "https://a.example/x/y", "https://a.example/x-y");
    assert_eq!(warnings(&[(a, "analytics"), (c, "analytics"), (b, "advertising")]), [format!("{b} < {a}")]);
    assert!(warnings(&[(a, "analytics"), (b, "analytics"), (c, "advertising")]).is_empty());
    assert!(warnings(&[(a, "analytics"), (b, "essential")]).is_empty());
}

#[test]
fn head_agrees_with_get() {
    use consent_gate::Facts;
    use consent_gate::web::{Exchange, RequestLine};
    let gate = gate();
    let edits = |method| {
        let line = RequestLine { method, authority: None };
        let request: [(&str, &[u8]); 1] = [("cookie", b"_lum1=a")];
        let exchange = Exchange::begin(
            &gate,
            line,
            request,
            Facts::in_region("DE".parse().unwrap()),
            testing::now(),
            Mode::Enforce,
        );
        finish(&exchange, &[HTML, ("link", "<https://ads.example/t/>; rel=icon"), ("set-cookie", "_adl=1")])
    };
    assert_eq!(edits("HEAD"), edits("GET"));
}

#[test]
fn r38_a_page_that_is_fetched_ahead_carries_the_same() {
    let gate = gate();
    let ahead = begin(&gate, &[("sec-purpose", "prefetch;prerender")], Mode::Enforce);
    let edits = finish(&ahead, &[HTML, ("link", "<https://ads.example/t/>; rel=preload"), ("set-cookie", "lang=de")]);
    assert_eq!((page(&edits, NAME).len(), edits.headers.len(), edits.set_cookie.len()), (1, 1, 1));
}
