//! The manifest by itself, without a browser.

use super::server::{ALL, NONE, gate, policy, visitor, visitor_in};
use crate::site::{self, cookie, facts, time, tracker};
use consent_gate::browser::{GUARD, GUARD_HASH, Head, Manifest, guard_etag, guard_file_name};
use consent_gate::policy::{Lifetime, SameSite, Technology, Undeclared};
use consent_gate::{Category, Decision, Deployment, Gate, Storage, Visitor};
use data_encoding::BASE64;
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn parsed(visitor: &Visitor) -> Value {
    serde_json::from_str(&Manifest::new(visitor).json()).unwrap()
}

/// The verdict on one name of a table, now or with the signal.
fn verdict<'j>(json: &'j Value, kind: &str, name: &str, when: usize) -> &'j Value {
    let place = json[kind][name].as_u64().unwrap_or_else(|| panic!("{kind} {name} is missing"));
    &json["verdicts"][when][usize::try_from(place).unwrap()]
}

#[test]
fn every_declared_thing_has_the_verdict_that_the_visitor_gives() {
    let gate = gate(Undeclared::Deny);
    for (region, answer) in
        [("DE", ""), ("DE", ALL), ("DE", NONE), ("DE", "4.1a"), ("US-CA", ""), ("", "10.2"), ("FR", "8.0")]
    {
        let (visitor, objecting) =
            (visitor_in(&gate, region, answer, &[]), visitor_in(&gate, region, answer, &["sec-gpc"]));
        let json = parsed(&visitor);
        for (visitor, when) in [(&visitor, 0), (&objecting, 1)] {
            for tracker in &gate.policy().trackers {
                let name = tracker.name.replace('*', "x");
                let (kind, decision): (&str, Decision) = match tracker.technology {
                    Technology::Cookie => ("cookie", visitor.decide_cookie(&name)),
                    Technology::LocalStorage => ("local-storage", visitor.decide_storage(Storage::Local, &name)),
                    Technology::SessionStorage => ("session-storage", visitor.decide_storage(Storage::Session, &name)),
                    Technology::IndexedDb => ("indexed-db", visitor.decide_storage(Storage::IndexedDb, &name)),
                    _ => ("address", visitor.decide_address(&name)),
                };
                let key =
                    if kind == "address" && name.ends_with('/') { format!("{name}*") } else { tracker.name.clone() };
                let found = verdict(&json, kind, &key, when);
                assert_eq!(found["allow"], decision.is_allow(), "{region} {answer} {key} {when}");
                assert_eq!(found["code"], decision.code(), "{region} {answer} {key} {when}");
            }
            for (category, id) in gate.categories() {
                assert_eq!(verdict(&json, "category", id, when)["code"], visitor.decide(category).code());
            }
        }
        assert_eq!(verdict(&json, "cookie", gate.cookie_name(), 0)["code"], "reserved");
        assert_eq!(verdict(&json, "category", "", 0)["code"], "unknown-category");
    }
}

#[test]
fn an_address_and_the_folder_of_its_name_are_told_apart_in_either_order() {
    let names = ["https://cliptube.example/v", "https://cliptube.example/v/"];
    for categories in [["analytics", "advertising"], ["advertising", "analytics"]] {
        let declared = [0, 1].map(|place| tracker(names[place], Technology::Frame, categories[place]));
        for order in [[0, 1], [1, 0]] {
            let mut policy = policy();
            policy.trackers = order.map(|place| declared[place].clone()).to_vec();
            let visitor = visitor_in(&Gate::new(policy).unwrap(), "DE", "4.0", &[]);
            let text = Manifest::new(&visitor).json();
            let json = parsed(&visitor);
            for (name, key) in [(names[0], names[0]), (names[1], "https://cliptube.example/v/*")] {
                assert_eq!(
                    verdict(&json, "address", key, 0)["allow"],
                    visitor.decide_address(name).is_allow(),
                    "{text}"
                );
                assert_eq!(text.matches(&format!("\"{key}\":")).count(), 1, "{text}");
            }
        }
    }
}

