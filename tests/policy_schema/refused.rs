//! What the schema refuses, each with the line, the offending text and what was expected.

use std::error::Error;

use consent_gate::policy::{PolicyFormat, Position};
use consent_gate::{Policy, PolicyError};

use super::MINIMAL;

fn position(error: &PolicyError) -> Position {
    match error {
        PolicyError::Read { position, .. } => position.unwrap(),
        other => panic!("{other}"),
    }
}

/// The minimal policy with one more table is refused, at the line of that table that has the fault (from 1), with
/// each of these words.
#[track_caller]
fn refused(table: &str, line: usize, words: &[&str]) {
    let error = Policy::from_toml(&format!("{MINIMAL}{table}")).unwrap_err();
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
    assert_eq!(position(&error).line, MINIMAL.lines().count() + line, "{text}");
    assert!(error.source().is_some());
}

#[test]
fn each_required_key_is_missed_by_name() {
    for line in MINIMAL.trim().lines() {
        let key = line.split(' ').next().unwrap();
        let text = MINIMAL.replace(line, "");
        let error = Policy::from_toml(&text).unwrap_err().to_string();
        assert!(error.contains(&format!("missing field `{key}`")), "{error}");
    }

    refused("[controller]\nname = \"Shop\"", 1, &["missing field `contact`"]);
    refused("[controller]\ncontact = \"Shop\"", 1, &["missing field `name`"]);
    refused("[[category]]", 1, &["missing field `id`"]);
    refused("[[provider]]\nid = \"a\"\nname = \"A\"", 1, &["missing field `role`"]);
    refused("[[provider]]\nid = \"a\"\nrole = \"processor\"", 1, &["missing field `name`"]);
    refused("[[provider]]\nname = \"A\"\nrole = \"processor\"", 1, &["missing field `id`"]);
    refused("[[tracker]]\ntechnology = \"cookie\"\ncategory = \"essential\"", 1, &["missing field `name`"]);
    refused("[[tracker]]\nname = \"sid\"\ncategory = \"essential\"", 1, &["missing field `technology`"]);
    refused("[[tracker]]\nname = \"sid\"\ntechnology = \"cookie\"", 1, &["missing field `category`"]);
    refused("[[regime]]", 1, &["missing field `regions`"]);
}

#[test]
fn an_unknown_key_is_refused_at_every_level_by_name_and_line() {
    let unknown = "unknown field `colour`";
    refused("colour = 1", 1, &[unknown]);
    refused("[colour]\nred = 1", 1, &[unknown]);
    refused("[[colour]]\nred = 1", 1, &[unknown]);
    refused("[controller]\nname = \"Shop\"\ncolour = 1", 3, &[unknown]);
    refused("[cookie]\ncolour = 1", 2, &[unknown]);
    refused("[enforce]\ncolour = 1", 2, &[unknown]);
    refused("[headers]\ncolour = 1", 2, &[unknown]);
    refused("[[category]]\nid = \"analytics\"\ncolour.en = \"red\"", 3, &[unknown]);
    refused("[[provider]]\nid = \"a\"\ncolour = 1", 3, &[unknown]);
    refused("[[tracker]]\nname = \"sid\"\n\ncolour = 1", 4, &[unknown]);
    refused("[[regime]]\nregions = [\"FR\"]\ncolour = 1", 3, &[unknown]);
    refused("[retention]\ncolour = 1", 2, &[unknown]);

    let error = Policy::from_json("{\n  \"site\": \"shop\",\n  \"colour\": 1\n}").unwrap_err();
    assert!(
        error.to_string().starts_with("cannot read the policy as JSON at line 3, column 10: unknown field `colour`")
    );
    assert!(matches!(error, PolicyError::Read { format: PolicyFormat::Json, .. }));
}

#[test]
fn a_key_from_the_code_is_not_a_key_of_the_file() {
    for (table, key) in [
        ("[[categories]]\nid = \"analytics\"", "categories"),
        ("[[providers]]\nid = \"a\"", "providers"),
        ("[[trackers]]\nname = \"sid\"", "trackers"),
        ("[[regimes]]\nregions = [\"FR\"]", "regimes"),
    ] {
        refused(table, 1, &[&format!("unknown field `{key}`")]);
    }
}

#[test]
fn a_value_that_cannot_be_is_refused_with_the_ones_that_can() {
    refused("[cookie]\nmax_age = \"400\"", 2, &["\"400\"", "a period such as"]);
    refused("[cookie]\nmax_age = 400", 2, &["integer `400`", "a period such as"]);
    refused("[retention]\nevidence = \"0d\"", 2, &["\"0d\"", "a period such as"]);
    refused("[[tracker]]\nname = \"sid\"\nlifetime = \"1 year\"", 3, &["\"1 year\"", "\"session\" or a period"]);
    refused("[[tracker]]\ntechnology = \"cookies\"", 2, &["`cookies`", "`indexed-db`"]);
    refused("[[tracker]]\nsame_site = \"Lax\"", 2, &["`Lax`", "`lax`"]);
    refused("[[tracker]]\nexemption = \"any\"", 2, &["`any`", "`audience-measurement`"]);
    refused("[[tracker]]\nsecure = \"yes\"", 2, &["\"yes\"", "a boolean"]);
    refused("[[provider]]\nrole = \"third party\"", 2, &["`third party`", "`third-party`"]);
    refused("[[category]]\ncustom = 256", 2, &["`256`", "u8"]);
    refused("[[category]]\nsince = -1", 2, &["`-1`", "u32"]);
    refused("[[category]]\ntitle = \"Analytics\"", 2, &["\"Analytics\"", "a text for each language"]);
    refused("[[provider]]\ncollects = [\"pages\"]", 2, &["a list for each language"]);
    refused("[[regime]]\nrules = { analytics = \"optin\" }", 2, &["`optin`", "`opt-in`"]);
    refused("[headers]\nomit = \"frame-src\"", 2, &["sequence"]);
    refused("[enforce]\nundeclared = \"warn\"", 2, &["`warn`", "`report`"]);
    refused("[enforce]\ncache = \"store\"", 2, &["`store`", "`revalidate`"]);
    refused("[[import]]\nsystem = \"klaro\"\nmap = { a = 1 }", 3, &["the id of a category or a provider"]);
    refused("[[import]]\nsystem = \"klaro\"\nrevision = -1", 3, &["a number or a text"]);
    refused("[[import]]\nsystem = \"klaro\"\nprecedence = 256", 3, &["`256`", "u8"]);
    refused("[[import]]\nsystem = \"klaro\"\nvalues = { yes = \"yes\" }", 3, &["a boolean"]);
    refused("[[import]]\nsystem = \"klaro\"\nprefix = \"a\"", 3, &["unknown field `prefix`"]);
    refused("[cookie]\nname = ", 2, &["TOML"]);
}

#[test]
fn a_key_given_twice_is_refused() {
    let twice = r#"{"site": "shop", "site": "store"}"#;
    assert!(Policy::from_json(twice).unwrap_err().to_string().contains("duplicate field `site`"));
    refused("[cookie]\nname = \"a\"\nname = \"b\"", 3, &["duplicate key"]);
}
