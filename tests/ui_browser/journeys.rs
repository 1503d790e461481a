//! Visitors who are asked, choose, change their minds and come back on another device.

use crate::chromium::{Browser, Trap};
use crate::learning_platform::Platform;
use crate::ui_browser::site::bare;
use crate::ui_browser::{HOST, click, focused, open, press, text};
use serde_json::json;
use std::time::Duration;

/// What the console shows, but for names that this Chromium does not know in a header that other browsers read.
async fn console(browser: &Browser) -> Vec<String> {
    let lines = browser.console().await.into_iter();
    lines.filter(|line| !line.contains("Error with Permissions-Policy header: Unrecognized feature")).collect()
}

/// The names of the cookies that the site has in the browser.
async fn cookies(browser: &Browser) -> Vec<String> {
    let mut names = browser.cookie_names(HOST).await;
    names.sort();
    names
}

async fn is_asked(browser: &Browser) -> bool {
    browser.run("return !!document.getElementById('consent-banner')").await == true
}

async fn visit() -> (Platform, Trap, Browser) {
    let platform = Platform::start();
    let trap = Trap::start().await.site(HOST, platform.address);
    let browser = Browser::open(&trap).await;
    (platform, trap, browser)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn by_mouse_from_the_banner_to_withdrawal() {
    let (_platform, trap, browser) = visit().await;
    open(&browser, "/lessons/1").await;
    assert!(is_asked(&browser).await);
    trap.settle(Duration::from_millis(300)).await;
    let asked: Vec<String> = trap.requests().into_iter().filter(|r| !r.contains("assets.fastedge.example")).collect();
    assert_eq!(asked, [""; 0], "before an answer, nothing but the essential is asked for");
    assert_eq!(cookies(&browser).await, [""; 0]);

    // One click refuses, and leads back to the page.
    click(&browser, "#consent-banner [value=refuse]").await;
    assert_eq!(text(&browser, "location.pathname").await, "/lessons/1");
    assert!(!is_asked(&browser).await);
    assert_eq!(cookies(&browser).await, ["consent"]);

    // The link in the footer leads to the settings: analytics only.
    click(&browser, "footer .consent-link").await;
    browser.click("#consent-analytics-switch").await;
    click(&browser, ".consent-settings [value=save]").await;
    assert_eq!(text(&browser, "location.href").await, format!("https://{HOST}/privacy?saved#consent-status"));
    let state = text(&browser, "document.getElementById('consent-analytics-state').textContent").await;
    assert!(state.starts_with("On: you chose so on "), "{state}");
    open(&browser, "/lessons/1").await;
    trap.settle(Duration::from_millis(300)).await;
    assert!(
        cookies(&browser).await.iter().all(|name| name == "consent" || name.starts_with("_lum")),
        "{:?}",
        cookies(&browser).await
    );
    assert!(cookies(&browser).await.iter().any(|name| name.starts_with("_lum")), "exactly analytics");
    assert!(trap.requests().iter().any(|request| request.starts_with("GET https://px.lumen.example/v.gif")));
    assert!(!trap.requests().iter().any(|request| request.contains("adloop") || request.contains("cliptube")));

    assert_eq!(browser.keys("localStorage").await, ["lum.queue"]);

    // Withdrawn: gone from the browser, without a log-in.
    open(&browser, "/privacy").await;
    click(&browser, ".consent-settings [value=refuse]").await;
    assert_eq!(cookies(&browser).await, ["consent"]);
    assert_eq!(browser.keys("localStorage").await, [""; 0]);
    trap.forget();
    open(&browser, "/lessons/1").await;
    trap.settle(Duration::from_millis(300)).await;
    assert!(!trap.requests().iter().any(|request| request.contains("lumen")), "{:?}", trap.requests());
    assert_eq!(cookies(&browser).await, ["consent"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn each_button_of_the_banner_does_what_it_says() {
    let platform = Platform::start();
    for (selector, path, decides) in [
        ("[value=accept]", "/help", "granted"),
        ("[value=refuse]", "/help", "refused"),
        ("a.consent-button", "/privacy", "undecided"),
    ] {
        let trap = Trap::start().await.site(HOST, platform.address);
        let browser = Browser::open(&trap).await;
        open(&browser, "/help").await;
        click(&browser, &format!("#consent-banner {selector}")).await;
        assert_eq!(text(&browser, "location.pathname").await, path);
        let code = browser.run("return (await (await fetch('/privacy.json')).json()).verdict.analytics.code").await;
        assert_eq!(code, decides, "{selector}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn without_scripts_everything_works() {
    let (_platform, trap, browser) = visit().await;
    browser.command("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    let source = async |browser: &Browser| browser.source().await.unwrap();
    open(&browser, "/lessons/1").await;
    assert!(source(&browser).await.contains("consent-banner"));
    browser.click("#consent-banner a.consent-button").await;
    browser.click("#consent-personalization-switch").await;
    browser.click(".consent-settings [value=save]").await;
    trap.settle(Duration::from_millis(300)).await;
    assert!(source(&browser).await.contains("Your choice is saved."));
    open(&browser, "/lessons/1").await;
    assert!(source(&browser).await.contains("https://cliptube.example/embed/listening"));
    assert!(cookies(&browser).await.contains(&"recommend".to_owned()));
    open(&browser, "/privacy").await;
    browser.click(".consent-settings [value=refuse]").await;
    trap.settle(Duration::from_millis(300)).await;
    assert_eq!(cookies(&browser).await, ["consent"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn by_keyboard_without_a_trap_and_with_the_focus_in_view() {
    let trap = Trap::start().await.site("shop.example", bare().await);
    let browser = Browser::open(&trap).await;
    for (width, height) in [(1280, 800), (375, 812), (320, 480)] {
        browser.viewport(width, height).await;
        browser.goto("https://shop.example/").await.unwrap();
        // The banner comes first, in the order of reading, and holds nobody back.
        let mut order = Vec::new();
        for _ in 0..45 {
            press(&browser, "Tab").await;
            let name = focused(&browser).await;
            let seen = browser
                .run(
                    "const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
                     const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
                     return [s.outlineStyle, parseFloat(s.outlineWidth) >= 2, !!top && (e.contains(top) || top.contains(e))]",
                )
                .await;
            // Links of the page itself have the browser's own ring.
            assert!(seen[0] != "none", "{name} has no ring: {seen}");
            assert_eq!(seen[2], true, "{name} is hidden at {width} x {height}");
            let is_last = name == "Privacy settings";
            order.push(name);
            if is_last {
                break;
            }
        }
        assert_eq!(order[..4], ["Accept all", "Refuse all", "Choose", "Link 1"], "{width} x {height}");
        assert_eq!(order.last().map(String::as_str), Some("Privacy settings"), "{width} x {height}: {order:?}");
    }

    // Back, and refused by the Enter key.
    browser.goto("https://shop.example/").await.unwrap();
    for key in ["Tab", "Tab", "Tab", "Shift+Tab"] {
        press(&browser, key).await;
    }
    assert_eq!(focused(&browser).await, "Refuse all");
    press(&browser, "Enter").await;
    trap.settle(Duration::from_millis(300)).await;
    assert!(!is_asked(&browser).await);

    // The settings: a switch by the space bar, saved by the Enter key, and what has happened is read first.
    browser.goto("https://shop.example/privacy").await.unwrap();
    let mut steps = 0;
    while focused(&browser).await != "consent-analytics-switch" {
        press(&browser, "Tab").await;
        steps += 1;
        assert!(steps < 20);
    }
    press(&browser, "Space").await;
    assert_eq!(browser.run("return document.activeElement.checked").await, true);
    press(&browser, "Enter").await;
    trap.settle(Duration::from_millis(300)).await;
    assert_eq!(text(&browser, "document.querySelector(':target').textContent").await, "Your choice is saved.");
    assert_eq!(text(&browser, "document.title").await, "Your choice is saved. Privacy settings");
    assert_eq!(browser.run("return document.getElementById('consent-analytics-switch').checked").await, true);
    press(&browser, "Tab").await;
    assert_ne!(focused(&browser).await, "", "from the status, the keyboard goes on");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn in_german_on_a_telephone() {
    let (_platform, _trap, browser) = visit().await;
    browser.header("Accept-Language", "de-DE,de;q=0.9").await;
    for (width, height) in [(375, 812), (320, 568), (320, 256)] {
        browser.viewport(width, height).await;
        for path in ["/lessons/1", "/privacy", "/cookies", "/account"] {
            open(&browser, path).await;
            assert_eq!(text(&browser, "document.documentElement.lang").await, "de", "{path}");
            let fits = "[document.documentElement.scrollWidth, innerWidth]";
            let widths = browser
                .run(&format!("document.querySelectorAll('details').forEach((d) => d.open = true); return {fits}"))
                .await;
            assert!(widths[0].as_u64() <= widths[1].as_u64(), "{path} at {width}: {widths}");
        }
        open(&browser, "/lessons/1").await;
        // The buttons are within reach and of one size.
        let sizes = browser
            .run("return [...document.querySelectorAll('#consent-banner .consent-button')].map((b) => [b.offsetWidth, b.offsetHeight])")
            .await;
        let sizes = sizes.as_array().unwrap();
        assert!(sizes.len() == 3 && sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
        assert!(sizes[0][1].as_u64() >= Some(44), "{sizes:?}");
    }
    click(&browser, "#consent-banner [value=refuse]").await;
    open(&browser, "/privacy").await;
    let state = text(&browser, "document.getElementById('consent-analytics-state').textContent").await;
    assert!(state.starts_with("Aus: so haben Sie am "), "{state}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r18_gpc_is_honoured_shown_and_not_asked_away() {
    let (_platform, _trap, browser) = visit().await;
    browser.gpc().await;
    browser.header("x-demo-region", "US-CA").await;
    open(&browser, "/lessons/1").await;
    assert!(!is_asked(&browser).await, "California asks nobody");
    assert!(!cookies(&browser).await.contains(&"_adl".to_owned()));
    open(&browser, "/privacy").await;
    let page = text(&browser, "document.querySelector('main').innerText").await;
    assert!(page.contains("Opt-Out Request Honored.") && page.contains("You need not log in"), "{page}");
    let switch = "document.getElementById('consent-advertising-switch')";
    assert_eq!(browser.run(&format!("return [{switch}.checked, {switch}.disabled]")).await, json!([false, true]));
    click(&browser, ".consent-settings [value=accept]").await;
    open(&browser, "/lessons/1").await;
    assert!(!cookies(&browser).await.contains(&"_adl".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r46_a_second_device_follows_the_account_and_forgets_it_at_log_out() {
    let (platform, _trap, first) = visit().await;
    open(&first, "/log-in").await;
    click(&first, "main form button").await;
    open(&first, "/account").await;
    first.click("#consent-analytics-switch").await;
    click(&first, ".consent-settings [value=save]").await;

    let trap = Trap::start().await.site(HOST, platform.address);
    let second = Browser::open(&trap).await;
    open(&second, "/log-in").await;
    assert!(is_asked(&second).await);
    click(&second, "main form button").await;
    assert!(!is_asked(&second).await, "the account has answered");
    let notice = text(&second, "document.querySelector('[role=status]').textContent").await;
    assert!(notice.contains("On now: Analytics."), "{notice}");
    open(&second, "/lessons/1").await;
    assert!(cookies(&second).await.contains(&"_lum1".to_owned()));
    click(&second, "header form[action='/log-out'] button").await;
    assert_eq!(cookies(&second).await, [""; 0], "nothing of the account stays behind");
    assert!(is_asked(&second).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn no_error_no_shift_and_no_other_host_even_where_scripts_are_forbidden() {
    let trap = Trap::start().await.site("shop.example", bare().await);
    let browser = Browser::open(&trap).await;
    let observe = "globalThis.shifts = []; globalThis.broken = [];
        const box = ({ x, y, width, height }) => [x, y, width, height].join(' ');
        const moved = ({ node, previousRect, currentRect }) =>
          `${node?.outerHTML?.slice(0, 60)}: ${box(previousRect)} to ${box(currentRect)}`;
        new PerformanceObserver((list) => list.getEntries().forEach((entry) => globalThis.shifts.push(...entry.sources.map(moved))))
          .observe({ type: 'layout-shift', buffered: true });
        document.addEventListener('securitypolicyviolation', (event) => globalThis.broken.push(event.violatedDirective))";
    browser.at_start(observe).await;
    for (width, height) in [(1280, 800), (375, 812), (320, 480)] {
        browser.viewport(width, height).await;
        for path in ["/", "/privacy", "/privacy?saved", "/table"] {
            browser.goto(format!("https://shop.example{path}")).await.unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(
                browser.run("return [globalThis.shifts, globalThis.broken]").await,
                json!([[], []]),
                "{path} {width}"
            );
            assert_eq!(console(&browser).await, [""; 0], "{path}");
        }
        browser.goto("https://shop.example/").await.unwrap();
        let accent = "getComputedStyle(document.querySelector('.consent-button')).backgroundColor";
        assert_eq!(text(&browser, accent).await, "rgb(31, 79, 196)", "the style came through");
    }
    click(&browser, "#consent-banner [value=accept]").await;
    assert!(!is_asked(&browser).await);
    assert_eq!(console(&browser).await, [""; 0]);
    assert_eq!(trap.requests(), [""; 0], "no other host");
}
