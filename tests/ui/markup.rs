//! The HTML: escaped, without scripts and inline styles, and in the direction of its language.

use crate::site::{gate, gate_with, text, visitor};
use crate::ui::page;
use consent_gate::policy::Text;
use consent_gate::ui::{Privacy, Words};

#[test]
fn nothing_of_a_policy_becomes_markup() {
    let nasty = "<script>alert(1)</script>\"'&";
    let gate = gate_with(|policy| {
        policy.site = nasty.to_owned();
        for category in &mut policy.categories {
            (category.title, category.purpose, category.impact) = (text(nasty), text(nasty), text(nasty));
        }
        for provider in &mut policy.providers {
            (provider.name, provider.purpose) = (nasty.to_owned(), text(nasty));
        }
        policy.notice.banner_text = text(nasty);
    });
    let privacy = Privacy::new(gate.clone());
    let visitor = visitor(&gate, "DE", "");
    let settings = privacy.settings(&visitor, "en").saved();
    for html in
        [privacy.banner(&visitor, &page(&[])).unwrap().to_html(), settings.to_html(), privacy.table("en").to_html()]
    {
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
    }
}

#[test]
fn no_handler_no_style_attribute_no_script_and_no_other_host() {
    let gate = gate();
    let privacy = Privacy::new(gate.clone());
    let visitor = visitor(&gate, "DE", "");
    for html in [
        privacy.banner(&visitor, &page(&[])).unwrap().to_html(),
        privacy.settings(&visitor, "en").to_html(),
        privacy.table("en").to_html(),
    ] {
        for forbidden in ["<script", " style=", " onclick", " onload", " src=", "<link", "<img", "tracker"] {
            assert!(!html.contains(forbidden), "{forbidden}: {html}");
        }
    }
    let style = privacy.style();
    for forbidden in ["url(", "@import", "http:", "https:"] {
        assert!(!style.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn the_style_may_be_a_file_that_names_its_content_or_inline_by_its_hash() {
    let privacy = Privacy::new(gate());
    let path = privacy.style_path();
    assert!(path.starts_with("/privacy/") && path.ends_with(".css") && path.len() == "/privacy/.css".len() + 16);
    assert_eq!(privacy.style_link(), format!("<link rel=\"stylesheet\" href=\"{path}\">"));
    let source = privacy.style_source();
    assert!(source.starts_with("'sha256-") && source.ends_with("='"), "{source}");
}

#[test]
fn a_page_has_the_direction_of_its_language() {
    let arabic = include_str!("../../src/ui/words/en.json").replace("\"language\": \"en\"", "\"language\": \"ar\"");
    let gate = gate_with(|policy| {
        policy.languages = vec!["en".to_owned(), "ar".to_owned()];
        policy.notice.banner_title = Text::from([("en", "a"), ("ar", "خصوصيتك")]);
    });
    let privacy = Privacy::new(gate.clone()).words(Words::from_json(&arabic).unwrap());
    let banner = privacy.banner(&visitor(&gate, "DE", ""), &page(&[("accept-language", "ar")])).unwrap();
    assert!(banner.to_html().contains("lang=\"ar\" dir=\"rtl\""));
    assert!(privacy.settings(&visitor(&gate, "DE", ""), "ar").to_html().contains("lang=\"ar\" dir=\"rtl\""));
}

#[test]
fn headings_follow_those_of_the_page_around() {
    let gate = gate();
    let settings = Privacy::new(gate.clone()).settings(&visitor(&gate, "DE", ""), "en");
    for (level, element) in [(0, "<h2 "), (1, "<h2 "), (2, "<h3 "), (9, "<h5 ")] {
        let html = settings.clone().under(level).to_html();
        assert_eq!(html.matches(element).count(), 6, "{level}: five categories and the help");
    }
}

#[test]
fn what_was_ticked_by_law_is_ticked_and_what_was_not_asked_is_not() {
    let gate = gate();
    let ticked = |region: &str| {
        let html = Privacy::new(gate.clone()).settings(&visitor(&gate, region, ""), "en").to_html();
        html.matches(" checked").count()
    };
    assert_eq!((ticked("DE"), ticked("")), (0, 0));
    assert_eq!(ticked("US-CA"), 4);
}

/// Found in a browser: the buttons sent the ticks of the switches along, which the strict form refuses.
#[test]
fn accepting_or_refusing_everything_sends_no_single_switch_along() {
    let gate = gate();
    let html = Privacy::new(gate.clone()).settings(&visitor(&gate, "US-CA", ""), "en").to_html();
    for value in ["accept", "refuse"] {
        let button = html.split("<button").find(|button| button.contains(&format!("value=\"{value}\""))).unwrap();
        assert!(button.contains(" form=\"consent-all\""), "{button}");
    }
    let form = html.split("<form id=\"consent-all\"").nth(1).unwrap().split("</form>").next().unwrap();
    assert!(form.contains("name=\"revision\"") && !form.contains("category"), "{form}");
}
