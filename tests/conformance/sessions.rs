//! The frameworks' own sessions behind a gate that hides denied cookies: of tower-sessions on axum, actix-session in its
//! cookie store, and the private cookies of Rocket's jar.
//!
//! A server counts at `/visits` how often a session came, the cookie of which has the name that it is given.

use crate::http_client::send;
use crate::outcome::GATE;
use crate::vector::REGION;
use consent_gate::{Category, Event, Gate, testing};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// What the policy declares as essential.
const DECLARED: &str = "sid";
/// What it does not declare.
const UNDECLARED: &str = "framework-session";

/// The count that a browser with these cookies is shown, the names that the response sets, and the pair of the session.
#[track_caller]
fn visit(server: SocketAddr, cookies: &str) -> (String, Vec<String>, Option<String>) {
    let response = send(server, "GET", "/visits", &[(REGION, "DE"), ("cookie", cookies)]);
    let outcome = response.outcome();
    let names = outcome.names().into_iter().map(str::to_owned).collect();
    let line = outcome.set_cookie.iter().find(|line| line.starts_with(DECLARED) || line.starts_with(UNDECLARED));
    let pair = line.map(|line| line.split(';').next().unwrap().to_owned());
    (response.text(), names, pair)
}

/// Holds a way to serve a session behind a gate to what is expected of all.
#[track_caller]
fn holds(serve: impl Fn(Gate, &'static str) -> SocketAddr) {
    let server = serve(GATE.clone(), DECLARED);
    let refusal = testing::cookie(&GATE, Category::empty(), testing::now());
    let (count, names, mut session) = visit(server, &refusal);
    assert_eq!((count.as_str(), names), ("1", vec![DECLARED.to_owned()]));
    for count in ["2", "3"] {
        let pair = session.clone().unwrap();
        let (shown, names, next) = visit(server, &format!("_lum1=a; {pair}; {refusal}"));
        assert_eq!(shown, count, "the session is lost");
        assert!(names.contains(&"_lum1".to_owned()), "the tracker is erased beside it: {names:?}");
        session = next.or(session);
    }

    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = told.clone();
    let gate = testing::gate().on_event(move |event| {
        if let Event::Undeclared { name, decision, .. } = event {
            hears.lock().unwrap().push(format!("{name}: {}", decision.code()));
        }
    });
    let server = serve(gate.clone(), UNDECLARED);
    let (count, names, session) = visit(server, "");
    assert_eq!((count.as_str(), names, session), ("1", vec![], None));
    assert_eq!(*told.lock().unwrap(), ["framework-session: undeclared"]);
    assert_eq!(gate.undeclared()[0].name, UNDECLARED);
}

#[cfg(feature = "axum")]
#[test]
fn tower_sessions_behind_the_gate() {
    use crate::outcome::region;
    use axum::Router;
    use axum::routing::get;
    use consent_gate::web::tower::ConsentLayer;
    use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

    holds(|gate, name| {
        let visits = async |session: Session| {
            let count = session.get::<u32>("visits").await.unwrap().unwrap_or(0) + 1;
            session.insert("visits", count).await.unwrap();
            count.to_string()
        };
        let sessions = SessionManagerLayer::new(MemoryStore::default()).with_name(name);
        let layer = ConsentLayer::new(gate)
            .clock(testing::now)
            .region(|headers, _| region(headers.get(REGION).and_then(|value| value.to_str().ok())))
            .hide_denied_cookies();
        crate::serving::axum(Router::new().route("/visits", get(visits)).layer(sessions).layer(layer))
    });
}

#[cfg(feature = "actix-web")]
#[test]
fn actix_session_behind_the_gate() {
    use crate::outcome::region;
    use crate::serving::actix_web as serve;
    use actix_session::storage::CookieSessionStore;
    use actix_session::{Session, SessionMiddleware};
    use actix_web::cookie::Key;
    use actix_web::{App, web};
    use consent_gate::web::actix_web::ConsentLayer;

    async fn visits(session: Session) -> String {
        let count = session.get::<u32>("visits").unwrap().unwrap_or(0) + 1;
        session.insert("visits", count).unwrap();
        count.to_string()
    }
    holds(|gate, name| {
        serve!(move || {
            let sessions = SessionMiddleware::builder(CookieSessionStore::default(), Key::from(&[7; 64]));
            let sessions = sessions.cookie_name(name.to_owned()).build();
            let gate = ConsentLayer::new(gate.clone())
                .clock(testing::now)
                .region(|request| region(request.headers().get(REGION).and_then(|value| value.to_str().ok())))
                .hide_denied_cookies();
            App::new().route("/visits", web::get().to(visits)).wrap(sessions).wrap(gate)
        })
    });
}

#[cfg(feature = "rocket")]
#[test]
fn private_cookies_of_rocket_behind_the_gate() {
    use crate::outcome::region;
    use consent_gate::web::rocket::ConsentLayer;
    use rocket::http::CookieJar;
    use rocket::{State, get, routes};

    #[get("/visits")]
    fn visits(jar: &CookieJar<'_>, name: &State<&'static str>) -> String {
        let count = jar.get_private(name.inner()).map_or(0, |cookie| cookie.value().parse::<u32>().unwrap()) + 1;
        jar.add_private((**name, count.to_string()));
        count.to_string()
    }
    holds(|gate, name| {
        let fairing = ConsentLayer::new(gate)
            .clock(testing::now)
            .region(|request| region(request.headers().get_one(REGION)))
            .hide_denied_cookies();
        crate::serving::rocket(crate::rocket::bare().manage(name).attach(fairing).mount("/", routes![visits]))
    });
}
