//! The guard judges as the server does: the same vectors, and random names and addresses, in both.

use super::server::{ALL, NONE, Shop, Visit, gate, policy, visitor};
use consent_gate::policy::Undeclared;
use consent_gate::{Decision, Gate, Storage, Visitor};
use serde_json::{Value, json};

/// One line each: technology, name, and the codes for nothing granted and everything granted, where undeclared is denied.
const VECTORS: &str = include_str!("../data/guard_vectors.tsv");

fn vectors() -> impl Iterator<Item = [&'static str; 4]> {
    let lines = VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{line:?}")))
}

fn decide(visitor: &Visitor, technology: &str, name: &str) -> Decision {
    match technology {
        "cookie" => visitor.decide_cookie(name),
        "local-storage" => visitor.decide_storage(Storage::Local, name),
        "session-storage" => visitor.decide_storage(Storage::Session, name),
        "indexed-db" => visitor.decide_storage(Storage::IndexedDb, name),
        "address" => visitor.decide_address(name),
        _ => panic!("{technology}"),
    }
}

/// What the guard says of each.
async fn asked_in_the_page(visit: &Visit, questions: &[(String, String)]) -> Vec<String> {
    let script = format!("return {}.map(([kind, name]) => consentGate.judge(kind, name).code)", json!(questions));
    let Value::Array(codes) = visit.run(&script).await else { panic!("a list") };
    codes.into_iter().map(|code| code.as_str().unwrap_or("none").to_owned()).collect()
}

#[test]
fn the_server_judges_by_the_shared_vectors() {
    let gate = gate(Undeclared::Deny);
    let (refused, accepted) = (visitor(&gate, NONE, &[]), visitor(&gate, ALL, &[]));
    for [technology, name, refusing, accepting] in vectors() {
        assert_eq!(decide(&refused, technology, name).code(), refusing, "{name}");
        assert_eq!(decide(&accepted, technology, name).code(), accepting, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_guard_judges_by_the_shared_vectors() {
    let questions: Vec<(String, String)> =
        vectors().map(|[kind, name, ..]| (kind.to_owned(), name.to_owned())).collect();
    for (answer, place) in [(NONE, 2), (ALL, 3)] {
        let visit = Visit::of(Shop::new(Undeclared::Deny, answer)).await;
        let codes = asked_in_the_page(&visit, &questions).await;
        for (vector, code) in vectors().zip(codes) {
            assert_eq!(code, vector[place], "{vector:?}");
        }
    }
}

/// Names near the declared ones, by a fixed sequence.
fn near(gate: &Gate, count: usize) -> Vec<(String, String)> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let kinds = ["cookie", "local-storage", "session-storage", "indexed-db", "address"];
    let ends = [
        "",
        "x",
        ".0",
        "*",
        "**",
        "_",
        "/",
        "/a",
        "?a=/b",
        "#f",
        "//",
        "/../x",
        "/%2e%2e/",
        "\u{e9}",
        "1",
        "/own-t.js",
    ];
    let trackers = &gate.policy().trackers;
    (0..count)
        .map(|_| {
            let name = &trackers[next(trackers.len())].name;
            let cut: String = name.chars().take(name.len() - next(4).min(name.len() - 1)).collect();
            let name = format!(
                "{}{}{}",
                if next(3) == 0 { name } else { &cut },
                ends[next(ends.len())],
                ends[next(ends.len())]
            );
            let is_address = name.contains(":/");
            let name = if is_address && next(4) == 0 {
                name.replacen("https://", ["//", "HTTPS:\\\\", "https:/", "https://u:p@"][next(4)], 1)
            } else {
                name
            };
            (if is_address { "address" } else { kinds[next(4)] }.to_owned(), name)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_guard_and_the_server_agree_on_random_names_and_addresses() {
    for (undeclared, answer) in [(Undeclared::Deny, "4.1a"), (Undeclared::Allow, NONE)] {
        let mut policy = policy();
        policy.enforce.undeclared = undeclared;
        // Patterns within patterns, also of stars.
        for name in ["abc*", "abc**", "abcd", "abc*d*"] {
            policy.trackers.push(crate::site::cookie(name, if name.len() == 4 { "analytics" } else { "advertising" }));
        }
        let gate = Gate::new(policy).unwrap();
        let questions = near(&gate, 2_000);
        let judge = visitor(&gate, answer, &[]);
        let visit = Visit::of(Shop { gate, ..Shop::new(undeclared, answer) }).await;
        let codes = asked_in_the_page(&visit, &questions).await;
        let mut differing = Vec::new();
        for ((kind, name), code) in questions.iter().zip(&codes) {
            let read = url::Url::parse("https://shop.example/").unwrap().join(name);
            let decided = match read {
                // A browser loads nothing by it, and the server denies it.
                Err(_) if kind == "address" => continue,
                // The server does not resolve a host beyond ASCII: what a browser makes of it is asked instead.
                Ok(url) if kind == "address" => decide(&judge, kind, url.as_str()),
                _ => decide(&judge, kind, name),
            };
            if decided.code() != code {
                differing.push(format!("{kind} {name}: server {decided}, page {code}"));
            }
        }
        assert_eq!(differing, [""; 0]);
    }
}
