//! An online course platform behind the gate, on localhost.
//!
//! `cargo run --example learning_platform --all-features` starts it and prints what to try.
//!
//! The handlers set all their cookies blindly, as they would have been written before anybody thought of consent: see
//! [`account`], [`lessons`] and [`tags`]. What makes the site lawful is `policy.toml`, the layers in [`site`], and pages
//! that ask before they draw what another party would load. Old pages that do not ask: see [`legacy`].

mod account;
mod cookies;
mod language;
mod layout;
mod legacy;
mod lessons;
mod pages;
mod privacy;
mod proof;
mod site;
mod tags;
mod try_it;

use consent_gate::web::Mode;
use consent_gate::{Deployment, Gate, Policy, Region};
use legacy::Legacy;
use proof::Proof;
use std::error::Error;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use tokio::net::TcpListener;

const POLICY: &str = include_str!("policy.toml");

const USAGE: &str = "usage: learning_platform [--port NUMBER] [--https] [--policy FILE] [--report] [--legacy FOLDER]
                         [--ledger ADDRESS]

  --port NUMBER    where to listen on 127.0.0.1; 0 takes any free port; default: $PORT, or 3000
  --https          visitors come through a proxy that speaks HTTPS: the cookies are those of production
  --policy FILE    the policy, instead of the one that is built in: with `[[import]]`, say, for pages with another banner
  --report         decide and report, and change no response; see /report
  --legacy FOLDER  serve the files of a folder at /legacy/, vendors' tags and all: see what the gate makes of them
  --ledger ADDRESS where records of consent are kept: a file, or postgres://…; default: $CONSENT_LEDGER, or consent.redb

  $DEMO_REGION     where requests without an x-demo-region header come from; default: DE";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("learning_platform: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    // A real site says `Gate::new(policy)`.
    let deployment = if options.is_https { Deployment::default() } else { Deployment::plain_http_on_localhost() };
    let gate = Gate::deployed(Policy::from_toml(&options.policy)?, deployment)?;
    // Missing translations, most of them: `cargo run --example policy -- check FILE` lists them.
    eprintln!("policy.toml: {} warnings", gate.warnings().len());

    let port = options.port;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("cannot listen on 127.0.0.1:{port}: {error}; choose another with --port"))?;
    let proof = Proof::open(&gate, &options.ledger).await?;
    try_it::print(listener.local_addr()?, options.mode);
    axum::serve(listener, site::app(gate, proof, options)).await?;
    Ok(())
}

/// What the command line and the environment say.
pub(crate) struct Options {
    port: u16,
    is_https: bool,
    pub(crate) mode: Mode,
    /// Where visitors are who do not say otherwise.
    pub(crate) home: Region,
    pub(crate) legacy: Legacy,
    ledger: String,
    policy: String,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let number = |text: &str| {
            text.parse().map_err(|_| format!("{text:?} is not a valid port: write a number from 0 to 65535\n\n{USAGE}"))
        };
        let from_environment = std::env::var("PORT").ok().map(|text| number(&text)).transpose()?;
        let home = std::env::var("DEMO_REGION").unwrap_or_else(|_| "DE".to_owned()).parse()?;
        let port = from_environment.unwrap_or(3000);
        let ledger = std::env::var("CONSENT_LEDGER").unwrap_or_else(|_| "consent.redb".to_owned());
        let mut options = Self {
            port,
            mode: Mode::Enforce,
            home,
            legacy: Legacy::default(),
            ledger,
            policy: POLICY.to_owned(),
            is_https: false,
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--port" => options.port = number(&arguments.next().unwrap_or_default())?,
                "--https" => options.is_https = true,
                "--ledger" => options.ledger = arguments.next().unwrap_or_default(),
                "--report" => options.mode = Mode::Report,
                "--policy" => {
                    let file = arguments.next().unwrap_or_default();
                    options.policy =
                        std::fs::read_to_string(&file).map_err(|error| format!("--policy {file:?}: {error}"))?;
                }
                "--legacy" => {
                    let folder = arguments.next().unwrap_or_default();
                    options.legacy = Legacy::read(&folder).map_err(|error| format!("--legacy {folder:?}: {error}"))?;
                }
                _ => return Err(format!("unknown argument {argument:?}\n\n{USAGE}").into()),
            }
        }
        Ok(options)
    }
}
