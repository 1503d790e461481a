//! Speculation rules that scripts insert: no Content-Security-Policy of a page governs what they load.

use super::server::{ALL, NONE, Shop, Visit};
use consent_gate::policy::Undeclared;
use serde_json::json;
use std::time::Duration;

/// How `rules(at)`, a script with rules for an address, comes into the page: a name, and the script that does it.
const WAYS: [(&str, &str); 13] = [
    ("append", "document.head.append(rules(at))"),
    ("appendChild", "document.body.appendChild(rules(at))"),
    ("prepend", "document.body.prepend(rules(at))"),
    ("insertBefore", "document.body.insertBefore(rules(at), null)"),
    ("after", "document.body.lastElementChild.after(rules(at))"),
    ("replace", "const e = put('i'); e.replaceWith(rules(at))"),
    ("adjacent", "document.body.insertAdjacentElement('beforeend', rules(at))"),
    ("within", "const e = document.createElement('div'); e.append(rules(at)); document.body.append(e)"),
    ("fragment", "document.body.append(document.createRange().createContextualFragment(rules(at).outerHTML))"),
    ("text", "const e = rules(''); const { text } = rules(at); e.text = ''; document.head.append(e); e.text = text"),
    ("content", "const e = rules(''); e.text = ''; document.head.append(e); e.textContent = rules(at).text"),
    ("node", "const e = rules(''); e.text = ''; document.head.append(e); e.append(rules(at).text)"),
    ("clone", "document.head.append(rules(at).cloneNode(true))"),
];

const HELP: &str = "
    const put = (name) => document.body.appendChild(document.createElement(name));
    const rules = (at) => Object.assign(document.createElement('script'), {
        type: 'SpeculationRules', text: JSON.stringify({ prefetch: [{ source: 'list', urls: ['/own', at] }] }),
    });";

async fn insert_all(visit: &Visit) {
    for (name, way) in WAYS {
        visit.run(&format!("{HELP} const at = 'https://adloop.example/load/{name}'; {way}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn inserted_rules_load_what_is_allowed_and_nothing_else() {
    let visit = Visit::of(Shop::new(Undeclared::Deny, NONE)).await;
    insert_all(&visit).await;
    visit.trap.settle(Duration::from_millis(400)).await;
    // Not so much as a connection.
    assert!(visit.trap.seen().iter().all(|seen| seen.host != "adloop.example"), "{:?}", visit.trap.seen());
    visit.shop.say(ALL);
    visit.go("/").await;
    insert_all(&visit).await;
    let mut names: Vec<String> = WAYS.iter().map(|(name, _)| format!("/load/{name}")).collect();
    names.sort();
    assert_eq!(visit.asked("adloop.example").await, names);
}

/// Rules of the page's own markup, too, where they are not filtered on the server.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn written_rules_and_rules_at_work_end_with_consent() {
    let shop = Shop::new(Undeclared::Deny, NONE);
    let rules = |name: &str| {
        format!(r#"{{"prefetch": [{{"source": "list", "urls": ["https://adloop.example/load/{name}"]}}]}}"#)
    };
    *shop.body.lock().unwrap() = format!(
        "<script type=speculationrules>{}</script><script>document.write('<script type=speculationrules>{}<\\/script>')</script>",
        rules("markup"),
        rules("written")
    );
    let visit = Visit::of(shop).await;
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
    visit.shop.say(ALL);
    visit.go("/").await;
    assert_eq!(visit.asked("adloop.example").await, ["/load/markup", "/load/written"]);
    let types = "return [...document.body.querySelectorAll('script')].map((e) => e.type)";
    assert_eq!(visit.run(types).await, json!(["speculationrules", "", "speculationrules"]));
    visit.shop.say(NONE);
    visit.run("await consentGate.update()").await;
    assert_eq!(visit.run(types).await, json!(["", "data-consent-denied", "data-consent-denied"]));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn rules_stay_where_all_that_they_reach_is_allowed() {
    let sets = [
        ("{}", true),
        ("not JSON", true),
        (r#"{"tag": "a", "prefetch": [{"urls": ["/next", "https://fastedge.example/a"]}]}"#, true),
        (r#"{"prefetch": [{"urls": ["/next"]}], "prerender": [{"urls": ["//adloop.example/load/a"]}]}"#, false),
        (r#"{"later_name": [{"urls": ["https://other.example/"]}]}"#, false),
        (r#"{"prefetch": [null, {"urls": ["https://adloop.example/load/a"]}]}"#, false),
        (r#"{"prefetch": [{"urls": "https://adloop.example/load/a"}]}"#, false),
        (r#"{"prefetch": [{"where": {"href_matches": "/*"}, "eagerness": "moderate"}]}"#, true),
        (r#"{"prefetch": [{"where": {"href_matches": ["/a/*", "/b/*?c=*"]}}]}"#, true),
        (r#"{"prefetch": [{"where": {"and": [{"href_matches": "/*"}, {"not": {"href_matches": "/out"}}]}}]}"#, true),
        (r#"{"prefetch": [{"where": {"and": [{"not": {"href_matches": "/out"}}]}}]}"#, false),
        (r#"{"prefetch": [{"where": {"or": [{"href_matches": "/*"}, {"selector_matches": "a"}]}}]}"#, false),
        (r#"{"prefetch": [{"where": {"not": {"href_matches": "/*"}}}]}"#, false),
        (r#"{"prefetch": [{"where": {"href_matches": "https://*/*"}}]}"#, false),
        (r#"{"prefetch": [{"where": {"href_matches": ["/*", "https://*/*"]}}]}"#, false),
        (r#"{"prefetch": [{"where": {"href_matches": "//adloop.example/*"}}]}"#, false),
        (r#"{"prefetch": [{"where": {"selector_matches": "a"}}]}"#, false),
        (r#"{"prefetch": [{"where": {}}]}"#, false),
        (r#"{"prefetch": [{"source": "document", "eagerness": "immediate"}]}"#, false),
    ];
    let visit = Visit::of(Shop::new(Undeclared::Deny, NONE)).await;
    for (text, expected) in sets {
        let script = format!(
            "const text = {}; const e = Object.assign(document.createElement('script'), {{ type: 'speculationrules', text }}); document.head.append(e); return e.type == 'speculationrules'",
            json!(text)
        );
        assert_eq!(visit.run(&script).await, expected, "{text}");
    }
    // What a base makes of them counts. Chromium 156 crashes at a new base where rules are no JSON, guard or not.
    visit.go("/").await;
    let based = "document.head.append(Object.assign(document.createElement('base'), { href: 'https://adloop.example/load/' }));
        const e = Object.assign(document.createElement('script'), { type: 'speculationrules', text: '{\"prefetch\": [{\"where\": {\"href_matches\": \"/*\"}}]}' });
        document.head.append(e); return e.type";
    assert_eq!(visit.run(based).await, "data-consent-denied");
}
