//! A small command line over any ledger, for whoever answers for it.
//!
//! `cargo run --example ledger --all-features -- verify` looks at the ledger that the learning platform left.

mod load;
mod options;
mod table;

use chrono::{DateTime, TimeDelta, Utc};
use consent_gate::Policy;
use consent_gate::ledger::{AnyLedger, Ledger, LedgerError, Progress, Scan, Settings, Stats, export_csv, export_json};
use indicatif::{ProgressBar, ProgressStyle};
use options::{Command, Options, Problem};
use std::io::Write;
use std::process::ExitCode;

/// How many records a sweep takes at a time.
const BATCH: usize = 256;

/// Prints a line; nobody may be there any more to read it.
macro_rules! say {
    ($($text:tt)*) => { print(&format!("{}\n", format_args!($($text)*)))? };
}

/// What went wrong, and the exit status that says so.
enum Failure {
    /// The command line: 2.
    Usage(Problem),
    /// The ledger, or a file: 3.
    Store(String),
    /// The chain is broken: 1.
    Broken(String),
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::Store(error.to_string())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let (text, status) = match run().await {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Usage(Problem::Help)) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(Failure::Usage(Problem::Bad(text))) => (format!("{text}\n\n{}", options::USAGE), 2),
        Err(Failure::Store(text)) => (text, 3),
        Err(Failure::Broken(text)) => (text, 1),
    };
    eprintln!("ledger: {text}");
    ExitCode::from(status)
}

async fn run() -> Result<(), Failure> {
    let options = Options::read(std::env::args().skip(1)).map_err(Failure::Usage)?;
    let path = &options.policy;
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Store(format!("{path}: {error}")))?;
    let policy = Policy::from_toml(&text).map_err(|error| Failure::Store(format!("{path}: {error}")))?;
    let is_file = !options.ledger.contains("://");
    if is_file && !matches!(options.command, Command::Load { .. }) && !std::path::Path::new(&options.ledger).exists() {
        return Err(Failure::Store(format!("there is no ledger {}: name one with --ledger", options.ledger)));
    }
    let settings = Settings::of(&policy, options.secret().map_err(Failure::Store)?);
    let ledger = match &options.schema {
        Some(schema) if !is_file => in_schema(&options.ledger, schema, &settings).await?,
        Some(_) => return Err(Failure::Usage(Problem::Bad("a file has no --schema".to_owned()))),
        None => AnyLedger::open(&options.ledger, &settings).await?,
    };
    match &options.command {
        Command::Verify { since, save } => verify(&ledger, since.as_deref(), save.as_deref()).await,
        Command::Export { subject, csv } => export(&ledger, subject, *csv).await,
        Command::Erase { subject } => erase(&ledger, subject).await,
        Command::Hold { subject, until, reason } => {
            if !ledger.hold(subject, *until, reason).await? {
                return Err(Failure::Store("the ledger knows no such subject: nothing is held".to_owned()));
            }
            // Under a longer hold than this one, that one stands.
            let until = ledger.held(subject).await?.map_or(*until, |(until, _)| until);
            say!("held to the end of {} (UTC)", (until - TimeDelta::seconds(1)).date_naive());
            Ok(())
        }
        Command::Sweep { is_dry } => swept(&ledger, *is_dry).await,
        Command::Stats { csv } => {
            let walk = Stats::default();
            let stats = walked(&ledger, walk).await?.finish()?;
            print(&if *csv { stats.to_csv() } else { table::of(&stats) })
        }
        Command::Load { records, writers } => {
            load::run(&ledger, policy, *records, *writers).await.map_err(Failure::Store)
        }
    }
}

/// A ledger on a server, in a schema of another name than the default.
#[cfg(feature = "ledger-postgres")]
async fn in_schema(address: &str, schema: &str, settings: &Settings) -> Result<AnyLedger, LedgerError> {
    use consent_gate::ledger::{Postgres, PostgresSettings};
    let server = PostgresSettings { schema: schema.to_owned(), ..PostgresSettings::default() };
    Postgres::connect(address, settings, &server).await.map(AnyLedger::Postgres)
}

