//! The comparison as text: what fails first, what needs nothing last.

use super::Diff;
use super::change::{Change, Weight};
use crate::Outcome;
use crate::read::counted;

/// A line's standing, in the order of the report.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Standing {
    Fails,
    Warns,
    ToReview,
    Stated,
    Nothing,
}

impl Standing {
    const fn mark(self) -> &'static str {
        match self {
            Self::Fails => "FAIL",
            Self::Warns => "warn",
            Self::ToReview => "look",
            Self::Stated => "ok",
            Self::Nothing => "",
        }
    }
}

/// The report, and whether nothing in it fails.
pub(super) fn report(diff: &Diff<'_>) -> Outcome {
    let mut lines: Vec<_> = diff.changes.iter().map(|change| line(diff, change)).collect();
    lines.sort_by_key(|(standing, _)| *standing);
    let count = |wanted| lines.iter().filter(|(standing, _)| *standing == wanted).count();

    let mut text = format!("revision {} -> revision {}: ", diff.old.revision, diff.new.revision);
    if lines.is_empty() {
        return Outcome { text: text + "nothing changed\n", is_sound: true };
    }
    text += &counted(lines.len(), "change");
    text += "\n\n";
    text.extend(lines.iter().map(|(_, line)| line.as_str()));
    let (fails, looks) = (count(Standing::Fails), count(Standing::ToReview));
    text.push('\n');
    if looks > 0 {
        text += &format!("{looks} to be judged by a person: did the meaning change? Then raise since.\n");
    }
    text += &match fails {
        0 => "The change is sound.\n".to_owned(),
        _ => format!("The change FAILS: {fails} to mend.\n"),
    };
    Outcome { text, is_sound: fails == 0 }
}

fn line(diff: &Diff<'_>, change: &Change) -> (Standing, String) {
    let (standing, weight, mut remarks) = match &change.weight {
        Weight::Wrong(cure) => (Standing::Fails, "wrong", vec![cure.clone()]),
        Weight::Material(owner) => match diff.settled(owner) {
            Ok(since) => {
                (Standing::Stated, "material", vec![format!("since of {owner} is {since}: older grants lapse")])
            }
            Err(cure) => (Standing::Fails, "material", vec![format!("older grants do not cover it: {cure}")]),
        },
        Weight::Review => (Standing::ToReview, "review", vec![]),
        Weight::Editorial if change.is_warning => (Standing::Warns, "editorial", vec![]),
        Weight::Editorial => (Standing::Nothing, "editorial", vec![]),
    };
    remarks.extend(change.note.map(str::to_owned));
    let mut text = format!("{:<4}  {weight:<9}  {}: {}\n", standing.mark(), change.entry, change.what);
    for remark in remarks {
        text += &format!("{:<15}  -> {remark}\n", "");
    }
    (standing, text)
}
