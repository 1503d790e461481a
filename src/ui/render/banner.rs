//! The banner: a region at the beginning of the page, with one form.

use crate::ui::Banner;
use maud::{Markup, html};

impl Banner {
    /// The banner as HTML, to be put right after `<body>`: keyboards and screen readers come to it first, and it holds
    /// nobody back. All three answers look alike.
    #[must_use]
    pub fn to_html(&self) -> String {
        self.markup().into_string()
    }

    fn markup(&self) -> Markup {
        html! {
            section.consent.consent-banner id="consent-banner" lang=(self.language) dir=(self.direction) aria-labelledby="consent-banner-title" {
                form method="post" action=(self.action) {
                    div.consent-banner-text {
                        h2 id="consent-banner-title" { (self.title) }
                        p { (self.text) }
                        @if let Some(news) = &self.news { p { (news) } } @else { p { (self.about_text) } }
                        @for signal in &self.signals { p { (signal.text) } }
                    }
                    input type="hidden" name="revision" value=(self.revision);
                    input type="hidden" name="back" value=(self.back);
                    input type="hidden" name="place" value="banner";
                    input type="hidden" name="language" value=(self.language);
                    @for about in &self.about { input type="hidden" name="about" value=(about); }
                    div.consent-actions {
                        button.consent-button name="action" value=(self.accept.value) { (self.accept.label) }
                        button.consent-button name="action" value=(self.refuse.value) { (self.refuse.label) }
                        a.consent-button href=(self.choose.address) { (self.choose.label) }
                    }
                }
            }
        }
    }
}