#[test]
fn the_signal_only_narrows() {
    let gate = gate(Undeclared::Allow);
    for region in ["DE", "US-CA", "US", "CH", "GB", "JP", ""] {
        for answer in ["", ALL, NONE, "12.c", "4.0"] {
            let json = parsed(&visitor_in(&gate, region, answer, &[]));
            let verdicts = |when: usize| json["verdicts"][when].as_array().unwrap().clone();
            for (now, objecting) in verdicts(0).iter().zip(verdicts(1)) {
                assert!(now["allow"] == true || objecting["allow"] == false, "{region} {answer} {now} {objecting}");
            }
        }
    }
}

#[test]
fn r29_what_is_erased_is_what_the_server_would_erase() {
    let gate = gate(Undeclared::Deny);
    for (region, answer) in [("DE", NONE), ("DE", ""), ("", ""), ("", NONE), ("US-CA", ""), ("DE", ALL)] {
        let middle = if answer.is_empty() { String::new() } else { format!("A=1.4.{}.{answer}.0; ", site::NOW - 1000) };
        let visitor =
            site::visitor_with(&gate, region, &format!("{middle}own_ad=1; tally_1=1; sid=1; lang=1; other=1"), &[]);
        let json = parsed(&visitor);
        let lines: Vec<String> = visitor.erasures().into_iter().map(String::from).collect();
        for name in ["own_ad", "tally_*", "sid", "lang"] {
            let erased = lines.iter().any(|line| line.starts_with(name.trim_end_matches('*')));
            let told = verdict(&json, "cookie", name, 0)["erase"] == true;
            assert_eq!(told, erased, "{region} {answer} {name}");
        }
    }
    let refused = super::server::visitor(&gate, NONE, &[]);
    let keys = [
        (Storage::Local, "peek.queue"),
        (Storage::Local, "keep.*"),
        (Storage::Session, "visit"),
        (Storage::IndexedDb, "tally-db"),
    ];
    assert_eq!(Manifest::new(&refused).keys_to_remove(), keys.map(|(storage, key)| (storage, key.to_owned())));
    assert_eq!(Manifest::new(&visitor_in(&gate, "", "", &[])).keys_to_remove(), []);
    assert_eq!(Manifest::new(&visitor(&gate, ALL, &[])).keys_to_remove(), []);
    let json = parsed(&refused);
    assert_eq!(verdict(&json, "local-storage", "peek.queue", 0)["erase"], true);
    assert_eq!(verdict(&json, "local-storage", "", 0)["erase"], Value::Null, "nothing undeclared");
    assert_eq!(verdict(&json, "address", "https://adloop.example/t.js", 0)["code"], "refused");
    assert_eq!(json["erase"]["_wide"], serde_json::json!(["Path=/", "Path=/; Domain=shop.example"]));
    assert_eq!(json["erase"]["deep*"], serde_json::json!(["Path=/deep"]));
    assert_eq!(json["erase"]["_chip"], serde_json::json!(["Path=/; Secure; SameSite=None; Partitioned"]));
}

