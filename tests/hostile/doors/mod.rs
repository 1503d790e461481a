//! Every door by which a page can reach another host, or keep something in the browser.
//!
//! A door is tried twice: towards what the policy of the learning platform declares, where it declares anything of the
//! kind (`d17`), and towards what it does not (`u17`). The number is in the address, or in the name of the cookie or key,
//! so that what is seen says which door it came through.
//!
//! In the texts below, `{url}` is the address and `{key}` the name; `{host}` and `{path}` are parts of the address, `{HOST}`
//! in upper case; `{file}` is a further file of the site that belongs to the door.

mod elements;
mod files;
mod headers;
mod hints;
mod scripts;
mod spellings;
mod storage;
mod styles;
mod without_script;

/// One door.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    pub(crate) name: &'static str,
    /// What stands in the page.
    pub(crate) text: &'static str,
    pub(crate) file: Option<File>,
    /// What an allowed host answers with, at `https://assets.fastedge.example/{id}.js`.
    pub(crate) elsewhere: Option<&'static str>,
}

/// A further file of the site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File {
    /// The end of its name, by which its media type is known.
    pub(crate) ending: &'static str,
    /// A header of its response.
    pub(crate) header: Option<&'static str>,
    /// Where its response sends the browser.
    pub(crate) location: Option<&'static str>,
    pub(crate) body: &'static str,
}

/// Doors of one kind.
pub(crate) struct Kind {
    /// As it stands in the README's table.
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) sign: Sign,
    /// What the policy declares of this kind.
    pub(crate) declared: Declared,
    pub(crate) doors: &'static [Door],
}

/// Where a door's text stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// In the head of the page's response.
    Head,
    /// Among the markup.
    Markup,
    /// Among the markup of a further page: what browsers leave undone on a page that does much else.
    Apart,
    /// In a `noscript` element, which browsers read only when scripts are off.
    NoScript,
    /// In a script of its own.
    Script,
}

/// How an open door is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Sign {
    /// By a request.
    Request,
    /// By the look-up of a name, and perhaps a connection.
    LookUp,
    Cookie,
    Local,
    Session,
    Database,
    Cache,
}

/// What the policy of the learning platform declares.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Declared {
    /// The pixel of the analytics vendor.
    Pixel,
    /// The script of the advertising vendor.
    Script,
    /// The frame of the video platform.
    Frame,
    /// Cookies of the analytics vendor.
    Cookie,
    /// Keys of the player.
    Local,
    Nothing,
}

/// All of them.
pub(crate) const KINDS: &[&[Kind]] = &[
    elements::KINDS,
    spellings::KINDS,
    styles::KINDS,
    hints::KINDS,
    without_script::KINDS,
    files::KINDS,
    headers::KINDS,
    scripts::KINDS,
    storage::KINDS,
];

const fn door(name: &'static str, text: &'static str) -> Door {
    Door { name, text, file: None, elsewhere: None }
}

/// A door that leads through a file of the site.
const fn through(name: &'static str, text: &'static str, ending: &'static str, body: &'static str) -> Door {
    with(name, text, File { ending, header: None, location: None, body })
}

/// A door in the head of a page of its own, which stands in a frame.
const fn head(name: &'static str, header: &'static str, body: &'static str) -> Door {
    with(name, "<iframe src='{file}'></iframe>", File { ending: "html", header: Some(header), location: None, body })
}

/// A door behind a redirect of the site.
const fn redirect(name: &'static str, text: &'static str, ending: &'static str) -> Door {
    with(name, text, File { ending, header: None, location: Some("{url}"), body: "" })
}

const fn with(name: &'static str, text: &'static str, file: File) -> Door {
    Door { name, text, file: Some(file), elsewhere: None }
}
