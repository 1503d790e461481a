//! Cookies that the browser sent and that are denied now.

use super::{Exchange, get, lines_of, with};
use consent_gate::{Gate, testing};

const PAGE: (&str, &str) = ("content-type", "text/html; charset=utf-8");

fn sending(exchange: Exchange, cookies: &str) -> Exchange {
    exchange.header("cookie", cookies)
}

#[test]
fn r28_a_document_expires_what_is_denied() {
    let visitor = sending(get().refused(), "sid=1; _lum1=a; lang=de; _lum_id=b; _other=c");
    let lines = lines_of(&visitor.answer([PAGE]));
    let names: Vec<&str> = lines.iter().map(|line| line.split_once('=').unwrap().0).collect();
    assert_eq!(names, ["_lum1", "lang", "_lum_id"], "neither the essential nor the undeclared one");
    for line in lines {
        assert!(line.contains("=; ") && line.contains("Path=/") && line.contains("Max-Age=0"), "{line}");
        assert!(line.contains("Expires=Thu, 01 Jan 1970 00:00:00 GMT"), "{line}");
    }
}

#[test]
fn r28_an_erasure_repeats_the_declared_domain_path_and_partition() {
    let mut policy = testing::policy();
    let tracker = policy.trackers.iter_mut().find(|tracker| tracker.name == "_adl").unwrap();
    (tracker.domain, tracker.path, tracker.partitioned) =
        (Some("calminteraction.example".to_owned()), Some("/shop".to_owned()), true);
    let visitor = sending(with(Gate::new(policy).unwrap()).refused(), "_adl=1");
    let lines = lines_of(&visitor.answer([PAGE]));
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in &lines {
        assert!(["Path=/shop", "Partitioned", "Secure"].iter().all(|part| line.contains(part)), "{line}");
    }
    assert!(lines[1].contains("Domain=calminteraction.example"));
}

#[test]
fn erasures_travel_on_documents_and_with_other_cookies_only() {
    let visitor = sending(get().refused(), "_lum1=a");
    for media_type in ["text/html", "TEXT/HTML;charset=x", "application/xhtml+xml"] {
        assert_eq!(lines_of(&visitor.answer([("content-type", media_type)])).len(), 1, "{media_type}");
    }
    for media_type in ["application/json", "image/gif", "text/css", "text/plain", "text/htmlx"] {
        assert!(lines_of(&visitor.answer([("content-type", media_type)])).is_empty(), "{media_type}");
        assert_eq!(lines_of(&visitor.answer([("content-type", media_type), ("set-cookie", "sid=1")])).len(), 2);
    }
    assert!(visitor.answer([("x-a", "1")]).headers().get("cache-control").is_none(), "untouched");
}

#[test]
fn a_response_for_shared_caches_carries_no_erasures() {
    let visitor = sending(get().refused(), "_lum1=a");
    for cache_control in ["public", "max-age=60, immutable", "s-maxage=60"] {
        let response = visitor.answer([PAGE, ("cache-control", cache_control)]);
        assert!(lines_of(&response).is_empty(), "{cache_control}");
        assert_eq!(response.headers()["cache-control"], cache_control);
    }
}

#[test]
fn at_most_twenty_travel_at_once_and_the_rest_with_the_next() {
    let mut held: Vec<String> = (0..33).map(|number| format!("_lum{number:02}=x")).collect();
    for expected in [20, 13, 0] {
        let lines = lines_of(&sending(get().refused(), &held.join("; ")).answer([PAGE]));
        assert_eq!(lines.len(), expected);
        held.retain(|pair| {
            !lines.iter().any(|line| line.split_once('=').unwrap().0 == pair.split_once('=').unwrap().0)
        });
    }
    assert!(held.is_empty());
}

#[test]
fn what_cannot_be_known_blocks_and_does_not_destroy() {
    let unreadable = sending(get(), "__Host-consent=garbage; _lum1=a");
    assert!(lines_of(&unreadable.answer([PAGE])).is_empty());
    let nowhere = sending(get().region("unknown"), "_lum1=a");
    assert!(lines_of(&nowhere.answer([PAGE])).is_empty());
    let undecided = sending(get(), "_lum1=a");
    assert_eq!(lines_of(&undecided.answer([PAGE])).len(), 1, "in a known region, undecided erases");
    let refused = sending(get().region("unknown").refused(), "_lum1=a");
    assert_eq!(lines_of(&refused.answer([PAGE])).len(), 1, "and so does a refusal anywhere");
}

#[test]
fn a_signal_erases_as_a_refusal_does() {
    let visitor = sending(get().region("US-CA").header("sec-gpc", "1"), "_adl=1; _lum1=a");
    let lines = lines_of(&visitor.answer([PAGE]));
    assert!(lines.len() == 1 && lines[0].starts_with("_adl=; "), "{lines:?}");
}

#[test]
fn what_is_allowed_is_left_alone() {
    let visitor = sending(get().accepted(), "_lum1=a; _adl=1");
    let response = visitor.answer([PAGE]);
    assert!(lines_of(&response).is_empty());
    assert!(response.headers().get("permissions-policy").is_none());
}

#[test]
fn the_site_is_never_told_to_clear_all_cookies() {
    let visitor = sending(get().refused(), "_lum1=a; _adl=1; lang=de");
    assert!(visitor.answer([PAGE]).headers().get("clear-site-data").is_none());
}
