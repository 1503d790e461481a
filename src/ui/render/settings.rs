//! The privacy settings: one form with a switch for each category.

use super::providers::providers;
use super::table::rows;
use crate::ui::words::fill;
use crate::ui::{CategoryView, Settings};
use maud::{Markup, html};

impl Settings {
    /// The settings as HTML, without their heading: a page puts [`title`](Self::title) above them as its `<h1>`.
    #[must_use]
    pub fn to_html(&self) -> String {
        self.markup().into_string()
    }

    pub(super) fn markup(&self) -> Markup {
        html! {
            div.consent.consent-settings lang=(self.language) dir=(self.direction) {
                // The redirect after a click leads here, so that reading begins with it.
                @if let Some(status) = &self.status {
                    p.consent-note id="consent-status" role="status" tabindex="-1" { (status) }
                }
                @for signal in &self.signals { p.consent-note { (signal.text) } }
                p { (self.introduction) }
                ul.consent-facts { @for sentence in &self.choice { li { (sentence) } } }
                form method="post" action=(self.action) {
                    input type="hidden" name="revision" value=(self.revision);
                    input type="hidden" name="language" value=(self.language);
                    @for category in &self.categories { (self.category(category)) }
                    // The first button is the one that the Enter key presses.
                    div.consent-actions {
                        button.consent-button name="action" value="save" { (self.labels.save) }
                        // These say nothing of single switches, and so belong to a form without them.
                        button.consent-button.consent-plain form="consent-all" name="action" value="accept" { (self.labels.accept) }
                        button.consent-button.consent-plain form="consent-all" name="action" value="refuse" { (self.labels.refuse) }
                    }
                }
                form id="consent-all" method="post" action=(self.action) hidden {
                    input type="hidden" name="revision" value=(self.revision);
                    input type="hidden" name="language" value=(self.language);
                }
                (self.foot())
            }
        }
    }

    fn heading(&self, id: &str, content: &Markup) -> Markup {
        html! {
            @match self.level {
                2 => h2.consent-title id=(id) { (content) },
                3 => h3.consent-title id=(id) { (content) },
                4 => h4.consent-title id=(id) { (content) },
                _ => h5.consent-title id=(id) { (content) },
            }
        }
    }

    fn category(&self, category: &CategoryView) -> Markup {
        let part = |part: &str| format!("consent-{}-{part}", category.id);
        let (labels, is_essential) = (&self.labels, category.code == "essential");
        let state = if category.is_on { &labels.on } else { &labels.off };
        html! {
            section.consent-category id={ "consent-" (category.id) } aria-labelledby=(part("title")) {
                div.consent-head {
                    @if is_essential {
                        (self.heading(&part("title"), &html! { (category.title) }))
                        span.consent-always { (labels.always_on) }
                    } @else {
                        (self.heading(&part("title"), &html! { label for=(part("switch")) { (category.title) } }))
                        input.consent-switch type="checkbox" role="switch" name="category" value=(category.id) id=(part("switch"))
                            aria-describedby={ (part("purpose")) " " (part("state")) }
                            checked[category.is_on] disabled[!category.can_change];
                    }
                }
                p id=(part("purpose")) { (category.purpose) }
                @if !category.impact.is_empty() {
                    p.consent-impact { (fill(&labels.impact, &[("impact", &category.impact)])) }
                }
                @if !is_essential {
                    p.consent-state id=(part("state")) { strong { (state) } ": " (category.source_text) "." }
                }
                @if let Some(conflict) = &category.conflict { p.consent-note { (conflict) } }
                (self.details(category))
            }
        }
    }

    /// Who takes part and what is stored, folded away.
    fn details(&self, category: &CategoryView) -> Markup {
        let labels = &self.labels;
        if category.providers.is_empty() && category.trackers.is_empty() {
            return html! {};
        }
        html! {
            details {
                summary { (labels.details) span.consent-hidden { ": " (category.title) } }
                @if !category.providers.is_empty() {
                    p.consent-subtitle { (labels.providers) }
                    (providers(&category.providers))
                }
                @if !category.trackers.is_empty() {
                    table.consent-table role="table" {
                        caption { (labels.trackers) span.consent-hidden { ": " (category.title) } }
                        (rows(&self.columns, &category.trackers))
                    }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        html! {
            div.consent-help {
                (self.heading("consent-help", &html! { (self.help.title) }))
                p { (self.help.text) }
            }
            div.consent-help {
                @if let Some(controller) = &self.controller {
                    p {
                        (controller.text)
                        @if let Some((address, label)) = &controller.privacy_policy { " " a href=(address) { (label) } }
                    }
                }
                p { (self.law) }
            }
        }
    }
}
