//! Global Privacy Control, where only the page sees it.

use super::server::{ALL, HOST, Shop, Visit};
use consent_gate::policy::Undeclared;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_property_narrows_a_page_that_was_made_without_the_signal() {
    let visit = Visit::of(Shop { region: "US-CA", has_google: true, ..Shop::new(Undeclared::Deny, "") }).await;
    visit
        .run(
            "document.cookie = 'own_ad=1; Path=/'; document.cookie = 'own_a=1; Path=/'; localStorage['peek.queue'] = 1",
        )
        .await;
    assert_eq!(visit.browser.cookie_names(HOST).await, ["own_a", "own_ad"]);
    visit.browser.gpc_property().await;
    visit.go("/again").await;
    let given = visit
        .run(
            "const code = (...of) => consentGate.judge(...of).code;
             return [document.cookie, localStorage.length, code('cookie', 'own_ad'), code('cookie', 'own_a'), code('local-storage', 'peek.queue'),
                     code('category', 'advertising'), await fetch('https://adloop.example/load/x').catch((e) => e.name), [...dataLayer[0]][2]]",
        )
        .await;
    let states = json!({
        "ad_storage": "denied", "ad_user_data": "denied", "ad_personalization": "denied", "analytics_storage": "granted",
        "functionality_storage": "granted", "personalization_storage": "granted", "security_storage": "granted"
    });
    let expected = json!(["own_a=1", 0, "gpc", "no-objection", "gpc-third-party", "gpc", "TypeError", states]);
    assert_eq!(given, expected);
    assert_eq!(visit.browser.cookie_names(HOST).await, ["own_a"], "an objection erases");
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn without_the_property_nothing_is_narrowed() {
    let visit = Visit::of(Shop { region: "US-CA", ..Shop::new(Undeclared::Deny, ALL) }).await;
    assert_eq!(visit.run("return consentGate.judge('cookie', 'own_ad').code").await, "granted");
}