#[test]
fn it_is_safe_within_a_page() {
    let mut policy = policy();
    policy.trackers.push(tracker("</script><script>alert(1)//", Technology::LocalStorage, "analytics"));
    policy.trackers.push(tracker("<!--\u{2028}\u{2029}&amp;\"", Technology::LocalStorage, "analytics"));
    let gate = Gate::new(policy).unwrap();
    let visitor = visitor(&gate, ALL, &[]);
    let json = Manifest::new(&visitor).json();
    assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\n']));
    let parsed: Value = serde_json::from_str(&json).unwrap();
    for name in ["</script><script>alert(1)//", "<!--\u{2028}\u{2029}&amp;\""] {
        assert!(parsed["local-storage"][name].is_u64(), "{name}");
    }
    let html = Head::new(Manifest::new(&visitor)).nonce("a\"><b").endpoint("/m?a&b").html();
    assert_eq!(html.matches("</script>").count(), 2);
    assert_eq!(html.matches("nonce=\"a&quot;>&lt;b\"").count(), 2);
    assert!(html.contains("data-manifest=\"/m?a&amp;b\""));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_declared_name_survives_and_is_safe_within_a_page(name in "\\PC{1,24}|[<>&/!\\-\u{2028}\u{2029}\"'a-z]{1,24}") {
        let mut policy = policy();
        policy.trackers.push(tracker(&name, Technology::LocalStorage, "analytics"));
        // A pattern that is too short is no policy.
        if let Ok(gate) = Gate::new(policy) {
            let json = Manifest::new(&visitor(&gate, NONE, &[])).json();
            let is_unsafe = json.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\n']);
            prop_assert!(!is_unsafe);
            let parsed: Value = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&verdict(&parsed, "local-storage", &name, 0)["code"], "refused");
        }
    }
}

#[test]
fn it_holds_no_identifier_and_is_the_same_for_all_who_allow_the_same() {
    let gate = gate(Undeclared::Deny);
    let of = |cookies: &str, seconds: i64| {
        Manifest::new(&gate.visitor([("cookie", cookies)], facts("DE"), time(seconds))).json()
    };
    let one = of("__Host-consent=1.4.1795391000.4.1a.0; tally_1=person-7; sid=secret-9", site::NOW);
    let other = of("__Host-consent=1.4.1795390000.4.1a.0; other=x", site::NOW + 500);
    assert_eq!(one, other);
    for secret in ["person-7", "secret-9", "1795391000"] {
        assert!(!one.contains(secret));
    }
}

#[test]
fn its_size_is_bounded_by_the_names_that_the_policy_declares() {
    let mut policy = policy();
    let names = (0..10_000).map(|i| match i % 3 {
        0 => cookie(&format!("cookie_{i}"), "analytics"),
        1 => tracker(&format!("key.{i}.*"), Technology::LocalStorage, "functional"),
        _ => tracker(&format!("https://vendor{i}.example/tag.js"), Technology::Script, "analytics"),
    });
    policy.trackers.extend(names);
    let declared: usize = policy.trackers.iter().map(|tracker| tracker.name.len()).sum();
    let trackers = policy.trackers.len();
    let gate = Gate::new(policy).unwrap();
    let size = Manifest::new(&visitor(&gate, NONE, &[])).json().len();
    assert!(size < 2 * declared + trackers * 24 + 2_000, "{size} bytes for {declared} bytes of names");
    let usual = Manifest::new(&visitor(&super::server::gate(Undeclared::Deny), NONE, &[])).json().len();
    assert!(usual < 3_000, "{usual}");
    println!("manifest: {usual} bytes for {} trackers, {size} for {trackers}", super::server::policy().trackers.len());
}

#[test]
fn the_guard_is_small_self_contained_and_hashed() {
    assert!(GUARD.len() <= 6_144, "{}", GUARD.len());
    assert_eq!(GUARD_HASH, format!("sha256-{}", BASE64.encode(&Sha256::digest(GUARD))));
    let lower = GUARD.to_ascii_lowercase();
    for end in ["</script", "<!--", "\n", "\r", "http://", "sourcemappingurl"] {
        assert!(!lower.contains(end), "{end:?}");
    }
    assert!(GUARD.is_ascii());
    assert_eq!(guard_etag(), format!("\"{GUARD_HASH}\""));
    let name = guard_file_name();
    assert!(name.starts_with("consent-gate.") && name.ends_with(".js"));
    assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')), "{name}");
}

