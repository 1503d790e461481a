//! The course platform of `examples/learning_platform`, driven from outside over TCP.
//!
//! Its handlers set every cookie blindly; each test is one visitor, and says what reaches the browser.

mod choices;
mod program;
mod proof;
mod report;
mod site;
mod undecided;

use crate::http_client::{self, Response};
use crate::learning_platform::{Platform, program};
use std::collections::BTreeMap;
use std::net::SocketAddr;

impl Platform {
    /// A new browser somewhere in the world.
    fn browser(&self, region: &str) -> Browser {
        Browser {
            address: self.address,
            headers: vec![("x-demo-region".to_owned(), region.to_owned())],
            jar: BTreeMap::new(),
        }
    }
}

/// A browser that keeps cookies, whatever their domain.
struct Browser {
    address: SocketAddr,
    headers: Vec<(String, String)>,
    jar: BTreeMap<String, String>,
}

impl Browser {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[track_caller]
    fn get(&mut self, path: &str) -> Response {
        self.send("GET", path, "")
    }

    #[track_caller]
    fn post(&mut self, path: &str, body: &str) -> Response {
        self.send("POST", path, body)
    }

    #[track_caller]
    fn send(&mut self, method: &str, path: &str, body: &str) -> Response {
        let cookie = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        headers.extend((!cookie.is_empty()).then_some(("cookie", &*cookie)));
        let response = http_client::send(self.address, method, path, &headers, body);
        for line in response.set_cookies() {
            let (pair, attributes) = line.split_once(';').unwrap_or((&line, ""));
            let (name, value) = pair.split_once('=').unwrap();
            match attributes.contains("Max-Age=0") {
                true => self.jar.remove(name),
                false => self.jar.insert(name.to_owned(), value.to_owned()),
            };
        }
        response
    }

    /// The names of the cookies that the browser holds, in alphabetical order.
    fn holds(&self) -> Vec<&str> {
        self.jar.keys().map(String::as_str).collect()
    }
}

/// The names that a response sets or deletes, in order.
fn names(response: &Response) -> Vec<String> {
    let lines = response.set_cookies();
    lines.iter().map(|line| line.split_once('=').map_or(line.as_str(), |(name, _)| name).to_owned()).collect()
}

/// A page without its manifest, in which the name of everything that is declared stands, allowed or not.
#[track_caller]
fn drawn(page: &Response) -> String {
    let text = page.text();
    let (before, rest) = text.split_once("<script type=\"application/json\" id=\"consent-gate\">").unwrap();
    let (_, after) = rest.split_once("</script>").unwrap();
    format!("{before}{after}")
}
