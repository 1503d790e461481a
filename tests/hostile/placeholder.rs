//! What stands in the place of a frame that was not loaded.

use crate::chromium::Browser;
use crate::hostile::gated::answer;
use crate::hostile::visit::{QUIET, SITE};
use crate::hostile::world::World;
use thirtyfour::By;

const PLACEHOLDER: &str = "fieldset[data-consent-denied]";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_button_of_a_placeholder_loads_that_one_video_without_a_script() {
    let world = World::platform("DE").await;
    let browser = world.browser_without_scripts().await;
    for (name, text) in [("undecided", "you have not said yet"), ("refused", "you have refused")] {
        if name == "refused" {
            answer(&browser, "refuse").await;
        }
        world.trap.forget();
        open(&browser).await;
        let group = browser.find(By::Css(PLACEHOLDER)).await.unwrap();
        let shown = group.text().await.unwrap();
        assert!(shown.contains("ClipTube") && shown.contains(text), "{shown}");
        for (size, width) in [("light", 1000), ("narrow", 320)] {
            browser.viewport(width, 700).await;
            browser.picture(&format!("placeholder-{name}-{size}")).await;
        }
        browser.media("prefers-color-scheme", "dark").await;
        browser.picture(&format!("placeholder-{name}-dark")).await;
        browser.media("prefers-color-scheme", "light").await;
        world.trap.settle(QUIET).await;
        assert!(world.trap.seen().iter().all(|seen| seen.host != "cliptube.example"));
    }
    browser.click(&format!("{PLACEHOLDER} button")).await;
    world.trap.settle(QUIET).await;
    let requests = world.trap.requests();
    assert!(requests.contains(&"GET https://cliptube.example/embed/listening".to_owned()), "{requests:?}");
    // Nothing else was granted by it, and it leads back to the page.
    assert!(requests.iter().all(|request| !request.contains("lumen") && !request.contains("adloop")), "{requests:?}");
    assert!(browser.current_url().await.unwrap().path() == "/legacy/video.html");
    browser.picture("placeholder-granted").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_that_is_open_puts_a_frame_in_its_place_which_loads_with_the_next_page() {
    let world = World::platform("DE").await;
    let browser = world.browser().await;
    open(&browser).await;
    let page = browser.window().await.unwrap();
    let settings = browser.new_tab().await.unwrap();
    browser.switch_to_window(settings).await.unwrap();
    answer(&browser, "accept").await;
    browser.switch_to_window(page).await.unwrap();
    world.trap.forget();
    browser.run("await consentGate.update()").await;
    world.trap.settle(QUIET).await;
    let source = browser.run("return document.querySelector('iframe.video')?.src ?? 'none'").await;
    assert_eq!(source, "https://cliptube.example/embed/listening");
    // The Content-Security-Policy of the page stands as it was sent.
    let video = "GET https://cliptube.example/embed/listening".to_owned();
    assert!(!world.trap.requests().contains(&video), "{:?}", world.trap.requests());
    browser.refresh().await.unwrap();
    world.trap.settle(QUIET).await;
    assert!(world.trap.requests().contains(&video), "{:?}", world.trap.requests());
}

async fn open(browser: &Browser) {
    browser.goto(format!("https://{SITE}/legacy/video.html")).await.unwrap();
}
