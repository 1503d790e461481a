//! Requests per second and CPU per request of an axum hello-world over loopback: bare, behind the gate, and with the
//! `cookie` crate parsing every request.
//!
//! Each server runs on one thread, pinned to the first CPU; the driver keeps 32 connections busy from the last. The bare
//! app and a rival take turns, and the median of the pairs counts: a noisy machine is noisy for both. CPU per request is
//! the server thread's own time (`/proc/self/task/…/schedstat`), and the steadier figure of the two.
//!
//! `cargo bench --all-features --bench http -- [PAIRS] [SECONDS]`, by default 7 pairs of 2 seconds; with `--test` one
//! short pair. `benches/http.sh` is the same. Linux only: elsewhere nothing is pinned, and no CPU time is known.

#![allow(clippy::expect_used)] // What cannot be set up cannot be measured.

mod request;

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use consent_gate::web::tower::ConsentLayer;
use consent_gate::{Category, Region, Visitor, testing};
use request::EIGHT_COOKIES;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::Layer;

const CONNECTIONS: usize = 32;

async fn hello() -> &'static str {
    "Hello, World!"
}

async fn asked(visitor: Visitor) -> &'static str {
    if visitor.may_track(Category::ANALYTICS) { "Hello, again!" } else { "Hello, World!" }
}

/// What every handler that asks the `cookie` crate pays for: each pair parsed, and kept for the request.
fn parse_cookies(mut request: Request) -> Request {
    let headers = request.headers().get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let cookies: Vec<_> =
        headers.flat_map(|value| cookie::Cookie::split_parse(value.to_owned()).filter_map(Result::ok)).collect();
    request.extensions_mut().insert(cookies);
    request
}

fn consent() -> ConsentLayer {
    let france: Region = "FR".parse().expect("a region");
    ConsentLayer::new(testing::gate()).region(move |_, _| france)
}

fn apps() -> [(&'static str, Router); 4] {
    let bare = || Router::new().route("/", get(hello));
    let gated = |app| Router::new().fallback_service(consent().layer(app));
    [
        ("bare", Router::new().fallback_service(bare())),
        ("gate", gated(bare())),
        ("gate_asked", gated(Router::new().route("/", get(asked)))),
        (
            "cookie_crate",
            Router::new().fallback_service(tower::util::MapRequestLayer::new(parse_cookies).layer(bare())),
        ),
    ]
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let is_test = arguments.iter().any(|argument| argument == "--test");
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse::<f64>().ok());
    let pairs = if is_test { 1 } else { number(0).map_or(7, |pairs| pairs as usize) };
    let time = Duration::from_secs_f64(if is_test { 0.1 } else { number(1).unwrap_or(2.0) });

    let [bare, rivals @ ..] = apps().map(|(name, app)| Server::start(name, app));
    println!(
        "http/hello_world: {pairs} pairs of {time:?}, {CONNECTIONS} connections, {} bytes of cookies",
        EIGHT_COOKIES.len()
    );
    println!("{:14} {:>10} {:>10} {:>7} {:>10} {:>10}", "", "bare req/s", "req/s", "ratio", "bare µs", "more µs");
    for rival in rivals {
        let mut ratios = Vec::new();
        let mut costs = Vec::new();
        for _ in 0..pairs {
            let (without, with) = (bare.drive(time), rival.drive(time));
            ratios.push(with.per_second / without.per_second);
            costs.push(with.cpu - without.cpu);
            print(rival.name, &without, with.per_second, ratios[ratios.len() - 1], costs[costs.len() - 1]);
        }
        println!("{:14} median ratio {:.3}, median {:+.2} µs CPU\n", rival.name, median(ratios), median(costs));
    }
}

fn print(name: &str, bare: &Run, per_second: f64, ratio: f64, more: f64) {
    println!("{name:14} {:10.0} {per_second:10.0} {ratio:7.3} {:10.2} {more:+10.2}", bare.per_second, bare.cpu);
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// A server on a thread of its own.
struct Server {
    name: &'static str,
    address: SocketAddr,
    /// The number that Linux gives the thread.
    thread: String,
}

/// What one run measured.
struct Run {
    per_second: f64,
    /// Microseconds of the server's thread for each request.
    cpu: f64,
}

impl Server {
    fn start(name: &'static str, app: Router) -> Self {
        let (ready, started) = mpsc::channel();
        thread::spawn(move || {
            let thread = pin(0);
            block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                ready.send((listener.local_addr().expect("an address"), thread)).expect("someone waits");
                axum::serve(listener, app).await.expect("a server");
            });
        });
        let (address, thread) = started.recv().expect("a server");
        Self { name, address, thread }
    }

    /// Sends as many requests as there is time for.
    fn drive(&self, time: Duration) -> Run {
        let (address, name) = (self.address, self.name);
        let before = self.cpu();
        let started = Instant::now();
        let requests = thread::spawn(move || {
            pin(thread::available_parallelism().map_or(0, |count| count.get() - 1));
            block_on(async move {
                let until = Instant::now() + time;
                let connections: Vec<_> =
                    (0..CONNECTIONS).map(|_| tokio::spawn(connection(address, name, until))).collect();
                let mut requests = 0;
                for connection in connections {
                    requests += connection.await.expect("a connection");
                }
                requests
            })
        });
        let requests = requests.join().expect("a driver") as f64;
        let nanoseconds = self.cpu() - before;
        Run { per_second: requests / started.elapsed().as_secs_f64(), cpu: nanoseconds / 1000.0 / requests }
    }

    /// The time that the server's thread has spent on a CPU, in nanoseconds.
    fn cpu(&self) -> f64 {
        let statistics = std::fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.thread));
        statistics.ok().and_then(|text| text.split(' ').next()?.parse().ok()).unwrap_or(f64::NAN)
    }
}

/// One request after the other, on one connection. Every answer is as long as the first, which is looked at.
async fn connection(address: SocketAddr, name: &str, until: Instant) -> u64 {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let request = format!("GET / HTTP/1.1\r\nhost: localhost\r\ncookie: {EIGHT_COOKIES}\r\n\r\n");
    let mut buffer = [0; 1024];
    stream.write_all(request.as_bytes()).await.expect("a request");
    let mut length = 0;
    while !buffer[..length].ends_with(b"Hello, World!") {
        length += stream.read(&mut buffer[length..]).await.expect("an answer");
    }
    let text = String::from_utf8_lossy(&buffer[..length]).to_lowercase();
    assert!(text.starts_with("http/1.1 200 ok"), "{text}");
    assert_eq!(text.contains("vary: cookie, sec-gpc"), name == "gate_asked", "{text}");

    let mut requests = 1;
    while Instant::now() < until {
        stream.write_all(request.as_bytes()).await.expect("a request");
        stream.read_exact(&mut buffer[..length]).await.expect("an answer");
        requests += 1;
    }
    requests
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(future)
}

/// Keeps this thread on one CPU, where `taskset` can. Gives the thread's number.
fn pin(cpu: usize) -> String {
    let link = std::fs::read_link("/proc/thread-self").unwrap_or_default();
    let thread = link.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let command = Command::new("taskset").args(["-cp", &cpu.to_string(), &thread]).stdout(Stdio::null()).status();
    if !command.is_ok_and(|status| status.success()) {
        eprintln!("http: a thread is not pinned; expect noisier figures");
    }
    thread
}
