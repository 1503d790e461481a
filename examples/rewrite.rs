//! What the gate does to a page, seen before it is switched on.
//!
//! ```text
//! cargo run --release --example rewrite --all-features -- POLICY.toml [--region FR] [--cookie '…'] [--gpc] [--chunk N] \
//!     < page.html > out.html
//! ```
//!
//! The page goes through as the visitor of these headers would get it, `--chunk` bytes at a time (default 16384); one line
//! per change goes to standard error. `--cookie` is the value of the `Cookie` header, or of the consent cookie alone.

use consent_gate::html::{Options, Rewriter};
use consent_gate::{Facts, Gate, Policy, Region};
use std::error::Error;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::SystemTime;

const USAGE: &str =
    "usage: rewrite POLICY.toml [--region FR] [--cookie '…'] [--gpc] [--chunk N] < page.html > out.html";

struct Arguments {
    policy: String,
    region: Region,
    cookie: Option<String>,
    gpc: bool,
    chunk: usize,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let policy =
        std::fs::read_to_string(&arguments.policy).map_err(|error| format!("{}: {error}", arguments.policy))?;
    let gate = Gate::new(Policy::from_toml(&policy)?)?;
    let cookie = arguments.cookie.map(|cookie| match cookie.contains('=') {
        true => cookie,
        false => format!("{}={cookie}", gate.cookie_name()),
    });
    let headers =
        cookie.iter().map(|cookie| ("cookie", cookie.as_str())).chain(arguments.gpc.then_some(("sec-gpc", "1")));
    let visitor = gate.visitor(headers, Facts::in_region(arguments.region), SystemTime::now().into());

    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut rewriter = Rewriter::new(&visitor, Options::new().on_edit(|edit| eprintln!("{edit}")))?;
    let mut chunk = vec![0; arguments.chunk];
    let mut written = Ok(());
    let mut write = |bytes: &[u8]| {
        if written.is_ok() {
            written = output.write_all(bytes);
        }
    };
    loop {
        match input.read(&mut chunk)? {
            0 => break,
            length => rewriter.write(&chunk[..length], &mut write)?,
        }
    }
    rewriter.end(&mut write)?;
    Ok(written?)
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let (mut policy, mut region, mut cookie, mut gpc, mut chunk) = (None, Region::UNKNOWN, None, false, 16_384);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(USAGE);
            match word.as_str() {
                "--region" => region = value()?.parse()?,
                "--cookie" => cookie = Some(value()?),
                "--gpc" => gpc = true,
                "--chunk" => chunk = value()?.parse::<std::num::NonZeroUsize>()?.get(),
                _ if word.starts_with("--") || policy.is_some() => return Err(USAGE.into()),
                _ => policy = Some(word),
            }
        }
        Ok(Self { policy: policy.ok_or(USAGE)?, region, cookie, gpc, chunk })
    }
}
