//! `table`: what the privacy officer reads.

use super::{EXAMPLE_FILE, edited, file, run, says};

#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let said = run(&[&["table"], arguments].concat());
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    said.out
}

/// The cells of the Markdown row that starts so.
#[track_caller]
fn row<'t>(text: &'t str, start: &str) -> Vec<&'t str> {
    let line =
        text.lines().find(|line| line.starts_with(&format!("| {start} |"))).unwrap_or_else(|| panic!("no {start}"));
    line.trim_matches('|').split(" | ").map(str::trim).collect()
}

#[test]
fn markdown_holds_every_tracker_category_provider_and_region() {
    let text = printed(&[EXAMPLE_FILE, "--on", "2026-11-23"]);
    says(
        &text,
        &[
            "# calminteraction, revision 4, presets 2026-11, on 2026-11-23\n",
            "## Trackers",
            "## Categories",
            "## Providers",
            "## Regimes",
            "## Documents",
            "| Content-Security-Policy | blocks every host that is neither ours nor allowed now |",
            "| reports go to | /consent/csp |",
        ],
    );
    let sid = [
        "sid",
        "cookie",
        "essential",
        "our own",
        "",
        "Keeps you signed in during a visit.",
        "until the browser is closed",
        "this host, path /",
        "",
        "Secure, HttpOnly, SameSite=Lax",
    ];
    assert_eq!(row(&text, "sid"), sid);
    let adl = row(&text, "_adl");
    assert_eq!(adl[3..5], ["AdLoop", "third-party"]);
    assert_eq!(adl[6..8], ["90 days", "calminteraction.example and below, path /, partitioned"]);
    assert_eq!(row(&text, "lang")[8], "user-requested");
    assert_eq!(row(&text, "chat")[6], "until the tab is closed");
    assert_eq!(row(&text, "live-help")[4..], ["2", "custom 0", "functional"]);
    assert_eq!(row(&text, "lumen")[1..4], ["Lumen Analytics", "Lumen GmbH", "processor"]);
    for preset in consent_gate::regime::presets() {
        row(&text, preset.region);
    }
    let california = row(&text, "US-CA");
    let rules = ["exempt", "opt-out", "opt-out", "opt-out", "exempt"];
    assert_eq!(california[2..7], rules);
    assert_eq!(california[7..11], ["advertising", "yes", "yes", "personalization, advertising"]);
    assert_eq!(california[12..14], ["180 days", "366 days"]);
    says(&text, &["| unknown | 2026-11-23 | opt-in |"]);
    // Every row of a table has as many cells as its head.
    for table in text.split("\n## ").skip(1) {
        let counts: Vec<_> = table.lines().skip(2).map(|line| line.matches(" | ").count()).collect();
        assert!(counts.iter().filter(|count| **count > 0).all(|count| *count == counts[0]), "{table}");
    }
}

#[test]
fn what_documents_carry_is_said_as_it_takes_effect() {
    let off = ("content_security_policy = true ", "content_security_policy = false ");
    let text = printed(&[file(&edited(&[off]), "toml").to_str().unwrap()]);
    says(&text, &["| Content-Security-Policy | off |"]);
    let edits = [("undeclared = \"deny\"", "undeclared = \"report\""), ("omit = []", "omit = [\"frame-src\"]")];
    let text = printed(&[file(&edited(&edits), "toml").to_str().unwrap()]);
    says(&text, &["| Content-Security-Policy | only reports,", "| directives left out | frame-src |"]);
}

#[test]
fn a_value_that_the_policy_replaced_is_marked_with_the_presets() {
    let text = printed(&[EXAMPLE_FILE]);
    assert!(!text.contains("(preset:"), "the example repeats the preset of France");
    let france = "rules = { analytics = \"opt-in\", functional = \"opt-in\" }";
    let edits = [
        (france, "rules = { analytics = \"opt-out\" }"),
        ("grant_lasts = \"180d\"", "grant_lasts = \"24h\""),
        ("regions = [\"FR\"]", "regions = [\"FR\", \"PL\"]"),
    ];
    let text = printed(&[file(&edited(&edits), "toml").to_str().unwrap()]);
    for region in ["FR", "PL"] {
        let cells = row(&text, region);
        assert_eq!(cells[3], "opt-out (preset: opt-in)");
        assert_eq!(cells[12], "1 day (preset: 180 days)");
        assert_eq!(cells[14], "yes", "the policy has an entry there");
    }
    assert_eq!(row(&text, "PL")[15..17], ["EU", "GDPR and ePrivacy art. 5(3)"]);
    assert_eq!(row(&text, "DE")[14], "no");
}

#[test]
fn a_law_that_starts_later_has_a_row_for_its_first_day() {
    let text = printed(&[EXAMPLE_FILE, "--on", "2026-11-23"]);
    let india: Vec<_> = text.lines().filter(|line| line.starts_with("| IN |")).collect();
    assert_eq!(india.len(), 2);
    assert!(india[0].starts_with("| IN | 2026-11-23 |") && !india[0].contains("DPDP Act"));
    assert!(india[1].starts_with("| IN | 2027-05-13 |") && india[1].contains("| DPDP Act 2023 |"));
    let later = printed(&[EXAMPLE_FILE, "--on", "2027-05-13"]);
    assert_eq!(later.lines().filter(|line| line.starts_with("| IN |")).count(), 1);
}

#[test]
fn a_markdown_cell_stays_one_cell_and_is_never_markup() {
    let edits = [("\"Which suggestions you have seen.\"", "\"a | b \\\\ <script>\\nc\"")];
    let text = printed(&[file(&edited(&edits), "toml").to_str().unwrap()]);
    says(&text, &[r"| a \| b \\ &lt;script><br>c |"]);
}

#[test]
fn csv_holds_the_same_in_sections() {
    let text = printed(&["--csv", EXAMPLE_FILE, "--on", "2026-11-23"]);
    let sections: Vec<&str> = text.split("\r\n\r\n").collect();
    let heads: Vec<_> = sections.iter().map(|section| section.split(',').next().unwrap()).collect();
    assert_eq!(heads, ["Tracker", "Category", "Provider", "Region", "In documents"]);
    assert_eq!(sections[0].split("\r\n").count(), 1 + 15);
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'));
    says(
        &text,
        &[
            "_lum*,cookie,analytics,Lumen Analytics,processor,Tells one visit from the next.,395 days,\"calminteraction.example and below, path /\",,\r\n",
        ],
    );
}

#[test]
fn a_csv_cell_is_quoted_and_is_never_a_formula() {
    for (purpose, cell) in [
        ("a, b", "\"a, b\""),
        ("say \\\"yes\\\"", "\"say \"\"yes\"\"\""),
        ("one\\ntwo", "\"one\ntwo\""),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\\t=1", "'\t=1"),
        ("=HYPERLINK(\\\"https://a.example\\\",1)", "\"'=HYPERLINK(\"\"https://a.example\"\",1)\""),
    ] {
        let text = edited(&[("\"Which suggestions you have seen.\"", &format!("\"{purpose}\""))]);
        let csv = printed(&[file(&text, "toml").to_str().unwrap(), "--csv"]);
        says(&csv, &[&format!("recommend,cookie,personalization,our own,,{cell},30 days,")]);
    }
}
