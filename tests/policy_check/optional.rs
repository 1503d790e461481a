//! What the example's first comment calls optional: whole tables and single keys.

use super::{EXAMPLE, gate, problems};
use toml::Value;

/// The keys without which an entry is none: its name, what it is, and the texts that visitors read.
const KEPT: [(&str, &[&str]); 5] = [
    ("controller", &["name", "contact"]),
    ("category", &["id", "custom", "title", "purpose", "impact"]),
    ("provider", &["id", "name", "role"]),
    ("tracker", &["name", "technology", "category"]),
    ("regime", &["regions"]),
];

const REQUIRED: [&str; 6] = ["site", "revision", "presets", "languages", "hosts", "category"];

fn example() -> toml::Table {
    EXAMPLE.parse().unwrap()
}

#[track_caller]
fn is_sound(table: &toml::Table, left_out: &str) {
    let text = toml::to_string(table).unwrap();
    assert_eq!(problems(&text), [], "without {left_out}");
}

#[test]
fn every_optional_table_may_be_left_out() {
    let optional: Vec<String> = example().keys().filter(|key| !REQUIRED.contains(&key.as_str())).cloned().collect();
    assert_eq!(optional, ["controller", "cookie", "enforce", "headers", "provider", "regime", "retention", "tracker"]);
    for key in optional {
        let mut table = example();
        table.remove(&key);
        if key == "provider" {
            // What names a provider names one that exists.
            for tracker in table["tracker"].as_array_mut().unwrap() {
                tracker.as_table_mut().unwrap().remove("provider");
            }
        }
        is_sound(&table, &key);
    }
    let mut bare = example();
    bare.retain(|key, _| REQUIRED.contains(&key));
    is_sound(&bare, "everything optional");
    bare.remove("category");
    is_sound(&bare, "categories, none of which is in use");
}

#[test]
fn every_optional_key_may_be_left_out() {
    let mut count = 0;
    for (table, value) in example() {
        let kept = KEPT.iter().find(|(name, _)| *name == table).map_or(&[][..], |(_, kept)| kept);
        let entries = match &value {
            Value::Array(entries) => entries.clone(),
            other => vec![other.clone()],
        };
        for (place, entry) in entries.iter().enumerate() {
            let Some(entry) = entry.as_table() else { continue };
            for key in entry.keys().filter(|key| !kept.contains(&key.as_str())) {
                let is_third_partys = (key.ends_with("_url") || key == "collects" || key == "purpose")
                    && entry.get("role").and_then(Value::as_str) == Some("third-party");
                let is_cookies_lifetime =
                    key == "lifetime" && entry.get("technology").and_then(Value::as_str) == Some("cookie");
                if is_third_partys || is_cookies_lifetime {
                    continue;
                }
                let mut changed = example();
                let target = match &mut changed[&table] {
                    Value::Array(entries) => &mut entries[place],
                    other => other,
                };
                target.as_table_mut().unwrap().remove(key);
                is_sound(&changed, &format!("{table}[{place}].{key}"));
                count += 1;
            }
        }
    }
    assert!(count > 50, "{count} keys were tried");
}

#[test]
fn what_the_comments_give_as_defaults_are_the_defaults() {
    let stripped = |tables: &[&str]| {
        let mut table = example();
        table.retain(|key, _| !tables.contains(&key));
        gate(&toml::to_string(&table).unwrap()).unwrap()
    };
    let (whole, short) = (gate(EXAMPLE).unwrap(), stripped(&["cookie", "enforce", "retention"]));
    assert_eq!(whole.policy().enforce, short.policy().enforce);
    assert_eq!(whole.policy().retention, short.policy().retention);
    assert_eq!(whole.policy().cookie.name_or_default(), short.policy().cookie.name_or_default());
    assert_eq!(whole.policy().cookie.max_age, short.policy().cookie.max_age);
}

#[test]
fn every_required_key_is_required() {
    for key in ["site", "revision", "presets", "languages", "hosts"] {
        let mut table = example();
        table.remove(key);
        let error = consent_gate::Policy::from_toml(&toml::to_string(&table).unwrap()).unwrap_err();
        assert!(error.to_string().contains(&format!("missing field `{key}`")), "{error}");
    }
}
