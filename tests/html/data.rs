//! Import maps and speculation rules: what the browser itself loads by them.

use super::{accepted, in_chunks, refused, rewrite, rewrite_bytes, stays};
use consent_gate::html::{Action, Options};
use std::sync::{Arc, Mutex};

#[track_caller]
fn becomes(kind: &str, data: &str, expected: &str) {
    let page = format!("<script type={kind}>{data}</script><p>on");
    let expected = format!("<script type={kind}>{expected}</script><p>on");
    assert_eq!(rewrite(&refused(), &page), expected);
}

#[track_caller]
fn remains(kind: &str, data: &str) {
    becomes(kind, data, data);
}

#[test]
fn a_denied_address_of_an_import_map_resolves_to_nothing() {
    becomes(
        "importmap",
        r#"{"imports": {"a": "/own.js", "b": "https://px.lumen.example/v.gif"}, "scopes": {"/x/": {"c": "//x.example"}}}"#,
        r#"{"imports":{"a":"/own.js","b":null},"scopes":{"/x/":{"c":null}}}"#,
    );
    becomes("ImportMap", r#"{"imports": {"a": "https:\/\/x.example/a.js"}}"#, r#"{"imports":{"a":null}}"#);
    becomes("importmap", r#"{"imports": {"a": "\u0068ttps://x.example/a.js"}}"#, r#"{"imports":{"a":null}}"#);
    remains("importmap", r#" {"imports": {"a": "/a.js", "b": "https://cdn.example/é.js", "c": null, "d": 1}} "#);
    let page = r#"<script type="importmap">{"imports": {"a": "https://px.lumen.example/v.gif"}}</script>"#;
    assert_eq!(rewrite(&accepted(), page), page);
}

#[test]
fn a_denied_address_of_speculation_rules_leaves_its_list() {
    becomes(
        "speculationrules",
        r#"{"prefetch": [{"urls": ["/next", "https://x.example/a", "//px.lumen.example/v.gif"]}]}"#,
        r#"{"prefetch":[{"urls":["/next"]}]}"#,
    );
    becomes("speculationrules", r#"{"prerender": [{"urls": ["//x.example"]}]}"#, r#"{"prerender":[{"urls":[]}]}"#);
    becomes("speculationrules", r#"{"later_name": [{"urls": ["//x.example"]}]}"#, r#"{"later_name":[{"urls":[]}]}"#);
    remains(
        "speculationrules",
        r#"{"prefetch": [{"source": "list", "urls": ["/next", "other"], "eagerness": "eager"}]}"#,
    );
}

#[test]
fn a_rule_that_could_reach_any_link_goes() {
    for condition in [
        r#""where": {"selector_matches": "a"}"#,
        r#""where": {"not": {"href_matches": "https://x.example/*"}}"#,
        r#""where": {"href_matches": "https://*/*"}"#,
        r#""where": {"href_matches": "*"}"#,
        r#""where": {"href_matches": "*://x.example/*"}"#,
        r#""where": {"href_matches": ":any://x.example/*"}"#,
        r#""where": {"href_matches": "http{s}?://x.example/*"}"#,
        r#""where": {"href_matches": "//x.example/*"}"#,
        r#""where": {"href_matches": "https://x.example/*"}"#,
        r#""where": {"href_matches": ["/*", "https://x.example/*"]}"#,
        r#""where": {"href_matches": {"hostname": "*"}}"#,
        r#""where": {"or": [{"href_matches": "/*"}, {"selector_matches": "a"}]}"#,
        r#""where": {"and": []}"#,
        r#""where": {}"#,
        r#""source": "document""#,
        r#""eagerness": "immediate""#,
    ] {
        becomes("speculationrules", &format!("{{\"prefetch\": [{{{condition}}}]}}"), r#"{"prefetch":[]}"#);
    }
    for condition in [
        r#""where": {"href_matches": "/*"}"#,
        r#""where": {"href_matches": ["/a/*", "/b?x=*"]}"#,
        r#""where": {"href_matches": "https://calminteraction.example/*"}"#,
        // As WordPress writes them.
        r#""source": "document", "where": {"and": [{"href_matches": "\/*"}, {"not": {"selector_matches": "a[rel~=\"nofollow\"]"}}]}, "eagerness": "conservative""#,
        r#""where": {"or": [{"href_matches": "/a/*"}, {"and": [{"selector_matches": "a"}, {"href_matches": "/*"}]}]}"#,
    ] {
        remains("speculationrules", &format!("{{\"prefetch\": [{{{condition}}}]}}"));
    }
    let page = r#"<base href=//x.example><script type=speculationrules>{"prefetch": [{"where": {"href_matches": "/*"}}]}</script>"#;
    assert!(rewrite(&refused(), page).ends_with(r#"{"prefetch":[]}</script>"#));
}

#[test]
fn what_is_no_json_becomes_nothing_and_what_is_no_data_stays() {
    becomes("importmap", "{'imports'}", "{}");
    becomes("speculationrules", r#"{"a": "\ud800"}"#, "{}");
    for data in ["", " \n", "[]", "1", "{}", r#"{"imports": []}"#, r#"{"prefetch": {}}"#, r#"{"prefetch": [[]]}"#] {
        let expected = if data.contains("[[]]") { r#"{"prefetch":[]}"# } else { data };
        becomes("speculationrules", data, expected);
    }
    stays(r#"<script type="application/ld+json">{"image": "https://x.example/a.png"}</script>"#);
    stays(r#"<script>fetch("https://x.example")</script>"#);
}

#[test]
fn what_is_written_cannot_end_the_script_and_is_read_in_every_charset() {
    becomes(
        "importmap",
        r#"{"imports": {"<\/script><é𝄞": "//x.example"}}"#,
        r#"{"imports":{"\u003c/script>\u003c\u00e9\ud834\udd1e":null}}"#,
    );
    becomes("importmap", r#"{"imports": {"a": "//x.example"}"#, "{}");
}

#[test]
fn data_in_svg_and_in_a_released_script_is_held_as_well() {
    let svg = |data: &str| format!("<svg><script type=speculationrules>{data}</script></svg>");
    let rules = r#"{"prefetch": [{"urls": ["//x.example"]}]}"#;
    assert_eq!(rewrite(&refused(), &svg(rules)), svg(r#"{"prefetch":[{"urls":[]}]}"#));
    assert_eq!(rewrite(&refused(), &svg(&rules.replace('"', "&quot;"))), svg(""));
    let page = format!("<script type=text/plain data-type=speculationrules data-consent=analytics>{rules}</script>");
    assert!(rewrite(&super::analytics(), &page).contains(r#"{"prefetch":[{"urls":[]}]}"#));
}

#[test]
fn chunks_make_no_difference_and_every_change_is_told() {
    let page =
        r#"<script type=importmap>{"imports": {"é": "//x.example/secret"}}</script>é<script type=speculationrules>{"#;
    let whole = rewrite_bytes(&refused(), page.as_bytes());
    for size in 1..page.len() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let seen = heard.clone();
        let options = Options::new().on_edit(move |edit| {
            assert!(matches!(edit.action, Action::Deny(_)));
            seen.lock().unwrap().push(edit.to_string());
        });
        assert_eq!(in_chunks(&refused(), options, page.as_bytes(), size), (whole.clone(), Ok(())));
        assert_eq!(
            *heard.lock().unwrap(),
            ["at 0: script https://x.example: deny undeclared", "at 75: script: deny undeclared"]
        );
    }
}
