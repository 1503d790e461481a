//! Open-source banners as their makers publish them, in a real Chromium, before the course platform: each click in a banner
//! is obeyed by the server.
//!
//! The packages are fetched from npm at fixed versions, into `target/banners`. A banner's own host is declared in the
//! policy, as a site would declare it; the page that carries the banner is one of `--legacy`.

mod banner;
mod bridges;
mod npm;
mod platform;

use crate::chromium::{Browser, Trap};
use banner::{BANNERS, Banner};
use platform::{Platform, SITE};

/// The cookies that the platform sets blindly, by category.
const COOKIES: [(&str, &str); 3] = [("analytics", "_lum1"), ("personalization", "recommend"), ("advertising", "_adl")];

const NOTHING: [&str; 0] = [];

/// One visitor before the platform behind one banner.
struct Visit {
    browser: Browser,
    _platform: Platform,
}

impl Visit {
    async fn of(banner: &Banner) -> Self {
        let platform = Platform::start(banner);
        let mut trap = Trap::start().await.site(SITE, platform.address());
        for (path, media_type) in banner.files {
            let address = format!("https://banner.example/{}", path.trim_start_matches("dist/"));
            trap = trap.answers(&address, media_type, npm::file(banner.package, path));
        }
        Self { browser: Browser::open(&trap).await, _platform: platform }
    }

    /// Does something on the page that carries the banner.
    async fn does(&self, script: &str) {
        const AT: &str = "const at = async (selector) => {
            for (let turn = 0; turn < 200; turn += 1) {
                const found = document.querySelector(selector);
                if (found) { return found; }
                await new Promise((resume) => setTimeout(resume, 50));
            }
            throw new Error(`nothing at ${selector}`);
        };
        // Time to listen for clicks, and to write cookies.
        const pause = () => new Promise((resume) => setTimeout(resume, 500));
        const click = async (selector) => (await at(selector)).click();
        const set = async (selector, value) => {
            const box = await at(selector);
            if (box.checked !== value) { box.click(); }
        };";
        self.browser.goto(format!("https://{SITE}/legacy/banner.html")).await.unwrap();
        self.browser.run(&format!("{AT} await pause(); {script}; await pause();")).await;
    }

    /// The categories whose cookies the browser holds after it went through the site.
    async fn holds(&self) -> Vec<&'static str> {
        for path in ["/", "/lessons/1", "/lessons/2", "/"] {
            self.browser.goto(format!("https://{SITE}{path}")).await.unwrap();
        }
        let names = self.browser.cookie_names(SITE).await;
        COOKIES.into_iter().filter(|(_, name)| names.iter().any(|held| held == name)).map(|(id, _)| id).collect()
    }
}

async fn obeys(banner: &Banner) {
    let visit = Visit::of(banner).await;
    let name = banner.package;
    assert_eq!(visit.holds().await, NOTHING, "{name}: nobody has been asked");
    visit.does("").await;
    assert_eq!(visit.holds().await, NOTHING, "{name}: the banner was only shown");
    visit.does(banner.accept).await;
    assert_eq!(visit.holds().await, ["analytics", "personalization", "advertising"], "{name}: accepted");
    visit.does(banner.withdraw_analytics).await;
    assert_eq!(visit.holds().await, ["personalization", "advertising"], "{name}: analytics withdrawn, and erased");
    visit.does(banner.refuse_later).await;
    assert_eq!(visit.holds().await, NOTHING, "{name}: all withdrawn, and erased");
    visit.does(banner.only_analytics).await;
    assert_eq!(visit.holds().await, ["analytics"], "{name}: partial");

    let other = Visit::of(banner).await;
    other.does(banner.refuse).await;
    assert_eq!(other.holds().await, NOTHING, "{name}: refused");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_server_obeys_vanilla_cookieconsent() {
    obeys(&BANNERS[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_server_obeys_klaro() {
    obeys(&BANNERS[1]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_server_obeys_tarteaucitron() {
    obeys(&BANNERS[2]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_server_obeys_orejime() {
    obeys(&BANNERS[3]).await;
}