/// Without the feature there is no server: opening says so.
#[cfg(not(feature = "ledger-postgres"))]
async fn in_schema(address: &str, _: &str, settings: &Settings) -> Result<AnyLedger, LedgerError> {
    AnyLedger::open(address, settings).await
}

/// The clock of this machine.
fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

async fn verify(ledger: &AnyLedger, since: Option<&str>, save: Option<&str>) -> Result<(), Failure> {
    let mut verifier = ledger.verifier();
    if let Some(path) = since {
        let state = std::fs::read_to_string(path).map_err(|error| Failure::Store(format!("{path}: {error}")))?;
        verifier = verifier.since(&state).map_err(|error| Failure::Store(format!("{path}: {error}")))?;
    }
    let verified = walked(ledger, verifier).await?.finish().map_err(|broken| Failure::Broken(broken.to_string()))?;
    if let Some(path) = save {
        std::fs::write(path, &verified.state).map_err(|error| Failure::Store(format!("{path}: {error}")))?;
    }
    say!("the chain holds: {} records, and {} whose time was over", verified.records, verified.removed);
    if verified.backdated > 0 {
        say!("{} records are dated before the one ahead of them: a clock was set back", verified.backdated);
    }
    Ok(())
}

async fn export(ledger: &AnyLedger, subject: &str, csv: bool) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let count = match csv {
        true => export_csv(ledger, subject, &mut out).await?,
        false => export_json(ledger, subject, now(), &mut out).await?,
    };
    out.flush().map_err(|error| Failure::Store(error.to_string()))?;
    match count {
        0 => eprintln!("the ledger has no records of such a subject"),
        _ => eprintln!("{count} records"),
    }
    Ok(())
}

async fn erase(ledger: &AnyLedger, subject: &str) -> Result<(), Failure> {
    let has_more = ledger.answer(subject).await?.is_some() || ledger.held(subject).await?.is_some();
    let count = ledger.erase(subject, now()).await?;
    if count == 0 && !has_more {
        return Err(Failure::Store("the ledger has no records of such a subject: nothing was erased".to_owned()));
    }
    // Nothing that was deleted is left in the file then.
    let compacted = ledger.compact().await;
    say!("erased: {count} records stay as evidence and name nobody");
    compacted
        .map_err(|error| Failure::Store(format!("the file could not be written anew, and holds erased bytes: {error}")))
}

async fn swept(ledger: &AnyLedger, is_dry: bool) -> Result<(), Failure> {
    let now = self::now();
    let due = ledger.due(now).await?;
    say!("due: {} ended terms to note, {} records to remove", due.expired, due.removed);
    say!("due: {} closed accounts, {} of them past their date", due.closures, due.overdue);
    if is_dry {
        return Ok(());
    }
    let bar = bar();
    bar.set_length(due.expired + due.removed);
    let (mut expired, mut removed, mut unreadable) = (0, 0, 0);
    loop {
        let swept = ledger.sweep_batch(now, BATCH).await?;
        (expired, removed) = (expired + swept.expired, removed + swept.removed);
        unreadable += swept.unreadable;
        bar.set_position(expired + removed);
        if swept.is_done {
            break;
        }
    }
    bar.finish_and_clear();
    say!("done: {expired} ended terms noted, {removed} records removed");
    if due.closures > 0 {
        // What the host keeps of a closed account only the host can delete: its own program sweeps these.
        say!("left: {} closed accounts, which the site itself must delete", due.closures);
    }
    ledger.compact().await?;
    match unreadable {
        0 => Ok(()),
        _ => Err(Failure::Store(format!("{unreadable} records that are due cannot be read: see what verify says"))),
    }
}

/// Walks over everything and shows how far it is, where somebody watches.
async fn walked<S: Scan>(ledger: &AnyLedger, walk: S) -> Result<S, LedgerError> {
    let bar = bar();
    let shown = bar.clone();
    let walk = Progress::new(walk, move |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    });
    let walk = ledger.scan(walk).await;
    bar.finish_and_clear();
    Ok(walk?.into_inner())
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len}, {eta} left");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Prints a text; a reader that went away is no error.
fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Store(error.to_string())),
        _ => Ok(()),
    }
}
