//! Pages that are open when the answer changes, pages that come back, and a signal that the server has not seen.

use crate::chromium::Browser;
use crate::hostile::gated::answer;
use crate::hostile::visit::{QUIET, SITE};
use crate::hostile::world::World;
use std::collections::BTreeSet;

/// What a script of a page would do, whenever it likes.
const TRY: &str = "
    new Image().src = 'https://px.lumen.example/v.gif?late';
    fetch('https://px.lumen.example/v.gif?late').catch(() => {});
    document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://cliptube.example/embed/?late' }));
    document.head.append(Object.assign(document.createElement('script'), { src: 'https://adloop.example/t.js?late' }));
    localStorage.setItem('player.volume', 1);
    document.cookie = '_lum_late=1; path=/';
";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r29_a_page_that_is_open_obeys_a_withdrawal_at_once() {
    let world = World::platform("DE").await;
    let browser = world.browser().await;
    answer(&browser, "accept").await;
    let lesson = open(&browser, "/lessons/1").await;
    browser.run(TRY).await;
    world.trap.settle(QUIET).await;
    assert_eq!(vendors(&world), ["adloop.example", "cliptube.example", "px.lumen.example"]);
    assert_eq!(browser.keys("localStorage").await, ["lum.queue", "player.volume"]);

    // In another tab.
    let settings = browser.new_tab().await.unwrap();
    browser.switch_to_window(settings).await.unwrap();
    answer(&browser, "refuse").await;
    browser.switch_to_window(lesson).await.unwrap();
    world.trap.forget();
    browser.run("await consentGate.update()").await;
    finds_all_shut(&world, &browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_that_comes_back_obeys_the_answer_of_now() {
    let world = World::platform("DE").await;
    let browser = world.browser().await;
    answer(&browser, "accept").await;
    open(&browser, "/lessons/1").await;
    answer(&browser, "refuse").await;
    world.trap.forget();
    // The settings with and without the note that it is saved.
    for _ in 0..2 {
        browser.back().await.unwrap();
    }
    assert_eq!(browser.run("return location.pathname").await, "/lessons/1");
    finds_all_shut(&world, &browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r17_a_page_from_a_cache_honours_the_property_that_the_server_could_not_see() {
    let world = World::platform("US-CA").await;
    let browser = world.browser().await;
    // The page is made without the header, as one that a cache has kept.
    browser.gpc_property().await;
    open(&browser, "/checkout").await;
    world.trap.settle(QUIET).await;
    world.trap.forget();
    browser.run(TRY).await;
    world.trap.settle(QUIET).await;
    // A processor stays.
    assert_eq!(vendors(&world), ["px.lumen.example"]);
}

/// A page whose visitor has refused: its script reaches nobody, and leaves nothing in the browser.
async fn finds_all_shut(world: &World, browser: &Browser) {
    browser.run(TRY).await;
    world.trap.settle(QUIET).await;
    assert_eq!(vendors(world), [""; 0]);
    assert_eq!(browser.keys("localStorage").await, [""; 0]);
    assert_eq!(browser.cookie_names(SITE).await, ["__Host-consent"]);
}

async fn open(browser: &Browser, path: &str) -> thirtyfour::WindowHandle {
    browser.goto(format!("https://{SITE}{path}")).await.unwrap();
    browser.window().await.unwrap()
}

/// The hosts that were asked for something, save those that are essential.
fn vendors(world: &World) -> Vec<String> {
    let asked = world.trap.seen().into_iter().filter(|seen| seen.is_request()).map(|seen| seen.host);
    let hosts: BTreeSet<String> =
        asked.filter(|host| !host.contains("fastedge") && !host.contains("paylane")).collect();
    hosts.into_iter().collect()
}
