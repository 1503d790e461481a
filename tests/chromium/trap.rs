//! A network with one server behind every name.

use super::answer::{self, Fixed};
use rcgen::CertifiedKey;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::Acceptor;

/// Names below it are this machine to Chromium, without any look-up, and still appear in the log of its network.
pub(super) const LOCAL: &str = ".localhost";

/// Hosts that Debian's Chromium talks to of its own accord, whatever the page.
const OF_CHROMIUM: [&str; 5] = ["google.com", "googleapis.com", "gvt1.com", "gstatic.com", "duckduckgo.com"];

/// What reached the trap.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seen {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The name that was asked for; empty where a connection ended before it said so.
    pub host: String,
    /// The method, or `None` for a connection: one is seen before its first request, and without any for `preconnect`.
    pub method: Option<String>,
    /// The path, and the names in its query without their values.
    pub path: String,
}

impl Seen {
    /// Whether it is a request.
    pub fn is_request(&self) -> bool {
        self.method.is_some()
    }
}

/// A server for all hosts. It ends with the test's runtime.
#[derive(Clone)]
pub struct Trap {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
pub(super) struct State {
    seen: Mutex<Vec<Seen>>,
    last: Mutex<Option<Instant>>,
    sites: Mutex<BTreeMap<String, SocketAddr>>,
    names: Mutex<Vec<String>>,
    pub(super) fixed: Mutex<BTreeMap<String, Fixed>>,
}

impl Trap {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let trap = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let (sender, receiver) = unbounded_channel();
        tokio::spawn(accept(listener, trap.state.clone(), sender));
        tokio::spawn(answer::serve(Accepted(receiver), trap.state.clone()));
        trap
    }

    /// Passes connections to `host` on to the server at `address`, which speaks plain HTTP. They are not seen.
    pub fn site(self, host: &str, address: SocketAddr) -> Self {
        self.state.sites.lock().unwrap().insert(host.to_owned(), address);
        self
    }

    /// Names hosts whose look-up [`NetLog`](super::net_log::NetLog) shall show. Before the browser opens.
    pub fn names(self, hosts: &[&str]) -> Self {
        self.state.names.lock().unwrap().extend(hosts.iter().map(|host| (*host).to_owned()));
        self
    }

    /// Answers requests for an address, up to its query, with this body.
    pub fn answers(self, address: &str, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let fixed = Fixed { media_type: media_type.to_owned(), headers: Vec::new(), body: body.into(), status: 200 };
        self.state.fixed.lock().unwrap().insert(address.to_owned(), fixed);
        self
    }

    /// Answers requests for an address with a status and headers alone.
    pub fn answers_head(self, address: &str, status: u16, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let fixed = Fixed { media_type: String::new(), headers, body: Vec::new(), status };
        self.state.fixed.lock().unwrap().insert(address.to_owned(), fixed);
        self
    }

    /// What was seen so far, without what Chromium does of its own accord.
    pub fn seen(&self) -> Vec<Seen> {
        let is_ours = |seen: &&Seen| !OF_CHROMIUM.iter().any(|host| seen.host.ends_with(host));
        self.state.seen.lock().unwrap().iter().filter(is_ours).cloned().collect()
    }

    /// The requests so far, as `GET https://host/path?names`.
    pub fn requests(&self) -> Vec<String> {
        let line = |seen: Seen| Some(format!("{} {}://{}{}", seen.method?, seen.scheme, seen.host, seen.path));
        self.seen().into_iter().filter_map(line).collect()
    }

    /// Forgets what was seen.
    pub fn forget(&self) {
        self.state.seen.lock().unwrap().clear();
    }

    /// Waits until nothing has come for `quiet`, for twenty times that at most.
    pub async fn settle(&self, quiet: Duration) {
        let (start, limit) = (Instant::now(), quiet * 20);
        while start.elapsed() < limit {
            let last = self.state.last.lock().unwrap().filter(|last| *last > start).unwrap_or(start);
            if last.elapsed() >= quiet {
                break;
            }
            tokio::time::sleep(quiet - last.elapsed().min(quiet) + Duration::from_millis(5)).await;
        }
    }

