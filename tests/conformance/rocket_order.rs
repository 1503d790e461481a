//! Where a Rocket fairing may stand, and what launches.

use crate::rocket::{app, gate, session};
use consent_gate::Visitor;
use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::http::Header;
use rocket::local::blocking::Client;
use rocket::{Build, Rocket, get, routes};

#[get("/visitor")]
fn asks(visitor: Visitor) -> &'static str {
    visitor.decide(consent_gate::Category::ANALYTICS).code()
}

/// The cookies of a response to which a session fairing would add its own.
#[track_caller]
fn leaves(rocket: Rocket<Build>, names: &[&str]) {
    let client = Client::untracked(rocket).unwrap();
    let response = client.get("/jar").header(Header::new("x-session", "1")).dispatch();
    let lines: Vec<&str> = response.headers().get("set-cookie").filter_map(|line| line.split('=').next()).collect();
    assert_eq!(lines, names);
}

/// A fairing that attaches another at ignition, so many deep.
fn stage(depth: u8) -> AdHoc {
    AdHoc::on_ignite("stage", move |rocket| async move {
        if depth == 1 { rocket.attach(session()) } else { rocket.attach(stage(depth - 1)) }
    })
}

#[test]
fn the_gate_stands_behind_what_is_attached_before_and_after_it() {
    leaves(app().attach(session()).attach(gate()), &["sid"]);
    leaves(app().attach(gate()).attach(session()), &["sid"]);
}

#[test]
fn the_gate_stands_behind_what_others_attach_at_ignition() {
    for depth in [1, 2] {
        leaves(app().attach(gate()).attach(stage(depth)), &["sid"]);
        leaves(app().attach(stage(depth)).attach(gate()), &["sid"]);
    }
}

#[test]
fn what_is_attached_deeper_leaks_as_documented() {
    leaves(app().attach(gate()).attach(stage(4)), &["sid", "session"]);
}

#[test]
fn the_gate_attached_twice_is_one_gate() {
    leaves(app().attach(gate().report_only()).attach(session()).attach(gate()), &["sid"]);
}

/// Why an application does not launch.
#[track_caller]
fn refused(rocket: Rocket<Build>) -> ErrorKind {
    let error = Client::untracked(rocket).map(drop).unwrap_err();
    // Rocket panics where an error is dropped that nobody looked at.
    match error.kind() {
        ErrorKind::FailedFairings(fairings) => ErrorKind::FailedFairings(fairings.clone()),
        ErrorKind::SentinelAborts(sentinels) => ErrorKind::SentinelAborts(sentinels.clone()),
        other => panic!("{other}"),
    }
}

#[test]
fn two_gates_that_rocket_cannot_tell_from_each_other_do_not_launch() {
    let twice = app().attach(gate()).attach(std::sync::Arc::new(gate()));
    assert!(matches!(refused(twice), ErrorKind::FailedFairings(_)));
}

#[test]
fn a_route_that_asks_without_a_gate_does_not_launch() {
    assert!(matches!(refused(app().mount("/", routes![asks])), ErrorKind::SentinelAborts(_)));
    let client = Client::untracked(app().attach(gate()).mount("/", routes![asks])).unwrap();
    let response = client.get("/visitor").dispatch();
    assert_eq!(response.headers().get_one("vary"), Some("Cookie, Sec-GPC"));
    assert_eq!(response.into_string().as_deref(), Some("undecided"));
}
