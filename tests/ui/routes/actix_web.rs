//! The routes as a service of actix-web.

use super::over_http::{journey, site};
use actix_web::dev::{Service, ServiceRequest};
use actix_web::{App, HttpMessage, HttpResponse, HttpServer, test as call, web};
use consent_gate::Visitor;
use consent_gate::ui::AccountId;
use consent_gate::web::actix_web::{ConsentLayer, PrivacyLayer};
use std::net::Ipv4Addr;

#[test]
fn the_ready_routes_in_actix_web() {
    let (gate, privacy, stores) = site();
    let (sender, receiver) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let blind = || async { HttpResponse::Ok().append_header(("set-cookie", "_lum1=a")).body("hello") };
                let recogniser = privacy.clone();
                App::new()
                    .service(PrivacyLayer::new(privacy.clone()))
                    .route("/", web::get().to(blind))
                    .wrap(PrivacyLayer::new(privacy.clone()))
                    .wrap_fn(move |request: ServiceRequest, service| {
                        let id =
                            request.headers().get("x-account").and_then(|value| value.to_str().ok()).map(str::to_owned);
                        let visitor = request.extensions().get::<Visitor>().cloned();
                        if let Some(id) = &id {
                            request.extensions_mut().insert(AccountId(id.clone()));
                        }
                        let (privacy, inner) = (recogniser.clone(), service.call(request));
                        async move {
                            if let (Some(id), Some(visitor)) = (id, visitor) {
                                visitor.recognise(privacy.stores(), &id).await.unwrap();
                            }
                            inner.await
                        }
                    })
                    .wrap(ConsentLayer::new(gate.clone()).region(|_| "DE".parse().unwrap()))
            });
            let server = server.workers(1).bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let address = server.addrs()[0];
            let running = server.run();
            sender.send((address, running.handle())).unwrap();
            running.await.unwrap();
        });
    });
    let (address, handle) = receiver.recv().unwrap();
    journey(address, &stores);
    actix_web::rt::System::new().block_on(handle.stop(false));
    server.join().unwrap();
}

#[test]
fn r22_gpc_is_not_announced_in_actix_web_where_the_gate_only_reports() {
    let (gate, privacy, _) = site();
    actix_web::rt::System::new().block_on(async {
        for (transform, honours) in
            [(ConsentLayer::new(gate.clone()), true), (ConsentLayer::new(gate.clone()).report_only(), false)]
        {
            let app = App::new().service(PrivacyLayer::new(privacy.clone())).wrap(transform);
            let app = call::init_service(app).await;
            let request = call::TestRequest::get().uri("/.well-known/gpc.json").to_request();
            let body = call::call_and_read_body(&app, request).await;
            assert!(body.starts_with(format!("{{\"gpc\":{honours}").as_bytes()), "{body:?}");
        }
    });
}
