//! The ready routes: without I/O, and over HTTP in three frameworks.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
mod axum;
#[cfg(any(feature = "actix-web", feature = "axum", feature = "rocket"))]
mod over_http;
#[cfg(feature = "rocket")]
mod rocket;

use crate::site::{gate, gate_with, visitor};
use consent_gate::policy::RegimeOverride;
use consent_gate::ui::{Privacy, Request};

async fn get(privacy: &Privacy, target: &str) -> Option<consent_gate::ui::Response> {
    let headers: [(&str, &[u8]); 1] = [("host", b"shop.example")];
    let request = Request::read("GET", target, None, headers);
    privacy.serve(&visitor(privacy.gate(), "DE", ""), None, &request).await
}

#[tokio::test]
async fn each_route_answers_and_everything_else_is_passed_on() {
    let privacy = Privacy::new(gate()).at("/account/privacy");
    for (target, media_type, holds) in [
        ("/account/privacy", "text/html; charset=utf-8", "<h1>Privacy settings</h1>"),
        ("/account/privacy?saved", "text/html; charset=utf-8", "role=\"status\" tabindex=\"-1\">Your choice is saved."),
        ("/account/privacy.json", "application/json", "\"prompt\":\"ask\""),
        ("/account/privacy/banner", "text/html; charset=utf-8", "Refuse all"),
        ("/.well-known/gpc.json", "application/json", "{\"gpc\":true,\"lastUpdate\":\"2026-11-23\"}"),
    ] {
        let response = get(&privacy, target).await.unwrap();
        assert_eq!((response.status, response.value("content-type")), (200, Some(media_type)), "{target}");
        assert!(response.body.contains(holds), "{target}: {}", response.body);
    }
    for other in
        ["/", "/account", "/account/privacy-policy", "/account/privacy/", "/account/privacy/a/b.css", "/privacy"]
    {
        assert_eq!(get(&privacy, other).await, None, "{other}");
    }
}

#[tokio::test]
async fn r22_gpc_is_announced_only_where_the_gate_acts_and_honours_it() {
    let privacy = Privacy::new(gate());
    let none: [(&str, &[u8]); 0] = [];
    let report = Request::read("GET", "/.well-known/gpc.json", None, none).report_only(true);
    let response = privacy.serve(&visitor(privacy.gate(), "DE", ""), None, &report).await.unwrap();
    assert_eq!(response.body, "{\"gpc\":false,\"lastUpdate\":\"2026-11-23\"}");
    let looser = gate_with(|policy| {
        policy.regimes.push(RegimeOverride::new(["US-CA"]).gpc([""; 0]));
    });
    assert!(get(&Privacy::new(looser), "/.well-known/gpc.json").await.unwrap().body.starts_with("{\"gpc\":false"));
    let day = chrono::NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    let later = Privacy::new(gate()).gpc_since(day);
    assert!(get(&later, "/.well-known/gpc.json").await.unwrap().body.ends_with("\"2027-01-01\"}"));
}

#[tokio::test]
async fn the_style_sheet_is_kept_for_ever_under_its_own_name_alone() {
    let privacy = Privacy::new(gate());
    let response = get(&privacy, &privacy.style_path()).await.unwrap();
    assert_eq!(response.value("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!((response.value("content-type"), &*response.body), (Some("text/css; charset=utf-8"), privacy.style()));
    let old = get(&privacy, "/privacy/0123456789abcdef.css").await.unwrap();
    assert_eq!(old.value("cache-control"), Some("no-cache"));
}

#[tokio::test]
async fn a_cached_page_gets_its_banner_as_a_fragment() {
    let privacy = Privacy::new(gate());
    let fragment = get(&privacy, "/privacy/banner?back=%2Flessons%2F1").await.unwrap();
    assert!(fragment.body.starts_with("<section") && fragment.body.contains("name=\"back\" value=\"/lessons/1\""));
    assert_eq!(fragment.value("cache-control"), Some("private, no-store"));
    let elsewhere = get(&privacy, "/privacy/banner?back=%2F%2Fevil.example").await.unwrap();
    assert!(elsewhere.body.contains("name=\"back\" value=\"\""));
    let none: [(&str, &[u8]); 0] = [];
    let request = Request::read("GET", "/privacy/banner", None, none);
    let answered = visitor(privacy.gate(), "US-CA", "");
    let response = privacy.serve(&answered, None, &request).await.unwrap();
    assert_eq!((response.status, response.body.as_str()), (204, ""));
}

#[tokio::test]
async fn other_methods_are_told_which_there_are_and_head_has_the_head_of_get() {
    let privacy = Privacy::new(gate());
    for (method, target, allow) in [
        ("DELETE", "/privacy", "GET, HEAD, POST"),
        ("PUT", "/privacy.json", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/privacy/banner", "GET, HEAD"),
        ("POST", "/.well-known/gpc.json", "GET, HEAD"),
    ] {
        let none: [(&str, &[u8]); 0] = [];
        let request = Request::read(method, target, None, none);
        let response = privacy.serve(&visitor(privacy.gate(), "DE", ""), None, &request).await.unwrap();
        assert_eq!((response.status, response.value("allow")), (405, Some(allow)), "{method} {target}");
    }
    let none: [(&str, &[u8]); 0] = [];
    let get = get(&privacy, "/privacy").await.unwrap();
    let request = Request::read("HEAD", "/privacy", None, none);
    let head = privacy.serve(&visitor(privacy.gate(), "DE", ""), None, &request).await.unwrap();
    assert_eq!((head.body.as_str(), head.value("content-length")), ("", Some(&*get.body.len().to_string())));
}

#[tokio::test]
async fn a_host_puts_its_own_frame_around() {
    let privacy =
        Privacy::new(gate()).layout(|document| format!("[{}|{}|{}]", document.title, document.language, document.main));
    let response = get(&privacy, "/privacy?saved").await.unwrap();
    assert!(response.body.starts_with("[Your choice is saved. Privacy settings|en|<h1>"), "{}", response.body);
    let elsewhere = Privacy::new(gate()).page_elsewhere();
    assert_eq!(get(&elsewhere, "/privacy").await, None);
    assert!(elsewhere.answers("POST", "/privacy"));
}
