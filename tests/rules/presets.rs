//! The built-in table, held against a table that was typed from the law and not from the code.

use consent_gate::Category;
use consent_gate::regime::{Preset, Rule, presets};

/// Region, rules for functional, analytics, personalization and advertising (`A` allowed, `AO` until objection, `D`
/// until granted), exemptions (`u` user-requested, the `A*` of functional; `m` audience measurement, the `A*` of
/// analytics), GPC against third parties (`3`), days of a grant, days before asking again, first day where one is given.
///
/// A condition that only the operator knows is the stricter rule with the exemption. "None" is the safe default of 180
/// and 184 days (§5.1 no. 11). Six months after a refusal are 184 days, twelve are 366, 24 months are 730.
const LAW: &str = "
    EU     D  D  D  D   u    -  180  184  -
    EEA    D  D  D  D   u    -  180  184  -
    FR     D  D  D  D   um   -  180  184  -
    DE     D  D  D  D   u    -  180  184  -
    ES     D  D  D  D   um   -  730  730  -
    IT     D  D  D  D   um   -  180  184  2022-01
    NL     D  D  D  D   um   -  180  184  -
    AT     D  D  D  D   u    -  180  184  -
    BE     D  D  D  D   u    -  180  184  -
    IE     D  D  D  D   u    -  180  184  -
    GB     AO D  D  D   m    -  180  184  2026-02-05
    CH     A  AO AO D   -    -  180  184  -
    BR     D  D  D  D   -    -  180  184  -
    CA     AO AO AO AO  -    -  180  184  -
    CA-QC  D  D  D  D   u    -  180  184  2023-09-22
    JP     A  AO AO D   -    -  180  184  2023-06-16
    KR     A  AO AO D   -    -  180  184  2024-01
    IN     D  D  D  D   -    -  180  184  2027-05-13
    ZA     AO AO AO D   -    -  180  184  -
    AU     AO AO AO AO  -    -  180  184  -
    CN     D  D  D  D   -    -  180  184  -
    US     A  AO AO AO  -    3  180  184  -
    US-CA  A  AO AO AO  -    3  180  366  2020-01-01
    US-CO  A  AO AO AO  -    3  180  184  2023-07-01
    US-CT  A  AO AO AO  -    3  180  184  2023-07-01
    US-TX  A  AO AO AO  -    3  180  184  2024-07-01
    US-NE  A  AO AO AO  -    3  180  184  2025-01-01
    US-MT  A  AO AO AO  -    3  180  184  2024-10-01
    US-NH  A  AO AO AO  -    3  180  184  2025-01-01
    US-NJ  A  AO AO AO  -    3  180  184  2025-01-15
    US-MN  A  AO AO AO  -    3  180  184  2025-07-31
    US-MD  A  AO AO AO  -    3  180  184  2025-10-01
    US-DE  A  AO AO AO  -    3  180  184  2025-01-01
    US-OR  A  AO AO AO  -    3  180  184  2024-07-01
    US-VA  A  AO AO AO  -    3  180  184  2023-01-01
    US-UT  A  AO AO AO  -    3  180  184  2023-12-31
    US-IA  A  AO AO AO  -    3  180  184  2025-01-01
    US-TN  A  AO AO AO  -    3  180  184  2025-07-01
    US-IN  A  AO AO AO  -    3  180  184  2026-01-01
    US-KY  A  AO AO AO  -    3  180  184  2026-01-01
    US-RI  A  AO AO AO  -    3  180  184  2026-01-01
    US-FL  A  AO AO AO  -    3  180  184  2024-07-01
    US-OK  A  AO AO AO  -    3  180  184  2027-01-01
    US-LA  A  AO AO AO  -    3  180  184  2027-01-01
    US-AL  A  AO AO AO  -    3  180  184  2027-05-01
    US-VT  A  AO AO AO  -    3  180  184  2028-01-01
";

const OPTIONAL: [Category; 4] =
    [Category::FUNCTIONAL, Category::ANALYTICS, Category::PERSONALIZATION, Category::ADVERTISING];

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    LAW.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|cells| !cells.is_empty())
}

fn preset(code: &str) -> &'static Preset {
    presets().iter().find(|row| row.region == code).unwrap_or_else(|| panic!("no preset for {code}"))
}

/// A preset in the words of the table.
fn spelt(preset: &Preset, date: &str) -> String {
    let regime = &preset.regime;
    let rules = OPTIONAL.map(|category| match regime.rule(category) {
        Rule::Exempt => "A",
        Rule::OptOut => "AO",
        Rule::OptIn => "D",
        Rule::Forbidden => "X",
    });
    let exemptions = match (regime.user_requested, regime.audience_measurement) {
        (true, true) => "um",
        (true, false) => "u",
        (false, true) => "m",
        (false, false) => "-",
    };
    let third = if regime.gpc_third_parties { "3" } else { "-" };
    let (grant, ask) = (regime.grant_lasts.num_days(), regime.ask_again_after.num_days());
    let from = preset.valid_from.to_string();
    // Where only a month or no day is given, any day within agrees.
    let from = if date == "-" { "-" } else { from.get(..date.len()).unwrap() };
    format!("{} {} {exemptions} {third} {grant} {ask} {from}", preset.region, rules.join(" "))
}

#[test]
fn every_preset_is_what_the_ground_rules_say() {
    let differing: Vec<String> = rows()
        .filter_map(|cells| {
            let (law, code) = (cells.join(" "), spelt(preset(cells[0]), cells[9]));
            (law != code).then(|| format!("law {law}, code {code}"))
        })
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn there_is_no_preset_that_the_ground_rules_do_not_have() {
    let known: Vec<&str> = rows().map(|cells| cells[0]).chain(["*"]).collect();
    let unknown: Vec<&str> = presets().iter().map(|row| row.region).filter(|code| !known.contains(code)).collect();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn r15_gpc_denies_advertising_everywhere_and_so_in_the_twelve_states() {
    for row in presets() {
        assert_eq!(row.regime.gpc, Category::ADVERTISING, "{}", row.region);
    }
    for state in ["CA", "CO", "CT", "DE", "MD", "MN", "MT", "NE", "NH", "NJ", "OR", "TX"] {
        assert!(preset(&format!("US-{state}")).regime.gpc_third_parties, "{state}");
    }
}

#[test]
fn r21_dnt_is_honoured_in_europe_and_by_default_elsewhere() {
    assert!(presets().iter().all(|row| row.regime.dnt));
}

#[test]
fn r23_known_minors_get_no_advertising_and_no_personalization_anywhere() {
    for row in presets() {
        let denied = row.regime.forbidden_for_minors;
        assert!(denied.contains(Category::ADVERTISING | Category::PERSONALIZATION), "{}", row.region);
        // India: no tracking of children at all.
        assert_eq!(denied.contains(Category::ANALYTICS), row.region == "IN", "{}", row.region);
    }
}

#[test]
fn every_preset_says_when_it_starts_was_reviewed_and_where_it_was_read() {
    for row in presets() {
        assert!(!row.law.is_empty() && !row.source.is_empty(), "{}", row.region);
        assert!(row.reviewed_on.to_string().starts_with(row.edition), "{}", row.region);
    }
}
