//! Tables of cookies and similar technologies.
//!
//! On narrow screens the rows become blocks. Browsers take a table's meaning away with its `display`, so that the roles
//! are written out.

use crate::ui::{CookieTable, TrackerView};
use maud::{Markup, html};

impl CookieTable {
    /// The tables as HTML, one for each category, without the heading: a page puts [`title`](Self::title) above them.
    #[must_use]
    pub fn to_html(&self) -> String {
        let markup = html! {
            div.consent.consent-cookies lang=(self.language) dir=(crate::ui::direction(&self.language)) {
                @for group in &self.groups {
                    table.consent-table role="table" {
                        caption { (group.title) }
                        (rows(&self.columns, &group.trackers))
                    }
                }
            }
        };
        markup.into_string()
    }
}

/// The head and the rows of one table.
pub(super) fn rows(columns: &[String; 5], trackers: &[TrackerView]) -> Markup {
    let [_, technology, provider, purpose, lifetime] = columns;
    let cell = |label: &str, text: &str| html! { td role="cell" data-label=(label) { (text) } };
    html! {
        thead role="rowgroup" {
            tr role="row" { @for column in columns { th scope="col" role="columnheader" { (column) } } }
        }
        tbody role="rowgroup" {
            @for tracker in trackers {
                tr role="row" {
                    th scope="row" role="rowheader" { bdi dir="ltr" { (tracker.name) } }
                    (cell(technology, &tracker.technology_text))
                    (cell(provider, &tracker.provider))
                    (cell(purpose, &tracker.purpose))
                    (cell(lifetime, &tracker.lifetime))
                }
            }
        }
    }
}
