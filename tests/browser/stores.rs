//! What scripts write and read: cookies, stores, databases.

use super::server::{ALL, HOST, NONE, Shop, Visit};
use consent_gate::policy::Undeclared;
use serde_json::json;

const WRITE: &str = "
    document.cookie = 'own_ad=1; Path=/'; document.cookie = 'tally_1=1; Path=/'; document.cookie = 'sid=s; Path=/';
    document.cookie = '=own_a=1; Path=/'; document.cookie = ' own_a = 2; Path=/'; document.cookie = 'other=1; Path=/';
    await cookieStore.set('seen', '1'); await cookieStore.set({ name: 'recommend', value: '1' });
    localStorage.setItem('peek.queue', 'a'); localStorage['keep.volume'] = 'b'; localStorage.basket = 'c';
    Object.defineProperty(localStorage, 'keep.speed', { value: 'd', configurable: true, enumerable: true, writable: true });
    Storage.prototype.setItem.call(localStorage, 'keep.other', 'e'); localStorage.unknown = 'f';
    sessionStorage.visit = '1'; sessionStorage.setItem('visit', '2');
    const open = () => new Promise((done) => { try { const r = indexedDB.open('tally-db'); r.onsuccess = () => { r.result.close(); done('open') }; r.onerror = () => done('error') } catch (e) { done(e.name) } });
    const opened = await open();";

