//! The hostile pages: all doors, written as the folder of an older system.

use crate::hostile::doors::{Declared, Door, KINDS, Kind, Place, Sign};
use crate::hostile::known::{CONNECTIONS, is_listed};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

/// Where a door leads.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum To {
    /// To what the policy declares, in a category that needs consent.
    Declared,
    /// To what it does not.
    Undeclared,
}

/// One door as it is tried once.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) number: usize,
    pub(crate) kind: &'static Kind,
    pub(crate) door: &'static Door,
    pub(crate) to: To,
}

/// Every attempt, in the order of the page.
pub(crate) fn attempts() -> Vec<Attempt> {
    let doors = KINDS.iter().copied().flatten().flat_map(|kind| kind.doors.iter().map(move |door| (kind, door)));
    let attempts = doors.enumerate().flat_map(|(number, (kind, door))| {
        let declared = (kind.declared != Declared::Nothing).then_some(To::Declared);
        declared.into_iter().chain([To::Undeclared]).map(move |to| Attempt { number, kind, door, to })
    });
    attempts.collect()
}

impl Attempt {
    /// What shows in addresses and names: `d017` or `u017`.
    pub(crate) fn id(&self) -> String {
        let letter = if self.to == To::Declared { 'd' } else { 'u' };
        format!("{letter}{:03}", self.number)
    }

    /// The host of its address.
    pub(crate) fn host(&self) -> String {
        match (self.to, self.kind.declared) {
            (To::Declared, Declared::Script) => "adloop.example".to_owned(),
            (To::Declared, Declared::Frame) => "cliptube.example".to_owned(),
            (To::Declared, _) => "px.lumen.example".to_owned(),
            (To::Undeclared, _) if self.has_own_host() => format!("{}.evil.example", self.id()),
            (To::Undeclared, _) => "evil.example".to_owned(),
        }
    }

    /// Whether a contact with its host says which door it was.
    pub(crate) fn has_own_host(&self) -> bool {
        self.to == To::Undeclared && (self.kind.sign == Sign::LookUp || is_listed(CONNECTIONS, self))
    }

    fn path(&self) -> String {
        let path = match (self.to, self.kind.declared) {
            (To::Declared, Declared::Script) => "/t.js",
            (To::Declared, Declared::Frame) => "/embed/",
            (To::Declared, _) => "/v.gif",
            (To::Undeclared, _) => "/",
        };
        format!("{path}?{}", self.id())
    }

    /// The name of its cookie, key, database or cache.
    pub(crate) fn key(&self) -> String {
        match (self.to, self.kind.declared) {
            (To::Declared, Declared::Cookie) => format!("_lum_{}", self.id()),
            (To::Declared, Declared::Local) => format!("player.{}", self.id()),
            _ => self.id(),
        }
    }

    fn file(&self) -> Option<String> {
        self.door.file.map(|file| format!("{}.{}", self.id(), file.ending))
    }

    /// A text of the door with its own address and name.
    pub(crate) fn fill(&self, text: &str) -> String {
        let (host, path) = (self.host(), self.path());
        let words = [
            ("{url}", format!("https://{host}{path}")),
            ("{HOST}", host.to_uppercase()),
            ("{percent}", host.replace('.', "%2e")),
            ("{ideographic}", host.replace('.', "\u{3002}")),
            ("{host}", host),
            ("{path}", path),
            ("{key}", self.key()),
            ("{id}", self.id()),
            ("{file}", format!("/legacy/{}", self.file().unwrap_or_default())),
        ];
        words.into_iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, &value))
    }

    fn markup(&self) -> String {
        let text = self.fill(self.door.text);
        match self.kind.place {
            Place::Head => String::new(),
            Place::Markup | Place::Apart => text,
            Place::NoScript => format!("<noscript>{text}</noscript>"),
            Place::Script => {
                let id = self.id();
                format!(
                    "<script>(async () => {{ {text} }})().catch((error) => console.debug('{id}', `${{error}}`))</script>"
                )
            }
        }
    }
}

