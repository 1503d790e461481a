//! R42 and X7: Google's Consent Mode v2.

use super::server::{ALL, NONE, Shop, Visit, gate, visitor, visitor_in};
use crate::site::{self, facts, gate_with, time};
use consent_gate::browser::{ConsentMode, Head, Manifest};
use consent_gate::policy::{RegimeOverride, Undeclared};
use serde_json::json;

#[track_caller]
fn letters(mode: ConsentMode) -> String {
    mode.states().map(|(_, granted)| if granted { '1' } else { '0' }).collect()
}

/// `ad_storage`, `ad_user_data`, `ad_personalization`, analytics, functionality, personalization, security.
#[test]
fn r42_all_seven_types_follow_the_decision() {
    let gate = gate(Undeclared::Deny);
    for (region, answer, signals, expected) in [
        ("DE", "", &[][..], "0000001"),
        ("DE", NONE, &[], "0000001"),
        ("DE", ALL, &[], "1111111"),
        ("DE", "4.1a", &[], "0001001"),
        ("DE", "10.e", &[], "1110001"),
        ("DE", "2.1c", &[], "0000101"),
        ("DE", "8.16", &[], "0000011"),
        ("US-CA", "", &[], "1111111"),
        ("US-CA", "", &["sec-gpc"], "0001111"),
        ("US-CA", ALL, &["sec-gpc"], "0001111"),
        ("DE", ALL, &["sec-gpc"], "0001111"),
    ] {
        let mode = ConsentMode::new(&visitor_in(&gate, region, answer, signals));
        assert_eq!(letters(mode), expected, "{region} {answer} {signals:?}");
        assert_eq!(mode.ads_data_redaction(), !mode.ad_storage);
        assert_eq!(mode.url_passthrough(), expected.starts_with("111"), "off unless advertising is granted");
    }
}

/// An operator whose GPC denies no category, but every third party: Google is one.
#[test]
fn r42_under_gpc_in_the_united_states_user_data_and_personalization_are_denied_at_least() {
    let own = gate_with(|policy| {
        policy.regimes = vec![RegimeOverride::new(["US"]).gpc([""; 0])];
    });
    let mode = ConsentMode::new(&site::visitor_with(&own, "US-CA", "", &["sec-gpc"]));
    assert_eq!(letters(mode), "1001111");
    assert!(!mode.url_passthrough());
    let known = site::visitor_with(&own, "US-CA", "A=1.4.1795391000.1e.0.1", &["sec-gpc"]);
    known.learn(|facts| facts.known = true).unwrap();
    assert_eq!(letters(ConsentMode::new(&known)), "1111111", "the override of R15");
}

#[test]
fn r42_the_calls_name_no_region_and_settle_what_links_may_carry() {
    let mode = ConsentMode::new(&visitor(&gate(Undeclared::Deny), "4.1a", &[]));
    let states = r#"{"ad_storage":"denied","ad_user_data":"denied","ad_personalization":"denied","analytics_storage":"granted","functionality_storage":"denied","personalization_storage":"denied","security_storage":"granted"}"#;
    let settings = r#"{"ads_data_redaction":true,"url_passthrough":false}"#;
    assert_eq!(mode.update_calls(), format!(r#"gtag("consent","update",{states});gtag("set",{settings});"#));
    let expected = format!(
        r#"<script nonce="a&quot;b">window.dataLayer??=[];window.gtag??=function(){{dataLayer.push(arguments)}};gtag("consent","default",{states});gtag("set",{settings});</script>"#
    );
    assert_eq!(mode.script(Some("a\"b")), expected);
}

#[test]
fn consent_mode_is_in_the_manifest_only_where_the_host_asked_for_it() {
    let gate = gate(Undeclared::Deny);
    let visitor = gate.visitor([("cookie", "")], facts("DE"), time(site::NOW));
    assert!(!Manifest::new(&visitor).json().contains("google"));
    assert!(Head::new(Manifest::new(&visitor).consent_mode()).html().contains(r#""google":[[{"ad_storage":"denied""#));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r42_x7_the_default_stands_before_any_tag_and_the_update_after_the_answer() {
    let shop = Shop { has_google: true, ..Shop::new(Undeclared::Deny, NONE) };
    // The first script of the page, as a tag would be.
    "<script nonce=n0nce>gtag('event', 'first')</script>".clone_into(&mut shop.body.lock().unwrap());
    let visit = Visit::of(shop).await;
    visit.shop.say(ALL);
    let calls = visit
        .run("await consentGate.update(); return dataLayer.map((call) => [...call].slice(0, 2).map((part) => part.ads_data_redaction ?? part)).concat([[dataLayer[0][2].ad_storage, dataLayer[3][2].ad_storage, dataLayer[1][1].url_passthrough, dataLayer[4][1].url_passthrough]])")
        .await;
    let expected = json!([
        ["consent", "default"],
        ["set", true],
        ["event", "first"],
        ["consent", "update"],
        ["set", false],
        ["denied", "granted", false, true]
    ]);
    assert_eq!(calls, expected);
}
