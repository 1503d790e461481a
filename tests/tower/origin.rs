//! Who may change consent: this site's own pages.

use super::{Exchange, get, lines_of};
use consent_gate::{Category, ChangeError};

#[track_caller]
fn changed(exchange: Exchange) {
    let visitor = exchange.handler(|visitor| assert_eq!(visitor.accept_all(), Ok(())));
    assert_eq!(lines_of(&visitor.answer([("x-a", "1")])).len(), 1);
}

#[track_caller]
fn refused(exchange: Exchange) {
    let visitor = exchange.handler(|visitor| {
        assert_eq!(visitor.accept_all(), Err(ChangeError::CrossOrigin));
        assert_eq!(visitor.refuse_all(), Err(ChangeError::CrossOrigin));
        assert_eq!(visitor.grant_provider("adloop"), Err(ChangeError::CrossOrigin));
        assert!(!visitor.may_track(Category::ANALYTICS));
    });
    assert!(lines_of(&visitor.answer([("x-a", "1")])).is_empty());
}

#[test]
fn a_post_changes_consent_only_from_the_same_origin() {
    let post = || get().method("POST");
    changed(post().header("sec-fetch-site", "same-origin"));
    changed(post().header("origin", "https://calminteraction.example"));
    changed(post().header("sec-fetch-site", "none"));
    changed(post());
    for site in ["cross-site", "same-site", "", "x"] {
        refused(post().header("sec-fetch-site", site).header("origin", "https://calminteraction.example"));
    }
    for origin in
        ["https://evil.example", "null", "https://sub.calminteraction.example", "https://calminteraction.example:8443"]
    {
        refused(post().header("origin", origin));
    }
}

#[test]
fn a_link_changes_consent_only_within_the_site() {
    changed(get().header("sec-fetch-site", "same-origin"));
    for site in ["cross-site", "same-site", "none"] {
        refused(get().header("sec-fetch-site", site));
    }
    refused(get());
    refused(get().method("HEAD").header("origin", "https://calminteraction.example"));
}

#[test]
fn a_second_header_of_the_same_name_does_not_help() {
    refused(get().method("POST").header("sec-fetch-site", "same-origin").header("sec-fetch-site", "cross-site"));
    refused(get().method("POST").header("sec-fetch-site", "cross-site").header("sec-fetch-site", "same-origin"));
    refused(
        get()
            .method("POST")
            .header("origin", "https://calminteraction.example")
            .header("origin", "https://evil.example"),
    );
    refused(
        get()
            .method("POST")
            .header("origin", "https://evil.example")
            .header("origin", "https://calminteraction.example"),
    );
}
