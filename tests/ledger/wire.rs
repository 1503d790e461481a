//! A wire to the server that can be pulled.

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) struct Wire {
    /// What the server is called at this end.
    pub(crate) address: String,
    plugged: watch::Sender<bool>,
}

impl Wire {
    /// One that is plugged in.
    pub(crate) async fn to(server: &str) -> Self {
        let config: tokio_postgres::Config = server.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = config.get_ports()[0];
        let address = server.replace(&format!(":{port}/"), &format!(":{}/", listener.local_addr().unwrap().port()));
        let (plugged, is_plugged) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                tokio::spawn(carry(here, port, is_plugged.clone()));
            }
        });
        Self { address, plugged }
    }

    /// Breaks every connection, and those that are tried while it is out.
    pub(crate) fn pull(&self) {
        self.plugged.send_replace(false);
    }

    pub(crate) fn plug(&self) {
        self.plugged.send_replace(true);
    }
}

async fn carry(mut here: TcpStream, port: u16, mut is_plugged: watch::Receiver<bool>) {
    if !*is_plugged.borrow() {
        return;
    }
    let mut there = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
        _ = is_plugged.wait_for(|is_plugged| !is_plugged) => {}
    }
}
