//! Answers, case by case, what a policy would allow and why: for debugging a site and for audits.
//!
//! 1. One case a line comes in as JSON, one answer a line goes out, in the same order. [`case`] names the keys of the
//!    one, [`verdict`] those of the other.
//! 2. A line that is not a case is answered `{"id":…,"error":"…"}`, with the id where it could be read and `null` where
//!    it could not, and the rest is still answered. So it is with a blank line, save at the end of the input: a file
//!    may end in blank lines. A line above 4 MiB is answered so without being held.
//! 3. Answers are sent whenever no further input is waiting, so that a program can hold a dialogue.
//! 4. With `--answer` no case is read; the `Set-Cookie` line that stores the given answer is printed instead.
//!
//! The exit status is 0 when every line was answered, 1 when one was no case or the `--answer` was no answer, and 2 when
//! nothing could be judged: wrong usage, a policy that cannot be read or is not sound, input or output that fails.
//! A reader that closes the pipe early ends the work quietly.
//!
//! Nothing is decided here: everything is asked of a [`consent_gate::Visitor`]. No clock is read, so that the same input
//! has the same answers for ever.

mod answer;
mod case;
mod lines;
mod verdict;

use case::Case;
use consent_gate::{Gate, Policy};
use lines::{Line, Lines};
use std::error::Error;
use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: explain POLICY < CASES            answers every case, one JSON object a line
       explain --answer ANSWER POLICY    prints the cookie line that stores an answer

POLICY  the site's policy, in TOML, or in JSON if its name ends in .json
CASES   lines such as
        {\"id\":\"x\",\"now\":\"2026-11-23T12:00:00Z\",\"region\":\"FR\",\"known\":false,\"minor\":false,
         \"headers\":[[\"cookie\",\"…\"],[\"sec-gpc\",\"1\"]],\"ask\":[\"analytics\",\"analytics+advertising\"],
         \"set_cookie\":[\"_lum1=a; Path=/\"],\"embed\":[\"https://…\"],\"storage\":[[\"local\",\"player.volume\"]]}
        all on one line; everything but \"id\" and \"now\" may be left out;
        storage is \"local\", \"session\" or \"indexed-db\"
ANSWER  {\"granted\":[\"analytics\"],\"refused\":[\"advertising\"],\"at\":\"2026-11-23T12:00:00Z\",\"revision\":4,
         \"seen\":[\"gpc\"],\"exceptions\":{\"cliptube\":true}}
        everything but \"at\" may be left out; the revision is then the policy's

Exit status: 0 all answered, 1 a line was no case or ANSWER no answer, 2 nothing could be judged.
";

/// A line was no case, or the answer no answer.
const REFUSED: u8 = 1;
/// Nothing could be judged.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { text, status }) => {
            // Where nobody listens to errors either, the status still tells.
            let _ = text.map(|text| writeln!(io::stderr(), "{text}"));
            ExitCode::from(status)
        }
    }
}

/// Why the program does not end with success.
struct Failure {
    /// What to tell, where it was not told in the answers.
    text: Option<String>,
    status: u8,
}

impl Failure {
    fn new(status: u8, text: impl ToString) -> Self {
        Self { text: Some(text.to_string()), status }
    }
}

fn run(arguments: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    let asked = Asked::read(arguments).map_err(|text| Failure::new(FAILED, format!("explain: {text}\n\n{USAGE}")))?;
    let (policy, answer) = match asked {
        Asked::Help => return print(USAGE),
        Asked::Work { policy, answer } => (policy, answer),
    };
    let gate =
        gate(&policy).map_err(|error| Failure::new(FAILED, format!("explain: {}: {error}", policy.display())))?;
    match answer {
        Some(text) => {
            let line = answer::line(&gate, &text)
                .map_err(|error| Failure::new(REFUSED, format!("explain: --answer: {error}")))?;
            print(&format!("{line}\n"))
        }
        None => explain(&gate),
    }
}

/// What the command line asks for.
enum Asked {
    Help,
    Work { policy: PathBuf, answer: Option<String> },
}

impl Asked {
    fn read(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let (mut policy, mut answer, mut only_paths) = (None, None, false);
        while let Some(argument) = arguments.next() {
            let option = argument.to_str().filter(|text| !only_paths && text.starts_with('-'));
            let given = match option {
                Some("-h" | "--help") => return Ok(Self::Help),
                Some("--") => {
                    only_paths = true;
                    continue;
                }
                Some("--answer") => arguments.next().ok_or("--answer needs an answer")?,
                Some(option) => match option.strip_prefix("--answer=") {
                    Some(text) => text.into(),
                    None => return Err(format!("unknown option {option:?}")),
                },
                None => {
                    if policy.replace(PathBuf::from(argument)).is_some() {
                        return Err("more than one policy".to_owned());
                    }
                    continue;
                }
            };
            let text = given.into_string().map_err(|_| "the answer is not UTF-8")?;
            if answer.replace(text).is_some() {
                return Err("more than one --answer".to_owned());
            }
        }
        Ok(Self::Work { policy: policy.ok_or("no policy is given")?, answer })
    }
}

/// The gate of the policy in a file.
fn gate(path: &Path) -> Result<Gate, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let policy = if is_json { Policy::from_json(&text)? } else { Policy::from_toml(&text)? };
    Ok(Gate::new(policy)?)
}

/// Answers every line of the input.
fn explain(gate: &Gate) -> Result<(), Failure> {
    let mut lines = Lines::new(io::stdin().lock());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut had_error = false;
    loop {
        if lines.would_wait() {
            send(out.flush(), had_error)?;
        }
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => {
                send(out.flush(), had_error)?;
                return Err(Failure::new(FAILED, format!("explain: the input: {error}")));
            }
        };
        let case = match line {
            Line::Text(text) => Case::read(text),
            Line::Blank => Err(case::Refused::new("a blank line is not a case")),
            Line::TooLong => Err(case::Refused::new(format!("the line is longer than {} bytes", lines::LONGEST))),
        };
        let written = match &case {
            Ok(case) => write(&mut out, &verdict::Verdict::of(gate, case)),
            Err(refused) => {
                had_error = true;
                write(&mut out, refused)
            }
        };
        send(written, had_error)?;
    }
    send(out.flush(), had_error)?;
    if had_error { Err(Failure { text: None, status: REFUSED }) } else { Ok(()) }
}

fn write(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// What becomes of the program after it wrote. A reader who has read enough is no failure.
fn send(written: io::Result<()>, had_error: bool) -> Result<(), Failure> {
    written.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure { text: None, status: if had_error { REFUSED } else { 0 } },
        _ => Failure::new(FAILED, format!("explain: the output: {error}")),
    })
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    send(out.write_all(text.as_bytes()).and_then(|()| out.flush()), false)
}