    /// Chromium's rules for names that lead here.
    pub(super) fn rules(&self) -> String {
        let port = self.port;
        let names = self.state.names.lock().unwrap();
        let named = names.iter().map(|name| format!("MAP {name} {name}{LOCAL}:{port}, "));
        format!("{}MAP * elsewhere{LOCAL}:{port}, EXCLUDE localhost, EXCLUDE 127.0.0.1", named.collect::<String>())
    }
}

impl State {
    pub(super) fn see(&self, seen: Seen) {
        *self.last.lock().unwrap() = Some(Instant::now());
        self.seen.lock().unwrap().push(seen);
    }

    fn site(&self, host: &str) -> Option<SocketAddr> {
        self.sites.lock().unwrap().get(host).copied()
    }
}

/// Either kind of connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Connections that are to be answered here.
pub(super) struct Accepted(UnboundedReceiver<(Box<dyn Stream>, &'static str)>);

impl axum::serve::Listener for Accepted {
    type Io = Box<dyn Stream>;
    type Addr = &'static str;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.0.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok("here")
    }
}

type Sender = UnboundedSender<(Box<dyn Stream>, &'static str)>;

async fn accept(listener: TcpListener, state: Arc<State>, sender: Sender) {
    let config = tls();
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(connection(stream, config.clone(), state.clone(), sender.clone()));
    }
}

/// One key for all names.
fn tls() -> Arc<ServerConfig> {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["trap.example".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let builder = ServerConfig::builder_with_provider(ring::default_provider().into());
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    builder.with_single_cert(vec![cert.der().clone()], key).unwrap().into()
}

/// Finds out what a connection speaks, and to whom.
async fn connection(stream: TcpStream, config: Arc<ServerConfig>, state: Arc<State>, sender: Sender) {
    let connected = |scheme, host: &str| Seen { scheme, host: host.to_owned(), method: None, path: String::new() };
    let mut first = [0; 2048];
    let Ok(length @ 1..) = stream.peek(&mut first).await else {
        return state.see(connected("http", ""));
    };
    // The first byte of a TLS record of a handshake (RFC 8446 §5.1).
    if first[0] != 22 {
        let host = host_of(&stream, &mut first, length).await;
        return match state.site(&host) {
            Some(address) => pass(stream, address).await,
            None => {
                state.see(connected("http", &host));
                let _ = sender.send((Box::new(stream), "http"));
            }
        };
    }
    let Ok(start) = LazyConfigAcceptor::new(Acceptor::default(), stream).await else { return };
    let host = start.client_hello().server_name().unwrap_or_default().to_owned();
    let site = state.site(&host);
    if site.is_none() {
        state.see(connected("https", &host));
    }
    let Ok(stream) = start.into_stream(config).await else { return };
    match site {
        Some(address) => pass(stream, address).await,
        None => drop(sender.send((Box::new(stream), "https"))),
    }
}

/// The `Host` of the first request, as far as its first bytes tell.
async fn host_of(stream: &TcpStream, first: &mut [u8], mut length: usize) -> String {
    for _ in 0..100 {
        let head = String::from_utf8_lossy(&first[..length]).to_ascii_lowercase();
        let value = head.split_once("\r\nhost:").and_then(|(_, rest)| rest.split_once("\r\n")).map(|(value, _)| value);
        if let Some(value) = value {
            return value.trim().split(':').next().unwrap_or_default().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        length = stream.peek(first).await.unwrap_or(length);
    }
    String::new()
}

async fn pass(mut stream: impl Stream, address: SocketAddr) {
    if let Ok(mut site) = TcpStream::connect(address).await {
        let _ = copy_bidirectional(&mut stream, &mut site).await;
        let _ = stream.shutdown().await;
    }
}
