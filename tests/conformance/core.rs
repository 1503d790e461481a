//! The core alone, and anchors that hold the measure itself.

use crate::outcome::{begin, expected};
use crate::vector::{VECTORS, vector};

/// What leaves of a vector, by name, and what caches are told.
#[track_caller]
fn leaves(request: &str, handler: &str, names: &[&str], cache_control: &[&str]) {
    let vector = vector(request, handler);
    let outcome = expected(&vector.request, vector.handler);
    assert_eq!(outcome.names(), names);
    assert_eq!(outcome.cache_control, cache_control);
}

const PRIVATE: &[&str] = &["private, no-store"];

#[test]
fn the_measure_is_anchored_by_hand() {
    let page = "a page that sets cookies";
    // The two deletions pass, whoever asks.
    leaves("undecided", page, &["sid", "_adl", "_other"], PRIVATE);
    leaves("analytics", page, &["sid", "_lum1", "_lum1", "_lum2", "_adl", "_other", "_adl", "lang"], PRIVATE);
    leaves("refused", page, &["sid", "_adl", "_other", "_lum1", "_lum2", "_adl", "lang"], PRIVATE);
    leaves("unreadable", page, &["sid", "_adl", "_other"], PRIVATE);
    leaves("fetching ahead", page, &["sid", "_adl", "_other"], PRIVATE);
    leaves("refused", "data that sets none", &[], &["public, max-age=60"]);
    leaves("refused", "a page for shared caches", &[], &["immutable"]);
    leaves("a form of our own", "refusing", &["__Host-consent", "_lum1", "_lum2", "_adl", "lang"], PRIVATE);
    leaves("a form of another site", "accepting", &[], &[]);
    let all = ["sid", "lang", "lang", "_lum1", "_lum1", "_lum2", "recommend", "_adl", "_adl", "_other", "lang"];
    leaves("accepted", page, &all, PRIVATE);
    leaves("a form of an old browser", "accepting", &[&all[..], &["__Host-consent"]].concat(), PRIVATE);
    leaves("a link of our own", "forgetting", &["__Host-consent", "_lum1", "_lum2", "_adl", "lang"], PRIVATE);
}

/// What is left of a header of a vector.
#[track_caller]
fn left(request: &str, handler: &str, name: &str, lines: &[&str]) {
    let vector = vector(request, handler);
    let outcome = expected(&vector.request, vector.handler);
    let found: Vec<&str> =
        outcome.doors.iter().filter(|(door, _)| door == name).map(|(_, line)| line.as_str()).collect();
    assert_eq!(found, lines, "{request}, {handler}");
}

#[test]
fn the_other_headers_are_anchored_by_hand() {
    let canonical = "<https://px.lumen.example/>; rel=canonical";
    for page in ["a page of many doors", "data of many doors"] {
        left("refused", page, "link", &["</a.css>; rel=preload; as=style", canonical]);
        left("refused", page, "refresh", &[]);
        left("refused", page, "accept-ch", &["Sec-CH-UA-Mobile"]);
        left("accepted", page, "refresh", &["5;url=https://px.lumen.example/v.gif"]);
        left("accepted", page, "observe-browsing-topics", &["?1"]);
        left("analytics", page, "observe-browsing-topics", &[]);
    }
    let (away, elsewhere) = ("a redirection elsewhere", "https://px.lumen.example/v.gif?id=1");
    left("an image of a page", away, "location", &[]);
    left("refused", away, "location", &[elsewhere]);
    let own = "a page with policies of its own";
    let outcome = expected(&vector("refused", own).request, vector("refused", own).handler);
    let lines =
        |name: &str| outcome.doors.iter().filter(|(door, _)| door == name).map(|(_, line)| line).collect::<Vec<_>>();
    let policies = lines("content-security-policy");
    assert_eq!(policies[..2], ["default-src 'self'; report-uri /own", "img-src *"]);
    assert!(policies.len() == 3 && policies[2].starts_with("script-src 'self' https://calminteraction.example:* "));
    let permissions = lines("permissions-policy");
    assert_eq!((permissions.len(), permissions[1].as_str()), (4, "browsing-topics=*"), "ours come last");
}

#[test]
fn the_core_alone_decides_as_the_exchange_does() {
    for vector in
        VECTORS.iter().filter(|vector| vector.request.headers.iter().all(|(_, value)| !value.contains("prefetch")))
    {
        let exchange = begin(&vector.request);
        if vector.handler.act(exchange.visitor()).is_err() {
            continue;
        }
        let lines = vector.handler.headers().filter(|(name, _)| *name == "set-cookie");
        let kept: Vec<String> =
            lines.filter_map(|(_, line)| exchange.visitor().judge_set_cookie(line).line().map(str::to_owned)).collect();
        let expected = expected(&vector.request, vector.handler).set_cookie;
        assert_eq!(expected[..kept.len()], kept, "{}", vector.name);
        // The exchange adds when to erase; what, is the core's.
        let all: Vec<String> = exchange.visitor().finish().into_iter().map(String::from).collect();
        for added in &expected[kept.len()..] {
            let is_reissue = vector.name.starts_with("a refusal in its last quarter")
                && added.starts_with("__Host-consent=1.4.1764000000.0.1e.0;");
            assert!(all.contains(added) || is_reissue, "{}: {added}", vector.name);
        }
    }
}

#[test]
fn the_vectors_are_many_and_none_is_there_twice() {
    let mut names: Vec<&str> = VECTORS.iter().map(|vector| vector.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), VECTORS.len());
    assert_eq!(VECTORS.len(), 31 * 20);
}
