//! Forms that nobody of this site has sent, and addresses that lead elsewhere.

use crate::site::{DAY, NOW, gate, visitor};
use crate::ui::{post_with, send, stored};
use consent_gate::ui::{Privacy, Request};

const RECENT: i64 = NOW - 10 * DAY;

#[test]
fn s8_complaint_25_a_form_of_another_site_neither_grants_nor_withdraws_and_says_so_on_a_page() {
    let gate = gate();
    let privacy = Privacy::new(gate.clone());
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "https://shop.example.evil.example")],
        &[("origin", ""), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://shop.example"), ("sec-fetch-site", "same-site")],
        &[("origin", "https://shop.example"), ("sec-fetch-site", "cross-site"), ("referer", "https://shop.example/")],
        &[("origin", "https://evil.example"), ("referer", "https://shop.example/")],
        // Where a browser says nothing else, the page before speaks.
        &[("origin", ""), ("referer", "https://evil.example/?https://shop.example/")],
        &[("origin", ""), ("referer", "https://shop.example.evil.example/")],
        &[("origin", ""), ("referer", "https://shop.example@evil.example/")],
        &[("origin", ""), ("referer", "about:blank")],
    ] {
        for body in ["action=accept", "action=refuse", "provider=cliptube"] {
            let visitor = visitor(&gate, "DE", &format!("A=1.4.{RECENT}.4.1a.0"));
            let response = *privacy.submit(&visitor, &post_with(body, headers)).unwrap_err();
            assert_eq!(response.status, 403, "{headers:?}");
            assert!(response.body.contains("The request came from another site."), "{}", response.body);
            assert!(response.body.contains("href=\"/privacy\""));
            assert_eq!(stored(&visitor), None, "{headers:?} {body}");
        }
    }
    for headers in [
        &[("origin", ""), ("sec-fetch-site", "same-origin")][..],
        &[("origin", "")],
        &[("origin", ""), ("referer", "https://shop.example/lessons/1?a=b")],
        &[("origin", ""), ("referer", "https://SHOP.example:443")],
        &[("sec-fetch-site", "same-origin"), ("referer", "https://evil.example/")],
    ] {
        let visitor = visitor(&gate, "DE", "");
        let own = post_with("action=refuse", headers);
        assert_eq!(privacy.submit(&visitor, &own).unwrap().commit().status, 303, "{headers:?}");
    }
}

#[test]
fn a_form_that_was_sent_ahead_of_a_visit_changes_nothing() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    let request = post_with("action=accept", &[("sec-purpose", "prefetch;prerender")]);
    assert_eq!(Privacy::new(gate).submit(&visitor, &request).unwrap_err().status, 403);
    assert_eq!(stored(&visitor), None);
}

#[test]
fn d14_u9_complaint_25_a_redirect_stays_on_this_site() {
    let gate = gate();
    let privacy = Privacy::new(gate.clone());
    for (body, referer, location) in [
        ("action=refuse", "", "/privacy?saved#consent-status"),
        ("action=refuse&back=/lessons/1?a=b", "", "/lessons/1?a=b"),
        ("action=refuse&back=%2Flessons%2F2", "https://shop.example/lessons/1", "/lessons/2"),
        ("provider=cliptube", "https://shop.example/lessons/1", "/lessons/1"),
        ("provider=cliptube", "https://evil.example/lessons/1", "/privacy?saved#consent-status"),
        ("action=save", "https://shop.example/privacy?saved", "/privacy?saved#consent-status"),
    ] {
        let visitor = visitor(&gate, "DE", "");
        let request = post_with(body, &[("referer", referer)]);
        let response = privacy.submit(&visitor, &request).unwrap().commit();
        assert_eq!(response.value("location"), Some(location), "{body} {referer}");
    }
    let long = format!("/{}", "a".repeat(4096));
    for back in [
        "//evil.example",
        "%2f%2fevil.example",
        "%252f%252fevil.example",
        "/%5Cevil.example",
        "https:%2F%2Fevil.example",
        "https:evil.example",
        "/%09/evil.example",
        "%20//evil.example",
        "/%0d%0aset-cookie:%20x=1",
        "/%00",
        "@evil.example",
        "/%E2%80%AE",
        "/%FF",
        "javascript:alert(1)",
        &long,
    ] {
        let visitor = visitor(&gate, "DE", "");
        assert_eq!(send(&gate, &visitor, &format!("action=accept&back={back}")).status, 400, "{back}");
        let target = format!("/privacy?back={back}");
        let headers: [(&str, &[u8]); 1] = [("content-type", b"application/x-www-form-urlencoded")];
        let request = Request::read("POST", &target, None, headers).body(b"action=accept");
        assert_eq!(privacy.submit(&visitor, &request).unwrap_err().status, 400, "{target}");
        assert_eq!(stored(&visitor), None, "{back}");
    }
}

#[test]
fn a_consent_is_never_taken_from_an_address() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    let headers: [(&str, &[u8]); 1] = [("content-type", b"application/x-www-form-urlencoded")];
    let target = "/privacy?action=accept&category=analytics&consent=1.4.1795392000.1e.0.0";
    let request = Request::read("POST", target, None, headers).body(b"");
    assert_eq!(Privacy::new(gate).submit(&visitor, &request).unwrap_err().status, 400);
    assert_eq!(stored(&visitor), None);
}

#[test]
fn d14_an_empty_page_to_go_back_to_is_none() {
    let gate = gate();
    for target in ["/privacy?back=", "/privacy?back", "/privacy?"] {
        let visitor = visitor(&gate, "DE", "");
        let headers: [(&str, &[u8]); 1] = [("content-type", b"application/x-www-form-urlencoded")];
        let request = Request::read("POST", target, None, headers).body(b"action=refuse&back=");
        let response = Privacy::new(gate.clone()).submit(&visitor, &request).unwrap().commit();
        assert_eq!(response.value("location"), Some("/privacy?saved#consent-status"), "{target}");
    }
}

#[test]
fn s8_of_two_media_types_none_counts() {
    let gate = gate();
    let visitor = visitor(&gate, "DE", "");
    let headers: [(&str, &[u8]); 2] =
        [("content-type", b"text/plain"), ("content-type", b"application/x-www-form-urlencoded")];
    let request = Request::read("POST", "/privacy", None, headers).body(b"action=accept");
    assert_eq!(Privacy::new(gate).submit(&visitor, &request).unwrap_err().status, 400);
    assert_eq!(stored(&visitor), None);
}
