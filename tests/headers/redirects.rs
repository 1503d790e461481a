//! `Location`: a person's navigation passes, what a page loads does not lead elsewhere.

use crate::headers::{begin, finish, gate, gate_with, lines};
use consent_gate::web::Mode;

/// Whether a redirection stays, for a request of this destination.
fn follows(destination: Option<&str>, location: &str) -> bool {
    let headers: Vec<(&str, &str)> = destination.map(|value| ("sec-fetch-dest", value)).into_iter().collect();
    let edits = finish(&begin(&gate(), &headers, Mode::Enforce), &[("location", location)]);
    lines(&edits, "location").is_none()
}

#[test]
fn a_person_is_led_anywhere() {
    for destination in [None, Some("document")] {
        for location in ["https://ads.example/t/", "https://other.example/", "/next", "mailto:a@b.example"] {
            assert!(follows(destination, location), "{destination:?} {location}");
        }
    }
}

#[test]
fn what_a_page_loads_is_led_only_where_it_may() {
    for destination in
        ["image", "script", "style", "empty", "font", "iframe", "frame", "video", "worker", "object", "unheard-of"]
    {
        for location in [
            "https://ads.example/t/",
            "https://other.example/",
            "//px.lumen.example/v.gif?id=1",
            "https:/\\ads.example/t/",
        ] {
            assert!(!follows(Some(destination), location), "{destination} {location}");
        }
        for location in ["/next", "https://calminteraction.example/a", "https://pay.example/form", ""] {
            assert!(follows(Some(destination), location), "{destination} {location}");
        }
    }
}

#[test]
fn a_redirection_that_leads_nowhere_is_kept_by_no_cache() {
    let cache = |destination| {
        let exchange = begin(&gate(), &[("sec-fetch-dest", destination), ("sec-purpose", "prefetch")], Mode::Enforce);
        finish(&exchange, &[("location", "https://identity.example/"), ("cache-control", "max-age=60")]).cache
    };
    assert_eq!(cache("empty").unwrap().cache_control, "private, no-store");
    assert_eq!(cache("document"), None);
}

#[test]
fn a_frame_is_led_anywhere_where_frame_src_is_left_out() {
    let gate = gate_with(|policy| policy.headers.omit = vec!["frame-src".to_owned()]);
    let leads = |destination| {
        let exchange = begin(&gate, &[("sec-fetch-dest", destination)], Mode::Enforce);
        lines(&finish(&exchange, &[("location", "https://bank.example/3ds")]), "location").is_none()
    };
    assert!(leads("iframe") && leads("frame") && !leads("image") && !leads("empty"));
}
