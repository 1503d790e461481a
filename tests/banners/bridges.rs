//! The bridges of the documentation: banners whose answer no server sees, and the script that tells it.
//!
//! klaro and vanilla-cookieconsent are the real ones. The others are not published: what the page has of each is the part
//! of its interface that the bridge uses, as its maker documents it.

use crate::banners::banner::{BANNERS, Banner};
use crate::banners::{NOTHING, Visit};

/// A banner that keeps its answer in local storage, with its bridge before a place in the page, or at its end.
fn stored(banner: &Banner, setting: (&str, &str), bridge: &str, place: Option<&str>) -> Banner {
    let page = banner.page.replace(setting.0, setting.1);
    assert_ne!(page, banner.page);
    let at = place.map_or(page.len(), |place| page.find(place).unwrap());
    let page = format!("{}<script>{bridge}</script>{}", &page[..at], &page[at..]);
    Banner { page: page.leak(), import: "", ..*banner }
}

/// A banner of which only the interface is there.
fn stub(interface: &str, bridge: &str) -> Banner {
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Banner</title><body><button>Answer</button>\
         <script>{interface}</script><script>{bridge}</script>"
    );
    Banner { package: "", files: &[], import: "", page: page.leak(), ..BANNERS[0] }
}

async fn tells(banner: &Banner, all: &str, only_analytics: &str) {
    let visit = Visit::of(banner).await;
    visit.does("").await;
    assert_eq!(visit.holds().await, NOTHING, "nobody has answered");
    visit.does(all).await;
    assert_eq!(visit.holds().await, ["analytics", "personalization", "advertising"], "accepted");
    visit.does(only_analytics).await;
    assert_eq!(visit.holds().await, ["analytics"], "most withdrawn, and erased");
    // On the gate's own page. The bridge does not undo it.
    visit.does("await fetch('/privacy', { method: 'POST', body: new URLSearchParams({ action: 'refuse' }) })").await;
    visit.does("").await;
    assert_eq!(visit.holds().await, NOTHING, "refused");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_bridge_of_vanilla_cookieconsent_tells_the_server() {
    let bridge = include_str!("../../src/cmp/bridges/vanilla.js");
    let setting = ("hideFromBots: false,", "hideFromBots: false, cookie: { useLocalStorage: true },");
    // It is told of what happens after it: it must stand before the banner starts.
    let banner = stored(&BANNERS[0], setting, bridge, Some("<script>\nCookieConsent.run"));
    let only = "CookieConsent.showPreferences();
        for (const id of ['suggestions', 'ads']) { await set(`.section__toggle[value=${id}]`, false); }
        await click('.pm__btn[data-role=save]')";
    tells(&banner, banner.accept, only).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_bridge_of_klaro_tells_the_server() {
    let bridge = include_str!("../../src/cmp/bridges/klaro.js");
    let setting = ("acceptAll: true,", "acceptAll: true, storageMethod: \"localStorage\",");
    let banner = stored(&BANNERS[1], setting, bridge, None);
    let page = banner.page.replace("\"lumen\"", "\"analytics\"").replace("\"adloop\"", "\"ads\"");
    let banner = Banner { page: page.leak(), ..banner };
    let only = "klaro.show(undefined, true);
        for (const id of ['suggestions', 'ads']) { await set(`#service-item-${id}`, false); }
        await click('.cookie-modal .cm-btn-accept')";
    tells(&banner, banner.accept, only).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_bridge_of_usercentrics_tells_the_server() {
    let interface = "
        const kept = JSON.parse(localStorage.getItem('kept') ?? '[]');
        window.UC_UI = {
            isInitialized: () => true,
            isConsentRequired: () => false,
            getServicesBaseInfo: () => ['analytics', 'personal', 'marketing'].map(
                (categorySlug) => ({ categorySlug, consent: { status: kept.includes(categorySlug) } })),
        };
        window.answer = (...granted) => {
            kept.splice(0, kept.length, ...granted);
            localStorage.setItem('kept', JSON.stringify(kept));
            localStorage.setItem('uc_user_interaction', 'true');
            dispatchEvent(new CustomEvent('UC_UI_CMP_EVENT', { detail: { type: 'SAVE' } }));
        };";
    let bridge = include_str!("../../src/cmp/bridges/usercentrics.js");
    let bridge = bridge.replace("functional: [\"functional\"]", "personalization: [\"personal\"]");
    let banner = stub(interface, &bridge);
    let wait = "await pause(); await pause()";
    tells(
        &banner,
        &format!("answer('analytics', 'personal', 'marketing'); {wait}"),
        &format!("answer('analytics'); {wait}"),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_bridge_of_sourcepoint_tells_the_server() {
    let interface = "
        let ready = () => {};
        const kept = () => JSON.parse(localStorage.getItem('kept'));
        window._sp_ = { addEventListener: (event, heard) => {
            ready = () => heard('gdpr', 'uuid', 'string', { applies: true });
            if (kept()) { ready(); }
        } };
        window._sp_queue = { push: (work) => work() };
        window.__tcfapi = (command, version, heard) =>
            heard({ consentedPurposes: kept().map((name) => ({ _id: '1', name })) }, true);
        window.answer = (...granted) => { localStorage.setItem('kept', JSON.stringify(granted)); ready(); };";
    let banner = stub(interface, include_str!("../../src/cmp/bridges/sourcepoint.js"));
    tells(&banner, "answer('Analytics', 'Personalization', 'Advertising')", "answer('Analytics')").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_bridge_of_silktide_tells_the_server() {
    let interface = "
        window.answer = async (...granted) => {
            for (const type of ['analytics', 'suggestions', 'ads']) {
                localStorage.setItem(`silktideCookieChoice_${type}`, String(granted.includes(type)));
            }
            document.querySelector('button').click();
        };";
    let banner = stub(interface, include_str!("../../src/cmp/bridges/silktide.js"));
    tells(&banner, "answer('analytics', 'suggestions', 'ads')", "answer('analytics')").await;
}
