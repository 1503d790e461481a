//! The banner and the privacy settings in a real Chromium: by mouse and by keyboard, with and without scripts, in German,
//! on a telephone, from right to left, and held against axe-core.
//!
//! Needs Debian's packages `chromium` and `chromium-driver`; what uses axe-core also needs
//! `npm install --no-save --prefix target/npm axe-core@4.14.1`. `.ci/run` sees to both.

mod access;
mod journeys;
mod pictures;
mod site;

use crate::chromium::Browser;
use serde_json::Value;
use std::path::PathBuf;

/// The host of the platform, by the name that its policy gives it.
const HOST: &str = "calminteraction.example";

/// Opens a page of the platform.
async fn open(browser: &Browser, path: &str) {
    browser.goto(format!("https://{HOST}{path}")).await.unwrap();
}

/// Clicks and waits until another page is there.
async fn click(browser: &Browser, selector: &str) {
    browser.run("globalThis.isOld = true").await;
    browser.click(selector).await;
    for _ in 0..200 {
        // Not a promise: one that the old page makes is never kept when the new page takes its place meanwhile.
        let script = "return document.readyState === 'complete' && !globalThis.isOld";
        let answer = browser.execute(script, Vec::new()).await;
        if answer.is_ok_and(|answer| answer.json() == true) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{selector} leads nowhere");
}

/// Presses a key.
async fn press(browser: &Browser, key: &str) {
    let (code, text) = match key {
        "Tab" | "Shift+Tab" => (9, ""),
        "Enter" => (13, "\r"),
        "Space" => (32, " "),
        _ => panic!("no key {key}"),
    };
    let name = match key {
        "Space" => " ",
        "Shift+Tab" => "Tab",
        other => other,
    };
    let modifiers = if key.starts_with("Shift") { 8 } else { 0 };
    for kind in ["keyDown", "keyUp"] {
        let mut event = serde_json::json!({
            "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code, "modifiers": modifiers
        });
        if kind == "keyDown" && !text.is_empty() {
            event["text"] = text.into();
        }
        browser.command("Input.dispatchKeyEvent", event).await;
    }
}

/// What has the focus, by its text or its id.
async fn focused(browser: &Browser) -> String {
    let script = "const e = document.activeElement; return e === document.body ? '' : (e.id || e.textContent.trim())";
    browser.run(script).await.as_str().unwrap_or_default().to_owned()
}

async fn text(browser: &Browser, script: &str) -> String {
    match browser.run(&format!("return {script}")).await {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// The script of axe-core, as npm has installed it.
fn axe() -> String {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned();
    let file = target.join("npm/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{}: {error}: npm install --no-save --prefix target/npm axe-core@4.14.1", file.display())
    })
}
