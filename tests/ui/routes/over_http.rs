//! The same journey over HTTP, whatever the framework.

use crate::ui::proof::MemoryProof;
use consent_gate::record::{AccountStore, MemoryAccounts};
use consent_gate::ui::{ANSWER_HEADER, BODY_MAX, Privacy};
use consent_gate::{Gate, testing};
use std::net::SocketAddr;

use crate::http_client::{self, Response};

/// The gate and the settings that every framework serves.
pub(super) fn site() -> (Gate, Privacy, Stores) {
    #[allow(unused_mut)]
    let mut policy = testing::policy();
    #[cfg(feature = "cmp")]
    policy.imports.push(consent_gate::policy::Import::new("c15t").migrate(true));
    let gate = Gate::new(policy).unwrap();
    let stores = Stores::default();
    (gate.clone(), Privacy::new(gate).accounts(stores.accounts.clone()).proof(stores.proof.clone()), stores)
}

/// What the host keeps.
#[derive(Clone, Default)]
pub(super) struct Stores {
    accounts: MemoryAccounts,
    proof: MemoryProof,
}

fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
    http_client::send(address, method, path, headers, body)
}

/// What must hold. `/` answers with `hello` and sets `_lum1` blindly; the header `x-account` logs in.
pub(super) fn journey(address: SocketAddr, Stores { accounts, proof }: &Stores) {
    let page = send(address, "GET", "/privacy", &[], "");
    assert_eq!((page.status, page.values("cache-control")), (200, vec!["private, no-store".to_owned()]));
    assert_eq!(page.values("vary"), ["Cookie, Sec-GPC"], "{:?}", page.headers);
    assert!(page.text().contains("<h1>Privacy settings</h1>"));
    assert_eq!(send(address, "GET", "/", &[], "").text(), "hello");
    assert_eq!(send(address, "GET", "/privacy/none", &[], "").status, 404);

    // A9, A14.
    let accepted = send(address, "POST", "/privacy", &[], "action=accept&back=/");
    assert_eq!((accepted.status, accepted.values("location")), (303, vec!["/".to_owned()]));
    assert_eq!(proof.taken(), ["settings en - analytics:given"], "recorded once");
    let line = &accepted.set_cookies()[0];
    let cookie = line.split(';').next().unwrap().to_owned();
    let with = [("cookie", cookie.as_str())];
    assert_eq!(send(address, "GET", "/", &with, "").set_cookies().len(), 1, "the tracker's own");
    let answer = cookie.split_once('=').unwrap().1;
    let by_app = send(address, "GET", "/", &[(ANSWER_HEADER, answer)], "");
    assert_eq!(by_app.set_cookies(), ["_lum1=a"], "an application without cookies, on any page");
    let sent = format!("{cookie}; _lum1=a");
    let withdrawn = send(address, "POST", "/privacy", &[("cookie", &sent)], "action=refuse");
    assert!(withdrawn.set_cookies().iter().any(|line| line.starts_with("_lum1=; ")), "{:?}", withdrawn.set_cookies());
    assert_eq!(proof.taken(), ["settings en - analytics:withdrawn"]);
    let again = withdrawn.set_cookies().into_iter().find(|line| line.starts_with("__Host-consent=")).unwrap();
    let again = [("cookie", again.split(';').next().unwrap())];
    assert_eq!(send(address, "POST", "/privacy", &again, "action=refuse").status, 303);
    assert_eq!(proof.taken(), [""; 0], "nothing has changed");

    // R44: without proof no consent, and a refusal all the same.
    proof.breaks(true);
    let unsaved = send(address, "POST", "/privacy", &[], "action=accept&place=banner&language=en");
    assert_eq!((unsaved.status, unsaved.set_cookies().len()), (503, 0));
    assert!(unsaved.text().contains("nothing was switched on"), "{}", unsaved.text());
    let json = [("content-type", "application/json")];
    let unsaved = send(address, "POST", "/privacy.json", &json, "{\"action\":\"accept\"}");
    assert_eq!((unsaved.status, unsaved.set_cookies().len()), (503, 0));
    assert!(unsaved.text().contains("\"not-recorded\""), "{}", unsaved.text());
    let refused = send(address, "POST", "/privacy", &[("cookie", &sent)], "action=refuse");
    assert!((refused.status, refused.set_cookies().is_empty()) == (303, false));
    proof.breaks(false);
    proof.taken();

    // S8.
    let cross = send(address, "POST", "/privacy", &[("origin", "https://evil.example")], "action=accept");
    assert_eq!((cross.status, cross.set_cookies().len()), (403, 0));
    assert_eq!(proof.taken(), [""; 0]);
    assert!(cross.text().contains("The request came from another site."));
    let unknown = send(address, "POST", "/privacy", &[], "action=save&category=marketing");
    assert_eq!((unknown.status, unknown.set_cookies().len()), (400, 0));
    let long = format!("action=accept&back=/{}", "a".repeat(128 * BODY_MAX));
    let long = send(address, "POST", "/privacy", &[], &long);
    assert_eq!((long.status, long.set_cookies().len()), (400, 0));

    // U12: HEAD agrees with GET.
    for path in ["/privacy", "/privacy.json", "/.well-known/gpc.json"] {
        let (get, head) = (send(address, "GET", path, &[], ""), send(address, "HEAD", path, &[], ""));
        let sorted = |response: &Response| {
            let (status, mut headers) = response.head();
            headers.sort();
            (status, headers)
        };
        assert_eq!(sorted(&head), sorted(&get), "{path}");
        assert!(head.body.is_empty(), "{path}");
    }
    let gpc = send(address, "GET", "/.well-known/gpc.json", &[], "");
    assert_eq!(gpc.text(), "{\"gpc\":true,\"lastUpdate\":\"2026-11-23\"}");
    let style = page
        .text()
        .split("href=\"")
        .find(|part| part.starts_with("/privacy/"))
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(send(address, "GET", &style, &[], "").values("cache-control"), ["public, max-age=31536000, immutable"]);
    // Rocket has no route for it, and says so.
    assert!(matches!(send(address, "DELETE", "/privacy", &[], "").status, 404 | 405));

    // An account.
    let logged_in = send(address, "POST", "/privacy", &[("x-account", "ada")], "action=refuse");
    assert_eq!(logged_in.status, 303);
    assert_eq!(proof.taken(), ["settings en ada analytics:refused"]);
    let load = accounts.load("ada");
    let stored = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(load).unwrap().unwrap();
    assert_eq!(stored.refused(), testing::gate().offered());

    #[cfg(feature = "cmp")]
    a_page_that_carries_a_migrating_answer_has_it_recorded_once(address, proof);
}

/// `/` is not one of the privacy routes.
#[cfg(feature = "cmp")]
fn a_page_that_carries_a_migrating_answer_has_it_recorded_once(address: SocketAddr, proof: &MemoryProof) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let foreign = format!("c15t=c.necessary:1,c.measurement:1,i.t:{}", now - 86_400_000);
    let visits = |headers: &[(&str, &str)]| {
        send(address, "GET", "/", &[&[("sec-fetch-mode", "navigate")], headers].concat(), "")
    };
    let page = visits(&[("cookie", &foreign)]);
    let own = page.set_cookies().into_iter().find(|line| line.starts_with("__Host-consent=")).unwrap();
    assert_eq!(proof.taken(), ["import en - analytics:given"]);

    let both = format!("{}; {foreign}", own.split(';').next().unwrap());
    assert_eq!(visits(&[("cookie", &both)]).status, 200);
    assert_eq!(proof.taken(), [""; 0], "it is the gate's own answer by now");

    assert_eq!(visits(&[("cookie", &foreign), ("x-account", "grace")]).status, 200);
    assert_eq!(proof.taken(), ["import en grace analytics:given"]);
}
