//! A small HTTP/1.1 client over TCP that knows whether a body came to its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A response whose body is still on its way; its status is 0 when the connection broke off before its head.
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    stream: BufReader<TcpStream>,
}

#[track_caller]
pub(crate) fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: calminteraction.example\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    let mut stream = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    if lines.is_empty() {
        return Response { status: 0, headers: Vec::new(), stream };
    }
    let status = lines.remove(0).split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.iter().map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    Response { status, headers: headers.collect(), stream }
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The body, and whether it came to its end.
    pub(crate) fn body(mut self) -> (String, bool) {
        let is_chunked = self.header("transfer-encoding").is_some_and(|value| value == "chunked");
        let length = self.header("content-length").and_then(|value| value.parse::<usize>().ok());
        let mut raw = Vec::new();
        let is_read = self.stream.read_to_end(&mut raw).is_ok();
        if !is_chunked {
            let is_whole = is_read && self.status > 0 && length.is_none_or(|length| length == raw.len());
            return (String::from_utf8(raw).unwrap(), is_whole);
        }
        let (mut body, mut rest) = (Vec::new(), raw.as_slice());
        while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap().trim(), 16).unwrap();
            if size == 0 {
                return (String::from_utf8(body).unwrap(), true);
            }
            body.extend_from_slice(&rest[end + 2..end + 2 + size]);
            rest = &rest[end + 4 + size..];
        }
        (String::from_utf8(body).unwrap(), false)
    }

    /// Reads until a text has come.
    #[track_caller]
    pub(crate) fn read_to(&mut self, text: &str) {
        let mut seen = Vec::new();
        while !seen.ends_with(text.as_bytes()) {
            let mut byte = [0];
            self.stream.read_exact(&mut byte).unwrap();
            seen.push(byte[0]);
        }
    }
}
