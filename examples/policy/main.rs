//! The policy file, for those who answer for it: is it sound, what changed, what is enforced.
//!
//! ```text
//! cargo run --example policy --features toml,json -- check policy.toml
//! cargo run --example policy --features toml,json -- diff published.toml policy.toml
//! cargo run --example policy --features toml,json -- table policy.toml
//! ```
//!
//! - `check` lists every mistake, each with its entry and its cure, and every warning.
//! - `diff` says which changes earlier consent cannot have covered, and fails when the policy does not say so: see
//!   [`diff`]. For the site's own CI.
//! - `table` prints what is enforced, as Markdown or as CSV: see [`table`]. For the privacy officer.
//!
//! The exit status is 0 where nothing is wrong, 1 where the policy or the change is faulty, and 2 where the command
//! line is wrong, a file cannot be read as a policy, or the answer cannot be written. A file whose name ends in `.json` is JSON, any other TOML.
//!
//! Nothing here is legal advice.

mod check;
mod diff;
mod read;
mod table;

use chrono::{DateTime, NaiveDate, Utc};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

const USAGE: &str = "\
usage: policy check FILE                       is the policy sound?
       policy diff OLD NEW                     what changed, and does earlier consent still cover it?
       policy table FILE [--csv] [--on DATE]   what is enforced, as Markdown or CSV, on a day (default: today)

A FILE that ends in .json is read as JSON, any other as TOML.
Exit status: 0 nothing is wrong, 1 the policy or the change is faulty, 2 wrong usage or no policy.

examples:
  policy check policy.toml
  git show origin/main:policy.toml > published.toml && policy diff published.toml policy.toml
  policy table policy.toml > policy.md
  policy table policy.toml --csv --on 2027-05-13 > policy.csv
";

/// What a command has to say, and whether all is well.
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) is_sound: bool,
}

/// Why a command could not do its work: the caller's to mend.
pub(crate) enum Failure {
    /// The command line makes no sense.
    Usage(String),
    /// A file is no policy.
    Unreadable(String),
}

fn main() -> ExitCode {
    let arguments: Vec<_> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(outcome) => {
            let written = io::stdout().write_all(outcome.text.as_bytes()).and_then(|()| io::stdout().flush());
            match written {
                // Whoever stops reading, as `head` does, has seen enough.
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(2),
                _ => ExitCode::from(u8::from(!outcome.is_sound)),
            }
        }
        Err(failure) => {
            let text = match failure {
                Failure::Usage(cause) => format!("{cause}\n\n{USAGE}"),
                Failure::Unreadable(cause) => format!("{cause}\n"),
            };
            let _ = io::stderr().write_all(text.as_bytes());
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<Outcome, Failure> {
    match arguments {
        ["-h" | "--help" | "help"] => Ok(Outcome { text: USAGE.to_owned(), is_sound: true }),
        ["check", file] => check::check(Path::new(file)),
        ["diff", old, new] => diff::diff(Path::new(old), Path::new(new)),
        ["table", options @ ..] => {
            let asked = TableOptions::read(options)?;
            table::table(Path::new(asked.file), asked.form, asked.day)
        }
        ["check", ..] => Err(Failure::Usage("check takes one file".to_owned())),
        ["diff", ..] => Err(Failure::Usage("diff takes two files: the published policy and the new one".to_owned())),
        [] => Err(Failure::Usage("what shall be done?".to_owned())),
        [command, ..] => Err(Failure::Usage(format!("there is no command {command:?}"))),
    }
}

struct TableOptions<'a> {
    file: &'a str,
    form: table::Form,
    day: NaiveDate,
}

impl<'a> TableOptions<'a> {
    fn read(options: &[&'a str]) -> Result<Self, Failure> {
        let (mut file, mut form, mut day) = (None, table::Form::Markdown, None);
        let mut rest = options.iter();
        while let Some(option) = rest.next() {
            match *option {
                "--csv" => form = table::Form::Csv,
                "--on" => {
                    let text = rest.next().copied().unwrap_or_default();
                    let read = text
                        .parse()
                        .map_err(|_| Failure::Usage(format!("{text:?} is not a valid day: write it as 2026-11-23")));
                    day = Some(read?);
                }
                option if option.starts_with("--") => {
                    return Err(Failure::Usage(format!("table has no option {option:?}")));
                }
                name if file.is_none() => file = Some(name),
                _ => return Err(Failure::Usage("table takes one file".to_owned())),
            }
        }
        let file = file.ok_or_else(|| Failure::Usage("table takes one file".to_owned()))?;
        let today = || DateTime::<Utc>::from(SystemTime::now()).date_naive();
        Ok(Self { file, form, day: day.unwrap_or_else(today) })
    }
}
