//! Behind the learning platform's gate.

use crate::chromium::Browser;
use crate::doors::{Declared, Place};
use crate::pages::{Attempt, To, attempts};
use crate::visit::{SITE, visit, visit_without_scripts};
use crate::world::World;
use std::collections::BTreeSet;

/// What is essential.
const ESSENTIAL: [&str; 2] = ["assets.fastedge.example", "pay.paylane.example"];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn an_undecided_visitor_in_germany_is_tracked_by_nothing() {
    let world = World::platform("DE").await;
    let browser = world.browser().await;
    let visit = visit(&browser, &world.trap).await;
    let hosts = visit.hosts.clone();
    only(&[], &visit.open(browser).await);
    println!("{hosts:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn who_accepts_everything_gets_everything_that_is_declared() {
    let world = World::platform("DE").await;
    let browser = world.browser().await;
    answer(&browser, "accept").await;
    let visit = visit(&browser, &world.trap).await;
    only(
        &[Declared::Pixel, Declared::Script, Declared::Frame, Declared::Cookie, Declared::Local],
        &visit.open(browser).await,
    );
}

/// Presses a button of the privacy settings.
async fn answer(browser: &Browser, action: &str) {
    browser.goto(format!("https://{SITE}/privacy")).await.unwrap();
    browser.click(&format!("button[value={action}]")).await;
}

/// What leads to these is open, and nothing else.
#[track_caller]
fn only(allowed: &[Declared], open: &BTreeSet<String>) {
    let (mut leaks, mut shut) = (Vec::new(), Vec::new());
    for attempt in attempts() {
        let is_allowed = attempt.to == To::Declared && allowed.contains(&attempt.kind.declared);
        match (is_allowed, open.contains(&attempt.id())) {
            (false, true) => leaks.push(attempt.to_string()),
            (true, false) if attempt.kind.place != Place::NoScript => shut.push(attempt.to_string()),
            _ => {}
        }
    }
    assert!(leaks.is_empty() && shut.is_empty(), "came through: {leaks:#?}\nshut though allowed: {shut:#?}");
}
