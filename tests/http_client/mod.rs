//! A small HTTP/1.1 client over TCP that shows a response's bytes as they came.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A response, with its headers in order and unchanged.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

/// Sends one request and reads its response to the end. A body goes as a form.
#[track_caller]
pub(crate) fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    if method == "POST" {
        let length = body.len();
        request += &format!("content-length: {length}\r\n");
        if headers.iter().all(|(name, _)| *name != "content-type") {
            request += "content-type: application/x-www-form-urlencoded\r\n";
        }
    }
    // A server that answers before it has read the body, and closes, may cut off either half (RFC 9112 §9.6).
    let sent = stream.write_all(format!("{request}\r\n{body}").as_bytes());
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    for error in [sent.err(), read.err()].into_iter().flatten() {
        assert!(matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset), "{error}");
    }
    Response::parse(&bytes)
}

impl Response {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head that ends");
        let mut lines = bytes[..end].split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let first = String::from_utf8(lines.next().unwrap_or_default().to_vec()).unwrap();
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| {
            let colon = line.iter().position(|byte| *byte == b':').unwrap();
            (String::from_utf8(line[..colon].to_vec()).unwrap(), line[colon + 1..].trim_ascii().to_vec())
        });
        let mut response = Self { status, headers: headers.collect(), body: bytes[end + 4..].to_vec() };
        if response.values("transfer-encoding") == ["chunked"] {
            response.body = joined(&response.body);
        }
        response
    }

    /// Every value of a header, in order.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let named = self.headers.iter().filter(|(other, _)| other == name);
        named.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
    }

    /// Every `Set-Cookie` line, in order.
    pub(crate) fn set_cookies(&self) -> Vec<String> {
        self.values("set-cookie")
    }

    /// The head without the time of day, and without how the body is cut into pieces.
    pub(crate) fn head(&self) -> (u16, Vec<(String, Vec<u8>)>) {
        let is_said = |(name, _): &&(String, Vec<u8>)| !matches!(&**name, "date" | "transfer-encoding");
        (self.status, self.headers.iter().filter(is_said).cloned().collect())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// A body that came in chunks (RFC 9112 §7.1).
fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = chunks.windows(2).position(|window| window == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            break;
        }
        body.extend_from_slice(&chunks[end + 2..end + 2 + length]);
        chunks = &chunks[end + 4 + length..];
    }
    body
}
