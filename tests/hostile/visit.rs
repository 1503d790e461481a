//! One visit of the hostile pages, and what came through.

use crate::chromium::{Browser, Trap};
use crate::hostile::doors::Sign;
use crate::hostile::pages::{APART, Attempt, END, To, attempts, page_name};
use std::collections::BTreeSet;
use std::time::Duration;

pub(crate) const SITE: &str = "calminteraction.example";

/// How long nothing must have come for a page to be done.
pub(crate) const QUIET: Duration = Duration::from_millis(600);

/// What came through.
#[derive(Default)]
pub(crate) struct Visit {
    /// The ids of the attempts, save those that only a look-up shows.
    pub(crate) open: BTreeSet<String>,
    /// The hosts that were contacted.
    pub(crate) hosts: BTreeSet<String>,
    pub(crate) requests: Vec<String>,
}

/// The hosts whose look-ups are watched.
pub(crate) fn watched() -> Vec<String> {
    let watched = attempts().into_iter().filter(|attempt| attempt.kind.sign == Sign::LookUp);
    watched.map(|attempt| attempt.host()).collect()
}

/// Every page.
pub(crate) const ALL: &[&str] = &[APART, page_name(To::Declared), page_name(To::Undeclared)];

/// The page whose doors lead to what the policy declares. Nothing else opens with consent.
pub(crate) const DECLARED: &[&str] = &[page_name(To::Declared)];

/// Opens pages, one after the other, and waits until they are quiet.
pub(crate) async fn visit(browser: &Browser, trap: &Trap, pages: &[&str]) -> Visit {
    let mut visit = Visit::default();
    trap.forget();
    for name in pages {
        open(browser, name).await;
        trap.settle(QUIET).await;
        visit.open.extend(kept(browser).await);
        // What a script has set meanwhile is the next page's to erase: when that is, must not be left to chance.
        open(browser, END).await;
        visit.open.extend(ids(&browser.cookie_names(SITE).await));
    }
    visit.see(trap);
    visit
}

/// The same with a browser that runs no scripts, not even ours.
pub(crate) async fn visit_without_scripts(browser: &Browser, trap: &Trap, pages: &[&str]) -> Visit {
    let mut visit = Visit::default();
    trap.forget();
    for name in pages {
        open(browser, name).await;
        trap.settle(QUIET).await;
    }
    visit.open.extend(ids(&browser.cookie_names(SITE).await));
    visit.see(trap);
    visit
}

/// Opens a page of the older system.
pub(crate) async fn open(browser: &Browser, name: &str) {
    let address = format!("https://{SITE}/legacy/{name}");
    browser.goto(&address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
}

impl Visit {
    fn see(&mut self, trap: &Trap) {
        self.hosts = trap.seen().into_iter().map(|seen| seen.host).collect();
        self.requests = trap.requests();
        let came = |id: &str| self.requests.iter().any(|request| request.contains(&format!("?{id}")));
        let asked = attempts().into_iter().filter(|attempt| attempt.kind.sign == Sign::Request);
        self.open.extend(asked.map(|attempt| attempt.id()).filter(|id| came(id)));
    }

    /// The ids of all attempts that came through. Ends the browser: look-ups are in its log.
    pub(crate) async fn all(mut self, browser: Browser) -> BTreeSet<String> {
        let log = browser.close().await;
        let looked_up = attempts().into_iter().filter(|attempt| attempt.kind.sign == Sign::LookUp);
        self.open
            .extend(looked_up.filter(|attempt| log.looked_up.contains(&attempt.host())).map(|attempt| attempt.id()));
        self.open
    }
}

/// What the page has put into the browser's storage.
async fn kept(browser: &Browser) -> Vec<String> {
    let mut names = browser.keys("localStorage").await;
    names.extend(browser.keys("sessionStorage").await);
    names.extend(browser.databases().await);
    names.extend(browser.caches().await);
    ids(&names)
}

/// The ids in names of cookies and keys.
fn ids(names: &[String]) -> Vec<String> {
    let known: BTreeSet<String> = attempts().iter().map(Attempt::id).collect();
    let ids = names.iter().map(|name| name.trim_start_matches("_lum_").trim_start_matches("player."));
    ids.filter(|id| known.contains(*id)).map(str::to_owned).collect()
}
