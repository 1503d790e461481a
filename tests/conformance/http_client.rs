//! A small HTTP/1.1 client over TCP that shows a response's head as it came.

use crate::outcome::{HOST, Outcome};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A response whose body is still on its way.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    stream: BufReader<TcpStream>,
}

/// Sends the head of a request, and waits for that of its response.
#[track_caller]
pub(crate) fn send<V: AsRef<[u8]>>(address: SocketAddr, method: &str, path: &str, headers: &[(&str, V)]) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {HOST}\r\n").into_bytes();
    for (name, value) in headers {
        head.extend_from_slice(format!("{name}: ").as_bytes());
        head.extend_from_slice(value.as_ref());
        head.extend_from_slice(b"\r\n");
    }
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("connection")) {
        head.extend_from_slice(b"connection: close\r\n");
    }
    head.extend_from_slice(if method == "POST" { b"content-length: 0\r\n\r\n" } else { b"\r\n" });
    stream.write_all(&head).unwrap();
    Response::read(BufReader::new(stream))
}

/// Sends a `GET` without headers.
#[track_caller]
pub(crate) fn get(address: SocketAddr, path: &str) -> Response {
    send::<&str>(address, "GET", path, &[])
}

impl Response {
    fn read(mut stream: BufReader<TcpStream>) -> Self {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            stream.read_until(b'\n', &mut line).unwrap();
            match line.trim_ascii_end() {
                b"" => break,
                line => lines.push(line.to_vec()),
            }
        }
        let first = String::from_utf8(lines.remove(0)).unwrap();
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.iter().map(|line| {
            let colon = line.iter().position(|byte| *byte == b':').unwrap();
            (String::from_utf8(line[..colon].to_vec()).unwrap(), line[colon + 1..].trim_ascii().to_vec())
        });
        Self { status, headers: headers.collect(), stream }
    }

    /// Its head, as far as consent is concerned.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::read(self.status, self.headers.iter().cloned())
    }

    /// Everything that comes until the connection ends.
    pub(crate) fn text(mut self) -> String {
        let mut bytes = Vec::new();
        self.stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Reads until a word has come.
    #[track_caller]
    pub(crate) fn read_to(&mut self, word: &str) {
        let mut seen = Vec::new();
        while !seen.ends_with(word.as_bytes()) {
            let mut byte = [0];
            self.stream.read_exact(&mut byte).unwrap();
            seen.push(byte[0]);
        }
    }

    /// Sends bytes on a connection that was upgraded.
    #[cfg(any(feature = "actix-web", feature = "rocket"))]
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }
}
