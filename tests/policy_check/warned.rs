//! What is allowed and deserves a look.

use super::{EXAMPLE, edited, gate};
use consent_gate::Warning;

#[track_caller]
fn warnings(text: &str) -> Vec<Warning> {
    gate(text).unwrap().warnings().to_vec()
}

/// The values of an entry for France that are looser than its preset.
#[track_caller]
fn looser(from: &str, to: &str) -> Vec<(String, String)> {
    warnings(&edited(from, to))
        .into_iter()
        .filter_map(|warning| match warning {
            Warning::LooserThanPreset { value, presets, .. } => Some((value, presets)),
            _ => None,
        })
        .collect()
}

#[test]
fn each_value_that_is_looser_than_a_preset_is_listed_with_its_regions() {
    for (from, to, value) in [
        ("rules = { analytics = \"opt-in\"", "rules = { analytics = \"opt-out\"", "rules.analytics"),
        ("gpc = [\"advertising\"]", "gpc = []", "gpc"),
        ("dnt = true ", "dnt = false ", "dnt"),
        ("minors = [\"advertising\", \"personalization\"]", "minors = [\"advertising\"]", "forbidden_for_minors"),
        ("grant_lasts = \"180d\"", "grant_lasts = \"181d\"", "grant_lasts"),
        ("ask_again_after = \"184d\"", "ask_again_after = \"30d\"", "ask_again_after"),
    ] {
        let found = looser(from, to);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, value);
        assert!(found[0].1.split(", ").any(|region| region == "FR"), "{found:?}");
    }
    let found = looser("regions = [\"FR\"]", "regions = [\"US\"]");
    let values: Vec<_> = found.iter().map(|(value, _)| value.as_str()).collect();
    let expected =
        ["ask_again_after", "exemptions.audience-measurement", "exemptions.user-requested", "gpc_third_parties"];
    assert_eq!(values, expected);
    assert!(found[3].1.contains("US-CA, US-CO"), "{found:?}");
    assert_eq!(looser("gpc_third_parties = false", "gpc_third_parties = true"), []);
    assert_eq!(looser("grant_lasts = \"180d\"", "grant_lasts = \"30d\""), []);
}

#[test]
fn a_looser_value_is_a_warning_that_names_entry_and_reason() {
    let text = edited("grant_lasts = \"180d\"", "grant_lasts = \"365d\"");
    let shown: Vec<String> = warnings(&text).iter().map(Warning::to_string).collect();
    let line = shown.iter().find(|line| line.starts_with("regime")).unwrap();
    assert!(line.starts_with("regime \"FR\": grant_lasts is looser than the preset of FR"), "{line}");
    assert!(line.ends_with("keep the reason with the policy"), "{line}");
}

#[test]
fn a_missing_translation_is_listed_for_every_text_and_only_for_other_languages() {
    let missing = |text: &str| {
        let all = warnings(text).into_iter().filter_map(|warning| match warning {
            Warning::MissingTranslation { entry, text, language } => Some((entry, text, language)),
            _ => None,
        });
        all.collect::<Vec<_>>()
    };
    let found = missing(EXAMPLE);
    let has = |entry: &str, text| found.contains(&(entry.to_owned(), text, "de".to_owned()));
    assert!(!has("category \"functional\"", "title"), "it has one");
    assert!(has("category \"functional\"", "purpose") && has("category \"analytics\"", "title"));
    assert!(has("provider \"lumen\"", "purpose") && has("provider \"lumen\"", "collects"));
    assert!(has("tracker \"_lum*\" (cookie)", "purpose"));
    assert!(found.iter().all(|(.., language)| language == "de"));
    assert_eq!(found.len(), 5 * 3 - 1 + 5 * 2 + 15);
    assert_eq!(missing(&edited("languages = [\"en\", \"de\"]", "languages = [\"en\"]")), []);
}

#[test]
fn an_essential_frame_is_listed_because_it_may_lead_elsewhere() {
    let frames = |text: &str| {
        let all = warnings(text);
        all.into_iter().filter(|warning| matches!(warning, Warning::EssentialFrame(_))).collect::<Vec<_>>()
    };
    assert_eq!(frames(EXAMPLE), [Warning::EssentialFrame("https://pay.paylane.example/".to_owned())]);
    assert!(frames(EXAMPLE)[0].to_string().contains("3-D Secure"));
    let frame = "technology = \"frame\"\ncategory = \"essential\"";
    assert_eq!(frames(&edited(frame, "technology = \"frame\"\ncategory = \"functional\"")), []);
    assert_eq!(frames(&edited("omit = []", "omit = [\"frame-src\"]")), [], "its navigation is not governed");
    assert_eq!(frames(&edited("content_security_policy = true", "content_security_policy = false")), []);
    assert_eq!(frames(&edited(frame, "technology = \"script\"\ncategory = \"essential\"")), []);
}

#[test]
fn a_text_that_is_left_out_is_listed() {
    let left_out = |from: &str| {
        let all = warnings(&EXAMPLE.replacen(from, "", 1));
        all.into_iter().filter(|w| matches!(w, Warning::NoText { .. })).map(|w| w.to_string()).collect::<Vec<_>>()
    };
    let expected = "tracker \"sid\" (cookie): it has no purpose; visitors will not be told";
    assert_eq!(left_out("purpose.en = \"Keeps you signed in during a visit.\""), [expected]);
    let expected = "provider \"paylane\": it has no collects; visitors will not be told";
    assert_eq!(left_out("collects.en = [\"payment details\"]"), [expected]);
    assert_eq!(left_out("nothing of the file"), [""; 0]);
}
