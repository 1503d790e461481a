//! Behind the learning platform's gate: every door is shut, but for those that consent opens.

use crate::chromium::Browser;
use crate::hostile::doors::Declared::{self, Cookie, Frame, Local, Pixel, Script};
use crate::hostile::doors::{Place, Sign};
use crate::hostile::known::{CONNECTIONS, LEAKS, MISSED, SHUT, is_listed};
use crate::hostile::pages::{Attempt, To, attempts};
use crate::hostile::visit::{ALL, DECLARED, SITE, Visit, visit, visit_without_scripts};
use crate::hostile::world::World;
use serde_json::json;
use std::collections::BTreeSet;

const EVERYTHING: &[Declared] = &[Pixel, Script, Frame, Cookie, Local];

/// What is essential: it works whoever decided what.
const ESSENTIAL: [&str; 2] = ["assets.fastedge.example", "pay.paylane.example"];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r1_r2_undecided_accepted_and_withdrawn() {
    let world = World::platform("DE").await;
    let browser = world.browser().await;
    let undecided = visit(&browser, &world.trap, ALL).await;
    only(&[], &undecided, is_with_scripts);
    holds(&browser, &[]).await;
    answer(&browser, "accept").await;
    let accepted = visit(&browser, &world.trap, ALL).await;
    only(EVERYTHING, &accepted, is_with_scripts);
    // The lists of what is known are no longer than they must be.
    for attempt in attempts().iter().filter(|attempt| attempt.kind.place != Place::NoScript) {
        assert!(!is_listed(LEAKS, attempt) || came_through(attempt, &undecided), "no leak: {attempt}");
        let is_shut = attempt.to == To::Declared && is_listed(SHUT, attempt);
        assert!(!is_shut || !came_through(attempt, &accepted), "not shut: {attempt}");
    }
    // What was kept meanwhile is gone with the answer, or with the next page at the latest.
    answer(&browser, "refuse").await;
    let mut withdrawn = visit(&browser, &world.trap, DECLARED).await;
    let missed: Vec<String> = attempts().iter().filter(|a| is_listed(MISSED, a)).map(Attempt::id).collect();
    withdrawn.open.retain(|id| !missed.contains(id));
    only(&[], &withdrawn, is_with_scripts);
    none_looked_up(browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn refused() {
    let world = World::platform("DE").await;
    let browser = world.browser().await;
    answer(&browser, "refuse").await;
    only(&[], &visit(&browser, &world.trap, DECLARED).await, is_with_scripts);
    holds(&browser, &["__Host-consent"]).await;
    none_looked_up(browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r9_analytics_only() {
    let world = World::platform("DE").await;
    let browser = world.browser().await;
    browser.goto(format!("https://{SITE}/privacy")).await.unwrap();
    browser.click("input[name=category][value=analytics]").await;
    browser.click("button[value=save]").await;
    browser.see("[role=status]").await;
    only(&[Pixel, Cookie], &visit(&browser, &world.trap, DECLARED).await, is_with_scripts);
    none_looked_up(browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r15_r16_gpc_in_california_ends_third_parties_whoever_accepts_unless_known() {
    let world = World::platform("US-CA").await;
    let browser = world.browser().await;
    browser.gpc().await;
    answer(&browser, "accept").await;
    only(&[Pixel, Cookie, Local], &visit(&browser, &world.trap, DECLARED).await, is_with_scripts);
    // Only whom the site knows can have meant it.
    browser.goto(format!("https://{SITE}/log-in")).await.unwrap();
    browser.click("form.card button").await;
    browser.see("form[action='/log-out']").await;
    answer(&browser, "accept").await;
    // A service worker that is there already installs nothing anew.
    let workers = json!({ "origin": format!("https://{SITE}"), "storageTypes": "service_workers" });
    browser.command("Storage.clearDataForOrigin", workers).await;
    only(EVERYTHING, &visit(&browser, &world.trap, DECLARED).await, is_with_scripts);
    none_looked_up(browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn in_california_everything_passes_until_somebody_objects() {
    let world = World::platform("US-CA").await;
    let browser = world.browser().await;
    only(EVERYTHING, &visit(&browser, &world.trap, DECLARED).await, is_with_scripts);
    none_looked_up(browser).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn with_scripts_off() {
    let world = World::platform("DE").await;
    let browser = world.browser_without_scripts().await;
    only(&[], &visit_without_scripts(&browser, &world.trap, DECLARED).await, is_without_scripts);
    answer(&browser, "accept").await;
    // No script runs, so that none of another host is asked for.
    only(&[Pixel, Frame, Cookie], &visit_without_scripts(&browser, &world.trap, DECLARED).await, is_without_scripts);
    none_looked_up(browser).await;
}

fn is_with_scripts(place: Place) -> bool {
    place != Place::NoScript
}

fn is_without_scripts(place: Place) -> bool {
    place == Place::NoScript
}

/// Presses a button of the privacy settings.
pub(crate) async fn answer(browser: &Browser, action: &str) {
    browser.goto(format!("https://{SITE}/privacy")).await.unwrap();
    browser.click(&format!("button[value={action}]")).await;
    browser.see("[role=status]").await;
}

/// What leads to these is open, nothing else is, and what is essential works.
#[track_caller]
fn only(allowed: &[Declared], visit: &Visit, is_tried: impl Fn(Place) -> bool) {
    let (mut leaks, mut shut) = (Vec::new(), Vec::new());
    for attempt in attempts() {
        let is_allowed = attempt.to == To::Declared && allowed.contains(&attempt.kind.declared);
        match (is_allowed, came_through(&attempt, visit)) {
            (false, true) if !is_listed(LEAKS, &attempt) => leaks.push(attempt.to_string()),
            (true, false) if is_tried(attempt.kind.place) && !is_listed(SHUT, &attempt) => {
                shut.push(attempt.to_string())
            }
            _ => {}
        }
    }
    assert!(leaks.is_empty() && shut.is_empty(), "came through: {leaks:#?}\nshut though allowed: {shut:#?}");

    let vendors = [(Pixel, "px.lumen.example"), (Script, "adloop.example"), (Frame, "cliptube.example")];
    let hosts = vendors.iter().filter(|(vendor, _)| allowed.contains(vendor)).map(|(_, host)| *host);
    let hosts: BTreeSet<&str> = hosts.chain(ESSENTIAL).collect();
    let ready: BTreeSet<String> = attempts()
        .iter()
        .filter(|attempt| is_listed(CONNECTIONS, attempt) || is_listed(LEAKS, attempt))
        .map(Attempt::host)
        .collect();
    let contacted = visit.hosts.iter().map(|host| host.trim_end_matches('.'));
    let contacted: BTreeSet<&str> = contacted.filter(|host| hosts.contains(host) || !ready.contains(*host)).collect();
    assert_eq!(contacted, hosts, "hosts that were contacted");
    for essential in ["GET https://assets.fastedge.example/base.css", "GET https://pay.paylane.example/session"] {
        assert!(visit.requests.iter().any(|request| request == essential), "{essential}: {:?}", visit.requests);
    }
}

fn came_through(attempt: &Attempt, visit: &Visit) -> bool {
    let is_contact = attempt.has_own_host() && !is_listed(CONNECTIONS, attempt);
    visit.open.contains(&attempt.id()) || (is_contact && visit.hosts.contains(&attempt.host()))
}

/// What the browser holds: these cookies of the site, nothing in its storage, and no cookie of a vendor.
async fn holds(browser: &Browser, cookies: &[&str]) {
    assert_eq!(browser.cookie_names(SITE).await, cookies);
    assert_eq!(browser.keys("localStorage").await, [""; 0]);
    assert_eq!(browser.keys("sessionStorage").await, [""; 0]);
    let all = browser.cookies().await.into_iter().map(|cookie| cookie.domain);
    let vendors = all.filter(|domain| ["lumen", "adloop", "cliptube", "evil"].iter().any(|name| domain.contains(name)));
    assert_eq!(vendors.collect::<Vec<_>>(), [""; 0]);
}

/// No name of what is not declared was looked up, not even to be quick later on.
async fn none_looked_up(browser: Browser) {
    let looked_up = browser.close().await.looked_up;
    let mut watched = attempts().into_iter().filter(|a| a.kind.sign == Sign::LookUp && !is_listed(LEAKS, a));
    let leak = watched.find(|attempt| looked_up.contains(&attempt.host()));
    assert!(leak.is_none(), "{}", leak.map_or_else(String::new, |attempt| attempt.to_string()));
}
