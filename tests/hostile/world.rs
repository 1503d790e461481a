//! A site with the hostile pages, and the network that it stands in.

use crate::chromium::{Browser, Trap};
use crate::hostile::bare;
use crate::hostile::pages::{self, attempts};
use crate::hostile::visit::{SITE, watched};
use crate::learning_platform::{Platform, program};
use axum::Router;
use serde_json::json;
use std::process::Stdio;
use tempfile::TempDir;

/// Chromium keeps some requests for a minute, for reports above all.
const HASTE: &str = "--short-reporting-delay";

/// The site and its network. They end with the value.
pub(crate) struct World {
    pub(crate) trap: Trap,
    _platform: Option<(Platform, TempDir)>,
}

impl World {
    /// The learning platform, with visitors from there.
    pub(crate) async fn platform(region: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        pages::write(folder.path());
        let mut command = program();
        // What it logs is not read here, and nobody must wait for that.
        command.arg("--https").arg("--legacy").arg(folder.path()).env("DEMO_REGION", region).stderr(Stdio::null());
        let platform = Platform::of(&mut command);
        Self { trap: network(platform.address).await, _platform: Some((platform, folder)) }
    }

    /// The older system alone, with a layer around it or none.
    pub(crate) async fn bare(router: Router) -> Self {
        Self { trap: network(bare::serve(router).await).await, _platform: None }
    }

    /// A new browser.
    pub(crate) async fn browser(&self) -> Browser {
        Browser::with(&self.trap, &[HASTE]).await
    }

    /// A new browser that runs no scripts of pages.
    pub(crate) async fn browser_without_scripts(&self) -> Browser {
        let browser = self.browser().await;
        browser.command("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        browser
    }
}

async fn network(site: std::net::SocketAddr) -> Trap {
    let names = watched();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut trap = Trap::start().await.site(SITE, site).names(&names);
    for attempt in attempts() {
        if let Some(body) = attempt.door.elsewhere {
            let address = attempt.fill("https://assets.fastedge.example/{id}.js");
            trap = trap.answers(&address, "text/javascript", attempt.fill(body));
        }
    }
    trap
}