#[test]
fn the_head_puts_data_before_code_inline_or_as_a_file() {
    let manifest = Manifest::new(&visitor(&gate(Undeclared::Deny), NONE, &[]));
    let inline = Head::new(manifest.clone()).nonce("n").html();
    assert!(inline.starts_with(
        "<script type=\"application/json\" id=\"consent-gate\" nonce=\"n\">{\"version\":1,\"revision\":4,"
    ));
    assert!(inline.ends_with(&format!("<script nonce=\"n\">{GUARD}</script>")));
    let file = Head::new(manifest).guard_at("/g.js").html();
    assert!(file.ends_with(&format!("</script><script src=\"/g.js\" integrity=\"{GUARD_HASH}\"></script>")));
}

/// Law of the page: the guard before every script, also where the page's author wrote one first.
#[cfg(feature = "html")]
#[test]
fn the_rewriter_of_pages_puts_it_first() {
    use consent_gate::html::{Options, Rewriter};

    let options = Options::new().head_start(|visitor| Head::new(Manifest::new(visitor)).nonce("n").html());
    let mut rewriter = Rewriter::new(&visitor(&gate(Undeclared::Deny), NONE, &[]), options).unwrap();
    let mut page = Vec::new();
    let html =
        b"<!doctype html><html><head><script src=https://adloop.example/t.js></script></head><body></body></html>";
    rewriter.write(html, |bytes| page.extend_from_slice(bytes)).unwrap();
    rewriter.end(|bytes| page.extend_from_slice(bytes)).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(
        page.starts_with(
            "<!doctype html><html><head><script type=\"application/json\" id=\"consent-gate\" nonce=\"n\">"
        )
    );
    assert!(page.find(GUARD).unwrap() < page.find("data-consent-src=\"https://adloop.example/t.js\"").unwrap());
}

/// The attributes of a line that decide whether a browser heeds it in an embedded page.
fn cross_site(line: &str) -> Vec<&str> {
    let of_interest = ["Secure", "SameSite=None", "SameSite=Lax", "SameSite=Strict", "Partitioned"];
    of_interest.into_iter().filter(|attribute| line.split("; ").any(|part| part == *attribute)).collect()
}

#[test]
fn a_cookie_has_the_same_attributes_when_it_is_written_and_when_server_or_script_erase_it() {
    let plain = || tracker("part", Technology::Cookie, "analytics");
    for (tracker, over_https, over_http) in [
        (plain().partitioned(true), &["Secure", "SameSite=None", "Partitioned"][..], "SameSite=Lax"),
        (
            plain().partitioned(true).same_site(SameSite::Lax),
            &["Secure", "SameSite=Lax", "Partitioned"],
            "SameSite=Lax",
        ),
        (plain().same_site(SameSite::None), &["Secure", "SameSite=None"], "SameSite=Lax"),
        (plain().secure(true).same_site(SameSite::Lax), &["Secure", "SameSite=Lax"], "SameSite=Lax"),
        (plain().same_site(SameSite::Strict), &["SameSite=Strict"], "SameSite=Strict"),
    ] {
        let tracker = tracker.lifetime(Lifetime::Session);
        let mut policy = policy();
        policy.trackers.push(tracker.clone());
        for (deployment, expected) in
            [(Deployment::default(), over_https), (Deployment::plain_http_on_localhost(), &[over_http][..])]
        {
            let gate = Gate::deployed(policy.clone(), deployment).unwrap();
            let cookie = format!("{}=1.4.{}.1e.0.0; part=1", gate.cookie_name(), site::NOW - 1000);
            let visitor = site::visitor(&gate, "DE", &cookie);
            let permit = visitor.permit(Category::ANALYTICS).unwrap();
            let written = visitor.write_cookie(&permit, "part", "v").unwrap();
            assert_eq!(cross_site(written.as_str()), expected, "written: {tracker:?}");
            visitor.refuse_all().unwrap();
            let erased = visitor.erasures();
            assert_eq!(erased.len(), 1, "{erased:?}");
            assert_eq!(cross_site(erased[0].as_str()), expected, "erased: {tracker:?}");
            let scripted = parsed(&visitor)["erase"]["part"][0].as_str().unwrap().to_owned();
            assert_eq!(cross_site(&scripted), expected, "erased by a script: {tracker:?}");
        }
    }
}
