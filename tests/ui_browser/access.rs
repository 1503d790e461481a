//! axe-core finds nothing, of any severity, in any state.

use crate::chromium::{Browser, Trap};
use crate::learning_platform::Platform;
use crate::ui_browser::site::bare;
use crate::ui_browser::{HOST, axe, click, open};

/// Runs every rule of axe-core on the page, best practices included.
async fn accessible(browser: &Browser, axe: &str, what: &str) {
    browser.run("document.querySelectorAll('details').forEach((details) => details.open = true)").await;
    // On a busy machine, all rules on a long page take their time.
    browser.set_script_timeout(std::time::Duration::from_secs(120)).await.unwrap();
    browser.execute(axe, Vec::new()).await.unwrap();
    let found = browser
        .run(
            "const result = await axe.run(document, { resultTypes: ['violations'] });
             return result.violations.map((v) => `${v.impact} ${v.id}: ${v.nodes.map((n) => n.target + ' ' + n.failureSummary).join(' | ')}`)",
        )
        .await;
    assert_eq!(found, serde_json::json!([]), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_crate_s_own_pages_in_light_dark_narrow_and_from_right_to_left() {
    let axe = axe();
    let trap = Trap::start().await.site("shop.example", bare().await);
    for scheme in ["light", "dark"] {
        for (width, height) in [(1280, 900), (320, 640)] {
            for language in ["en", "de", "ar"] {
                let browser = Browser::open(&trap).await;
                browser.media("prefers-color-scheme", scheme).await;
                browser.viewport(width, height).await;
                browser.header("Accept-Language", language).await;
                let what = |path: &str| format!("{path} {scheme} {width} {language}");
                for path in ["/", "/privacy", "/table"] {
                    browser.goto(format!("https://shop.example{path}")).await.unwrap();
                    accessible(&browser, &axe, &what(path)).await;
                }
                browser.goto("https://shop.example/privacy").await.unwrap();
                click(&browser, ".consent-settings [value=accept]").await;
                accessible(&browser, &axe, &what("accepted")).await;
                click(&browser, ".consent-settings [value=refuse]").await;
                accessible(&browser, &axe, &what("refused")).await;
                browser.gpc().await;
                browser.goto("https://shop.example/privacy").await.unwrap();
                accessible(&browser, &axe, &what("gpc")).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_page_that_says_why_nothing_was_stored() {
    let axe = axe();
    let trap = Trap::start().await.site("shop.example", bare().await);
    let form = "<!doctype html><html lang=en><title>x</title><form method=post action=https://shop.example/privacy><button name=action value=accept>x</button></form>";
    let trap = trap.answers("https://evil.example/", "text/html", form);
    let browser = Browser::open(&trap).await;
    browser.goto("https://evil.example/").await.unwrap();
    click(&browser, "button").await;
    let page = browser.run("return document.body.innerText").await;
    assert!(page.as_str().unwrap().contains("The request came from another site."), "{page}");
    assert_eq!(browser.cookie_names("shop.example").await, [""; 0]);
    accessible(&browser, &axe, "another site's form").await;
    assert!(browser.picture("ui-error").await.exists());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn nothing_moves_for_whoever_wants_less_motion() {
    let trap = Trap::start().await.site("shop.example", bare().await);
    let browser = Browser::open(&trap).await;
    browser.goto("https://shop.example/privacy").await.unwrap();
    let moving = "return [...document.querySelectorAll('.consent, .consent *')].flatMap((element) => ['', '::before']
        .map((part) => getComputedStyle(element, part)).filter((style) =>
            style.transitionDuration.split(', ').some((time) => time !== '0s') || style.animationName !== 'none')).length";
    assert!(browser.run(moving).await.as_u64().unwrap() > 0, "switches and buttons move where nobody minds");
    browser.media("prefers-reduced-motion", "reduce").await;
    assert_eq!(browser.run(moving).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn on_paper_there_is_no_banner_no_button_and_every_detail() {
    let trap = Trap::start().await.site("shop.example", bare().await);
    let browser = Browser::open(&trap).await;
    browser.print().await;
    browser.goto("https://shop.example/").await.unwrap();
    let hidden = "return [getComputedStyle(document.querySelector('.consent-banner')).display, getComputedStyle(document.body).paddingBottom]";
    assert_eq!(browser.run(hidden).await, serde_json::json!(["none", "0px"]), "and no room is left for it");
    browser.goto("https://shop.example/privacy").await.unwrap();
    let shown = "const seen = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility({ contentVisibilityAuto: true }) && e.getBoundingClientRect().height > 0).length;
        return [seen('.consent-actions button'), seen('.consent-category table'), document.querySelectorAll('.consent-category table').length, seen('.consent-switch')]";
    let shown = browser.run(shown).await;
    assert_eq!(shown[0], 0, "buttons cannot be pressed on paper");
    assert!(shown[1].as_u64().unwrap() > 1 && shown[1] == shown[2], "what is folded on a screen is printed: {shown}");
    assert!(shown[3].as_u64().unwrap() > 1, "the switches show the choice: {shown}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_platform_in_light_dark_and_narrow() {
    let axe = axe();
    let platform = Platform::start();
    let trap = Trap::start().await.site(HOST, platform.address);
    for (scheme, width, height) in [("light", 1280, 900), ("dark", 1280, 900), ("light", 320, 640)] {
        let browser = Browser::open(&trap).await;
        browser.media("prefers-color-scheme", scheme).await;
        browser.viewport(width, height).await;
        for path in ["/", "/lessons/1", "/privacy", "/cookies", "/log-in"] {
            open(&browser, path).await;
            accessible(&browser, &axe, &format!("{path} {scheme} {width}")).await;
        }
        click(&browser, "main form button").await;
        open(&browser, "/account").await;
        accessible(&browser, &axe, &format!("/account {scheme} {width}")).await;
    }
}
