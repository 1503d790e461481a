//! What the operator reads: all mistakes at once, each with its entry and its cure.

use super::{EXAMPLE, LIFETIME_395, LUM, edited, gate, problems};

#[test]
fn several_mistakes_are_all_listed_in_one_go() {
    let text = EXAMPLE
        .replace("presets = \"2026-11\"", "presets = \"2020-01\"")
        .replace("lifetime = \"395d\"", "lifetime = \"500d\"")
        .replace("like = \"functional\"", "like = \"chat\"")
        .replace("opt_out_url = \"https://adloop.example/opt-out\"", "")
        .replace("\"player.*\"", "\"p*\"")
        .replace("regions = [\"FR\"]", "regions = [\"Gaul\"]");
    let error = gate(&text).unwrap_err();
    let entries: Vec<_> = error.problems().iter().map(|problem| &*problem.entry).collect();
    let expected = [
        "presets",
        "category \"live-help\"",
        "provider \"adloop\"",
        LUM,
        "tracker \"p*\" (local-storage)",
        "regime \"Gaul\"",
    ];
    assert_eq!(entries, expected);
    let shown = error.to_string();
    assert!(shown.starts_with("the policy has 6 problems:\n- presets: there is no edition"), "{shown}");
    assert_eq!(shown.lines().count(), 7);
}

#[test]
fn each_message_names_its_entry_and_a_cure() {
    for (from, to, message) in [
        ("name = \"recommend\"", "name = \"sid\"", "tracker \"sid\" (cookie): it is declared twice; keep one"),
        (LIFETIME_395, "domain", "tracker \"_lum*\" (cookie): a cookie needs a lifetime; add lifetime = \"session\""),
        (
            "\"player.*\"",
            "\"p*\"",
            "tracker \"p*\" (local-storage): the pattern has fewer than three literal characters",
        ),
        (
            "since = 3\ntitle",
            "since = 9\ntitle",
            "category \"analytics\": since = 9 is above revision = 4; raise the revision, or lower since",
        ),
        (
            "opt_out_url = \"https://adloop.example/opt-out\"",
            "",
            "provider \"adloop\": a third party needs both policy_url and opt_out_url; add opt_out_url",
        ),
        (
            "impact.en = \"Help",
            "impact.de = \"Help",
            "category \"live-help\": impact is missing in \"en\", the default language; add impact.en",
        ),
        (
            "# domain =",
            "domain =",
            "cookie: the prefix __Host- and the domain \"calminteraction.example\" contradict each other; drop the domain",
        ),
        (
            "presets = \"2026-11\"",
            "presets = \"x\"",
            "presets: there is no edition \"x\"; name the one that you have reviewed. This version of the crate has \"2026-11\"",
        ),
        (
            "regions = [\"FR\"]",
            "regions = [\"x\"]",
            "regime \"x\": \"x\" is not a valid region: write an ISO 3166 code",
        ),
        (
            "rules = { analytics",
            "rules = { analitics",
            "regime \"FR\": there is no category \"analitics\"; did you mean \"analytics\"? Declared are \"essential\", \
             \"functional\", \"analytics\", \"personalization\", \"advertising\", \"live-help\"",
        ),
        (
            "rules = { analytics",
            "rules = { chat",
            "regime \"FR\": there is no category \"chat\"; declare it as [[category]]. Declared are \"essential\", ",
        ),
        (
            "provider = \"lumen\"                    # absent: our own",
            "provider = \"lumens\"",
            "tracker \"_lum*\" (cookie): there is no provider \"lumens\"; did you mean \"lumen\"? Declared are \"lumen\", ",
        ),
        (
            "omit = []",
            "omit = [\"frames-src\"]",
            "headers.omit: the gate's Content-Security-Policy has no directive \"frames-src\"; did you mean \"frame-src\"? \
             The gate can leave out \"script-src\", ",
        ),
    ] {
        let found = problems(&edited(from, to));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().starts_with(message), "{}", found[0]);
    }
}
