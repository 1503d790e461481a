//! R27: whatever a script loads or sends by passes the gate.

use super::server::{ALL, HOST, NONE, Shop, Visit};
use consent_gate::policy::Undeclared;
use serde_json::{Value, json};

/// Each door: its name, the script that tries it with the address `at`, and what that gives where it is denied.
///
/// `seen(e)` is the first of the events `load` and `error` of an element.
const DOORS: [(&str, &str, &str); 38] = [
    ("fetch", "return await fetch(at).then(() => 'ok', (e) => e.name)", "TypeError"),
    ("request", "return await fetch(new Request(at)).then(() => 'ok', (e) => e.name)", "TypeError"),
    ("url", "return await fetch(new URL(at)).then(() => 'ok', (e) => e.name)", "TypeError"),
    (
        "xhr",
        "return await new Promise((done) => { const x = new XMLHttpRequest(); x.onload = () => done('load'); x.onerror = () => done('error ' + x.status); x.open('GET', at); x.send(); })",
        "error 0",
    ),
    ("beacon", "return String(navigator.sendBeacon(at))", "false"),
    (
        "events",
        "const e = new EventSource(at); return await new Promise((done) => { e.onopen = () => { e.close(); done('open') }; e.onerror = () => done('error ' + e.readyState); })",
        "error 2",
    ),
    ("image", "const e = new Image(); e.src = at; return await seen(e)", "error"),
    ("attribute", "const e = document.createElement('img'); e.setAttribute('SRC', at); return await seen(e)", "error"),
    (
        "namespace",
        "const e = document.createElement('img'); e.setAttributeNS(null, 'src', at); return await seen(e)",
        "error",
    ),
    ("srcset", "const e = new Image(); e.srcset = at + ' 1x, /own.gif 2x'; return await seen(e)", "error"),
    ("audio", "const e = new Audio(at); e.preload = 'auto'; return await seen(e)", "error"),
    ("video", "const e = document.createElement('video'); e.src = at; return await seen(e)", "error"),
    ("poster", "const e = put('video'); e.poster = at; return 'put'", "put"),
    (
        "source",
        "const e = put('video'); const s = document.createElement('source'); s.src = at; e.append(s); return 'put'",
        "put",
    ),
    (
        "script",
        "const e = document.createElement('script'); e.src = at; document.head.appendChild(e); return await seen(e)",
        "error",
    ),
    (
        "module",
        "const e = document.createElement('script'); e.type = 'module'; e.src = at; document.head.append(e); return await seen(e)",
        "error",
    ),
    ("frame", "const e = put('iframe'); e.src = at; return 'put'", "put"),
    (
        "frame-first",
        "const e = document.createElement('iframe'); e.src = at; const s = seen(e); document.body.append(e); return await s",
        "load",
    ),
    (
        "style",
        "const e = document.createElement('link'); e.rel = 'stylesheet'; e.href = at; document.head.append(e); return await seen(e)",
        "error",
    ),
    (
        "href-first",
        "const e = document.createElement('link'); e.href = at; e.rel = 'stylesheet'; document.head.append(e); return await seen(e)",
        "error",
    ),
    (
        "preload",
        "const e = document.createElement('link'); e.rel = 'preload'; e.as = 'script'; e.href = at; document.head.append(e); return 'put'",
        "put",
    ),
    ("object", "const e = document.createElement('object'); e.data = at; document.body.append(e); return 'put'", "put"),
    ("embed", "const e = document.createElement('embed'); e.src = at; document.body.append(e); return 'put'", "put"),
    ("input", "const e = put('input'); e.type = 'image'; e.src = at; return await seen(e)", "error"),
    (
        "svg",
        "const s = 'http://www.w3.org/2000/svg'; const e = document.createElementNS(s, 'svg'); const i = document.createElementNS(s, 'image'); i.setAttribute('href', at); e.append(i); document.body.append(e); return 'put'",
        "put",
    ),
    ("inner", "put('div').innerHTML = `<b>x</b><img src='${at}'>`; return 'put'", "put"),
    ("inner-frame", "put('div').innerHTML = `<iframe src=\"${at}\"></iframe>`; return 'put'", "put"),
    ("inner-style", "put('div').innerHTML = `<link rel=stylesheet href=\"${at}\">`; return 'put'", "put"),
    ("outer", "put('div').outerHTML = `<img src='${at}'>`; return 'put'", "put"),
    ("adjacent", "document.body.insertAdjacentHTML('beforeend', `<img src='${at}'>`); return 'put'", "put"),
    ("unsafe", "put('div').setHTMLUnsafe(`<img src='${at}'>`); return 'put'", "put"),
    ("shadow", "put('div').attachShadow({ mode: 'closed' }).innerHTML = `<img src='${at}'>`; return 'put'", "put"),
    (
        "fragment",
        "document.body.append(document.createRange().createContextualFragment(`<script src='${at}'></script>`)); return 'put'",
        "put",
    ),
    (
        "template",
        "const t = document.createElement('template'); t.innerHTML = `<img src='${at}'>`; document.body.append(t.content.cloneNode(true)); return 'put'",
        "put",
    ),
    (
        "parsed",
        "const d = new DOMParser().parseFromString(`<iframe src='${at}'></iframe>`, 'text/html'); document.body.append(d.body.firstChild); return 'put'",
        "put",
    ),
    (
        "srcdoc",
        "const e = document.createElement('iframe'); e.srcdoc = `<img src='${at}'>`; const s = seen(e); document.body.append(e); return await s",
        "load",
    ),
    (
        "realm",
        "const e = document.createElement('iframe'); document.body.append(e); return await frames[frames.length - 1].fetch(at).then(() => 'ok', (e) => e.name)",
        "TypeError",
    ),
    (
        "inner-realm",
        "const e = put('div'); e.innerHTML = '<iframe></iframe>'; return await e.firstChild.contentWindow.fetch(at).then(() => 'ok', (e) => e.name)",
        "TypeError",
    ),
];

