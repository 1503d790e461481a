//! What a page did to the browser, and what a person does to a page.

use super::{Browser, PATIENCE};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use thirtyfour::extensions::query::ElementQueryable;
use thirtyfour::{By, WebElement};

/// A cookie of the browser, whichever site set it. Its value stays where it is.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Cookie {
    pub domain: String,
    pub name: String,
    pub is_http_only: bool,
}

impl Browser {
    /// Runs the body of a function in the page and gives what it returns. Awaits a promise.
    #[track_caller]
    pub fn run(&self, script: &str) -> impl Future<Output = Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1]; (async () => {{ {script} }})()
             .then((value) => done({{ value: value ?? null }}), (error) => done({{ error: String(error) }}))"
        );
        async move {
            let answer = self.execute_async(script, Vec::new()).await.unwrap();
            let answer: Value = answer.convert().unwrap();
            assert!(answer.get("error").is_none(), "{}", answer["error"]);
            answer["value"].clone()
        }
    }

    /// The same, as the texts of a list.
    async fn list(&self, script: &str) -> Vec<String> {
        let answer = self.run(script).await;
        let texts = answer.as_array().into_iter().flatten();
        let mut texts: Vec<String> = texts.filter_map(|text| text.as_str().map(str::to_owned)).collect();
        texts.sort();
        texts
    }

    /// A command of the DevTools protocol.
    pub async fn command(&self, method: &str, parameters: Value) -> Value {
        self.cdp().send_raw(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// All cookies of the browser, in alphabetical order, `HttpOnly` and those of other sites included.
    pub async fn cookies(&self) -> Vec<Cookie> {
        let answer = self.command("Network.getAllCookies", json!({})).await;
        let cookies = answer["cookies"].as_array().into_iter().flatten().map(|cookie| Cookie {
            domain: cookie["domain"].as_str().unwrap_or_default().to_owned(),
            name: cookie["name"].as_str().unwrap_or_default().to_owned(),
            is_http_only: cookie["httpOnly"] == true,
        });
        let mut cookies: Vec<Cookie> = cookies.collect();
        cookies.sort();
        cookies
    }

    /// The names of the cookies of the page's site.
    pub async fn cookie_names(&self, host: &str) -> Vec<String> {
        let cookies = self.cookies().await.into_iter();
        cookies.filter(|cookie| cookie.domain.trim_start_matches('.') == host).map(|cookie| cookie.name).collect()
    }

    /// The keys of `localStorage` or `sessionStorage` of the page's origin.
    pub async fn keys(&self, storage: &str) -> Vec<String> {
        self.list(&format!("return Object.keys({storage})")).await
    }

    /// The names of the page's databases.
    pub async fn databases(&self) -> Vec<String> {
        self.list("return (await indexedDB.databases()).map((database) => database.name)").await
    }

    /// The names of the page's caches.
    pub async fn caches(&self) -> Vec<String> {
        self.list("return await caches.keys()").await
    }

    /// What the console has shown since it was last asked for, as `LEVEL text`.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.browser_log().await.unwrap();
        entries.into_iter().map(|entry| format!("{} {}", entry.level, entry.message)).collect()
    }

    /// The addresses that pages asked for since it was last asked for, also those that were blocked on their way.
    pub async fn asked_for(&self) -> Vec<String> {
        let entries = self.get_log("performance").await.unwrap();
        let addresses = entries.into_iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(&entry.message).ok()?;
            let message = &message["message"];
            let is_request = message["method"] == "Network.requestWillBeSent";
            is_request.then(|| message["params"]["request"]["url"].as_str().map(str::to_owned)).flatten()
        });
        addresses.collect()
    }

    /// Sends a header with each further request of the pages.
    pub async fn header(&self, name: &str, value: &str) {
        let headers: BTreeMap<String, String> = {
            let mut headers = self.headers.lock().unwrap();
            headers.insert(name.to_owned(), value.to_owned());
            headers.clone()
        };
        self.command("Network.enable", json!({})).await;
        self.command("Network.setExtraHTTPHeaders", json!({ "headers": headers })).await;
    }

    /// Runs a script in each further page before its own.
    pub async fn at_start(&self, script: &str) {
        self.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Switches Global Privacy Control on: the property of each further page.
    pub async fn gpc_property(&self) {
        let getter = "{ get: () => true, configurable: true, enumerable: true }";
        self.at_start(&format!("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {getter})")).await;
    }

    /// Switches Global Privacy Control on, as a browser does: header and property.
    pub async fn gpc(&self) {
        self.header("Sec-GPC", "1").await;
        self.gpc_property().await;
    }

    /// Takes the network away, or gives it back.
    pub async fn offline(&self, is_offline: bool) {
        let conditions =
            json!({ "offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.command("Network.enable", json!({})).await;
        self.command("Network.emulateNetworkConditions", conditions).await;
    }

    /// A viewport of this size in CSS pixels.
    pub async fn viewport(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// A media feature, as in `("prefers-color-scheme", "dark")`.
    pub async fn media(&self, feature: &str, value: &str) {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        self.command("Emulation.setEmulatedMedia", features).await;
    }

    /// Waits for an element that matches, and gives the first.
    pub async fn see(&self, selector: &str) -> WebElement {
        let query = self.query(By::Css(selector)).wait(PATIENCE, Duration::from_millis(50));
        query.first().await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// Clicks the first element that matches, once it is there.
    pub async fn click(&self, selector: &str) {
        self.see(selector).await.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Saves the viewport as `target/screenshots/NAME.png`.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{name}.png"));
        self.screenshot(&path).await.unwrap();
        path
    }
}