const READ: &str = "
    return { opened, cookie: document.cookie.split('; ').sort().join(), store: (await cookieStore.getAll()).map((c) => c.name).sort().join(),
      one: (await cookieStore.get('own_ad'))?.name ?? null,
      local: [localStorage['keep.volume'] ?? null, localStorage.getItem('peek.queue'), localStorage.basket, 'peek.queue' in localStorage, localStorage.length,
              localStorage.key(0) !== null, localStorage.key(99), Object.keys(localStorage).sort().join(), JSON.stringify(localStorage).length > 1],
      session: [sessionStorage.visit ?? null, sessionStorage.getItem('visit')] }";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r27_denied_writes_are_lost_and_reads_find_nothing() {
    let visit = Visit::of(Shop::new(Undeclared::Deny, NONE)).await;
    let given = visit.run(&format!("{WRITE}{READ}")).await;
    let expected = json!({
        "opened": "SecurityError", "cookie": "sid=s", "store": "sid", "one": null,
        "local": [null, null, "c", false, 1, true, null, "basket", true],
        "session": [null, null]
    });
    assert_eq!(given, expected);
    assert_eq!(visit.browser.cookie_names(HOST).await, ["sid"]);
    assert_eq!(visit.browser.keys("localStorage").await, ["basket"]);
    assert_eq!(visit.browser.databases().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn allowed_writes_and_reads_are_as_ever() {
    let visit = Visit::of(Shop::new(Undeclared::Allow, ALL)).await;
    let given = visit.run(&format!("{WRITE}{READ}")).await;
    let keys = "basket,keep.other,keep.speed,keep.volume,peek.queue,unknown";
    let expected = json!({
        "opened": "open", "cookie": "other=1,own_a=2,own_ad=1,recommend=1,seen=1,sid=s,tally_1=1",
        "store": given["store"], "one": "own_ad",
        "local": ["b", "a", "c", true, 6, true, null, keys, true],
        "session": ["2", "2"]
    });
    assert_eq!(given, expected);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r29_f14_denied_keys_and_cookies_that_are_there_are_erased_with_their_declared_places() {
    let visit = Visit::of(Shop::new(Undeclared::Allow, ALL)).await;
    visit
        .run(&format!(
            "{WRITE} document.cookie = '_wide=1; Domain={HOST}; Path=/'; document.cookie = 'deep1=1; Path=/deep';
             document.cookie = '_chip=1; Path=/; Secure; SameSite=None; Partitioned'"
        ))
        .await;
    let before = visit.browser.cookie_names(HOST).await;
    for name in ["_wide", "deep1", "_chip", "own_ad"] {
        assert!(before.contains(&name.to_owned()), "{name} {before:?}");
    }
    visit.shop.say(NONE);
    visit.go("/deep/page").await;
    assert_eq!(visit.browser.cookie_names(HOST).await, ["other", "sid"], "what is undeclared is never erased");
    assert_eq!(visit.browser.keys("localStorage").await, ["basket", "unknown"]);
    assert_eq!(visit.browser.keys("sessionStorage").await, [""; 0]);
    assert_eq!(visit.browser.databases().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_is_only_unknown_is_hidden_and_not_destroyed() {
    let mut shop = Shop::new(Undeclared::Deny, ALL);
    let visit = Visit::of(Shop { region: "DE", ..Shop::new(Undeclared::Deny, ALL) }).await;
    visit.run("localStorage['keep.volume'] = 'b'; document.cookie = 'own_ad=1; Path=/'").await;
    // A look-up of the region that failed, and a visitor who was not asked.
    shop.region = "";
    let manifest = consent_gate::browser::Manifest::new(&super::server::visitor_in(&shop.gate, "", "", &[])).json();
    let given = visit
        .run(&format!(
            "await consentGate.update({manifest}); return [localStorage['keep.volume'] ?? null, document.cookie]"
        ))
        .await;
    assert_eq!(given, json!([null, ""]));
    assert_eq!(visit.browser.cookie_names(HOST).await, ["own_ad"]);
    let given = visit.run("await consentGate.update(); return localStorage['keep.volume']").await;
    assert_eq!(given, "b");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn deletions_by_scripts_pass() {
    let visit = Visit::of(Shop::new(Undeclared::Allow, ALL)).await;
    visit.run("document.cookie = 'own_ad=1; Path=/'; document.cookie = 'own_a=1; Path=/'; document.cookie = 'tally_1=1; Path=/'").await;
    // In report mode nothing is swept: what goes is what the script deletes.
    let manifest = consent_gate::browser::Manifest::new(&super::server::visitor(&visit.shop.gate, "", &[]))
        .json()
        .replace(",\"erase\":true", "");
    visit
        .run(&format!(
            "await consentGate.update({manifest}); document.cookie = 'own_ad=; Path=/; Max-Age=0'; document.cookie = 'own_a=; Path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT';
             document.cookie = 'tally_1=x; Path=/; Max-Age=0; Max-Age=9'"
        ))
        .await;
    assert_eq!(visit.browser.cookie_names(HOST).await, ["tally_1"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_frame_of_our_own_origin_lends_no_clean_realm() {
    let visit = Visit::of(Shop::new(Undeclared::Deny, NONE)).await;
    let given = visit
        .run(
            "const frame = document.createElement('iframe'); document.body.append(frame);
             const realms = [frame.contentWindow, frames[0], frame.contentDocument.defaultView];
             realms.forEach((realm, i) => { realm.localStorage['peek.queue'] = 1; realm.sessionStorage.setItem('visit', 1); realm.document.cookie = `own_ad=${i}; Path=/` });
             const own = document.createElement('iframe'); own.src = '/frame'; document.body.append(own);
             await new Promise((done) => own.onload = done);
             own.contentWindow.localStorage['peek.queue'] = 1; own.contentDocument.cookie = 'own_ad=1; Path=/';
             const text = own.contentDocument.body.textContent;
             let name = 'none'; try { own.contentWindow.indexedDB.open('tally-db') } catch (error) { name = error.name }
             return [text, name, frame.contentWindow.localStorage.getItem('peek.queue')]",
        )
        .await;
    assert_eq!(given, json!(["A frame of our own.", "SecurityError", null]));
    assert_eq!(visit.browser.cookie_names(HOST).await, [""; 0]);
    assert_eq!(visit.browser.keys("localStorage").await, [""; 0]);
    assert_eq!(visit.browser.keys("sessionStorage").await, [""; 0]);
}