/// Tries each door, with addresses that end in its name. Gives what each gave.
async fn knock(visit: &Visit, base: &str) -> Value {
    let doors: String =
        DOORS.iter().map(|(name, script, _)| format!("'{name}': async (at) => {{ {script} }},\n")).collect();
    let script = format!(
        "const seen = (e) => new Promise((done) => {{ for (const t of ['load', 'error', 'loadeddata']) e.addEventListener(t, () => done(t)); setTimeout(done, 3000, 'nothing') }});
         const put = (name) => document.body.appendChild(document.createElement(name));
         const doors = {{ {doors} }};
         const given = {{}};
         for (const name in doors) given[name] = await doors[name]('{base}' + name).catch((e) => 'thrown ' + e);
         return given"
    );
    visit.run(&script).await
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = DOORS.iter().map(|(name, ..)| format!("/load/{name}")).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r27_nothing_denied_is_asked_for_by_any_door_and_each_fails_as_the_platform_does() {
    let visit = Visit::of(Shop::new(Undeclared::Deny, NONE)).await;
    let given = knock(&visit, "https://adloop.example/load/").await;
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
    for (name, _, denied) in DOORS {
        assert_eq!(given[name], denied, "{name}");
    }
    // One line for each tracker, however often it was tried, and no more of our own.
    let lines: Vec<String> =
        visit.browser.console().await.into_iter().filter(|line| line.contains("consent-gate")).collect();
    assert!(lines.len() <= 1, "{lines:#?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn r27_with_consent_every_door_opens() {
    let visit = Visit::of(Shop::new(Undeclared::Deny, ALL)).await;
    let given = knock(&visit, "https://adloop.example/load/").await;
    let asked = visit.asked("adloop.example").await;
    let missing: Vec<String> = names().into_iter().filter(|name| !asked.contains(name)).collect();
    assert_eq!(missing, [""; 0], "{given:#?}");
    assert_eq!(given["fetch"], "ok");
    assert_eq!(given["beacon"], "true");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_is_undeclared_follows_the_policy() {
    for (undeclared, passes) in [(Undeclared::Deny, false), (Undeclared::Report, true), (Undeclared::Allow, true)] {
        let visit = Visit::of(Shop::new(undeclared, NONE)).await;
        knock(&visit, "https://unknown.example/load/").await;
        let asked = visit.asked("unknown.example").await;
        assert_eq!(asked.len(), if passes { DOORS.len() } else { 0 }, "{undeclared:?} {asked:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_is_first_party_is_untouched() {
    let visit = Visit::of(Shop::new(Undeclared::Deny, NONE)).await;
    let given = visit
        .run(
            "const image = new Image(); image.src = '/x.gif';
             const script = document.createElement('script'); script.src = 'own.js';
             const loaded = new Promise((done) => script.onload = done); document.head.append(script); await loaded;
             const div = document.createElement('div'); div.innerHTML = '<a href=\"https://unknown.example/\" class=a>x<b></a>';
             const cross = document.createElement('a'); cross.href = 'https://unknown.example/page';
             const canonical = document.createElement('link'); canonical.rel = 'canonical'; canonical.href = 'https://unknown.example/c';
             return [image.src, globalThis.loaded, (await fetch('/data.json')).status, div.innerHTML, cross.href, canonical.href,
                     (await fetch('https://shop.example/x.json')).status, new Image().src,
                     fetch.name, fetch.length, String(fetch).includes('native code'), new Image() instanceof Image,
                     Image.name, localStorage instanceof Storage, Object.keys(localStorage).length, XMLHttpRequest.prototype.open.length]",
        )
        .await;
    let html = "<a href=\"https://unknown.example/\" class=\"a\">x<b></b></a>";
    let origin = format!("https://{HOST}");
    let expected = json!([
        format!("{origin}/x.gif"),
        ["/own.js"],
        200,
        html,
        "https://unknown.example/page",
        "https://unknown.example/c",
        200,
        "",
        "fetch",
        1,
        true,
        true,
        "Image",
        true,
        0,
        2
    ]);
    assert_eq!(given, expected);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_socket_fails_with_error_and_close_and_an_own_address_may_be_a_tracker() {
    let script = "const events = []; const s = new WebSocket('wss://adloop.example/live');
         await new Promise((done) => { s.onopen = () => { events.push('open'); done() }; s.onerror = () => events.push('error'); s.onclose = (e) => { events.push(e.code); done() } });
         events.push(s instanceof WebSocket, await fetch('/own-t.js').then((r) => r.status, (e) => e.name));
         try { new Worker('/own-t.js'); events.push('made') } catch (e) { events.push(e.name) }
         return events";
    let visit = Visit::of(Shop::new(Undeclared::Deny, NONE)).await;
    assert_eq!(visit.run(script).await, json!(["error", 1006, true, "TypeError", "SecurityError"]));
    let visit = Visit::of(Shop::new(Undeclared::Deny, ALL)).await;
    assert_eq!(visit.run(script).await, json!(["open", true, 200, "made"]));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn markup_that_a_page_writes_while_it_is_parsed_is_held_too() {
    let body = "<script nonce=n0nce>document.write(`<img src='https://adloop.example/load/written'><p id=after>after</p>`)</script>
        <a id=link ping='https://adloop.example/load/ping' href='#here'>x</a>";
    let shop = Shop::new(Undeclared::Deny, NONE);
    body.clone_into(&mut shop.body.lock().unwrap());
    let visit = Visit::of(shop).await;
    visit.run("document.getElementById('link').click()").await;
    assert_eq!(visit.run("return document.getElementById('after').textContent").await, "after");
    assert_eq!(visit.asked("adloop.example").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_page_is_told_what_was_denied_without_a_value() {
    let visit = Visit::of(Shop::new(Undeclared::Deny, NONE)).await;
    let told = visit
        .run(
            "const told = []; document.addEventListener('consentgate:denied', ({ detail }) => told.push([detail.technology, detail.tracker, detail.code]));
             for (let i = 0; i < 3; i++) { new Image().src = 'https://adloop.example/load/p?email=a@b'; new Image().src = 'https://unknown.example/u/secret?x=1';
               document.cookie = 'own_ad=secret'; document.cookie = 'uid_12345=secret'; localStorage.setItem('peek.queue', 'secret'); }
             return told",
        )
        .await;
    let expected = json!([
        ["address", "https://adloop.example/load/*", "refused"],
        ["address", "https://unknown.example", "undeclared"],
        ["cookie", "own_ad", "refused"],
        ["cookie", "uid_", "undeclared"],
        ["local-storage", "peek.queue", "refused"]
    ]);
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn in_report_mode_everything_passes_and_is_told() {
    let visit = Visit::of(Shop { is_report: true, ..Shop::new(Undeclared::Deny, NONE) }).await;
    let told = visit
        .run(
            "let told = 0; document.addEventListener('consentgate:denied', () => told++);
             document.cookie = 'own_ad=1; Path=/'; localStorage.setItem('peek.queue', 'x');
             await fetch('https://adloop.example/load/r'); await consentGate.update();
             return [told, document.cookie, localStorage.getItem('peek.queue')]",
        )
        .await;
    assert_eq!(told, json!([3, "own_ad=1", "x"]));
    assert_eq!(visit.asked("adloop.example").await, ["/load/r"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_without_inline_code_has_the_same_guard_under_a_strict_policy() {
    let csp = "default-src 'self'; script-src 'self'";
    let visit = Visit::of(Shop { is_file: true, csp: Some(csp), ..Shop::new(Undeclared::Deny, NONE) }).await;
    assert_eq!(visit.run("return consentGate.judge('cookie', 'own_ad').code").await, "refused");
    let console = visit.browser.console().await;
    assert!(!console.iter().any(|line| line.contains("Content Security Policy")), "{console:#?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn an_inline_guard_runs_by_the_nonce_and_by_its_hash() {
    let by_nonce = "script-src 'nonce-n0nce'";
    let visit = Visit::of(Shop { csp: Some(by_nonce), ..Shop::new(Undeclared::Deny, NONE) }).await;
    assert_eq!(visit.run("return consentGate.judge('cookie', 'own_ad').code").await, "refused");
    let by_hash = Box::leak(format!("script-src '{}'", consent_gate::browser::GUARD_HASH).into_boxed_str());
    let visit = Visit::of(Shop { csp: Some(by_hash), ..Shop::new(Undeclared::Deny, NONE) }).await;
    assert_eq!(visit.run("return consentGate.judge('cookie', 'own_ad').code").await, "refused");
}
