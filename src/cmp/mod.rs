#![doc = include_str!("guide.md")]
//!
//! ## Usercentrics
#![doc = concat!("```js\n", include_str!("bridges/usercentrics.js"), "```")]
//! ## Sourcepoint
#![doc = concat!("```js\n", include_str!("bridges/sourcepoint.js"), "```")]
//! ## Silktide
#![doc = concat!("```js\n", include_str!("bridges/silktide.js"), "```")]
//! ## klaro in local storage
#![doc = concat!("```js\n", include_str!("bridges/klaro.js"), "```")]
//! ## vanilla-cookieconsent in local storage
#![doc = concat!("```js\n", include_str!("bridges/vanilla.js"), "```")]

mod axeptio;
mod borlabs;
mod c15t;
mod civic;
mod commanders_act;
mod complianz;
mod consent_mode;
mod cookie_information;
mod cookie_notice;
mod cookie_script;
mod cookie_though;
mod cookiebot;
mod cookiefirst;
mod cookies;
mod cookieyes;
mod cookieyes_legacy;
mod decode;
mod didomi;
mod drupal;
mod evidon;
mod fault;
mod fides;
mod fundingchoices;
mod govuk;
mod hu_manity;
mod hubspot;
mod iubenda;
mod json;
mod klaro;
mod liferay;
mod moove;
mod nhsuk;
mod onetrust;
mod orejime;
mod osano_legacy;
mod piwik_pro;
mod react_cookie_consent;
mod segment;
mod shopify;
mod site;
mod system_answer;
mod tarteaucitron;
mod tcf;
mod tealium;
mod trustarc;
mod usprivacy;
mod vanilla;
mod vue_accept_decline;
mod wix;
mod word;
mod wp_consent_api;

pub use consent_mode::{ConsentModeError, ConsentModeParameters, ConsentModeState};
pub(crate) use cookies::Cookies;
pub(crate) use fault::Fault;
use fault::Why;
pub(crate) use site::Site;
pub(crate) use system_answer::SystemAnswer;
pub(crate) use word::ITEM as WORD;

use crate::policy::UnknownName;
use crate::policy::config_error::ProblemKind;

/// One system whose consent cookies can be read.
#[derive(Debug)]
pub(crate) struct System {
    /// As policies name it.
    name: &'static str,
    /// The name of its cookie, or what the names of its cookies start with.
    cookie: &'static str,
    /// The tails of the names of its cookies, in the order in which the reader asks for them. A reader's first cookie is
    /// the one that holds the answer.
    tails: &'static [&'static str],
    /// What the rest of the name must be, where it holds an id of the site.
    is_id: Option<fn(&[u8]) -> bool>,
    /// Cookies of fixed names that belong to it, after those.
    beside: &'static [&'static str],
    /// Whether each item has a cookie, whose name ends in the item; they come last.
    has_cookie_per_item: bool,
    /// Its own fixed items, and what they are by default.
    map: &'static [(&'static str, &'static str)],
    /// The words that mean yes and no, for a system that stores one word.
    words: &'static [(&'static str, bool)],
    /// Whether it stores a revision of the site's configuration.
    has_revision: bool,
    /// Whether a value names every item that the visitor could choose, so that one which it does not name is not on the
    /// page: then only those named must be granted.
    names_all: bool,
    read: fn(&Cookies<'_>) -> Result<Option<SystemAnswer>, Fault>,
}

impl System {
    /// A system with one cookie, whose other facts are given with `..`.
    const ONE_COOKIE: Self = Self {
        name: "",
        cookie: "",
        tails: &[""],
        is_id: None,
        beside: &[],
        has_cookie_per_item: false,
        map: &[],
        words: &[],
        has_revision: false,
        names_all: false,
        read: |_| Ok(None),
    };

    pub(crate) const fn has_revision(&self) -> bool {
        self.has_revision
    }

    /// Returns whether it stores one word for everything, under the one item [`WORD`].
    pub(crate) const fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// Returns whether it can only refuse: it has no items.
    pub(crate) fn only_refuses(&self) -> bool {
        self.name == usprivacy::SYSTEM.name
    }

    pub(crate) const fn cookie(&self) -> &'static str {
        self.cookie
    }

    /// Its fixed items, and the ids of the categories that they are by default, between spaces.
    pub(crate) fn default_map(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.map.iter().copied()
    }

    pub(crate) fn default_words(&self) -> impl Iterator<Item = (&'static str, bool)> {
        self.words.iter().copied()
    }
}

/// Every system that can be read, by name.
static SYSTEMS: [System; 43] = [
    axeptio::SYSTEM,
    borlabs::SYSTEM,
    c15t::SYSTEM,
    civic::SYSTEM,
    commanders_act::SYSTEM,
    complianz::SYSTEM,
    cookie_information::SYSTEM,
    cookie_notice::SYSTEM,
    cookie_script::SYSTEM,
    cookie_though::SYSTEM,
    cookiebot::SYSTEM,
    cookiefirst::SYSTEM,
    cookieyes::SYSTEM,
    cookieyes_legacy::SYSTEM,
    didomi::SYSTEM,
    drupal::SYSTEM,
    evidon::SYSTEM,
    fides::SYSTEM,
    fundingchoices::SYSTEM,
    govuk::SYSTEM,
    hu_manity::SYSTEM,
    hubspot::SYSTEM,
    tcf::SYSTEM,
    iubenda::SYSTEM,
    klaro::SYSTEM,
    liferay::SYSTEM,
    moove::SYSTEM,
    nhsuk::SYSTEM,
    onetrust::SYSTEM,
    orejime::SYSTEM,
    osano_legacy::SYSTEM,
    piwik_pro::SYSTEM,
    react_cookie_consent::SYSTEM,
    segment::SYSTEM,
    shopify::SYSTEM,
    tarteaucitron::SYSTEM,
    tealium::SYSTEM,
    trustarc::SYSTEM,
    usprivacy::SYSTEM,
    vanilla::SYSTEM,
    vue_accept_decline::SYSTEM,
    wix::SYSTEM,
    wp_consent_api::SYSTEM,
];

/// The system that policies call so.
pub(crate) fn find(name: &str) -> Result<&'static System, ProblemKind> {
    match (SYSTEMS.iter().find(|system| system.name == name), unknowable(name)) {
        (Some(system), _) => Ok(system),
        (None, Some(why)) => Err(ProblemKind::UnknowableSystem { system: name.to_owned(), why }),
        (None, None) => {
            let known = SYSTEMS.iter().map(|system| system.name);
            Err(ProblemKind::UnknownSystem(UnknownName::new(name, known)))
        }
    }
}

/// Why the answer of a system cannot be known to a server; `None` for one that can be, or that nobody knows.
fn unknowable(name: &str) -> Option<&'static str> {
    let local = "it keeps the answer in the browser's local storage, which no server sees";
    Some(match name {
        "usercentrics" | "silktide" | "silktide-consent-manager" => local,
        "termly" => "it keeps the answer out of cookies",
        "sourcepoint" => "its cookie is only a key for its own servers",
        "osano" => "its cookie is encrypted",
        "real-cookie-banner" => "its cookie holds numbers that only the site's database explains",
        "consentmanager" => "the meaning of its cookies is not published; read iab-tcf where the site has it",
        _ => return None,
    })
}
