//! The outside parties of a category, with the visitor's own switches for each.

use crate::ui::ProviderView;
use maud::{Markup, html};

pub(super) fn providers(providers: &[ProviderView]) -> Markup {
    html! {
        ul.consent-providers { @for provider in providers { (entry(provider)) } }
    }
}

fn entry(provider: &ProviderView) -> Markup {
    let labels = &provider.labels;
    html! {
        li.consent-provider {
            p {
                strong { (provider.name) }
                @if provider.company != provider.name { " · " (provider.company) }
            }
            @if !provider.purpose.is_empty() { p { (provider.purpose) } }
            p { (provider.role_text) "." }
            @if !provider.collects.is_empty() || !provider.facts.is_empty() {
                dl {
                    @if !provider.collects.is_empty() {
                        dt { (labels.collects) }
                        dd { (provider.collects.join(", ")) }
                    }
                    @for (label, text) in &provider.facts {
                        dt { (label) }
                        dd { (text) }
                    }
                }
            }
            @if provider.policy_url.is_some() || provider.opt_out_url.is_some() {
                p.consent-links {
                    @if let Some(address) = &provider.policy_url { a href=(address) rel="noreferrer" { (labels.policy) } }
                    @if let Some(address) = &provider.opt_out_url { a href=(address) rel="noreferrer" { (labels.opt_out) } }
                }
            }
            @if let Some(is_refused) = provider.is_refused {
                label.consent-check {
                    input type="checkbox" name="refuse_provider" value=(provider.id) checked[is_refused];
                    (labels.refuse)
                }
            }
            // Allowing one by name is for the place where it is missing; here it can be taken back.
            @if provider.is_allowed {
                label.consent-check {
                    input type="checkbox" name="allow_provider" value=(provider.id) checked;
                    (labels.allow)
                }
            }
        }
    }
}
