//! Pictures of each state, for a person to look at: `target/screenshots/ui-*.png`.

use crate::chromium::{Browser, Trap};
use crate::learning_platform::Platform;
use crate::ui_browser::site::bare;
use crate::ui_browser::{HOST, click, open};

/// The whole page, unfolded where that is asked for.
async fn whole(browser: &Browser, name: &str) {
    let height = browser.run("return document.documentElement.scrollHeight").await.as_u64().unwrap_or(900);
    let width = browser.run("return innerWidth").await.as_u64().unwrap_or(1280);
    browser.viewport(width.try_into().unwrap(), u32::try_from(height).unwrap().clamp(480, 4000)).await;
    assert!(browser.picture(name).await.exists());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn every_state_is_pictured() {
    let platform = Platform::start();
    let trap = Trap::start().await.site(HOST, platform.address).site("shop.example", bare().await);
    for (name, host, scheme, language, width, height) in [
        ("platform", HOST, "light", "en", 1280, 800),
        ("platform-dark", HOST, "dark", "en", 1280, 800),
        ("platform-german-phone", HOST, "light", "de", 375, 812),
        ("bare", "shop.example", "light", "en", 1280, 800),
        ("bare-dark-narrow", "shop.example", "dark", "en", 320, 640),
        ("bare-rtl", "shop.example", "light", "ar", 1280, 800),
    ] {
        let browser = Browser::open(&trap).await;
        browser.media("prefers-color-scheme", scheme).await;
        browser.header("Accept-Language", language).await;
        browser.viewport(width, height).await;
        let first = if host == HOST { "/lessons/1" } else { "/" };
        browser.goto(format!("https://{host}{first}")).await.unwrap();
        assert!(browser.picture(&format!("ui-{name}-banner")).await.exists());
        browser.goto(format!("https://{host}/privacy")).await.unwrap();
        browser.click("#consent-analytics-switch").await;
        click(&browser, ".consent-settings [value=save]").await;
        browser
            .run("document.querySelectorAll('#consent-analytics details').forEach((details) => details.open = true)")
            .await;
        whole(&browser, &format!("ui-{name}-settings")).await;
        browser.viewport(width, height).await;
        browser.goto(format!("https://{host}/{}", if host == HOST { "cookies" } else { "table" })).await.unwrap();
        whole(&browser, &format!("ui-{name}-table")).await;
    }
    let browser = Browser::open(&trap).await;
    browser.viewport(1280, 800).await;
    browser.gpc().await;
    browser.header("x-demo-region", "US-CA").await;
    open(&browser, "/privacy").await;
    whole(&browser, "ui-gpc-settings").await;
}
