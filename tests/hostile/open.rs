//! Without a gate: the suite is its own control.

use crate::hostile::bare;
use crate::hostile::doors::Place;
use crate::hostile::pages::attempts;
use crate::hostile::visit::{ALL, visit, visit_without_scripts};
use crate::hostile::world::World;
use std::collections::BTreeSet;

/// A door that disappears must be missed.
#[test]
fn the_hostile_page_tries_this_many_doors() {
    let attempts = attempts();
    let doors: BTreeSet<usize> = attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!((doors.len(), attempts.len()), (295, 564));
    let names: BTreeSet<(&str, &str)> = attempts.iter().map(|attempt| (attempt.kind.name, attempt.door.name)).collect();
    assert_eq!(names.len(), doors.len(), "two doors of one name");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn without_a_gate_every_door_is_open() {
    let world = World::bare(bare::router()).await;
    let browser = world.browser().await;
    let open = visit(&browser, &world.trap, ALL).await.all(browser).await;
    all_open(&open, |place| place != Place::NoScript);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn without_a_gate_and_scripts_every_door_for_that_is_open() {
    let world = World::bare(bare::router()).await;
    let browser = world.browser_without_scripts().await;
    let open = visit_without_scripts(&browser, &world.trap, ALL).await.all(browser).await;
    all_open(&open, |place| place == Place::NoScript);
}

#[track_caller]
fn all_open(open: &BTreeSet<String>, is_tried: impl Fn(Place) -> bool) {
    let tried = attempts().into_iter().filter(|attempt| is_tried(attempt.kind.place));
    let shut: Vec<String> = tried.filter(|attempt| !open.contains(&attempt.id())).map(|a| a.to_string()).collect();
    assert!(shut.is_empty(), "no doors: {shut:#?}");
}
