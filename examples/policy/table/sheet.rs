//! Tables as Markdown (GitHub's dialect) and as CSV (RFC 4180).
//!
//! - In Markdown, `|`, `\`, `<` and line breaks are escaped, so that a cell stays one cell and is never markup.
//! - In CSV, a cell that a spreadsheet would read as a formula gets an apostrophe before it (CWE-1236): one that starts
//!   with `=`, `+`, `-`, `@`, a tab or a line break.

/// How tables are printed.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Form {
    /// Tables under headings.
    Markdown,
    /// Sections of a header line and its rows, with a blank line between two.
    Csv,
}

/// One table.
pub(super) struct Sheet {
    title: &'static str,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    pub(super) fn new(title: &'static str, heads: impl IntoIterator<Item: Into<String>>) -> Self {
        Self { title, heads: heads.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

/// All tables, one after the other. CSV has no place for the title.
pub(super) fn print(title: &str, sheets: &[Sheet], form: Form) -> String {
    let mut out = String::new();
    if form == Form::Markdown {
        out = format!("# {}\n", markdown_cell(title));
    }
    for (place, sheet) in sheets.iter().enumerate() {
        match form {
            Form::Markdown => markdown(&mut out, sheet),
            Form::Csv => {
                if place > 0 {
                    out.push_str("\r\n");
                }
                for line in std::iter::once(&sheet.heads).chain(&sheet.rows) {
                    let cells: Vec<String> = line.iter().map(|cell| csv_cell(cell)).collect();
                    out += &cells.join(",");
                    out.push_str("\r\n");
                }
            }
        }
    }
    out
}

fn markdown(out: &mut String, sheet: &Sheet) {
    *out += &format!("\n## {}\n\n", sheet.title);
    let rule: Vec<String> = sheet.heads.iter().map(|_| "---".to_owned()).collect();
    for line in [&sheet.heads, &rule].into_iter().chain(&sheet.rows) {
        let cells: Vec<String> = line.iter().map(|cell| markdown_cell(cell)).collect();
        *out += &format!("| {} |\n", cells.join(" | "));
    }
}

fn markdown_cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '|' | '\\' => out.extend(['\\', character]),
            '<' => out.push_str("&lt;"),
            '\n' | '\r' => out.push_str("<br>"),
            other => out.push(other),
        }
    }
    out
}

fn csv_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}
