//! The routes in Rocket.

use super::over_http::{journey, site};
use consent_gate::Visitor;
use consent_gate::ui::{AccountId, Privacy};
use consent_gate::web::rocket::{ConsentLayer, PrivacyLayer};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::request::FromRequest;
use rocket::{Data, Request};
use std::net::Ipv4Addr;

struct Session(Privacy);

#[rocket::async_trait]
impl Fairing for Session {
    fn info(&self) -> Info {
        Info { name: "Session", kind: Kind::Request }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let Some(id) = request.headers().get_one("x-account").map(str::to_owned) else { return };
        let visitor = Visitor::from_request(request).await.succeeded().unwrap();
        visitor.recognise(self.0.stores(), &id).await.unwrap();
        request.local_cache(|| Some(AccountId(id)));
    }
}

#[rocket::get("/")]
fn hello() -> &'static str {
    "hello"
}

#[test]
fn the_ready_routes_in_rocket() {
    let (gate, privacy, stores) = site();
    let (sender, receiver) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || {
        rocket::tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(
            async move {
                let config = rocket::Config {
                    port: 0,
                    address: Ipv4Addr::LOCALHOST.into(),
                    log_level: rocket::config::LogLevel::Off,
                    ..rocket::Config::debug_default()
                };
                let liftoff = rocket::fairing::AdHoc::on_liftoff("address", move |rocket| {
                    sender.send((rocket.config().port, rocket.shutdown())).unwrap();
                    Box::pin(async {})
                });
                let app = rocket::custom(config)
                    .mount("/", PrivacyLayer::new(privacy.clone()))
                    .mount("/", rocket::routes![hello])
                    .attach(ConsentLayer::new(gate).region(|_| "DE".parse().unwrap()))
                    .attach(PrivacyLayer::new(privacy.clone()))
                    .attach(Session(privacy))
                    .attach(rocket::fairing::AdHoc::on_response("blind", |request, response| {
                        Box::pin(async move {
                            if request.uri().path() == "/" {
                                response.adjoin_raw_header("set-cookie", "_lum1=a");
                            }
                        })
                    }))
                    .attach(liftoff);
                app.launch().await.unwrap();
            },
        );
    });
    let (port, shutdown) = receiver.recv().unwrap();
    journey((Ipv4Addr::LOCALHOST, port).into(), &stores);
    shutdown.notify();
    server.join().unwrap();
}
