//! What the schema writes: everything that differs from its default, and nothing else.

use consent_gate::Policy;
use consent_gate::policy::{
    CacheRule, ConsentCookie, DocumentHeaders, Enforce, Period, Retention, Undeclared, UnknownRegion,
};

use super::{EXAMPLE, MINIMAL, minimal, with};

#[test]
fn the_example_round_trips_through_toml_and_json() {
    let policy = Policy::from_toml(EXAMPLE).unwrap();
    assert_eq!(Policy::from_toml(&policy.to_toml().unwrap()).unwrap(), policy);
    assert_eq!(Policy::from_json(&policy.to_json().unwrap()).unwrap(), policy);
}

#[test]
fn a_table_may_give_one_key_and_leave_out_the_rest() {
    for (table, expected) in [
        ("[cookie]", minimal()),
        ("[enforce]", minimal()),
        ("[retention]", minimal()),
        ("[cookie]\ndomain = \"shop.example\"", minimal().cookie(ConsentCookie::default().domain("shop.example"))),
        ("[enforce]\ncache = \"revalidate\"", minimal().enforce(Enforce::default().cache(CacheRule::Revalidate))),
        (
            "[headers]\ncontent_security_policy = false\nomit = [\"frame-src\"]\nreport = \"/csp\"\npermissions_policy = false\nclear_storage = true",
            minimal().headers(
                DocumentHeaders::default()
                    .content_security_policy(false)
                    .omit(["frame-src"])
                    .report("/csp")
                    .permissions_policy(false)
                    .clear_storage(true),
            ),
        ),
        ("[retention]\nevidence = \"365d\"", minimal().retention(Retention::default().evidence(Period::days(365)))),
    ] {
        assert_eq!(with(table), expected, "{table}");
        assert_eq!(Policy::from_toml(&expected.to_toml().unwrap()).unwrap(), expected, "{table}");
    }
}

#[test]
fn defaults_that_are_spelt_out_are_not_written_back() {
    let spelt_out = with(
        r#"
        [cookie]
        max_age = "400d"
        [enforce]
        undeclared = "deny"
        unknown_region = "strictest"
        cache = "no-store"
        [headers]
        content_security_policy = true
        omit = []
        permissions_policy = true
        clear_storage = false
        [retention]
        account_closure = "90d"
        evidence = "730d"
        "#,
    );
    assert_eq!(spelt_out.to_toml().unwrap().trim(), MINIMAL.trim());

    let tracker = with(
        r#"
        [[tracker]]
        name = "sid"
        technology = "cookie"
        category = "essential"
        partitioned = false
        secure = false
        http_only = false
        "#,
    );
    assert_eq!(
        serde_json::to_string(&tracker.trackers[0]).unwrap(),
        r#"{"name":"sid","technology":"cookie","category":"essential"}"#
    );
    let provider = with("[[provider]]\nid = \"a\"\nname = \"A\"\nrole = \"processor\"\nsince = 1\nhosts = []");
    assert_eq!(serde_json::to_string(&provider.providers[0]).unwrap(), r#"{"id":"a","name":"A","role":"processor"}"#);
}

#[test]
fn every_spelling_of_the_enforcement_is_read_and_written() {
    for (text, undeclared) in [("report", Undeclared::Report), ("allow", Undeclared::Allow)] {
        let policy = with(&format!("[enforce]\nundeclared = {text:?}"));
        assert_eq!(policy.enforce.undeclared, undeclared);
        assert!(policy.to_toml().unwrap().contains(&format!("undeclared = {text:?}")));
    }
    for (text, region) in [
        ("opt-in", UnknownRegion::OptIn),
        ("opt-out", UnknownRegion::OptOut),
        ("US-CA", UnknownRegion::Like("US-CA".to_owned())),
    ] {
        let policy = with(&format!("[enforce]\nunknown_region = {text:?}"));
        assert_eq!(policy.enforce.unknown_region, region);
        assert_eq!(region.to_string(), text);
        assert!(policy.to_toml().unwrap().contains(&format!("unknown_region = {text:?}")));
    }
}

#[test]
fn an_import_round_trips_in_each_of_its_spellings() {
    for (spelt, written) in [
        ("system = \"onetrust\"", "system = \"onetrust\"\n"),
        ("system = \"klaro\"\nmap = { a = \"x\" }", "system = \"klaro\"\n\n[import.map]\na = \"x\"\n"),
        ("system = \"klaro\"\nmap = { a = [\"x\"] }", "system = \"klaro\"\n\n[import.map]\na = \"x\"\n"),
        ("system = \"klaro\"\nmap = { a = [] }", "system = \"klaro\"\n\n[import.map]\na = []\n"),
        ("system = \"a\"\nrevision = 7\nmigrate = false", "system = \"a\"\nrevision = \"7\"\n"),
        (
            "system = \"a\"\ncookie = \"b\"\nrevision = \"c\"\nprecedence = 2\nmigrate = true\nvalues = { d = true }",
            "system = \"a\"\ncookie = \"b\"\nrevision = \"c\"\nprecedence = 2\nmigrate = true\n\n[import.values]\nd = true\n",
        ),
    ] {
        let policy = with(&format!("[[import]]\n{spelt}"));
        let text = policy.to_toml().unwrap();
        assert_eq!(Policy::from_toml(&text).unwrap(), policy, "{spelt}");
        assert_eq!(Policy::from_json(&policy.to_json().unwrap()).unwrap(), policy, "{spelt}");
        let mut lines: Vec<&str> = text.rsplit("[[import]]\n").next().unwrap().lines().collect();
        let mut expected: Vec<&str> = written.lines().collect();
        // The order of keys is that of the fields.
        lines.sort_unstable();
        expected.sort_unstable();
        assert_eq!(lines, expected, "{spelt}");
    }
}
