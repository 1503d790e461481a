//! What the command line says.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use consent_gate::ledger::Secret;
use std::path::Path;

pub(crate) const USAGE: &str = "usage: ledger [OPTIONS] COMMAND

  verify [--since FILE] [--save FILE]   whether the chain holds; against an earlier state, and keeping this one
  export SUBJECT [--csv]                a subject's records, with what it was told and its account's answer, as a consent
                                        receipt in JSON-LD; or the records alone, as a table
  erase SUBJECT                         takes a subject's identifiers from the ledger
  hold SUBJECT DATE REASON              keeps a subject's records to the end of a day (2028-12-31, in UTC)
  sweep [--dry-run]                     does what is due, or only says what is
  stats [--csv]                         grants and refusals by day, region, revision and category
  load [--records N] [--writers N]      writes made-up records, and prints each that is durable: for trying things out

  --ledger ADDRESS   a file, which no other program may have open (stop the site, or take a copy that can be written);
                     or postgres://…, without TLS; default: $CONSENT_LEDGER, or consent.redb
  --schema NAME      the schema of the ledger's tables on a server; default: consent_gate
  --secret FILE      holds the ledger's secret, 64 hexadecimal digits; default: $CONSENT_LEDGER_SECRET (the digits
                     themselves), or the ledger's file with .secret after its name
  --policy FILE      the site's policy; default: examples/learning_platform/policy.toml

exit status: 0 done; 1 the chain is broken; 2 the command line is wrong; 3 the ledger or a file cannot be used";

/// What is wrong with a command line.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Nothing: somebody asks.
    Help,
    Bad(String),
}

#[derive(Debug)]
pub(crate) enum Command {
    Verify { since: Option<String>, save: Option<String> },
    Export { subject: String, csv: bool },
    Erase { subject: String },
    Hold { subject: String, until: DateTime<Utc>, reason: String },
    Sweep { is_dry: bool },
    Stats { csv: bool },
    Load { records: u64, writers: u64 },
}

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) ledger: String,
    pub(crate) policy: String,
    pub(crate) schema: Option<String>,
    secret: Option<String>,
    pub(crate) command: Command,
}

impl Options {
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Problem> {
        let mut ledger = std::env::var("CONSENT_LEDGER").unwrap_or_else(|_| "consent.redb".to_owned());
        let mut policy = "examples/learning_platform/policy.toml".to_owned();
        let (mut schema, mut secret, mut since, mut save) = (None, None, None, None);
        let (mut csv, mut is_dry, mut records, mut writers) = (false, false, 100_000, 64);
        let (mut words, mut given) = (Vec::new(), Vec::new());
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| Problem::Bad(format!("{argument} needs a value")));
            match argument.as_str() {
                "--help" | "-h" => return Err(Problem::Help),
                "--ledger" => ledger = value()?,
                "--policy" => policy = value()?,
                "--schema" => schema = Some(value()?),
                "--secret" => secret = Some(value()?),
                "--since" => since = Some(value()?),
                "--save" => save = Some(value()?),
                "--records" => records = number(&value()?)?,
                "--writers" => writers = number(&value()?)?,
                "--csv" => csv = true,
                "--dry-run" => is_dry = true,
                "--" => words.extend(arguments.by_ref()),
                option if option.starts_with("--") => return Err(Problem::Bad(format!("unknown option {option:?}"))),
                _ => words.push(argument.clone()),
            }
            given.push(argument);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let own: &[&str] = match words.first() {
            Some(&"verify") => &["--since", "--save"],
            Some(&("export" | "stats")) => &["--csv"],
            Some(&"sweep") => &["--dry-run"],
            Some(&"load") => &["--records", "--writers"],
            _ => &[],
        };
        let is_foreign = |option: &&String| {
            let options = ["--since", "--save", "--csv", "--dry-run", "--records", "--writers"];
            options.contains(&option.as_str()) && !own.contains(&option.as_str())
        };
        // Whoever says --dry-run means it.
        if let Some((option, command)) = given.iter().find(is_foreign).zip(words.first()) {
            return Err(Problem::Bad(format!("{command} takes no {option}")));
        }
        let command = match words.as_slice() {
            ["verify"] => Command::Verify { since, save },
            ["export", subject] => Command::Export { subject: (*subject).to_owned(), csv },
            ["erase", subject] => Command::Erase { subject: (*subject).to_owned() },
            ["hold", _, _, reason] if reason.trim().is_empty() => {
                return Err(Problem::Bad("hold takes a reason".to_owned()));
            }
            ["hold", subject, until, reason] => {
                Command::Hold { subject: (*subject).to_owned(), until: day(until)?, reason: (*reason).to_owned() }
            }
            ["sweep"] => Command::Sweep { is_dry },
            ["stats"] => Command::Stats { csv },
            ["load"] => Command::Load { records, writers },
            [] => return Err(Problem::Bad("no command".to_owned())),
            [command @ ("export" | "erase"), ..] => return Err(Problem::Bad(format!("{command} takes one subject"))),
            ["hold", ..] => return Err(Problem::Bad("hold takes a subject, a day and a reason".to_owned())),
            [command, ..] => return Err(Problem::Bad(format!("unknown command {command:?}, or too many words"))),
        };
        Ok(Self { ledger, policy, schema, secret, command })
    }

    /// The ledger's secret, from wherever it is kept.
    pub(crate) fn secret(&self) -> Result<Secret, String> {
        let beside = format!("{}.secret", self.ledger);
        let (text, place) = match (&self.secret, std::env::var("CONSENT_LEDGER_SECRET")) {
            (Some(path), _) => (read(path)?, path.clone()),
            (None, Ok(text)) => (text, "$CONSENT_LEDGER_SECRET".to_owned()),
            (None, Err(_)) if Path::new(&beside).exists() => (read(&beside)?, beside),
            (None, Err(_)) => return Err("no secret: give --secret FILE or set $CONSENT_LEDGER_SECRET".to_owned()),
        };
        text.parse().map_err(|error| format!("{place}: {error}"))
    }
}

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

fn number(text: &str) -> Result<u64, Problem> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| Problem::Bad(format!("{text:?} is not a valid number: write one above 0")))
}

/// The end of a day that is not over.
fn day(text: &str) -> Result<DateTime<Utc>, Problem> {
    let day = text.parse().ok().and_then(|day: NaiveDate| day.succ_opt());
    let end = day.ok_or_else(|| Problem::Bad(format!("{text:?} is not a valid day: write it as 2028-12-31")))?;
    let end = end.and_time(NaiveTime::MIN).and_utc();
    if end > DateTime::<Utc>::from(std::time::SystemTime::now()) {
        Ok(end)
    } else {
        Err(Problem::Bad(format!("{text:?} is over: nothing would be held")))
    }
}
