//! `Permissions-Policy`: advertising features are off while advertising is denied.

use crate::headers::{HTML, finish, gate, gate_with, granted, lines, page};
use consent_gate::{Category, testing};

fn features(granted_categories: Category, headers: &[(&str, &str)]) -> (Vec<String>, Option<Vec<String>>) {
    let gate = gate();
    let sent = [&[HTML], headers].concat();
    let edits = finish(&granted(&gate, granted_categories), &sent);
    (page(&edits, "permissions-policy"), lines(&edits, "permissions-policy"))
}

#[test]
fn r40_advertising_features_are_off_while_advertising_is_denied() {
    let (lines, edit) = features(Category::empty(), &[]);
    let all = lines.join(", ");
    for feature in [
        "browsing-topics",
        "attribution-reporting",
        "join-ad-interest-group",
        "run-ad-auction",
        "shared-storage",
        "shared-storage-select-url",
        "private-aggregation",
        "interest-cohort",
        "ch-ua-high-entropy-values",
    ] {
        assert!(all.split(", ").any(|member| member == format!("{feature}=()")), "{feature}: {all}");
    }
    assert_eq!(edit, None);
    assert!(["storage-access", "private-state-token", "camera", "payment"].iter().all(|other| !all.contains(other)));
}

#[test]
fn r40_each_goes_with_its_category() {
    assert_eq!(features(Category::ADVERTISING, &[]).0, ["ch-ua-high-entropy-values=()"]);
    let (lines, _) = features(Category::ANALYTICS, &[]);
    assert!(lines.len() == 1 && lines[0].contains("browsing-topics=()") && !lines[0].contains("ch-ua"), "{lines:?}");
    assert!(features(Category::ADVERTISING | Category::ANALYTICS, &[]).0.is_empty());
}

#[test]
fn r40_a_line_of_the_application_stays_where_browsers_can_read_it_beside_ours() {
    for own in ["geolocation=()", "browsing-topics=*, camera=(self \"https://a.example\")", "a;b=1, c=(d e);f"] {
        let (lines, edit) =
            features(Category::empty(), &[("Permissions-Policy", own), ("permissions-policy", "usb=()")]);
        // Of two members of one name the last counts, and ours comes last.
        assert_eq!((lines.len(), edit), (2, None), "{own}");
    }
}

#[test]
fn r40_a_line_that_browsers_pass_over_does_not_take_ours_with_it() {
    for own in ["geolocation 'none'", "a=(", "a=();", "browsing-topics=(), ", "A=()"] {
        let (lines, edit) =
            features(Category::empty(), &[("permissions-policy", "usb=()"), ("permissions-policy", own)]);
        assert_eq!((lines.len(), edit), (2, Some(vec![])), "{own}");
        // Without ours it stays as it came.
        assert_eq!(features(gate().offered(), &[("permissions-policy", own)]).1, None);
    }
}

#[test]
fn it_can_be_turned_off_and_assets_have_none() {
    let gate = gate_with(|policy| policy.headers.permissions_policy = false);
    assert!(page(&finish(&granted(&gate, Category::empty()), &[HTML]), "permissions-policy").is_empty());
    let edits = finish(&granted(&crate::headers::gate(), Category::empty()), &[("content-type", "text/css")]);
    assert!(edits.page.is_empty() && edits.cache.is_none());
    assert!(testing::refused(&gate).page_headers().iter().all(|header| header.name != "permissions-policy"));
}
