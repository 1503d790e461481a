//! Serves an application of each framework over TCP, for the rest of the test.

use std::net::SocketAddr;
use std::sync::mpsc::channel;

#[cfg(feature = "axum")]
pub(crate) fn axum(app: axum::Router) -> SocketAddr {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

#[cfg(feature = "rocket")]
pub(crate) fn rocket(app: rocket::Rocket<rocket::Build>) -> SocketAddr {
    let (sender, receiver) = channel();
    let app = app.attach(rocket::fairing::AdHoc::on_liftoff("address", move |rocket| {
        let address = SocketAddr::new(rocket.config().address, rocket.config().port);
        Box::pin(async move { sender.send(address).unwrap() })
    }));
    std::thread::spawn(move || rocket::execute(app.launch()).map(drop).unwrap());
    receiver.recv().unwrap()
}

/// A macro, because nobody can write the type of an `App` down.
#[cfg(feature = "actix-web")]
macro_rules! serve_actix_web {
    ($app:expr) => {{
        let (sender, receiver) = std::sync::mpsc::channel::<std::net::SocketAddr>();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = actix_web::HttpServer::new($app).workers(1).disable_signals();
                let server = server.bind(("127.0.0.1", 0)).unwrap();
                sender.send(server.addrs()[0]).unwrap();
                server.run().await.unwrap();
            });
        });
        receiver.recv().unwrap()
    }};
}
#[cfg(feature = "actix-web")]
pub(crate) use serve_actix_web as actix_web;