/// A file of the folder, as a server without any gate would answer with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) location: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// The whole folder, by the names of its files.
pub(crate) fn folder() -> BTreeMap<String, Answer> {
    let mut files = BTreeMap::new();
    for to in [To::Declared, To::Undeclared] {
        let in_head = attempts().into_iter().filter(|attempt| attempt.to == to && attempt.kind.place == Place::Head);
        let headers = in_head.flat_map(|attempt| headers(&attempt.fill(attempt.door.text))).collect();
        files.insert(page_name(to).to_owned(), Answer { body: page(to, Place::Markup), headers, location: None });
    }
    let end = "<!doctype html><html lang=en><head><title>The end</title><link rel=icon href=data:,></head></html>";
    files.insert(END.to_owned(), Answer { body: end.to_owned(), ..Answer::default() });
    files.insert("video.html".to_owned(), Answer { body: VIDEO.to_owned(), ..Answer::default() });
    files.insert(APART.to_owned(), Answer { body: page(To::Undeclared, Place::Apart), ..Answer::default() });
    for attempt in attempts() {
        if let (Some(file), Some(name)) = (attempt.door.file, attempt.file()) {
            let filled = |text: Option<&str>| text.map(|text| attempt.fill(text));
            let headers = headers(&filled(file.header).unwrap_or_default());
            files.insert(name, Answer { location: filled(file.location), headers, body: attempt.fill(file.body) });
        }
    }
    files
}

fn headers(lines: &str) -> Vec<(String, String)> {
    let pairs = lines.lines().filter_map(|line| line.split_once(": "));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The page whose doors lead there.
pub(crate) const fn page_name(to: To) -> &'static str {
    match to {
        To::Declared => "declared.html",
        To::Undeclared => "undeclared.html",
    }
}

/// The page of doors that want one to themselves. They lead to what is not declared.
pub(crate) const APART: &str = "apart.html";

/// With what is essential on it as well: that must always work.
fn page(to: To, place: Place) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>An old page</title><link rel=icon href=data:,>\n\
         <link rel=stylesheet href=https://assets.fastedge.example/base.css>\n</head><body><h1>An old page</h1>\n\
         <iframe title=Payment src=https://pay.paylane.example/session></iframe>\n",
    );
    let is_here = |attempt: &&Attempt| (attempt.kind.place == Place::Apart) == (place == Place::Apart);
    for attempt in attempts().iter().filter(|attempt| attempt.to == to).filter(is_here) {
        let _ = writeln!(page, "{}", attempt.markup());
    }
    page.push_str("</body></html>\n");
    page
}

/// A page that tries nothing.
pub(crate) const END: &str = "end.html";

/// A page as such pages are: a video, pictures of a vendor, and nothing odd.
const VIDEO: &str = "<!doctype html><html lang=en><head><meta charset=utf-8><title>Listening first</title>
<meta name=viewport content='width=device-width, initial-scale=1'><link rel=icon href=data:,>
<link rel=stylesheet href=https://assets.fastedge.example/base.css><link rel=stylesheet href=/style.css>
</head><body><main><h1>Listening first</h1><p>Let the other person finish, and count to two before you answer.</p>
<iframe class=video title='Listening first' src=https://cliptube.example/embed/listening></iframe>
<p>Then repeat what you heard in your own words.</p>
<img src=https://px.lumen.example/v.gif alt='' width=1 height=1><script src=https://adloop.example/t.js></script>
</main></body></html>";

/// Writes the folder as the learning platform reads it.
pub(crate) fn write(target: &Path) {
    let (mut headers, mut redirects) = (String::new(), String::new());
    for (name, answer) in folder() {
        for (header, value) in answer.headers {
            let _ = writeln!(headers, "/{name}\n  {header}: {value}");
        }
        match answer.location {
            Some(location) => drop(writeln!(redirects, "/{name} {location} 302")),
            None => std::fs::write(target.join(name), answer.body).unwrap(),
        }
    }
    std::fs::write(target.join("_headers"), headers).unwrap();
    std::fs::write(target.join("_redirects"), redirects).unwrap();
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}: {})", self.id(), self.kind.name, self.door.name)
    }
}
